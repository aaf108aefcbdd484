"""ONNX's operators that move axes about, pick a step, or work out sizes: no layer of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from rnn_edu import networks as n
from rnn_edu.networks.readers.onnx_drafts import RecurrentDraft
from rnn_edu.networks.readers.onnx_file import OnnxNode
from rnn_edu.networks.readers.onnx_reading import (
    Reading,
    axis_of,
    is_single,
    refusal,
    refused_setting,
)
from rnn_edu.networks.readers.onnx_values import (
    BATCH,
    DIRECTION,
    FEATURES,
    ONE,
    TIME,
    Array,
    Filled,
    Fixed,
    Numbers,
    Stacked,
    Stream,
    Value,
    sizes_of,
    whole_numbers,
)

Handler = Callable[[Reading, OnnxNode], Value]
#: Between the names of two axes that have been put into one.
JOINED = " and "
#: An exporter writes "to the end" as the largest number that it has.
FAR = 2**31 - 1


def constant(reading: Reading, node: OnnxNode) -> Value:
    """Numbers in an attribute."""
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            return Fixed(np.asarray(node.attributes[name]))
    raise refusal(node, f"has the attributes {', '.join(node.attributes) or 'none'}")


def filled(reading: Reading, node: OnnxNode) -> Value:
    """One number everywhere."""
    number = np.asarray(node.attributes.get("value", 0.0)).reshape(-1)
    return Filled(float(number[0]))


def expand(reading: Reading, node: OnnxNode) -> Value:
    """A number or a learned state, for as many examples as there are."""
    value = reading.given(node, 0)
    if isinstance(value, Filled):
        return value
    if isinstance(value, Fixed):
        numbers = value.value.reshape(-1)
        same = np.array_equal(numbers, np.full_like(numbers, numbers[0]), equal_nan=True)
        return Filled(float(numbers[0])) if same else value
    raise refusal(node, "repeats the answer of a layer")


def shape(reading: Reading, node: OnnxNode) -> Value:
    """The sizes of a value; NaN where one is open."""
    value = reading.given(node, 0)
    if isinstance(value, Stream):
        sizes = sizes_of(value)
    elif isinstance(value, Fixed):
        sizes = Fixed(np.array(value.value.shape, dtype=np.float64))
    else:
        raise refusal(node, "asks for the sizes of what is no layer's answer")
    start, end = node.attributes.get("start", 0), node.attributes.get("end", FAR)
    return Fixed(sizes.value[start:end])


def passed_on(reading: Reading, node: OnnxNode) -> Value:
    """The value as it is: Identity, Cast between floats, Dropout of a trained network."""
    training = reading.given(node, 2) if node.operator == "Dropout" else None
    if isinstance(training, Fixed) and np.any(training.value):
        raise refused_setting(node, "training_mode", True, "False")
    value = reading.given(node, 0)
    if value is None:
        raise refusal(node, "reads nothing")
    return value


def transpose(reading: Reading, node: OnnxNode) -> Value:
    """Axes in another order."""
    value = reading.given(node, 0)
    order = node.attributes.get("perm")
    if isinstance(value, Fixed):
        return Fixed(np.transpose(value.value, order))
    if isinstance(value, Filled):
        return value
    stream = reading.stream(node)
    return stream.transposed(order or tuple(range(len(stream.axes)))[::-1])


def unsqueeze(reading: Reading, node: OnnxNode) -> Value:
    """One more axis of one place."""
    value, axes = reading.given(node, 0), reading.axes(node, 1)
    if axes is None:
        raise refusal(node, "adds axes that are not known")
    if isinstance(value, Fixed):
        return Fixed(np.expand_dims(value.value, axes))
    if isinstance(value, Filled):
        return value
    stream = reading.stream(node)
    rank = len(stream.axes) + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        stream = stream.with_axis(axis, ONE, 1)
    return stream


def squeeze(reading: Reading, node: OnnxNode) -> Value:
    """Without axes of one place."""
    value, axes = reading.given(node, 0), reading.axes(node, 1)
    if isinstance(value, Fixed):
        return Fixed(np.squeeze(value.value, axes))
    if isinstance(value, Filled):
        return value
    stream = reading.stream(node)
    single = [k for k in range(len(stream.axes)) if is_single(stream, k)]
    wanted = single if axes is None else [axis_of(stream, axis) for axis in axes]
    for axis in sorted(wanted, reverse=True):
        if axis not in single:
            raise refusal(node, f"drops the axis of {stream.axes[axis]}")
        if stream.axes[axis] == TIME:
            stream = pick(reading, node, stream, axis, -1)
        else:
            stream = stream.without(axis)
    return stream


def concat(reading: Reading, node: OnnxNode) -> Value:
    """Side by side: sizes, states of both directions, or the answers of layers."""
    values = [reading.given(node, k) for k in range(len(node.inputs))]
    axis = int(node.attributes.get("axis", 0))
    if all(isinstance(value, Fixed) for value in values):
        return Fixed(np.concatenate([v.value for v in values if isinstance(v, Fixed)], axis))
    if all(isinstance(value, Filled) for value in values) and len(set(values)) == 1:
        assert isinstance(values[0], Filled)
        return values[0]
    streams = [reading.stream(node, k) for k in range(len(values))]
    first, axis = streams[0], axis_of(streams[0], axis)
    if axis == 0 and first.axes[0] in (DIRECTION, ONE):
        return Stacked(tuple(part for stream in streams for part in _parts(stream)))
    if len({stream.axes for stream in streams}) > 1 or first.axes[axis] not in (FEATURES, TIME):
        shapes = " and ".join(stream.describe() for stream in streams)
        raise refusal(node, f"joins {shapes} along the axis {first.axes[axis]!r}")
    both = both_directions(reading, streams, "concat") if first.axes[axis] == FEATURES else None
    if both is not None:
        return both
    layer = n.Concatenate(axis=-1 if first.axes[axis] == FEATURES else 1)
    ref = reading.layer(node, layer, streams, [])
    size = _added([stream.sizes[axis] for stream in streams])
    return replace(first, ref=ref).renamed(axis, first.axes[axis], size)


def _parts(stream: Stream) -> list[Stream]:
    """The vectors along the first axis."""
    if stream.axes[0] == ONE or stream.sizes[0] == 1:
        return [stream.without(0)]
    role = stream.ref[1]
    return [replace(stream.without(0), ref=(stream.ref[0], f"{role}:{d}")) for d in (0, 1)]


def both_directions(reading: Reading, streams: list[Stream], mode: str) -> Stream | None:
    """The answer of a layer that reads both ways, where these are its two halves."""
    drafts = {stream.ref[0] for stream in streams}
    roles = [stream.ref[1] for stream in streams]
    draft = reading.draft_of(streams[0])
    if len(drafts) > 1 or len(roles) != 2 or not isinstance(draft, RecurrentDraft):
        return None
    role = roles[0].partition(":")[0]
    if role == "c" or roles != [f"{role}:0", f"{role}:1"]:
        return None
    draft.merge_mode = mode
    size = _added([stream.sizes[-1] for stream in streams])
    merged = replace(streams[0], ref=(streams[0].ref[0], role))
    last = len(merged.axes) - 1
    return merged.renamed(last, FEATURES, size) if mode == "concat" else merged


def _added(sizes: list[int | None]) -> int | None:
    return None if None in sizes else sum(size for size in sizes if size is not None)


# -- picking ----------------------------------------------------------------------------------


def pick(reading: Reading, node: OnnxNode, stream: Stream, axis: int, index: int) -> Stream:
    """One place of an axis: a direction, or the step at which a recurrent layer has ended.

    Raises:
        UsageError: it is another place.
    """
    size, role = stream.sizes[axis], stream.ref[1]
    if stream.axes[axis] == DIRECTION:
        number = index % (size or 1)
        picked = stream.without(axis)
        return picked if size == 1 else replace(picked, ref=(stream.ref[0], f"{role}:{number}"))
    if stream.axes[axis] == ONE:
        return stream.without(axis)
    draft = reading.draft_of(stream)
    if stream.axes[axis] == TIME and not isinstance(draft, RecurrentDraft):
        raise refusal(
            node,
            f"picks step {index} of a sequence, as where a layer is written out step after step; "
            "export it as one node (in PyTorch with dynamo=False), or give the model itself",
        )
    if not isinstance(draft, RecurrentDraft) or stream.axes[axis] != TIME:
        raise refusal(node, f"picks place {index} along the axis {stream.axes[axis]!r}")
    if draft.directions == 2 and ":" not in role:
        raise refusal(
            node,
            f"picks step {index} of a layer that reads both ways: there one direction has read a "
            "single step, so in Keras it is the answer of no layer; take the last states (h_n)",
        )
    end = draft.end(role)
    if index - (size or 0) == -1 or index == size:
        index = -1
    if index != end and size != 1:
        raise refusal(node, f"picks step {index} of a layer that ends at step {end}")
    return replace(stream.without(axis), ref=(stream.ref[0], role.replace("sequence", "h")))


def gather(reading: Reading, node: OnnxNode) -> Value | None:
    """One place of an axis; None where the numbers of words look up a table."""
    value, indices = reading.given(node, 0), reading.given(node, 1)
    axis = int(node.attributes.get("axis", 0))
    places = whole_numbers(indices)
    if isinstance(indices, Fixed) and places is None:
        raise refusal(node, "picks places that are not known")
    if isinstance(value, Fixed) and isinstance(indices, Fixed):
        return Fixed(np.take(value.value, indices.value.astype(np.int64), axis))
    if isinstance(value, Filled):
        return value
    if isinstance(value, Stacked) and places is not None and axis == 0 and len(places) == 1:
        return _one_or_row(value.parts[places[0]], indices)
    if isinstance(value, Stream) and places is not None and len(places) == 1:
        axis = axis_of(value, axis)
        picked = pick(reading, node, value, axis, places[0])
        return picked.with_axis(axis, ONE, 1) if _rank(indices) else picked
    return None


def _rank(value: Value | None) -> int:
    return value.value.ndim if isinstance(value, Fixed) else 0


def _one_or_row(part: Stream, indices: Value | None) -> Stream:
    return part.with_axis(0, ONE, 1) if _rank(indices) else part


def cut(reading: Reading, node: OnnxNode) -> Value:
    """Part of an axis: all of it, one place, or all of it from the end."""
    value = reading.given(node, 0)
    if isinstance(value, Filled):
        return value
    starts, ends = (reading.axes(node, k, name) for k, name in ((1, "starts"), (2, "ends")))
    steps = reading.axes(node, 4, "steps")
    if starts is None or ends is None:
        raise refusal(node, "cuts at places that are not known")
    axes = reading.axes(node, 3) or tuple(range(len(starts)))
    parts = dict(
        zip(axes, zip(starts, ends, steps or (1,) * len(starts), strict=True), strict=True)
    )
    if isinstance(value, Fixed):
        places = [slice(None)] * value.value.ndim
        for axis, (start, end, step) in parts.items():
            places[axis] = slice(start, None if end < -FAR else end, step)
        return Fixed(value.value[tuple(places)])
    if isinstance(value, Stacked):
        (start, end, _), *_ = parts.values()
        chosen = value.parts[start:end]
        return chosen[0].with_axis(0, ONE, 1) if len(chosen) == 1 else Stacked(chosen)
    stream = reading.stream(node)
    for axis, (start, end, step) in parts.items():
        stream = _cut_one(reading, node, stream, axis_of(stream, axis), (start, end, step))
    return stream


def _cut_one(
    reading: Reading, node: OnnxNode, stream: Stream, axis: int, part: tuple[int, int, int]
) -> Stream:
    start, end, step = part
    size = stream.sizes[axis]
    if step == -1 and stream.axes[axis] == TIME and start in (-1, FAR) and end < -(size or 0):
        return replace(stream, reversed=not stream.reversed)
    if step != 1:
        raise refused_setting(node, "steps", step, "1, or -1 over all steps of a sequence")
    whole = start == 0 and (end >= FAR or end == size)
    if whole and size != 1:
        return stream
    last = start == -1 and end >= FAR
    if last or end - start == 1:
        picked = pick(reading, node, stream, axis, start)
        return picked.with_axis(axis, ONE, 1)
    raise refusal(node, f"cuts places {start} to {end} out of the axis {stream.axes[axis]!r}")


def reverse(reading: Reading, node: OnnxNode) -> Value:
    """A sequence from its end."""
    stream, lengths = reading.stream(node), reading.given(node, 1)
    axis = int(node.attributes.get("time_axis", 0))
    if stream.axes[axis] != TIME:
        raise refusal(node, f"turns the axis {stream.axes[axis]!r} round")
    if isinstance(lengths, Fixed) and np.any(lengths.value != (stream.sizes[axis] or np.nan)):
        raise refusal(node, "turns only a part of the steps round")
    return replace(stream, reversed=not stream.reversed)


# -- reshaping --------------------------------------------------------------------------------


def reshape(reading: Reading, node: OnnxNode) -> Value:
    """The same numbers along other axes."""
    value, target = reading.given(node, 0), reading.given(node, 1)
    if isinstance(value, Filled):
        return value
    if not isinstance(target, Fixed):
        raise refusal(node, "takes a shape that is not known")
    if isinstance(value, Fixed):
        known = whole_numbers(target)
        return Filled(float("nan")) if known is None else Fixed(value.value.reshape(known))
    stream = reading.stream(node)
    sizes = [None if np.isnan(size) else int(size) for size in np.atleast_1d(target.value)]
    for attempt in (_same, _flattened, _merged, _rows, _back, _without_ones):
        found = attempt(reading, node, stream, sizes)
        if found is not None:
            return found
    wanted = ", ".join("?" if size is None else str(size) for size in sizes)
    raise refusal(node, f"puts an array with the axes {stream.describe()} into ({wanted})")


Sizes = list[int | None]


def _fits(size: int | None, wanted: int | None) -> bool:
    return wanted in (0, -1, None) or size is None or wanted == size


def _same(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    if len(sizes) != len(stream.sizes):
        return None
    return stream if all(map(_fits, stream.sizes, sizes)) else None


def _flattened(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    """All steps in one vector."""
    if stream.axes != (BATCH, TIME, FEATURES) or len(sizes) != 2:
        return None
    time, features = stream.sizes[1:]
    whole = None if time is None or features is None else time * features
    rows = sizes[0] == -1 and sizes[1] == features and whole != features
    if rows or (sizes[1] != -1 and sizes[1] != whole) or not _fits(stream.sizes[0], sizes[0]):
        return None
    return flattened(reading, node, stream)


def flattened(reading: Reading, node: OnnxNode, stream: Stream) -> Stream:
    """A Flatten layer."""
    time, features = stream.sizes[1:]
    whole = None if time is None or features is None else time * features
    ref = reading.layer(node, n.Flatten(), [stream], [])
    return Stream(ref, (BATCH, FEATURES), (stream.sizes[0], whole))


def _merged(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    """Both directions side by side."""
    if stream.axes[-2:] != (DIRECTION, FEATURES) or len(sizes) != len(stream.axes) - 1:
        return None
    directions, units = stream.sizes[-2:]
    whole = None if directions is None or units is None else directions * units
    if not all(map(_fits, stream.sizes, sizes[:-1])) or not _fits(whole, sizes[-1]):
        return None
    last = len(stream.axes) - 2
    return stream.without(last).renamed(last, FEATURES, whole)


def _rows(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    """Examples and steps in one axis: the layer above treats each vector alone."""
    if len(stream.axes) != 3 or stream.axes[2] != FEATURES or len(sizes) != 2:
        return None
    if not _fits(stream.sizes[2], sizes[1]) or sizes[1] == -1:
        return None
    axes = (f"{stream.axes[0]}{JOINED}{stream.axes[1]}", FEATURES)
    return replace(stream, axes=axes, sizes=(None, stream.sizes[2]))


def _back(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    """Examples and steps apart again."""
    first, joined, second = stream.axes[0].partition(JOINED)
    if not joined or len(sizes) != 3 or not _fits(stream.sizes[-1], sizes[2]):
        return None
    open_sizes = [None if size in (0, -1) else size for size in sizes[:2]]
    return replace(
        stream,
        axes=(first, second, FEATURES),
        sizes=(open_sizes[0], open_sizes[1], stream.sizes[-1]),
    )


def _without_ones(reading: Reading, node: OnnxNode, stream: Stream, sizes: Sizes) -> Stream | None:
    while ONE in stream.axes:
        stream = stream.without(stream.axes.index(ONE))
    return _same(reading, node, stream, sizes)


def flatten(reading: Reading, node: OnnxNode) -> Value:
    """Everything but the examples in one axis."""
    stream = reading.stream(node)
    axis = axis_of(stream, int(node.attributes.get("axis", 1)))
    while ONE in stream.axes:
        stream = stream.without(stream.axes.index(ONE))
    if axis != 1 or stream.axes not in ((BATCH, FEATURES), (BATCH, TIME, FEATURES)):
        raise refusal(node, f"puts an array with the axes {stream.describe()} into two")
    return stream if len(stream.axes) == 2 else flattened(reading, node, stream)


# -- arithmetic on sizes and on the numbers of words --------------------------------------------

ARITHMETIC: Mapping[str, Callable[..., Array]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.floor_divide,
    "Mod": np.mod,
    "Less": np.less,
    "LessOrEqual": np.less_equal,
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Equal": np.equal,
    "Not": np.logical_not,
    "And": np.logical_and,
    "Or": np.logical_or,
    "Where": np.where,
    "Neg": np.negative,
    "Max": np.maximum,
    "Min": np.minimum,
    "Cast": lambda numbers: np.asarray(numbers, dtype=np.float64),
}


def arithmetic(reading: Reading, node: OnnxNode) -> Value | None:
    """Sizes, or the numbers of words, calculated; None where a layer's answer takes part."""
    values = [reading.given(node, k) for k in range(len(node.inputs))]
    function = ARITHMETIC[node.operator]
    if all(isinstance(value, Fixed) for value in values):
        return Fixed(np.asarray(function(*(v.value for v in values if isinstance(v, Fixed)))))
    words = [words_of(reading, value) for value in values]
    known = [found for found in words if found is not None]
    allowed = [w is not None or isinstance(v, Fixed) for w, v in zip(words, values, strict=True)]
    if not known or not all(allowed) or len({found.stream for found in known}) > 1:
        return None

    def change(numbers: Array) -> Array:
        parts = [
            value.value if isinstance(value, Fixed) else found.change(numbers) if found else None
            for value, found in zip(values, words, strict=True)
        ]
        return function(*parts)

    return Numbers(known[0].stream, change)


def words_of(reading: Reading, value: Value | None) -> Numbers | None:
    """The numbers of words in a value: an input of whole numbers, or what was made of one."""
    if isinstance(value, Numbers):
        return value
    if isinstance(value, Stream):
        layer = reading.draft_of(value).layer
        if isinstance(layer, n.Input) and FEATURES not in value.axes:
            return Numbers(value, lambda numbers: numbers)
    return None


SHAPING: Mapping[str, Handler] = {
    "Constant": constant,
    "ConstantOfShape": filled,
    "Expand": expand,
    "Shape": shape,
    "Identity": passed_on,
    "Dropout": passed_on,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
    "Squeeze": squeeze,
    "Concat": concat,
    "Slice": cut,
    "ReverseSequence": reverse,
    "Reshape": reshape,
    "Flatten": flatten,
}
