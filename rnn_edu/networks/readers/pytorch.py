"""PyTorch's modules and state dicts as networks of the book.

Read are the settings and arrays of PyTorch's own modules, never the code of a class of one's own:
what its ``forward`` does is not to be seen from outside. A file is read with ``weights_only``, so
that nothing in it is run.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu import networks as n
from rnn_edu.conventions import from_pytorch
from rnn_edu.errors import DataError, MissingProgramError, NumberError, RnnEduError, UsageError
from rnn_edu.networks.readers.keras_model import Found

Array: TypeAlias = NDArray[np.float64]
State: TypeAlias = Mapping[str, Array]

LARGEST_FILE = 256 * 2**20
#: The cell of a module, and that of arrays by how many blocks of rows the recurrent one has.
CELLS = {"RNN": "SimpleRNN", "LSTM": "LSTM", "GRU": "GRU"}
CELL_OF_BLOCKS = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
#: Keras's names of the activations, and the settings with which they are the same function.
ACTIVATIONS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "Tanh": ("tanh", {}),
    "Sigmoid": ("sigmoid", {}),
    "ReLU": ("relu", {}),
    "ELU": ("elu", {"alpha": 1.0}),
    "SELU": ("selu", {}),
    "Softplus": ("softplus", {"beta": 1.0, "threshold": 20.0}),
    "Softsign": ("softsign", {}),
    "SiLU": ("silu", {}),
    "Hardsigmoid": ("hard_sigmoid", {}),
    "Hardswish": ("hard_silu", {}),
    "Mish": ("mish", {}),
    "LeakyReLU": ("leaky_relu", {"negative_slope": 0.2}),
}
#: What changes nothing when a trained network is used.
WITHOUT_EFFECT = ("Dropout", "Dropout1d", "AlphaDropout", "Identity")
#: Under these names a file may hold a state dict beside other things.
STATE_NAMES = ("state_dict", "model_state_dict", "model")
RECURRENT_ARRAY = re.compile(r"(?:(.*)\.)?((?:weight|bias)_[ih]h_l\d+(?:_reverse)?)")


@dataclass
class _Part:
    """A layer with its arrays, and how long the vectors are that it reads; 0 if any."""

    layer: n.Layer
    arrays: Sequence[Array] = ()
    features: int = 0


def read_pytorch(model: Any, *, every_step: bool = False) -> Found:
    """A module, modules in order, or a state dict, as a network and its weights.

    A recurrent module hands its last state on to a layer above that is not recurrent, as Keras's
    layers do; alone it hands on all of them. A state dict holds arrays only: its layers are taken
    in the order in which it lists them, without activations between them; a table of vectors
    without a bias that comes first is taken for an embedding.

    Args:
        model: ``torch.nn.RNN``, ``LSTM``, ``GRU``, ``Linear``, ``Embedding``, …; a ``Sequential``
            or a list of these; a state dict, or the path of a file that holds one.
        every_step: whether every state is handed on to the layers above.

    Raises:
        MissingProgramError: PyTorch is needed and not installed.
        DataError: a file that is missing, too large or damaged, or holds more than arrays.
        UsageError: a module or a setting that is not known.
        NumberError: a weight is not a finite number.

    Example:
        >>> state = {"weight_ih_l0": np.ones((2, 3)), "weight_hh_l0": np.ones((2, 2))}
        >>> read_pytorch(state).network.title()
        'SimpleRNN'
    """
    if isinstance(model, (str, PathLike)):
        model = _load(Path(model))
    if isinstance(model, Mapping):
        parts = list(_from_state({name: _array(name, value) for name, value in model.items()}))
    else:
        parts = list(_from_module(model))
    if not parts:
        raise UsageError(f"there is no layer in {_kind(model)}.")
    return _network(_handing_on(parts, every_step))


def _network(parts: Sequence[_Part]) -> Found:
    """The parts on top of each other, with an input before them."""
    first = parts[0]
    words = isinstance(first.layer, n.Embedding)
    over_time = words or isinstance(first.layer, (n.Recurrent, n.Bidirectional))
    features = () if words else (first.features or None,)
    shape = (*([None] if over_time else []), *features)
    entrance = n.Input(shape, "int" if words else "float")
    network = n.Network.sequential(entrance, *(part.layer for part in parts))
    pairs = zip(network.layers[1:], parts, strict=True)
    weights = {layer.name: list(part.arrays) for layer, part in pairs if part.arrays}
    return Found(network, weights, {})


def _handing_on(parts: Sequence[_Part], every_step: bool) -> list[_Part]:
    """The parts, the recurrent ones with every state or the last one, as the next part wants."""
    found = []
    for k, part in enumerate(parts):
        above = [other.layer for other in parts[k + 1 :]]
        recurrent_above = any(isinstance(u, (n.Recurrent, n.Bidirectional)) for u in above)
        sequences = every_step or recurrent_above or not above
        layer = part.layer
        if isinstance(layer, n.Recurrent):
            layer = replace(layer, return_sequences=sequences)
        if isinstance(layer, n.Bidirectional):
            layer = replace(layer, layer=replace(layer.layer, return_sequences=sequences))
        found.append(replace(part, layer=layer))
    return found


# -- modules ----------------------------------------------------------------------------------


def _from_module(module: Any) -> Iterator[_Part]:
    """The layers of a module, in order."""
    if isinstance(module, (list, tuple)):
        for part in module:
            yield from _from_module(part)
        return
    kind = _kind(module)
    if not type(module).__module__.startswith("torch.nn.modules"):
        raise UsageError(
            f"{kind} is a class of its own, whose forward is code that is not read here; give its "
            "layers in their order as a list, or export it with torch.onnx.export(..., "
            "dynamo=False) and give that file."
        )
    if kind == "Sequential":
        yield from _from_module(list(module))
    elif kind in CELLS:
        yield from _recurrent(module, kind)
    elif kind not in WITHOUT_EFFECT:
        yield _simple(module, kind)


def _kind(module: Any) -> str:
    return type(module).__name__


def _check(module: Any, kind: str, wanted: Mapping[str, object]) -> None:
    for name, value in wanted.items():
        found = getattr(module, name, value)
        if found != value:
            raise UsageError(
                f"PyTorch's module {kind} has {name}={found!r}; by hand it must be {value!r}."
            )


def _recurrent(module: Any, kind: str) -> Iterator[_Part]:
    """One layer for each of the module's, in one direction or in both."""
    _check(module, kind, {"proj_size": 0})
    state = _state_of(module)
    settings = {"activation": str(getattr(module, "nonlinearity", "tanh"))} if kind == "RNN" else {}
    yield from _layers(CELLS[kind], state, kind, settings)


def _layers(
    cell: str, state: State, title: str, settings: Mapping[str, str] | None = None
) -> Iterator[_Part]:
    """The layers that the arrays of one recurrent module are."""
    numbers = sorted({int(name.split("_l")[1].split("_")[0]) for name in state})
    sides = [False, True] if any(name.endswith("_reverse") for name in state) else [False]
    for number in numbers:
        weights = [from_pytorch(cell, state, layer=number, reverse=side) for side in sides]
        kernel, recurrent, *bias = weights[0]
        more = {"use_bias": bool(bias), **(settings or {})}
        layer = getattr(n, cell)(len(recurrent), **more)
        whole = layer if len(sides) == 1 else n.Bidirectional(layer)
        yield _Part(whole, [array for side in weights for array in side], len(kernel))


def _simple(module: Any, kind: str) -> _Part:
    """A layer that is not recurrent."""
    if kind == "Linear":
        return _dense(_state_of(module))
    if kind == "Embedding":
        _check(module, kind, {"max_norm": None})
        return _embedding(_state_of(module)["weight"])
    if kind == "LayerNorm":
        return _normalization(_state_of(module), float(module.eps), kind)
    if kind == "Flatten":
        _check(module, kind, {"start_dim": 1, "end_dim": -1})
        return _Part(n.Flatten())
    if kind == "Softmax":
        _check(module, kind, {"dim": -1})
        return _Part(n.Activation("softmax"))
    if kind in ACTIVATIONS:
        name, wanted = ACTIVATIONS[kind]
        _check(module, kind, wanted)
        return _Part(n.Activation(name))
    known = ["Sequential", *CELLS, "Linear", "Embedding", "LayerNorm", "Flatten", "Softmax"]
    raise UsageError(
        f"PyTorch's module {kind} cannot be written by hand here; known are "
        f"{', '.join([*known, *ACTIVATIONS, *WITHOUT_EFFECT])}."
    )


def _dense(state: State) -> _Part:
    weight, bias = state["weight"], state.get("bias")
    layer = n.Dense(len(weight), use_bias=bias is not None)
    return _Part(layer, [weight.T, *([] if bias is None else [bias])], weight.shape[1])


def _embedding(table: Array) -> _Part:
    return _Part(n.Embedding(*table.shape), [table])


def _normalization(state: State, epsilon: float, title: str) -> _Part:
    if any(array.ndim != 1 for array in state.values()):
        raise UsageError(f"PyTorch's module {title} normalises more than the last axis.")
    scale, shift = state.get("weight"), state.get("bias")
    layer = n.LayerNormalization(epsilon=epsilon, center=shift is not None, scale=scale is not None)
    arrays = [array for array in (scale, shift) if array is not None]
    return _Part(layer, arrays, len(arrays[0]) if arrays else 0)


def _state_of(module: Any) -> dict[str, Array]:
    title = _kind(module)
    return {k: _array(f"{k} of {title}", value) for k, value in module.state_dict().items()}


def _array(name: str, value: Any) -> Array:
    """A tensor or an array as float64.

    Raises:
        UsageError: it is none.
        NumberError: one of its numbers is not finite.
    """
    detached = value.detach().cpu().double() if hasattr(value, "detach") else value
    try:
        array = np.array(detached, dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(
            f"{name} of the state dict is a {_kind(value)}, not an array of numbers."
        ) from None
    if not np.all(np.isfinite(array)):
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise NumberError(f"{name} is {array[place]} at {list(place)}, not a finite number.")
    return array


# -- state dicts ------------------------------------------------------------------------------


def _from_state(state: State) -> Iterator[_Part]:
    """The layers that the arrays of a state dict are, in its order."""
    groups: dict[str, dict[str, Array]] = {}
    for name, array in state.items():
        recurrent = RECURRENT_ARRAY.fullmatch(name)
        prefix, own = recurrent.groups() if recurrent else (name.rpartition(".")[::2])
        groups.setdefault(prefix or "", {})[own] = array
    for k, (prefix, arrays) in enumerate(groups.items()):
        yield from _group(prefix, arrays, first=k == 0)


def _group(prefix: str, arrays: Mapping[str, Array], *, first: bool) -> Iterator[_Part]:
    """The layer or layers of one module."""
    if "weight_hh_l0" in arrays:
        yield from _layers(_cell_of(prefix, arrays["weight_hh_l0"]), arrays, prefix)
        return
    known = set(arrays) <= {"weight", "bias"} and "weight" in arrays
    axes = arrays["weight"].ndim if known else 0
    if known and axes == 2:
        alone = first and "bias" not in arrays
        yield _embedding(arrays["weight"]) if alone else _dense(arrays)
    elif known and axes == 1:
        yield _normalization(arrays, 1e-5, prefix)
    else:
        names = ", ".join(f"{prefix}.{name}".lstrip(".") for name in arrays)
        raise UsageError(
            f"the state dict has the arrays {names}, which are those of no module that can be "
            "written by hand here."
        )


def _cell_of(prefix: str, recurrent: Array) -> str:
    """The cell, by how many blocks of rows its recurrent array has."""
    blocks = len(recurrent) / recurrent.shape[1] if recurrent.ndim == 2 else 0
    if blocks not in CELL_OF_BLOCKS:
        name = f"{prefix}.weight_hh_l0".lstrip(".")
        raise UsageError(
            f"{name} has the shape {recurrent.shape}; a cell has 1, 3 or 4 times as many rows as "
            "columns."
        )
    return CELL_OF_BLOCKS[int(blocks)]


def _load(path: Path) -> Mapping[str, Any]:
    """The state dict in a file.

    Raises:
        MissingProgramError: PyTorch is not installed.
        DataError: the file is missing, too large, damaged, or holds more than arrays.
    """
    if not path.is_file():
        raise DataError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file.")
    if path.stat().st_size > LARGEST_FILE:
        raise DataError(f"{path} is larger than {LARGEST_FILE // 2**20} MiB, and is not read.")
    try:
        import torch
    except ImportError:
        raise MissingProgramError(
            f"{path.name} is read with PyTorch, which is not installed; requirements-judges.txt "
            "names its version."
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # of many kinds, by what is in the file
        raise _unreadable(path, error) from None
    for name in STATE_NAMES:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
    if not isinstance(content, Mapping) or not content:
        raise DataError(f"{path.name} holds no state dict; save model.state_dict().")
    return {str(name): value for name, value in content.items()}


def _unreadable(path: Path, error: Exception) -> RnnEduError:
    if "weights_only" in str(error) or "Weights only" in str(error):
        return DataError(
            f"{path.name} holds more than arrays, such as a pickled model, which would run code; "
            "save model.state_dict() in its place."
        )
    return DataError(f"{path.name} is damaged or no file of PyTorch.")
