"""Asking Keras about layers on top of each other, and layers that read from both ends.

Here the layers are asked as they are: the state at a position is what a layer returns for the
inputs up to there. A layer that reads backwards is given the inputs from there to the end. The
states of one layer, side by side, are the inputs of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array

Tensor: TypeAlias = Any
Key: TypeAlias = tuple[str, int | None]

LOSSES = {"softmax": "CategoricalCrossentropy", "sigmoid": "BinaryCrossentropy"}


def is_stack(layers: Sequence[Any]) -> bool:
    """Whether there are several recurrent layers, or one that reads from both ends."""
    recurrent = [layer for layer in layers if hasattr(layer, "return_sequences")]
    return len(recurrent) > 1 or any(hasattr(layer, "backward_layer") for layer in recurrent)


def ask_stack(walkthrough: Walkthrough, layers: Sequence[Any]) -> dict[Key, Array]:
    """Keras's states at each position, its answer, loss, and gradients of the weights.

    The states of a walkthrough are matched with the layers in the order in which both come:
    for a bidirectional layer the one that reads forwards first.

    Raises:
        UsageError: the walkthrough has not as many kinds of state as there are layers.
        ComparisonError: the layers have other weights than the walkthrough.
    """
    *recurrent, dense = layers
    check_weights(walkthrough, layers)
    names = list(dict.fromkeys(q.name for q in walkthrough.of_role("state")))
    readers = [reader for layer in recurrent for reader in _readers(layer)]
    if len(names) != len(readers):
        raise UsageError(
            f'"{walkthrough.title}" has {len(names)} kinds of state ({", ".join(names)}), '
            f"but the model has {len(readers)} layers that keep one."
        )
    found: dict[Key, Array] = {}
    sequence = _inputs(walkthrough, dense.compute_dtype)
    unnamed = iter(names)
    for layer in recurrent:
        states = [_states(reader, sequence) for reader in _readers(layer)]
        for piece in states:
            name = next(unnamed)
            found.update({(name, t + 1): np.asarray(piece[0, t]) for t in range(piece.shape[1])})
        sequence = np.concatenate(states, axis=-1)
    return found | _answer_and_gradients(walkthrough, layers)


def _readers(layer: Any) -> list[Any]:
    if hasattr(layer, "backward_layer"):
        return [layer.forward_layer, layer.backward_layer]
    return [layer]


def _inputs(walkthrough: Walkthrough, dtype: str) -> Array:
    inputs = sorted(
        (q for q in walkthrough.of_role("input") if q.t is not None), key=lambda q: q.t or 0
    )
    return np.stack([np.atleast_2d(q.value) for q in inputs], axis=1).astype(dtype)


def _states(reader: Any, sequence: Array) -> Array:
    """The state at each position: a backward reader comes there from the end."""
    steps = range(sequence.shape[1])
    parts = [sequence[:, t:] if reader.go_backwards else sequence[:, : t + 1] for t in steps]
    return np.stack([_last(reader, part) for part in parts], axis=1)


def _last(reader: Any, sequence: Array) -> Array:
    output = reader(sequence, training=False)
    return np.asarray(output[:, -1] if reader.return_sequences else output)


def _answer_and_gradients(walkthrough: Walkthrough, layers: Sequence[Any]) -> dict[Key, Array]:
    import keras
    import tensorflow as tf

    dense = layers[-1]
    (answer,) = walkthrough.of_role("output")
    (target,) = walkthrough.of_role("target")
    (total,) = [q for q in walkthrough.of_role("loss") if q.t is None]
    loss = getattr(keras.losses, LOSSES[dense.activation.__name__])(dtype=dense.compute_dtype)
    variables = [variable.value for layer in layers for variable in layer.weights]
    sequence = tf.convert_to_tensor(_inputs(walkthrough, dense.compute_dtype))
    with tf.GradientTape() as tape:
        tape.watch(variables)
        for layer in layers:
            sequence = layer(sequence, training=False)
        surprise = loss(np.atleast_2d(target.value), sequence)
    slopes = tape.gradient(surprise, variables)
    found: dict[Key, Array] = {
        (answer.name, answer.t): np.asarray(sequence),
        (total.name, None): np.asarray(surprise),
    }
    for weight, slope in zip(walkthrough.weights, slopes, strict=True):
        found[f"d_{weight.name}", None] = np.asarray(slope)
    return found


def check_weights(walkthrough: Walkthrough, layers: Sequence[Any]) -> None:
    """Raises ComparisonError unless the layers hold the weights of the walkthrough."""
    variables = [variable for layer in layers for variable in layer.weights]
    wanted = walkthrough.weights
    if [tuple(v.shape) for v in variables] != [q.shape for q in wanted]:
        raise ComparisonError(
            f"the layers have weights of the shapes {_shapes(variables)}; "
            f'"{walkthrough.title}" has {_shapes(wanted)}.'
        )
    for variable, quantity in zip(variables, wanted, strict=True):
        difference = float(np.abs(np.asarray(variable) - quantity.value).max())
        if difference > 1e-6:
            raise ComparisonError(
                f"{variable.path} differs from {quantity.title} of the walkthrough by "
                f"{difference:.3g}; load the walkthrough's weights with "
                "model.set_weights([q.value for q in walkthrough.weights])."
            )


def _shapes(arrays: Sequence[Quantity | Any]) -> str:
    return ", ".join(str(tuple(array.shape)) for array in arrays)
