"""The same network, built by Keras from a description in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.network import Network, Recurrent, Stack
from rnn_edu.errors import ShapeError

CELLS = ("SimpleRNN", "LSTM", "GRU")


def keras_twin(
    network: Network | Stack, weights: Sequence[ArrayLike] | None = None, dtype: str = "float64"
) -> Any:
    """A Keras model of recurrent layers and a dense layer, each of them of type ``dtype``.

    Keras's own default type stays as it is: only these layers are told.

    Args:
        network: what to build.
        weights: the arrays of ``get_weights()``, in its order; None leaves Keras's random ones.
        dtype: ``"float64"`` or ``"float32"``.

    Returns:
        A ``keras.Sequential`` that takes inputs of shape (examples, time steps, features).

    Raises:
        ShapeError: the weights are not as many, or not of the shapes, as the layers need.
    """
    import keras

    inside = _stacked(network, dtype) if isinstance(network, Stack) else _single(network, dtype)
    dense = keras.layers.Dense(
        network.outputs,
        activation=network.output_activation,
        use_bias=getattr(network, "output_bias", True),
        dtype=dtype,
    )
    model = keras.Sequential([keras.Input((None, network.features), dtype=dtype), *inside, dense])
    if weights is not None:
        arrays = [np.asarray(value) for value in weights]
        _check_shapes(_name(network), arrays, [tuple(w.shape) for w in model.weights])
        model.set_weights(arrays)
    return model


def _single(network: Network, dtype: str) -> list[Any]:
    import keras

    special = {"reset_after": network.reset_after} if network.cell == "GRU" else {}
    recurrent = getattr(keras.layers, network.cell)(
        network.units,
        use_bias=network.use_bias,
        return_sequences=network.every_step,
        dtype=dtype,
        **special,
    )
    return [recurrent]


def _stacked(stack: Stack, dtype: str) -> list[Any]:
    """The layers of a stack; all but the last hand on what they have at every step."""
    last = len(stack.layers) - 1
    return [_layer(layer, dtype, sequences=k < last) for k, layer in enumerate(stack.layers)]


def _layer(recurrent: Recurrent, dtype: str, *, sequences: bool) -> Any:
    import keras

    kind = getattr(keras.layers, recurrent.cell)
    layer = kind(recurrent.units, return_sequences=sequences, dtype=dtype)
    return keras.layers.Bidirectional(layer, dtype=dtype) if recurrent.bidirectional else layer


def _name(network: Network | Stack) -> str:
    if isinstance(network, Network):
        return f"{network.cell}({network.units}) with Dense({network.outputs})"
    layers = [
        f"Bidirectional({layer.cell}({layer.units}))"
        if layer.bidirectional
        else f"{layer.cell}({layer.units})"
        for layer in network.layers
    ]
    return f"{', '.join(layers)} with Dense({network.outputs})"


def _check_shapes(
    name: str, arrays: Sequence[np.ndarray], wanted: Sequence[tuple[int, ...]]
) -> None:
    found = [array.shape for array in arrays]
    if found != list(wanted):
        raise ShapeError(
            f"{name} takes weights of the "
            f"shapes {', '.join(map(str, wanted))}; "
            f"those given have {', '.join(map(str, found))}."
        )
