"""A Keras model as a network of the book.

Read are the settings that Keras gives out for each layer (``get_config``), never its code. The
table :data:`READ` says which layers are known and which of their settings are taken over;
:data:`WITHOUT_EFFECT` lists what changes nothing when a trained network is used. Any other setting
must have Keras's own default, or the model is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_edu import networks as n
from rnn_edu.errors import NumberError, UsageError
from rnn_edu.networks.network import Port
from rnn_edu.walkthrough.functions import activation

#: Settings that act in training only, or not on the numbers at all.
WITHOUT_EFFECT = frozenset(
    {
        "name",
        "trainable",
        "dtype",
        "seed",
        "noise_shape",
        "unroll",
        "use_cudnn",
        "implementation",
        "unit_forget_bias",
        "dropout",
        "recurrent_dropout",
        "input_length",
        "build_config",
        "batch_shape",
        "sparse",
        "ragged",
        "optional",
        "registered_name",
        "quantization_config",
        "data_format",
        "time_major",
        "scan",
        "autocast",
    }
    | {
        f"{array}_{kind}"
        for array in ("kernel", "recurrent", "bias", "embeddings", "beta", "gamma", "activity")
        for kind in ("initializer", "regularizer", "constraint")
    }
)
RECURRENT = (
    "units",
    "activation",
    "use_bias",
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
)


@dataclass(frozen=True)
class Known:
    """A layer that can be read.

    Attributes:
        make: the layer of the book.
        settings: those that are taken over.
        defaults: those that must have this value, or be absent.
    """

    make: Callable[..., n.Layer]
    settings: tuple[str, ...] = ()
    defaults: Mapping[str, tuple[Any, ...]] | None = None


def _normalization(mean: Any, variance: Any, invert: bool, name: str) -> n.Layer:
    """Keras makes float32 of mean and variance before anything else."""
    given = [None if a is None else np.float32(a).astype(np.float64) for a in (mean, variance)]
    read = [None if a is None else tuple(a.tolist()) if a.ndim else float(a) for a in given]
    return n.Normalization(read[0], read[1], invert, name=name)


READ: dict[str, Known] = {
    "Embedding": Known(
        n.Embedding,
        ("input_dim", "output_dim", "mask_zero"),
        {"lora_rank": (None,), "lora_alpha": (None,), "quantization_mode": (None,)},
    ),
    "Masking": Known(n.Masking, ("mask_value",)),
    "SimpleRNN": Known(n.SimpleRNN, RECURRENT, {"zero_output_for_mask": (False,)}),
    "LSTM": Known(n.LSTM, (*RECURRENT, "recurrent_activation"), {"zero_output_for_mask": (False,)}),
    "GRU": Known(
        n.GRU,
        (*RECURRENT, "recurrent_activation", "reset_after"),
        {"zero_output_for_mask": (False,)},
    ),
    "Dense": Known(
        n.Dense,
        ("units", "activation", "use_bias"),
        {"lora_rank": (None,), "lora_alpha": (None,), "quantization_mode": (None,)},
    ),
    "Activation": Known(n.Activation, ("activation",)),
    "ReLU": Known(
        n.ReLU,
        (),
        {"max_value": (None,), "negative_slope": (0, 0.0), "threshold": (0, 0.0)},
    ),
    "Softmax": Known(n.Softmax, (), {"axis": (-1,)}),
    "Dropout": Known(n.Dropout, ("rate",)),
    "SpatialDropout1D": Known(n.SpatialDropout1D, ("rate",)),
    "GaussianNoise": Known(lambda stddev, name: n.Dropout(0.0, name=name), ("stddev",)),
    "LayerNormalization": Known(
        n.LayerNormalization,
        ("epsilon", "center", "scale"),
        {"axis": (-1, [-1], [2], 2), "rms_scaling": (False,)},
    ),
    "Attention": Known(n.Attention, ("use_scale",), {"score_mode": ("dot",)}),
    "AdditiveAttention": Known(n.AdditiveAttention, ("use_scale",)),
    "Dot": Known(n.Dot, ("axes",), {"normalize": (False,)}),
    "Flatten": Known(n.Flatten),
    "RepeatVector": Known(n.RepeatVector, ("n",)),
    "Normalization": Known(
        _normalization, ("mean", "variance", "invert"), {"axis": (-1, [-1], (-1,), [2], 2)}
    ),
    "Add": Known(n.Add),
    "Subtract": Known(n.Subtract),
    "Multiply": Known(n.Multiply),
    "Average": Known(n.Average),
    "Maximum": Known(n.Maximum),
    "Concatenate": Known(n.Concatenate, ("axis",)),
    "GlobalAveragePooling1D": Known(n.GlobalAveragePooling1D, (), {"keepdims": (False,)}),
    "GlobalMaxPooling1D": Known(n.GlobalMaxPooling1D, (), {"keepdims": (False,)}),
}


#: Layers of :mod:`rnn_edu.keras_layers`. A model file with one of them is not opened.
OURS: dict[str, Known] = {
    kind: Known(make, RECURRENT, {"zero_output_for_mask": (False,)})
    for kind, make in {
        "MinGRU": n.MinGRU,
        "MinLSTM": n.MinLSTM,
        "DiagonalSSM": n.DiagonalSSM,
    }.items()
}


@dataclass(frozen=True)
class Found:
    """What was read.

    Attributes:
        network: the layers, and the loss where the model has been compiled with one.
        weights: the arrays of each layer, by its name.
        starts: states that a stateful layer holds, by layer and name.
    """

    network: n.Network
    weights: dict[str, list[NDArray[np.float64]]]
    starts: dict[str, dict[str, NDArray[np.float64]]]


def read_keras(
    model: Any,
    *,
    loss: str | None = None,
    from_logits: bool = False,
    reduction: str = "mean",
) -> Found:
    """A Keras model, a single layer or a list of layers, as a network and its weights.

    Args:
        model: a built ``keras.Sequential`` or functional model, a layer, or a list of layers.
        loss: Keras's name of the loss; by default the one that the model is compiled with.
        from_logits: whether the loss that is named reads logits.
        reduction: how the losses of several steps are put together.

    Raises:
        UsageError: a layer or a setting that is not known, or a model that is not built.
        NumberError: a weight is not a finite number.
    """
    nodes, outputs = _functional(model) if _is_graph(model) else _chain(model)
    found = _loss(model) if loss is None else (_snake(loss), from_logits)
    objective = n.Objective(*found, reduction=reduction)
    layers = [layer for layer in _layers_of(model) if hasattr(layer, "get_weights")]
    weights = {
        layer.name: _arrays(layer) for layer in layers if type(layer).__name__ != "InputLayer"
    }
    starts = {layer.name: _states(layer) for layer in layers if getattr(layer, "stateful", False)}
    starts = {name: states for name, states in starts.items() if states}
    return Found(n.Network(tuple(nodes), tuple(outputs), objective), weights, starts)


def read_layer(layer: Any, *, inside: bool = False) -> n.Layer:
    """One Keras layer as a layer of the book.

    Args:
        layer: a built Keras layer.
        inside: whether it is half of a Bidirectional, which sets zeros where a mask says so.

    Raises:
        UsageError: it is not known, or has a setting that is not.
    """
    kind = type(layer).__name__
    config = dict(layer.get_config())
    if inside:
        config.pop("zero_output_for_mask", None)
    if kind == "Bidirectional":
        backward = read_layer(layer.backward_layer, inside=True)
        forward = read_layer(layer.forward_layer, inside=True)
        assert isinstance(backward, n.Recurrent)
        assert isinstance(forward, n.Recurrent)
        return n.Bidirectional(forward, layer.merge_mode, backward_layer=backward, name=layer.name)
    if kind == "TimeDistributed":
        return n.TimeDistributed(read_layer(layer.layer), name=layer.name)
    entry = _known(layer)
    if entry is None:
        known = ", ".join(sorted([*READ, "Bidirectional", "TimeDistributed"]))
        raise UsageError(
            f"the layer {layer.name!r} is a {kind}, which cannot be written by hand here; known "
            f"are Input, {known}."
        )
    _check_settings(layer.name, kind, config, entry)
    settings = {
        key: _setting(layer.name, key, config[key]) for key in entry.settings if key in config
    }
    return entry.make(name=layer.name, **settings)


def _known(layer: Any) -> Known | None:
    """What is known of a layer of Keras, or of this book; None of any other of the same name."""
    package = type(layer).__module__.split(".")
    table = READ if package[0] in ("keras", "tf_keras") else {}
    return (OURS if package[:2] == ["rnn_edu", "keras_layers"] else table).get(type(layer).__name__)


def _check_settings(name: str, kind: str, config: Mapping[str, Any], entry: Known) -> None:
    for key, value in config.items():
        if key in entry.settings or key in WITHOUT_EFFECT:
            continue
        allowed = (entry.defaults or {}).get(key)
        if allowed is None or value not in allowed:
            wanted = "" if allowed is None else f"; only {allowed[0]!r} can be written by hand here"
            raise UsageError(f"the {kind} layer {name!r} has the setting {key}={value!r}{wanted}.")


def _setting(name: str, key: str, value: Any) -> Any:
    if not key.endswith("activation"):
        return tuple(value) if isinstance(value, list) else value
    if not isinstance(value, str):
        raise UsageError(
            f"the layer {name!r} has a function of its own as {key}; by hand only Keras's own "
            "activations can be written."
        )
    try:
        activation(value)
    except UsageError as error:
        raise UsageError(f"the layer {name!r} cannot be written by hand: {error}") from None
    return value


def _is_graph(model: Any) -> bool:
    return hasattr(model, "operations") and type(model).__name__ == "Functional"


def _layers_of(model: Any) -> list[Any]:
    if isinstance(model, Sequence):
        return list(model)
    return list(model.layers) if hasattr(model, "layers") else [model]


def _chain(model: Any) -> tuple[list[n.Node], list[Port]]:
    """A Sequential model, a list of layers, or one layer, with an input before it."""
    layers = [layer for layer in _layers_of(model) if type(layer).__name__ != "InputLayer"]
    if not layers or any(not hasattr(layer, "get_config") for layer in layers):
        raise UsageError(
            "a Keras model, a Keras layer or a list of Keras layers is needed; given is "
            f"{type(model).__name__}."
        )
    for layer in layers:
        _check_built(layer)
        _check_once(layer, layers.count(layer))
    whole = type(layers[0]).__name__ == "Embedding"
    shape = (None,) if whole else _entrance_shape(layers[0])
    first = n.Input(shape, "int" if whole else "float", name=_input_name(model))
    read = [first, *map(read_layer, layers)]
    nodes = [n.Node(layer, ((k - 1, 0),) if k else ()) for k, layer in enumerate(read)]
    return nodes, [(len(nodes) - 1, 0)]


def _entrance_shape(layer: Any) -> tuple[int | None, ...]:
    """Shape of what the first layer reads, without the examples."""
    shape = getattr(getattr(layer, "input", None), "shape", None) if _called(layer) else None
    if shape is None:
        spec = (
            (layer._build_shapes_dict or {}).values()
            if hasattr(layer, "_build_shapes_dict")
            else ()
        )
        shape = next((value for value in spec if value), None)
    if shape is None or len(shape) < 2:
        return (None, None)
    return tuple(None if size is None else int(size) for size in shape[1:])


def _called(layer: Any) -> bool:
    return bool(getattr(layer, "_inbound_nodes", ()))


def _input_name(model: Any) -> str:
    names = getattr(model, "input_names", None)
    return str(names[0]) if names else "input"


def _check_built(layer: Any) -> None:
    if not layer.built:
        raise UsageError(
            f"the {type(layer).__name__} layer {layer.name!r} has no weights yet; call the model "
            "on data first, or begin it with keras.Input."
        )


def _check_once(layer: Any, times: int) -> None:
    if times > 1:
        raise UsageError(
            f"the layer {layer.name!r} is used {times} times; by hand each layer is written once."
        )


def _functional(model: Any) -> tuple[list[n.Node], list[Port]]:
    """The graph of a functional model, in the order in which it is calculated."""
    places: dict[str, int] = {}
    nodes: list[n.Node] = []
    for operation in _in_order(model):
        if not hasattr(operation, "get_weights"):
            continue  # an operation without a layer: Keras writes masks with them
        _check_built(operation)
        kind = type(operation).__name__
        if kind != "InputLayer":
            _check_once(operation, len(operation._inbound_nodes))
        ports = () if kind == "InputLayer" else _ports(operation, places)
        layer = _entrance(operation) if kind == "InputLayer" else read_layer(operation)
        places[operation.name] = len(nodes)
        nodes.append(n.Node(layer, ports, masked=_is_masked(operation)))
    return nodes, [_port("the output", tensor, places) for tensor in model.outputs]


def _in_order(model: Any) -> list[Any]:
    """The operations of a model, each after what it reads: the deepest first."""
    depths = sorted(model._nodes_by_depth, reverse=True)
    seen: dict[str, Any] = {}
    for depth in depths:
        for node in model._nodes_by_depth[depth]:
            seen.setdefault(node.operation.name, node.operation)
    return list(seen.values())


def _ports(operation: Any, places: Mapping[str, int]) -> tuple[Port, ...]:
    """What a layer reads: its inputs and, for a recurrent one, the states that it starts from.

    Raises:
        UsageError: it is called with something else, which would not be seen here.
    """
    (node,) = operation._inbound_nodes
    tensors = _tensors(node.arguments.args)
    given = dict(node.arguments.kwargs)
    tensors += _tensors([given.pop("initial_state", None)])
    mask, implied = given.pop("mask", None), [getattr(t, "_keras_mask", None) for t in tensors]
    given.pop("training", None)
    if any(all(m is not known for known in implied) for m in _tensors([mask])):
        raise UsageError(
            f"the layer {operation.name!r} is called with a mask of its own; by hand only masks "
            "of an Embedding or a Masking layer are written."
        )
    for key, value in given.items():
        if value not in (None, False):
            raise UsageError(
                f"the layer {operation.name!r} is called with {key}={value!r:.60}, which is not "
                "written by hand here."
            )
    return tuple(_port(f"the layer {operation.name!r}", tensor, places) for tensor in tensors)


def _is_masked(operation: Any) -> bool:
    """Whether the mask of its input reaches a layer: with given states it has to be named."""
    if type(operation).__name__ == "InputLayer":
        return True
    (node,) = operation._inbound_nodes
    given = node.arguments.kwargs
    return given.get("initial_state") is None or given.get("mask") is not None


def _tensors(given: Any) -> list[Any]:
    """The tensors in nested lists, in order."""
    if isinstance(given, (list, tuple)):
        return [tensor for one in given for tensor in _tensors(one)]
    return [given] if hasattr(given, "_keras_history") else []


def _port(reader: str, tensor: Any, places: Mapping[str, int]) -> Port:
    history = tensor._keras_history
    if history.operation.name not in places:
        raise UsageError(
            f"{reader} reads the operation {type(history.operation).__name__} "
            f"{history.operation.name!r}, which is no layer; by hand only layers are written."
        )
    return places[history.operation.name], history.tensor_index


def _entrance(operation: Any) -> n.Input:
    shape = tuple(None if size is None else int(size) for size in operation.batch_shape[1:])
    whole = "int" if str(operation.dtype).startswith(("int", "uint")) else "float"
    return n.Input(shape, whole, name=operation.name)


def _loss(model: Any) -> tuple[str, bool]:
    """Name of the loss that a model was compiled with, and whether it reads logits."""
    found = getattr(model, "loss", None)
    if found is None:
        return "", False
    if isinstance(found, str):
        return _snake(found), False
    if isinstance(found, (list, dict)) and len(found) == 1:
        found = next(iter(found.values())) if isinstance(found, dict) else found[0]
        return (_snake(found), False) if isinstance(found, str) else _loss_object(found)
    return _loss_object(found)


def _loss_object(loss: Any) -> tuple[str, bool]:
    config = loss.get_config() if hasattr(loss, "get_config") else {}
    name = str(config.get("name", getattr(loss, "__name__", type(loss).__name__)))
    if config.get("label_smoothing"):
        raise UsageError(
            f"the loss {name!r} has label_smoothing={config['label_smoothing']}; by hand the "
            "targets are written as they are."
        )
    return _snake(name), bool(config.get("from_logits", False))


def _snake(name: str) -> str:
    """``BinaryCrossentropy`` as ``binary_crossentropy``; short names as Keras resolves them."""
    import re

    short = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return short.get(snake, snake)


def _arrays(layer: Any) -> list[NDArray[np.float64]]:
    arrays = [np.asarray(array, dtype=np.float64) for array in layer.get_weights()]
    for array, variable in zip(arrays, layer.weights, strict=False):
        if not np.all(np.isfinite(array)):
            place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
            raise NumberError(
                f"{variable.name} of the layer {layer.name!r} is {array[place]} at {list(place)}, "
                "not a finite number."
            )
    return arrays


def _states(layer: Any) -> dict[str, NDArray[np.float64]]:
    """What a stateful layer holds, where that is more than zeros; the first example's."""
    states = getattr(layer, "states", None)
    names = n.CELLS[type(layer).__name__].states if type(layer).__name__ in n.CELLS else ()
    if not states or not names:
        return {}
    arrays = [np.asarray(state, dtype=np.float64)[0] for state in states]
    return dict(zip(names, arrays, strict=True)) if any(np.any(a) for a in arrays) else {}
