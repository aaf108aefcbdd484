"""The same network, built by Keras from a description in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.network import Network
from rnn_edu.errors import ShapeError

CELLS = ("SimpleRNN", "LSTM", "GRU")


def keras_twin(
    network: Network, weights: Sequence[ArrayLike] | None = None, dtype: str = "float64"
) -> Any:
    """A Keras model of a recurrent and a dense layer, each of them of type ``dtype``.

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

    recurrent = getattr(keras.layers, network.cell)(
        network.units,
        use_bias=network.use_bias,
        return_sequences=network.every_step,
        dtype=dtype,
    )
    dense = keras.layers.Dense(
        network.outputs,
        activation=network.output_activation,
        use_bias=network.output_bias,
        dtype=dtype,
    )
    model = keras.Sequential([keras.Input((None, network.features), dtype=dtype), recurrent, dense])
    if weights is not None:
        arrays = [np.asarray(value) for value in weights]
        _check_shapes(network, arrays, [tuple(w.shape) for w in model.weights])
        model.set_weights(arrays)
    return model


def _check_shapes(
    network: Network, arrays: Sequence[np.ndarray], wanted: Sequence[tuple[int, ...]]
) -> None:
    found = [array.shape for array in arrays]
    if found != list(wanted):
        raise ShapeError(
            f"{network.cell}({network.units}) with Dense({network.outputs}) takes weights of the "
            f"shapes {', '.join(map(str, wanted))}; "
            f"those given have {', '.join(map(str, found))}."
        )
