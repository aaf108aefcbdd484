"""Whatever a reader brings, opened as a network with its weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from rnn_edu.networks import Bidirectional, Layer, Network, Recurrent

#: Keras 2 calls another function hard_sigmoid: its slope is 0.2, not a sixth.
KERAS_2 = "hard_sigmoid_keras2"


@dataclass(frozen=True)
class Opened:
    """A network, its weights, and what it came from.

    Attributes:
        network: the layers.
        weights: the arrays of ``get_weights()``, or those of each layer by its name.
        starts: states that a stateful layer holds, by layer and name.
        source: in words, such as ``"model.keras"``.
        model: Keras's own model, where there is one: it is a judge, too.
        onnx: the ONNX file, where that is where it came from.
        torch: whether it came from PyTorch, which then is a judge, too.
        remarks: what a reader has to know about how it was read.
    """

    network: Network
    weights: Sequence[ArrayLike] | Mapping[str, Sequence[ArrayLike]]
    starts: Mapping[str, Mapping[str, ArrayLike]] = field(default_factory=dict)
    source: str = ""
    model: Any = None
    onnx: Path | None = None
    torch: bool = False
    remarks: tuple[str, ...] = ()


def open_model(model: Any, *, loss: str | None = None, reduction: str = "mean") -> Opened:
    """Opens a model.

    Args:
        model: a Keras model, layer or list of layers; a path of a ``.keras``, ``.h5`` or
            ``.onnx`` file, or of a state dict of PyTorch (``.pt``, ``.pth``); a module of PyTorch,
            a list of them, or a state dict; or a :class:`~rnn_edu.networks.Network` with its
            weights.
        loss: Keras's name of the loss; by default the one that the model was compiled with.
        reduction: ``"mean"`` or ``"sum"`` over the steps.

    Raises:
        DataError: a file that is missing or damaged.
        UsageError: a layer or a setting that is not known.
        MissingProgramError: a package that is needed to read it is not installed.
    """
    if isinstance(model, Opened):
        return _with_loss(model, loss, reduction)
    if isinstance(model, (str, Path)):
        return _with_loss(_from_file(Path(model)), loss, reduction)
    if isinstance(model, tuple) and len(model) == 2 and isinstance(model[0], Network):
        return _with_loss(Opened(*model, source="a network"), loss, reduction)
    if isinstance(model, Mapping) or _is_torch(model):
        return _with_loss(_from_torch(model), loss, reduction)
    from rnn_edu.networks.readers.keras_model import read_keras

    found = read_keras(model, loss=loss, reduction=reduction)
    name = getattr(model, "name", "") or type(model).__name__
    source = f"the Keras model {name!r}"
    remarks = _remarks(found.starts)
    return Opened(found.network, found.weights, found.starts, source, model, remarks=remarks)


def _remarks(starts: Mapping[str, Mapping[str, ArrayLike]]) -> tuple[str, ...]:
    """What is said of a layer that goes on where its last batch ended."""
    return tuple(
        f"The layer {layer!r} is stateful and holds the state of the batch before; the calculation "
        "starts from that of its first row. For a new text call reset_state() first."
        for layer in starts
    )


def _with_loss(opened: Opened, loss: str | None, reduction: str) -> Opened:
    """The same with another loss, where one is named."""
    objective = replace(opened.network.objective, reduction=reduction)
    if loss is not None:
        objective = replace(objective, loss=loss, from_logits=False)
    return replace(opened, network=replace(opened.network, objective=objective))


def _from_file(path: Path) -> Opened:
    """A file, read by what its name ends in."""
    if path.suffix.lower() == ".onnx":
        return _from_onnx(path)
    if path.suffix.lower() in (".pt", ".pth"):
        return _from_torch(path)
    from rnn_edu.networks.readers.keras_file import load_keras
    from rnn_edu.networks.readers.keras_model import read_keras

    file = load_keras(path)
    found = read_keras(file.model, loss=file.loss, from_logits=file.from_logits)
    opened = Opened(found.network, found.weights, found.starts, path.name, file.model)
    return _as_keras_2(opened) if file.keras.startswith("2.") else opened


def _as_keras_2(opened: Opened) -> Opened:
    """A network of Keras 2, with its own hard_sigmoid; today's Keras is then no judge of it."""
    nodes = tuple(replace(node, layer=_with_old_gates(node.layer)) for node in opened.network.nodes)
    if nodes == opened.network.nodes:
        return opened
    remark = (
        "The file was written by Keras 2, whose hard_sigmoid is clip(0.2 u + 0.5, 0, 1); Keras 3 "
        "calls clip(u/6 + 0.5, 0, 1) by that name and would give other numbers. It is written as "
        "Keras 2 calculates it."
    )
    return replace(opened, network=replace(opened.network, nodes=nodes), remarks=(remark,))


def _with_old_gates(layer: Layer) -> Layer:
    if isinstance(layer, Bidirectional):
        inner, behind = _with_old_gates(layer.layer), _with_old_gates(layer.backward)
        assert isinstance(inner, Recurrent)
        assert isinstance(behind, Recurrent)
        return replace(layer, layer=inner, backward_layer=behind)
    changed: dict[str, str] = {}
    for key in ("activation", "recurrent_activation"):
        if getattr(layer, key, None) == "hard_sigmoid":
            changed[key] = KERAS_2
    return replace(layer, **changed) if changed else layer


def _from_onnx(path: Path) -> Opened:
    from rnn_edu.networks.readers.onnx_model import read_onnx

    found = read_onnx(path)
    return Opened(found.network, found.weights, found.starts, path.name, onnx=path)


def _from_torch(model: Any) -> Opened:
    from rnn_edu.networks.readers.pytorch import read_pytorch

    found = read_pytorch(model)
    if not isinstance(model, (Path, Mapping)):
        source = f"the PyTorch module {type(model).__name__}"
        return Opened(found.network, found.weights, source=source, torch=True)
    source = model.name if isinstance(model, Path) else "a state dict of PyTorch"
    remark = (
        "A state dict holds arrays only: the layers are taken in its order, without activations "
        "between them, and what is no recurrent layer reads the last state."
    )
    return Opened(found.network, found.weights, source=source, torch=True, remarks=(remark,))


def _is_torch(model: Any) -> bool:
    """Whether it is a module of PyTorch, also one of a class of the reader's own, or several."""
    if isinstance(model, (list, tuple)) and model:
        return all(map(_is_torch, model))
    return any(kind.__module__.startswith("torch.") for kind in type(model).__mro__)
