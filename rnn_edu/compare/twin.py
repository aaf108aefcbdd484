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
        A ``keras.Sequential`` that takes inputs of shape (examples, time steps, features), or
        whole numbers of shape (examples, time steps) where an embedding comes first.

    Raises:
        ShapeError: the weights are not as many, or not of the shapes, as the layers need.
    """
    import keras

    dense = keras.layers.Dense(
        network.outputs,
        activation=network.output_activation,
        use_bias=network.output_bias if isinstance(network, Network) else True,
        dtype=dtype,
    )
    below = [*_entrance(network, dtype), *_recurrent_layers(network, dtype)]
    model = keras.Sequential([*below, dense])
    if weights is not None:
        arrays = [np.asarray(value) for value in weights]
        _check_shapes(model, arrays)
        model.set_weights(arrays)
    return model


def _entrance(network: Network | Stack, dtype: str) -> list[Any]:
    """The input, and the embedding layer where there is one."""
    import keras

    if isinstance(network, Stack) or not network.words:
        return [keras.Input((None, network.features), dtype=dtype)]
    table = keras.layers.Embedding(network.words, network.features, dtype=dtype)
    return [keras.Input((None,), dtype="int32"), table]


def _recurrent_layers(network: Network | Stack, dtype: str) -> list[Any]:
    if isinstance(network, Stack):
        last = network.layers[-1]
        return [_layer(r, dtype, return_sequences=r is not last) for r in network.layers]
    settings: dict[str, Any] = {
        "use_bias": network.use_bias,
        "activation": network.activation,
    }
    if network.cell == "GRU":
        settings["reset_after"] = network.reset_after
    recurrent = Recurrent(network.cell, network.units)
    return [_layer(recurrent, dtype, return_sequences=network.every_step, **settings)]


def _layer(recurrent: Recurrent, dtype: str, **settings: Any) -> Any:
    import keras

    layer = getattr(keras.layers, recurrent.cell)(recurrent.units, dtype=dtype, **settings)
    return keras.layers.Bidirectional(layer, dtype=dtype) if recurrent.bidirectional else layer


def _check_shapes(model: Any, arrays: Sequence[np.ndarray[Any, Any]]) -> None:
    wanted = [tuple(weight.shape) for weight in model.weights]
    found = [array.shape for array in arrays]
    if found != wanted:
        raise ShapeError(
            f"{', '.join(map(_text, model.layers))} take weights of the shapes "
            f"{', '.join(map(str, wanted))}; those given have {', '.join(map(str, found))}."
        )


def _text(layer: Any) -> str:
    """A layer as one would write it: ``Bidirectional(LSTM(2))``."""
    inner = getattr(layer, "forward_layer", None)
    return f"{type(layer).__name__}({layer.units if inner is None else _text(inner)})"
