"""An ONNX file as a network of the book.

ONNX has operators, not layers: an exporter writes around each layer what moves axes about. These
operations are followed by what they do to the axes (:mod:`.onnx_shaping`); the layers between
them are drafted (:mod:`.onnx_layers`, :mod:`.onnx_recurrent`) and finished when it is known who
reads them (:mod:`.onnx_drafts`). What has no counterpart is refused, with node and operator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from rnn_edu import networks as n
from rnn_edu.errors import DataError, RnnEduError, UsageError
from rnn_edu.networks.readers.keras_model import Found
from rnn_edu.networks.readers.onnx_drafts import Draft, Finished, RecurrentDraft, network_of
from rnn_edu.networks.readers.onnx_file import OnnxFile, OnnxInput, OnnxNode, read_onnx_file
from rnn_edu.networks.readers.onnx_layers import LAYERS
from rnn_edu.networks.readers.onnx_reading import Reading
from rnn_edu.networks.readers.onnx_recurrent import CELLS_OF, recurrent
from rnn_edu.networks.readers.onnx_shaping import SHAPING
from rnn_edu.networks.readers.onnx_values import (
    BATCH,
    DIRECTION,
    FEATURES,
    TIME,
    Fixed,
    Ref,
    Stacked,
    Stream,
    Value,
)

HANDLERS = {**SHAPING, **LAYERS, **dict.fromkeys(CELLS_OF, recurrent)}
#: What the axes of an input may be, by its rank: a file does not say it. The first that fits.
AXES_OF_NUMBERS = (
    {1: (FEATURES,), 2: (BATCH, FEATURES), 3: (BATCH, TIME, FEATURES)},
    {1: (FEATURES,), 2: (TIME, FEATURES), 3: (TIME, BATCH, FEATURES)},
)
AXES_OF_WORDS = (
    {1: (TIME,), 2: (BATCH, TIME)},
    {1: (TIME,), 2: (TIME, BATCH)},
)
WHOLE = ("INT32", "INT64", "UINT8", "INT8", "INT16", "UINT16")


@dataclass(frozen=True)
class Place:
    """Which value of which layer a value in the file is.

    Attributes:
        layer: name of the layer; with ``.forward`` or ``.backward`` for half of a Bidirectional.
        value: as an origin names it: ``"output"``, ``"pre_activation"``, ``"h"``, ``"c"``,
            ``"input"``.
        axes: what each axis of the array is.
        last: whether it is the state with which the layer ends.
    """

    layer: str
    value: str
    axes: tuple[str, ...]
    last: bool = False


@dataclass(frozen=True)
class OnnxModel:
    """A file that has been read.

    Attributes:
        file: its content.
        found: the network, its weights and the states it starts from.
        places: what the values in the file are in the network, by their names in the file.
    """

    file: OnnxFile
    found: Found
    places: Mapping[str, Place]

    @property
    def network(self) -> n.Network:
        """The layers."""
        return self.found.network

    @property
    def weights(self) -> dict[str, list[NDArray[np.float64]]]:
        """The arrays of each layer, by its name."""
        return self.found.weights

    @property
    def starts(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """States that layers start from, where these are not zeros."""
        return self.found.starts


def read_onnx(path: str | PathLike[str]) -> OnnxModel:
    """The network in an ONNX file, and its weights in Keras's layout.

    Args:
        path: of the file.

    Raises:
        MissingProgramError: the package ``onnx`` is not installed.
        DataError: the file is missing, too large or damaged.
        UsageError: an operator or an attribute that cannot be written by hand.
        NumberError: a weight is not a finite number.
        ShapeError: arrays of a recurrent layer that do not fit together.
    """
    file = read_onnx_file(path)
    first: RnnEduError | None = None
    for words in (False, True):
        for numbers_axes, words_axes in zip(AXES_OF_NUMBERS, AXES_OF_WORDS, strict=True):
            try:
                return _read(file, numbers_axes, words_axes, words)
            except RnnEduError as error:
                first = first or error
    assert first is not None
    raise first


def known_operators() -> list[str]:
    """The operators that can be read, by name.

    Example:
        >>> {"LSTM", "Gemm", "Squeeze"} <= set(known_operators()), "Conv" in known_operators()
        (True, False)
    """
    return sorted(HANDLERS)


Axes = dict[int, tuple[str, ...]]


def _read(file: OnnxFile, numbers: Axes, words: Axes, floats_are_words: bool) -> OnnxModel:
    reading = Reading(file, {name: Fixed(array) for name, array in file.arrays.items()})
    for given in file.inputs:
        is_words = given.type in WHOLE or (floats_are_words and len(given.shape) <= 2)
        axes = (words if is_words else numbers).get(len(given.shape))
        if axes is None:
            raise UsageError(
                f"the input {given.name!r} of {file.path.name} has {len(given.shape)} axes; by "
                "hand an input has (examples, time, features) or fewer."
            )
        reading.values[given.name] = _entrance(reading, given, axes)
    for node in file.nodes:
        if node.operator not in HANDLERS:
            raise UsageError(
                f"{node.title()} of {file.path.name} is an operator that cannot be written by "
                f"hand here; known are {', '.join(known_operators())}."
            )
        reading.mark_shared(node)
        values = _values(reading, node)
        reading.values.update(
            {name: value for name, value in zip(node.outputs, values, strict=False) if name}
        )
    outputs = [ref for name in file.outputs for ref in _outputs(reading, name)]
    finished = network_of(reading.drafts, outputs)
    found = Found(finished.network, finished.weights, finished.starts)
    return OnnxModel(file, found, _places(reading, finished))


def _values(reading: Reading, node: OnnxNode) -> Sequence[Value]:
    """What a node calculates."""
    try:
        found = HANDLERS[node.operator](reading, node)
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, RnnEduError):
            raise
        raise DataError(
            f"{node.title()} of {reading.file.path.name} does not fit what it reads; the file is "
            "damaged, or written in a way that is not known here."
        ) from None
    return found if isinstance(found, tuple) else (found,)


def _places(reading: Reading, finished: Finished) -> dict[str, Place]:
    """What the values in the file are, as far as they lead to an output."""
    found = {}
    for name, value in reading.values.items():
        if not isinstance(value, Stream) or value.reversed or value.ref[0] not in finished.names:
            continue
        role, layer = value.ref[1], finished.names[value.ref[0]]
        half = {":0": ".forward", ":1": ".backward"}.get(role[-2:], "")
        role = role.partition(":")[0]
        known = reading.replaced.get(name, role)
        if isinstance(reading.draft_of(value).layer, n.Input):
            known = "input"
        elif role != "output" and not half:
            known = _merged(reading, value, role)
        known = "h" if known == "sequence" else known
        if known:
            found[name] = Place(layer + half, known, value.axes, last=role in ("h", "c"))
    return found


def _merged(reading: Reading, value: Stream, role: str) -> str:
    """States of a layer that reads both ways are its output once they are side by side."""
    draft = reading.draft_of(value)
    both = isinstance(draft, RecurrentDraft) and draft.directions == 2
    return "output" if both and DIRECTION not in value.axes else role


def _entrance(reading: Reading, given: OnnxInput, axes: tuple[str, ...]) -> Stream:
    shape = tuple(
        size
        for axis, size in sorted(zip(axes, given.shape, strict=True), key=_last_features)
        if axis != BATCH
    )
    dtype = "float" if FEATURES in axes else "int"
    name = re.sub(r"\W+", "_", given.name).strip("_")  # Keras's names have no : and no /
    draft = Draft(n.Input(shape, dtype, name=name), f"the input {given.name!r}")
    ref = reading.add(draft)
    return Stream(ref, axes, given.shape)


def _last_features(pair: tuple[str, int | None]) -> bool:
    return pair[0] == FEATURES


def _outputs(reading: Reading, name: str) -> list[Ref]:
    """The answers in one output of the file."""
    value = reading.values.get(name)
    if isinstance(value, Stacked):
        return [part.ref for part in value.parts]
    if not isinstance(value, Stream) or value.reversed:
        raise UsageError(
            f"the output {name!r} of {reading.file.path.name} is no answer of a layer."
        )
    if DIRECTION in value.axes and value.sizes[value.axes.index(DIRECTION)] != 1:
        number, role = value.ref
        return [(number, f"{role}:0"), (number, f"{role}:1")]
    return [value.ref]
