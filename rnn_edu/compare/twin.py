"""The same network, built by Keras from its description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError
from rnn_edu.networks import Input, Network


def keras_twin(
    network: Network, weights: Sequence[ArrayLike] | None = None, dtype: str = "float64"
) -> Any:
    """A functional Keras model of a network, each of its layers of type ``dtype``.

    Keras's own default type stays as it is: only these layers are told.

    Args:
        network: what to build.
        weights: the arrays of ``get_weights()``, in the order of the layers; None leaves Keras's
            random ones.
        dtype: ``"float64"`` or ``"float32"``.

    Returns:
        A Keras model that takes inputs of shape (examples, time steps, features), or whole
        numbers of shape (examples, time steps) where an embedding comes first.

    Raises:
        ShapeError: the weights are not as many, or not of the shapes, as the layers need.
    """
    import keras

    tensors: list[Any] = []
    for node in network.nodes:
        if isinstance(node.layer, Input):
            kind = "int32" if node.layer.dtype == "int" else dtype
            tensors.append(keras.Input(node.layer.shape, dtype=kind, name=node.layer.name))
            continue
        inputs = [_output(tensors[number], port) for number, port in node.inputs]
        layer = node.layer.build(keras.layers, dtype=dtype)
        tensors.append(_call(layer, node.layer, inputs))
    entrances = [
        t for t, n in zip(tensors, network.nodes, strict=True) if isinstance(n.layer, Input)
    ]
    outputs = [_output(tensors[number], port) for number, port in network.outputs]
    model = keras.Model(
        entrances[0] if len(entrances) == 1 else entrances,
        outputs[0] if len(outputs) == 1 else outputs,
    )
    if weights is not None:
        _set(model, network, [np.asarray(value) for value in weights])
    return model


def _output(tensor: Any, port: int) -> Any:
    return tensor[port] if isinstance(tensor, (list, tuple)) else tensor


def _call(layer: Any, described: Any, inputs: Sequence[Any]) -> Any:
    from rnn_edu.networks import Bidirectional, Recurrent
    from rnn_edu.networks.shaping import Merge

    if isinstance(described, Merge):
        return layer(list(inputs))
    if isinstance(described, (Recurrent, Bidirectional)) and len(inputs) > 1:
        return layer(inputs[0], initial_state=list(inputs[1:]))
    return layer(inputs[0] if len(inputs) == 1 else list(inputs))


def _set(model: Any, network: Network, arrays: Sequence[np.ndarray[Any, Any]]) -> None:
    """Gives the layers their weights, in the order of the network."""
    start = 0
    for layer in network.layers:
        count = len(layer.arrays())
        if not count:
            continue
        keras_layer = model.get_layer(layer.name)
        wanted = [tuple(weight.shape) for weight in keras_layer.weights]
        given = arrays[start : start + count]
        if [array.shape for array in given] != wanted:
            raise ShapeError(
                f"{layer.title()} takes weights of the shapes {', '.join(map(str, wanted))}; those "
                f"given have {', '.join(str(array.shape) for array in given) or 'none'}."
            )
        keras_layer.set_weights(given)
        start += count
    if start != len(arrays):
        raise ShapeError(f"the network takes {start} arrays of weights; {len(arrays)} are given.")
