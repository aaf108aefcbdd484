"""Keras models with distinct weights, and the walkthroughs that are compared with them."""

import keras
import numpy as np

from rnn_edu.compare import compare
from rnn_edu.networks.readers.keras_model import read_keras
from rnn_edu.walkthrough import Walkthrough


def numbers(*shape, seed=0):
    """Distinct numbers, none of them near zero."""
    rng = np.random.default_rng([seed, *shape])
    size = int(np.prod(shape))
    signs = rng.choice([-1, 1], size)
    return (rng.permutation(np.linspace(0.15, 0.9, size)) * signs).reshape(shape)


def layer(kind, *args, dtype="float64", **settings):
    return getattr(keras.layers, kind)(*args, dtype=dtype, **settings)


def filled(model):
    """The model with weights that are distinct and not zero; a variance must stay positive."""
    model.set_weights([numbers(*a.shape, seed=k) for k, a in enumerate(model.get_weights())])
    return model


def stacked(*layers, shape=(4, 3), dtype="float64", batch=None):
    entrance = keras.Input(shape, dtype=dtype, batch_size=batch)
    return filled(keras.Sequential([entrance, *layers]))


def graph(inputs, output):
    return filled(keras.Model(inputs, output))


def by_network(model, x, y=None, loss=None):
    """What the network that is read from a model writes."""
    found = read_keras(model, loss=loss)
    return found.network.walkthrough(found.weights, x, y, starts=found.starts)


def compared(model, x, y=None, loss=None, **settings):
    return compare(by_network(model, x, y, loss), model, loss=loss, **settings)


def copy_of(walkthrough, slips=None, *, origins=True):
    """The same walkthrough, with other formulas for some steps, and with or without origins.

    Args:
        walkthrough: what is copied.
        slips: for (name, time), a function of the new walkthrough and the formula.
        origins: whether quantities know which value of which layer they are.
    """
    copy, twins = Walkthrough(walkthrough.title), {}
    for q in walkthrough.quantities:
        origin = q.origin if origins else None
        if q.definition is None:
            twins[q] = copy._given(q.name, q.value, q.t, q.role, q.note, q.labels, None, origin)
            continue
        formula = q.definition.replaced(twins)
        slip = (slips or {}).get((q.name, q.t))
        twins[q] = copy.step(
            q.name,
            formula if slip is None else slip(copy, formula),
            t=q.t,
            role=q.role,
            origin=origin,
            gradient_of=q.gradient_of and twins[q.gradient_of],
            gradient_part=q.gradient_part and tuple(twins[part] for part in q.gradient_part),
        )
    return copy
