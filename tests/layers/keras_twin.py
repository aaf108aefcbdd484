"""The same layer twice, ours and Keras's, with the same weights: do all numbers agree?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rnn_edu.layers import Layer

TOLERANCE = {"float64": 1e-10, "float32": 1e-5}


def distinct_weights(shapes: Sequence[tuple[int, ...]], rng: np.random.Generator) -> list[Any]:
    """Weights of which no two are equal and none is 0, so that no mix-up can hide."""
    weights = [rng.uniform(0.1, 0.9, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes]
    flat = np.concatenate([weight.ravel() for weight in weights])
    assert len(np.unique(flat)) == len(flat)
    return weights


def share_weights(ours: Any, theirs: Any, rng: np.random.Generator) -> None:
    weights = distinct_weights([w.shape for w in theirs.get_weights()], rng)
    theirs.set_weights(weights)
    ours.set_weights(weights)


def several(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, tuple | list) else [outputs]


def keras_outputs_and_gradients(
    layer: keras.Layer,
    x: np.ndarray,
    factors: list[np.ndarray] | None,
    rng: np.random.Generator,
    mask: np.ndarray | None = None,
    states: list[np.ndarray] | None = None,
) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Outputs, the random factors of L = Σ factor ⊙ output, and dL/d(x, weights, states)."""
    inputs = tf.constant(x)
    starts = None if states is None else [tf.constant(state) for state in states]
    sources = [inputs, *(w.value for w in layer.trainable_weights), *(starts or [])]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        arguments = {} if starts is None else {"initial_state": starts}
        if mask is not None:
            arguments["mask"] = tf.constant(mask)
        outputs = several(layer(inputs, **arguments))
        factors = factors or [rng.normal(size=part.shape).astype(x.dtype) for part in outputs]
        loss = sum(
            tf.reduce_sum(part * factor) for part, factor in zip(outputs, factors, strict=True)
        )
    gradients = tape.gradient(loss, sources, unconnected_gradients="zero")
    return [part.numpy() for part in outputs], factors, [dense(g) for g in gradients]


def dense(gradient: Any) -> np.ndarray:
    return tf.convert_to_tensor(gradient).numpy()


def assert_twins(
    ours: Layer,
    theirs: keras.Layer,
    x: np.ndarray,
    rng: np.random.Generator,
    mask: np.ndarray | None = None,
    states: list[np.ndarray] | None = None,
) -> None:
    """Every output, every state and every gradient of the two layers is the same."""
    x = x.astype(ours.dtype)
    states = None if states is None else [state.astype(ours.dtype) for state in states]
    ours.build(x.shape)
    theirs.build(x.shape)
    share_weights(ours, theirs, rng)
    outputs, factors, gradients = keras_outputs_and_gradients(theirs, x, None, rng, mask, states)
    arguments = {} if states is None else {"initial_state": states}
    if mask is not None:
        arguments["mask"] = mask
    got = several(ours(x, **arguments))
    d_x, d_weights = ours.backward(factors if len(factors) > 1 else factors[0])
    d_states = [] if states is None else list(ours.d_initial_state)
    compare([*got, d_x, *d_weights, *d_states], [*outputs, *gradients], ours.dtype)


def compare(ours: Sequence[Any], theirs: Sequence[Any], dtype: str) -> None:
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape
        assert one.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
