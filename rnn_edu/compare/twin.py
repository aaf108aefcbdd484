"""The same network, built by Keras from its description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_edu.errors import ShapeError
from rnn_edu.networks import Bidirectional, Input, Network, Node, Recurrent
from rnn_edu.networks.network import Arrays, inside
from rnn_edu.networks.shaping import Merge


def keras_twin(network: Network, weights: Arrays | None = None, dtype: str = "float64") -> Any:
    """A functional Keras model of a network, each of its layers of type ``dtype``.

    Keras's own default type stays as it is: only these layers are told.

    Args:
        network: what to build.
        weights: the arrays of ``get_weights()`` in the order of the layers, or those of each
            layer by its name; None leaves Keras's random ones.
        dtype: ``"float64"`` or ``"float32"``.

    Returns:
        A Keras model that takes inputs of shape (examples, time steps, features), or whole
        numbers of shape (examples, time steps) where an embedding comes first.

    Raises:
        ShapeError: the weights are not as many, or not of the shapes, as the layers need.
    """
    import keras

    from rnn_edu.keras_layers import library

    layers = library()
    tensors: list[Any] = []
    # A stateful layer has to know how many examples run side by side; by hand it is one.
    examples = 1 if _is_stateful(network) else None
    for node in network.nodes:
        if isinstance(node.layer, Input):
            kind = "int32" if node.layer.dtype == "int" else dtype
            tensors.append(keras.Input(node.layer.shape, examples, kind, name=node.layer.name))
            continue
        inputs = [_output(tensors[number], port) for number, port in node.inputs]
        layer = node.layer.build(layers, dtype=dtype)
        tensors.append(_call(layer, node, inputs))
    entrances = [
        t for t, n in zip(tensors, network.nodes, strict=True) if isinstance(n.layer, Input)
    ]
    outputs = [_output(tensors[number], port) for number, port in network.outputs]
    model = keras.Model(
        entrances[0] if len(entrances) == 1 else entrances,
        outputs[0] if len(outputs) == 1 else outputs,
    )
    if weights is not None:
        for name, arrays in network.arrays_of(weights).items():
            _set(model.get_layer(name), [np.asarray(array) for array in arrays])
    return model


def _is_stateful(network: Network) -> bool:
    parts = [part for layer in network.layers for part in inside(layer)]
    return any(isinstance(part, Recurrent) and part.stateful for part in parts)


def _output(tensor: Any, port: int) -> Any:
    return tensor[port] if isinstance(tensor, (list, tuple)) else tensor


def _call(layer: Any, node: Node, inputs: Sequence[Any]) -> Any:
    if isinstance(node.layer, Merge):
        return layer(list(inputs))
    if isinstance(node.layer, (Recurrent, Bidirectional)) and len(inputs) > 1:
        # Given states as well, Keras's layer takes the mask only where it is named.
        mask = getattr(inputs[0], "_keras_mask", None) if node.masked else None
        named = {} if mask is None else {"mask": mask}
        return layer(inputs[0], initial_state=list(inputs[1:]), **named)
    return layer(inputs[0] if len(inputs) == 1 else list(inputs))


def _set(layer: Any, arrays: Sequence[np.ndarray[Any, Any]]) -> None:
    """Gives a layer its weights."""
    wanted = [tuple(weight.shape) for weight in layer.weights]
    if [array.shape for array in arrays] != wanted:
        raise ShapeError(
            f"the layer {layer.name!r} takes weights of the shapes {', '.join(map(str, wanted))}; "
            f"those given have {', '.join(str(array.shape) for array in arrays) or 'none'}."
        )
    if arrays:
        layer.set_weights(arrays)
