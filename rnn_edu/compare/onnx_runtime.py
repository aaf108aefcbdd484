"""ONNX Runtime as a judge: of ONNX files, and of the book's networks exported by Keras.

ONNX Runtime has its recurrent operators in float32 only, so the bound for float32 holds. It has no
gradients. In a file whose layers are known every value that is one of the network's is asked for,
not only the answer at the end; an export by Keras answers with the output of each layer.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rnn_edu.compare.asking import Answers, weights_of
from rnn_edu.compare.carrying import weights_by_layer
from rnn_edu.compare.comparing import allowed_for, report_on
from rnn_edu.compare.question import Key, Question, question_of
from rnn_edu.compare.recognising import origins_of
from rnn_edu.compare.report import Comparison
from rnn_edu.compare.twin import keras_twin
from rnn_edu.errors import DataError, MissingProgramError, UsageError
from rnn_edu.networks import (
    Bidirectional,
    Embedding,
    Input,
    Layer,
    Network,
    Normalization,
    Recurrent,
)
from rnn_edu.networks.readers.onnx_file import OnnxInput
from rnn_edu.networks.readers.onnx_model import OnnxModel, Place, read_onnx
from rnn_edu.networks.readers.onnx_values import BATCH, DIRECTION, FEATURES, ONE, TIME
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

JUDGE = "ONNX Runtime"
#: NumPy's types for those of the inputs of a file.
TYPES = {"FLOAT": "float32", "DOUBLE": "float64", "FLOAT16": "float16"}


def compare_onnx(
    walkthrough: Walkthrough,
    path: str | PathLike[str],
    *,
    tolerance: float | None = None,
    strict: bool = True,
) -> Comparison:
    """Sets what ONNX Runtime makes of a file beside the steps of a walkthrough.

    Args:
        walkthrough: of the file's network, as ``read_onnx(path).found`` describes it.
        path: of the ONNX file.
        tolerance: how far a number may be off; by default the bound for float32.
        strict: whether a difference raises an error; if not, the report shows it.

    Raises:
        MissingProgramError: ONNX Runtime is not installed.
        ComparisonError: with ``strict``, a step differs; the first one is named.
        DataError, UsageError: the file cannot be read or run.
    """
    model = read_onnx(path)
    network = model.found.network
    question = _question(walkthrough, network)
    given = {entrance.name: _fed(model, question, entrance) for entrance in model.file.inputs}
    names = [name for name in model.places if name not in given]
    arrays = _run(Path(path), given, names)
    found: dict[Key, Array] = {}
    for name, array in zip(names, arrays, strict=True):
        found |= dict(_by_time(walkthrough, network, model.places[name], array))
    return _report(walkthrough, network, found, tolerance, strict)


def judge_with_onnx_runtime(
    walkthrough: Walkthrough, network: Network, *, strict: bool = True
) -> Comparison:
    """Lets Keras export a network in float32, and ONNX Runtime run it.

    Args:
        walkthrough: the calculation, with all the weights of the network.
        network: what it calculates.
        strict: whether a difference raises an error.

    Raises:
        MissingProgramError: ONNX Runtime or what Keras exports with is not installed.
        UsageError: Keras does not export one of the layers as it is.
        ComparisonError: with ``strict``, a step differs; the first one is named.
        UsageError: a layer starts from a given state, which an exported file does not hold.
    """
    _check_exported_whole(network)
    question = _question(walkthrough, network)
    _check_starts(question, network)
    ports = list(_ports(network))
    every = replace(network, outputs=tuple(port for port, *_ in ports))
    twin = _twin(walkthrough, every)
    given = {layer.name: _example(question, network, layer.name) for layer in network.entrances}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export(twin, list(given.values()), path)
        arrays = _run(path, given, None)
    found: dict[Key, Array] = {}
    for (_, layer, value, over_time), array in zip(ports, arrays, strict=True):
        axes = (BATCH, TIME, FEATURES) if over_time else (BATCH, FEATURES)
        place = Place(layer, value, axes, last=value in ("h", "c"))
        found |= dict(_by_time(walkthrough, network, place, array))
    return _report(walkthrough, network, found, None, strict)


def _check_starts(question: Question, network: Network) -> None:
    """Raises UsageError where a layer starts from a state that is not zero."""
    for layer in network.layers:
        if isinstance(layer, Recurrent):
            states = question.given_start(layer.name, layer.cell.states)
            if any(np.any(np.asarray(state)) for state in states):
                raise UsageError(
                    f"{layer.title()} starts from a given state; what Keras exports starts from "
                    "zeros, so ONNX Runtime cannot be asked."
                )


def _check_exported_whole(network: Network) -> None:
    """Raises UsageError where the file would lack numbers that Keras's layer has."""
    for layer in network.layers:
        if isinstance(layer, Normalization):
            raise UsageError(
                f"Keras exports {layer.title()} without its mean and variance, so ONNX Runtime "
                "cannot be asked."
            )


def _twin(walkthrough: Walkthrough, network: Network) -> Any:
    """Keras's model with the weights of the walkthrough; a 1 x 1 may be a number there."""
    twin = keras_twin(network, dtype="float32")
    origins = origins_of(walkthrough, network, network.arrays_of(_weights(walkthrough)))
    arrays = weights_by_layer(walkthrough, network, origins)
    layers = {layer.name: layer for layer in twin.layers}
    for key, variable in weights_of(network.layers, layers).items():
        variable.assign(arrays[key].reshape(variable.shape))
    return twin


def export(model: Any, example: Sequence[Array], path: str | PathLike[str]) -> None:
    """Lets Keras write a model as an ONNX file.

    Args:
        model: a Keras model.
        example: one array for each of its inputs, with an axis for the examples.
        path: of the file.

    Raises:
        MissingProgramError: tf2onnx is not installed.
    """
    try:
        import tf2onnx  # noqa: F401 - Keras imports it, and says less clearly that it is missing
    except ImportError:
        raise _missing("tf2onnx, with which Keras writes ONNX files,") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model(example[0] if len(example) == 1 else list(example))
        model.export(str(path), format="onnx", verbose=False)


# -- what is asked ----------------------------------------------------------------------------


def _question(walkthrough: Walkthrough, network: Network) -> Question:
    origins = origins_of(walkthrough, network, network.arrays_of(_weights(walkthrough)))
    return question_of(walkthrough, network, origins, "float32")


def _weights(walkthrough: Walkthrough) -> list[Array]:
    return [quantity.value for quantity in walkthrough.weights]


def _example(question: Question, network: Network, name: str) -> Array:
    """What an input is given, with an axis of one example in front."""
    number = [layer.name for layer in network.layers].index(name)
    for node in network.nodes:
        if isinstance(node.layer, Embedding) and node.inputs[0][0] == number:
            return np.array([question.ids[node.layer.name]], dtype=np.int32)
    steps = question.steps(name, "input")
    rows = [np.atleast_1d(row) for row in steps.values()]
    whole = rows[0] if list(steps) == [None] else np.stack(rows)
    return np.asarray(whole[None], dtype=np.float32)


def _fed(model: OnnxModel, question: Question, entrance: OnnxInput) -> Array:
    """An example as the file's input wants it: axes, type, and as often as it has examples."""
    place = model.places[entrance.name]
    example, axes = _example(question, model.network, place.layer), place.axes
    kind = TYPES.get(entrance.type, entrance.type.lower())
    if example.ndim < len(axes):  # a state to start from, for each direction and example
        return example.reshape((1,) * (len(axes) - 1) + (-1,)).astype(kind)
    if BATCH in axes:
        example = np.repeat(example, entrance.shape[axes.index(BATCH)] or 1, axis=0)
    else:
        example = example[0]
    usual = [axis for axis in (BATCH, TIME, FEATURES) if axis in axes]
    fed = np.transpose(example, [usual.index(axis) for axis in axes])
    return fed.astype(kind)


def _run(path: Path, given: Mapping[str, Array], names: Sequence[str] | None) -> list[Array]:
    """What ONNX Runtime calculates: the values of these names, or the outputs of the file."""
    import onnx

    try:
        import onnxruntime
    except ImportError:
        raise _missing("ONNX Runtime") from None
    model = onnx.load(path)
    outputs = [value.name for value in model.graph.output]
    for name in names or ():
        if name not in outputs:
            model.graph.output.append(onnx.ValueInfoProto(name=name))
    settings = onnxruntime.SessionOptions()
    settings.log_severity_level = 4
    settings.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), settings, providers=["CPUExecutionProvider"]
        )
        wanted = [value.name for value in session.get_inputs()]
        arrays = session.run(
            list(outputs if names is None else names),
            dict(zip(wanted, given.values(), strict=True)),
        )
    except Exception as error:  # its errors share no class of their own
        first = str(error).strip().splitlines()[0]
        raise DataError(f"ONNX Runtime does not run {path.name}: {first}") from None
    return [np.asarray(array, dtype=np.float64) for array in arrays]


def _missing(what: str) -> MissingProgramError:
    return MissingProgramError(
        f"{what} is not installed; requirements-judges.txt names the version."
    )


# -- what is answered -------------------------------------------------------------------------


def _report(
    walkthrough: Walkthrough,
    network: Network,
    found: Mapping[Key, Array],
    tolerance: float | None,
    strict: bool,
) -> Comparison:
    origins = origins_of(walkthrough, network, network.arrays_of(_weights(walkthrough)))
    allowed = allowed_for(walkthrough, network, "float32") if tolerance is None else tolerance
    answers = Answers(dict(found))
    comparison = report_on(walkthrough, origins, answers, "float32", allowed, JUDGE)
    if strict:
        comparison.raise_for_difference()
    return comparison


def _by_time(
    walkthrough: Walkthrough, network: Network, place: Place, array: Array
) -> Iterator[tuple[Key, Array]]:
    """An array of the file as values by layer, name and time."""
    axes = list(place.axes)
    for axis in [axis for axis in axes if axis in (BATCH, ONE)]:
        array, axes = np.take(array, 0, axis=axes.index(axis)), _left(axes, axis)
    if DIRECTION in axes:
        k = axes.index(DIRECTION)
        parts = ("",) if array.shape[k] == 1 else (".forward", ".backward")
        for d, part in enumerate(parts):
            inner = replace(place, layer=place.layer + part, axes=tuple(_left(axes, DIRECTION)))
            yield from _by_time(walkthrough, network, inner, np.take(array, d, axis=k))
        return
    if axes == [TIME, FEATURES]:
        order = reversed if _turned(network, place.layer) else iter
        for t, row in zip(order(range(1, len(array) + 1)), array, strict=True):
            yield (place.layer, place.value, t), row
    elif axes == [FEATURES]:
        yield (place.layer, place.value, _end(walkthrough, place)), array


def _left(axes: Sequence[str], dropped: str) -> list[str]:
    k = list(axes).index(dropped)
    return [*axes[:k], *axes[k + 1 :]]


def _turned(network: Network, name: str) -> bool:
    """Whether a layer hands its states on from the end of the sequence to its beginning."""
    layer = next((layer for layer in network.layers if layer.name == name), None)
    return isinstance(layer, Recurrent) and layer.go_backwards


def _end(walkthrough: Walkthrough, place: Place) -> int | None:
    """The time of a value that is there once: of a last state, that of the last step read."""
    if not place.last or place.value == "output":
        return None
    times = [
        step.t
        for step in walkthrough.steps
        if step.origin is not None
        and (step.origin.layer, step.origin.value) == (place.layer, place.value)
    ]
    return times[-1] if times else None


def _ports(network: Network) -> Iterator[tuple[tuple[int, int], str, str, bool]]:
    """Every output of every layer: its port, layer and value, and whether it has time."""
    timed: dict[tuple[int, int], bool] = {}
    for number, node in enumerate(network.nodes):
        layer, before = node.layer, [timed.get(port, False) for port in node.inputs]
        for port, (name, value, over_time) in enumerate(_values(layer, before)):
            timed[number, port] = over_time
            if not isinstance(layer, Input):
                yield (number, port), name, value, over_time


def _values(layer: Layer, before: Sequence[bool]) -> list[tuple[str, str, bool]]:
    """What a layer hands on."""
    name = layer.name
    if isinstance(layer, Input):
        return [(name, "input", len(layer.shape) == 2)]
    if isinstance(layer, Recurrent):
        states = layer.cell.states if layer.return_state else ()
        return [(name, "h", layer.return_sequences), *((name, s, False) for s in states)]
    if isinstance(layer, Bidirectional):
        sequences = layer.layer.return_sequences
        merged = [(name, "output", sequences)]
        if layer.merge_mode is None:
            merged = [(f"{name}.{side}", "h", sequences) for side in ("forward", "backward")]
        states = layer.layer.cell.states if layer.layer.return_state else ()
        sides = [(f"{name}.{side}", s) for side in ("forward", "backward") for s in states]
        return [*merged, *((side, state, False) for side, state in sides)]
    if isinstance(layer, Embedding):
        return [(name, "output", True)]
    if layer.kind in ("Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D"):
        return [(name, "output", False)]
    if layer.kind in ("RepeatVector",):
        return [(name, "output", True)]
    if not before:
        raise UsageError(f"{layer.title()} reads nothing, so ONNX Runtime cannot be asked for it.")
    return [(name, "output", before[0])]
