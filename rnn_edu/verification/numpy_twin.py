"""The same network once more, from the book's own NumPy layers, which know no walkthrough."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu import layers
from rnn_edu.calculations.network import Network, Stack
from rnn_edu.training import Sequential
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array


def numpy_twin(network: Network | Stack, walkthrough: Walkthrough) -> Sequential:
    """A model of NumPy layers in float64, with the weights of a walkthrough.

    Args:
        network: what to build.
        walkthrough: whose weights it gets.
    """
    dense = layers.Dense(
        network.outputs,
        activation=network.output_activation,
        use_bias=network.output_bias if isinstance(network, Network) else True,
        dtype="float64",
    )
    below = _from_stack(network) if isinstance(network, Stack) else _from_network(network)
    model = Sequential([*below, dense], seed=0)
    model.compile("sgd", network.loss)
    model.build(inputs(network, walkthrough).shape)
    model.set_weights([weight.value for weight in walkthrough.weights])
    return model


def _from_stack(stack: Stack) -> list[layers.Layer]:
    built: list[layers.Layer] = []
    for recurrent in stack.layers:
        layer = getattr(layers, recurrent.cell)(
            recurrent.units, return_sequences=recurrent is not stack.layers[-1], dtype="float64"
        )
        built.append(layers.Bidirectional(layer) if recurrent.bidirectional else layer)
    return built


def _from_network(network: Network) -> list[layers.Layer]:
    settings: dict[str, Any] = {"reset_after": network.reset_after} if network.cell == "GRU" else {}
    recurrent = getattr(layers, network.cell)(
        network.units,
        activation=network.activation,
        use_bias=network.use_bias,
        return_sequences=network.every_step,
        dtype="float64",
        **settings,
    )
    if not network.words:
        return [recurrent]
    return [layers.Embedding(network.words, network.features, dtype="float64"), recurrent]


def inputs(network: Network | Stack, walkthrough: Walkthrough) -> Array:
    """What the model reads: one example, its vectors in time or, for a look-up, its numbers."""
    rows = [np.atleast_1d(q.value) for q in walkthrough.of_role("input")]
    if isinstance(network, Network) and network.words:
        return np.array([[int(np.argmax(row)) for row in rows]])
    return np.stack(rows)[None]


def targets(network: Network | Stack, walkthrough: Walkthrough) -> Array:
    """What the model should answer, at every step or after the last one."""
    wanted = [q.value for q in walkthrough.of_role("target")]
    every_step = isinstance(network, Network) and network.every_step
    return np.stack(wanted)[None] if every_step else np.stack(wanted)


def has_targets(network: Network | Stack, walkthrough: Walkthrough) -> bool:
    """Whether there is a target for every answer; the word after the last one is unknown."""
    wanted = [q.value for q in walkthrough.of_role("target")]
    shares = network.output_activation == "softmax"
    return bool(wanted) and all(not shares or np.isclose(row.sum(), 1) for row in wanted)
