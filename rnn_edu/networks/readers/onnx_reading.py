"""A graph while it is being read: the values known so far, and sentences for what is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from rnn_edu import networks as n
from rnn_edu.errors import NumberError, UsageError
from rnn_edu.networks.readers.onnx_drafts import Draft
from rnn_edu.networks.readers.onnx_file import OnnxFile, OnnxNode
from rnn_edu.networks.readers.onnx_values import (
    DIRECTION,
    FEATURES,
    ONE,
    Array,
    Fixed,
    Ref,
    Stream,
    Value,
    whole_numbers,
)


@dataclass
class Reading:
    """What is known of a graph, node after node.

    Attributes:
        file: the graph.
        values: what can be said of each value, by name.
        drafts: the layers found so far.
        replaced: names of values that are no longer what their layer answers: those before a bias
            was added, with an empty text, and those before an activation.
    """

    file: OnnxFile
    values: dict[str, Value]
    drafts: list[Draft] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [
            name for node in self.file.nodes if node.operator != "Shape" for name in node.inputs
        ]
        self.readers = Counter([*names, *self.file.outputs])

    def given(self, node: OnnxNode, k: int) -> Value | None:
        """The k-th input of a node; None where it is left out.

        Raises:
            UsageError: it is an output that the node that has it does not calculate here.
        """
        name = node.inputs[k] if k < len(node.inputs) else ""
        if name and name not in self.values:
            raise refusal(node, f"reads {name!r}, an output that is not known of its node")
        return self.values[name] if name else None

    def stream(self, node: OnnxNode, k: int = 0) -> Stream:
        """An input that a layer has calculated.

        Raises:
            UsageError: it is something else.
        """
        value = self.given(node, k)
        if not isinstance(value, Stream):
            raise refusal(node, f"reads {node.inputs[k]!r}, which is the answer of no layer")
        return value

    def vectors(self, node: OnnxNode, k: int = 0) -> Stream:
        """An input whose last axis is that of the features, as layers read it.

        Raises:
            UsageError: its axes are others.
        """
        stream = self.stream(node, k)
        if stream.axes[-1] != FEATURES or DIRECTION in stream.axes or stream.reversed:
            raise refusal(node, f"reads an array with the axes {_described(stream)}")
        return stream

    def numbers(self, node: OnnxNode, k: int, what: str) -> Array:
        """An input that the file itself brings: a weight.

        Raises:
            UsageError: it is calculated.
            NumberError: one of its numbers is not finite.
        """
        value = self.given(node, k)
        if not isinstance(value, Fixed):
            raise refusal(node, f"has a {what} that is calculated, not stored in the file")
        array = np.asarray(value.value, dtype=np.float64)
        if not array.size:
            raise refusal(node, f"has a {what} without numbers")
        if not np.all(np.isfinite(array)):
            place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
            raise NumberError(
                f"{what} of {node.title()}, {node.inputs[k]!r}, is "
                f"{array[tuple(place)]} at {place}, not a finite number."
            )
        return array

    def axes(self, node: OnnxNode, k: int, name: str = "axes") -> tuple[int, ...] | None:
        """Axes or sizes that older files have as an attribute and newer ones as an input."""
        if name in node.attributes:
            found = node.attributes[name]
            return tuple(found) if isinstance(found, tuple) else (int(found),)
        return whole_numbers(self.given(node, k))

    def draft_of(self, stream: Stream) -> Draft:
        """The layer that a stream comes from."""
        return self.drafts[stream.ref[0]]

    def add(self, draft: Draft) -> Ref:
        """One more layer; returns the reference to its answer."""
        self.drafts.append(draft)
        return len(self.drafts) - 1, "output"

    def layer(
        self, node: OnnxNode, layer: n.Layer, streams: list[Stream], arrays: list[Array]
    ) -> Ref:
        """A layer that reads streams; returns the reference to its answer."""
        refs = tuple(stream.ref for stream in streams)
        return self.add(Draft(layer, node.title(), refs, arrays))

    def replace_answers(self, ref: Ref, value: str) -> None:
        """Notes that what was a layer's answer so far is another value of it, or none."""
        for name, found in self.values.items():
            if isinstance(found, Stream) and found.ref == ref and name not in self.replaced:
                self.replaced[name] = value

    def mark_shared(self, node: OnnxNode) -> None:
        """Notes which layers are read by more than one node."""
        for name in filter(None, node.inputs):
            value = self.values.get(name)
            if self.readers[name] > 1 and isinstance(value, Stream) and node.operator != "Shape":
                self.draft_of(value).shared = True


def refusal(node: OnnxNode, reason: str) -> UsageError:
    """The error of a node that cannot be written by hand."""
    return UsageError(f"{node.title()} {reason}; that cannot be written by hand here.")


def refused_setting(node: OnnxNode, name: str, value: object, wanted: str) -> UsageError:
    """The error of an attribute that cannot be written by hand."""
    return UsageError(
        f"{node.title()} has the attribute {name}={value!r}; by hand it must be {wanted}."
    )


def _described(stream: Stream) -> str:
    turned = ", read from its end" if stream.reversed else ""
    return f"({', '.join(axis for axis in stream.axes)}){turned}, where {FEATURES} must be last"


def axis_of(stream: Stream, axis: int) -> int:
    """An axis counted from the front."""
    return axis % len(stream.axes)


def is_single(stream: Stream, axis: int) -> bool:
    """Whether an axis may be dropped: it is known to have one place."""
    return stream.axes[axis] == ONE or stream.sizes[axis] == 1
