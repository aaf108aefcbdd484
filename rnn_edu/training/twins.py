"""The same network once more, from the book's own NumPy layers, which know no walkthrough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu import layers
from rnn_edu.errors import UsageError
from rnn_edu.networks import Embedding, Input, Network, Recurrent
from rnn_edu.training.model import Sequential
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array


def numpy_twin(
    network: Network,
    weights: Sequence[ArrayLike],
    shape: tuple[int, ...],
    starts: Mapping[str, Sequence[Array]] = MappingProxyType({}),
) -> Sequential:
    """A model of NumPy layers in float64 with the weights of a network.

    Args:
        network: layers on top of each other.
        weights: the arrays of ``get_weights()``; a single number may stand for a 1 × 1 array.
        shape: of its input, the examples first.
        starts: the states that a recurrent layer starts from, by its name, in place of zeros.

    Raises:
        UsageError: the network is not a plain stack of layers.
    """
    if not network.stacked:
        raise UsageError("the NumPy layers are stacked; this network has branches.")
    built = [
        layer.build(layers, dtype="float64")
        for layer in network.layers
        if not isinstance(layer, Input)
    ]
    for layer in built:
        if layer.name in starts:
            # Layers in a row are called without states; this one has its own for good.
            layer.forward = partial(layer.forward, initial_state=list(starts[layer.name]))
    model = Sequential(built, seed=0)
    model.compile("sgd", network.objective.loss or "mean_squared_error")
    model.build(shape)
    wanted = [np.shape(array) for array in model.get_weights()]
    model.set_weights(
        [np.reshape(array, size) for array, size in zip(weights, wanted, strict=True)]
    )
    return model


def inputs(network: Network, walkthrough: Walkthrough) -> Array:
    """What the model reads: one example, its vectors in time or, for a look-up, its numbers."""
    rows = [np.atleast_1d(q.value) for q in walkthrough.of_role("input")]
    if any(isinstance(layer, Embedding) for layer in network.layers):
        return np.array([[int(np.argmax(row)) for row in rows]])
    return np.stack(rows)[None]


def starts(network: Network, walkthrough: Walkthrough) -> dict[str, list[Array]]:
    """The states that the recurrent layers are given to start from, each of shape (1, units)."""
    found: dict[str, list[Array]] = {}
    for layer in network.layers:
        if not isinstance(layer, Recurrent):
            continue
        given = {
            q.origin.value: np.atleast_2d(q.value)
            for q in walkthrough.quantities
            if q.definition is None and q.origin is not None and q.origin.layer == layer.name
        }
        if all(state in given for state in layer.cell.states):
            found[layer.name] = [given[state] for state in layer.cell.states]
    return found


def targets(walkthrough: Walkthrough) -> Array:
    """What the model should answer, at every step or after the last one."""
    wanted: list[Any] = walkthrough.of_role("target")
    stacked = np.stack([q.value for q in wanted])
    return stacked if wanted[0].t is None else stacked[None]


def has_targets(network: Network, walkthrough: Walkthrough) -> bool:
    """Whether there is a target for every answer; the word after the last one is unknown."""
    wanted = [q.value for q in walkthrough.of_role("target")]
    shares = "categorical" in network.objective.loss
    return bool(wanted) and all(not shares or np.isclose(row.sum(), 1) for row in wanted)
