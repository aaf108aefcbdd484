"""Model files of Keras, ``.keras`` and ``.h5``, read as data.

A model file can name functions and classes of its own, and Lambda layers carry code. Before Keras
sees a file, its description is read as plain JSON: only Keras's own layers that can be written by
hand may be in it. Everything else is refused, and nothing is ever run.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnn_edu.errors import DataError, UsageError
from rnn_edu.networks.readers.keras_model import READ

#: Layers that may be in a file, besides the models that hold them.
LAYERS = frozenset(READ) | {"InputLayer", "Bidirectional", "TimeDistributed"}
MODELS = ("Functional", "Sequential", "Model")
#: The largest file, and the largest description in it, that are looked at.
MOST_BYTES, MOST_DESCRIPTION = 2 * 2**30, 16 * 2**20
HDF5_START = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class ModelFile:
    """A model that was read from a file.

    Attributes:
        model: Keras's model, with its weights.
        loss: name of the loss that it was compiled with; empty for none.
        from_logits: whether that loss reads logits.
        keras: the version of Keras that wrote the file; empty where it does not say.
    """

    model: Any
    loss: str
    from_logits: bool
    keras: str


def load_keras(path: Path) -> ModelFile:
    """Reads a model file.

    Args:
        path: of a ``.keras`` or ``.h5`` file.

    Raises:
        DataError: it is missing, too large, damaged, or no model file.
        UsageError: it holds a layer that cannot be written by hand, or code.
    """
    config, training, version = description_of(path)
    check_description(config, path.name)
    loss, from_logits = _loss(training, path.name)
    return ModelFile(_load(path), loss, from_logits, version)


def description_of(path: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The layers, what the model was compiled with, and the version, as plain data.

    Raises:
        DataError: it is missing, too large, damaged, or no model file.
    """
    if not path.is_file():
        raise DataError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file.")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise DataError(f"{path} has {size:,} bytes; at most {MOST_BYTES:,} are read.")
    with path.open("rb") as stream:
        start = stream.read(8)
    if start == HDF5_START:
        return _from_hdf5(path)
    if zipfile.is_zipfile(path):
        return _from_zip(path)
    raise DataError(f"{path} is no Keras model file; give a .keras or .h5 file, or an .onnx file.")


def _from_zip(path: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MOST_BYTES:
                raise DataError(
                    f"{path} unpacks to {unpacked:,} bytes; at most {MOST_BYTES:,} are read."
                )
            config = _json(_entry(archive, "config.json", path), path)
            metadata = _json(_entry(archive, "metadata.json", path), path)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise DataError(f"{path} is damaged: {error}.") from None
    training = config.get("compile_config") or {}
    return config, training, str(metadata.get("keras_version", ""))


def _entry(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        raise DataError(f"{path} has no {name} in it, so it is no .keras file.") from None
    if entry.file_size > MOST_DESCRIPTION:
        raise DataError(f"{name} in {path} has {entry.file_size:,} bytes, more than any network.")
    return archive.read(entry)


def _from_hdf5(path: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            attributes = dict(file.attrs)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{path} is damaged: {str(error).splitlines()[0]}.") from None
    if "model_config" not in attributes:
        raise DataError(
            f"{path} holds weights without their layers; save the whole model with model.save()."
        )
    training = _json(_bytes(attributes.get("training_config", b"{}")), path)
    version = _bytes(attributes.get("keras_version", b"")).decode("utf-8", "replace")
    return _json(_bytes(attributes["model_config"]), path), training, version


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _json(data: bytes, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise DataError(f"{path} is damaged: the description in it is no JSON.") from None
    if not isinstance(found, dict):
        raise DataError(f"{path} is damaged: the description in it is no network.")
    return found


# -- what may be in it ------------------------------------------------------------------------


def check_description(config: Mapping[str, Any], file: str) -> None:
    """Raises UsageError where a model holds a layer that is not known, or code."""
    if config.get("class_name") not in MODELS:
        raise UsageError(
            f"{file} holds a {config.get('class_name')!r}; only Sequential and functional models "
            "can be read."
        )
    for layer in _layers(config):
        _check_layer(layer, file)
    for found in _classes(config):
        module = str(found.get("module") or "keras")
        if module.split(".")[0] not in ("keras", "tensorflow", "builtins"):
            raise UsageError(
                f"{file} names {found.get('class_name')!r} of the module {module!r}; code that "
                "is not Keras's own is never run."
            )
        if found.get("class_name") in ("function", "__lambda__", "Lambda", "__typespec__"):
            raise UsageError(
                f"{file} holds a function of its own; a model file is data here, and code in it "
                "is never run."
            )


def _layers(config: Mapping[str, Any]) -> list[Any]:
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else inner
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise UsageError("the description of the model has no list of layers.")
    return layers


def _check_layer(layer: Mapping[str, Any], file: str) -> None:
    kind = layer.get("class_name")
    settings = layer.get("config")
    name = settings.get("name", "") if isinstance(settings, dict) else ""
    if kind in ("Lambda", "TFOpLambda", "SlicingOpLambda"):
        raise UsageError(
            f"{file} has the {kind} layer {name!r}, which carries code; a model file is data here, "
            "and code in it is never run."
        )
    operation = str(layer.get("module", "")).startswith("keras.src.ops")
    if kind not in LAYERS and not operation:
        raise UsageError(
            f"{file} has the layer {name!r}, a {kind}, which cannot be written by hand here; known "
            f"are {', '.join(sorted(LAYERS))}."
        )
    for inside in ("layer", "backward_layer"):
        if isinstance(settings, dict) and isinstance(settings.get(inside), dict):
            _check_layer(settings[inside], file)


def _classes(found: Any) -> Iterator[Mapping[str, Any]]:
    """Everything in a description that names a class, however deep."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "class_name" in one:
                yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _loss(training: Mapping[str, Any], file: str) -> tuple[str, bool]:
    """Name of the loss in the description of what a model was compiled with."""
    loss: Any = training.get("loss")
    if isinstance(loss, (list, dict)) and "class_name" not in loss:
        several = list(loss.values()) if isinstance(loss, dict) else loss
        loss = several[0] if len(several) == 1 else None
    if isinstance(loss, str):
        return loss, False
    if not isinstance(loss, dict):
        return "", False
    settings = loss.get("config") or {}
    if not isinstance(settings, dict):
        return str(settings), False
    if settings.get("label_smoothing"):
        raise UsageError(
            f"{file} was compiled with label_smoothing={settings['label_smoothing']}; by hand "
            "targets are written as they are. Name another loss with --loss."
        )
    return str(settings.get("name") or loss["class_name"]), bool(settings.get("from_logits"))


def _load(path: Path) -> Any:
    """Keras's model, after its description was found to hold no code."""
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (ValueError, TypeError, OSError, KeyError, AttributeError, RuntimeError) as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise DataError(f"{path} cannot be read by Keras {keras.__version__}: {reason}") from None
