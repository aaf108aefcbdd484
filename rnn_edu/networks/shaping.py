"""Layers that only arrange numbers, and those that put several flows together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.networks.flow import Flow, added
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.pen import Pen
from rnn_edu.walkthrough import Expression, Quantity, concatenate, largest


@dataclass(frozen=True)
class Flatten(Layer):
    """All vectors of a sequence, one after the other, as one long vector."""

    base: ClassVar[str] = "flat"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One step, or none where there is one vector already."""
        flow = self.one_input(inputs)
        if not flow.over_time:
            return (flow,)
        joined = concatenate(*flow.values)
        long = pen.step("output", joined, note="all steps, one after the other")
        return (Flow((long,), over_time=False),)


@dataclass(frozen=True)
class RepeatVector(Layer):
    """The same vector as the input of every step of a sequence.

    Attributes:
        n: how many steps.
    """

    base: ClassVar[str] = "copy"

    n: int

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """A copy for each step.

        Raises:
            ShapeError: the input is a sequence.
        """
        flow = self.one_input(inputs)
        if flow.over_time:
            raise ShapeError(
                f"{self.title()} repeats one vector, but a sequence {flow.describe()} is given."
            )
        x = flow.last
        note = "the same vector again"
        copies = tuple(
            pen.step("output", x, t=t, note=note, labels=x.labels) for t in range(1, self.n + 1)
        )
        return (Flow(copies),)


@dataclass(frozen=True)
class Merge(Layer):
    """Base of the layers that take several inputs of one shape, number by number."""

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The values of one step, put together."""
        raise NotImplementedError

    def note(self) -> str:
        """What is done, in a few words."""
        raise NotImplementedError

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One step for each time.

        Raises:
            ShapeError: the inputs differ in their shapes.
        """
        self.check(inputs)
        return (self.side_by_side(pen, inputs),)

    def check(self, inputs: Sequence[Flow]) -> None:
        """Raises ShapeError unless all inputs have one shape."""
        shapes = [flow.describe() for flow in inputs]
        if len(inputs) < 2 or len(set(shapes)) > 1:
            raise ShapeError(
                f"{self.title()} takes two or more inputs of one shape; given are "
                f"{', '.join(shapes)}."
            )

    def side_by_side(self, pen: Pen, inputs: Sequence[Flow]) -> Flow:
        """The inputs at each time put together; a step counts where all of them count."""
        first = inputs[0]
        times: Sequence[int | None] = range(1, len(first.values) + 1) if first.over_time else [None]
        values = tuple(
            pen.step("output", self.together(parts), t=t, note=self.note())
            for t, parts in zip(times, zip(*(f.values for f in inputs), strict=True), strict=True)
        )
        return Flow(values, first.over_time, self.masks(inputs))

    def masks(self, inputs: Sequence[Flow]) -> tuple[Quantity, ...] | None:
        """The mask of the result, where all inputs have the same one or none."""
        found = {flow.mask for flow in inputs}
        if len(found) > 1:
            raise UsageError(
                f"{self.title()} puts together flows with different masks, which is not written "
                "by hand here; mask all of its inputs alike."
            )
        return found.pop()


@dataclass(frozen=True)
class Add(Merge):
    """The sum of its inputs, as in a residual connection."""

    base: ClassVar[str] = "added"

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The sum."""
        return added(parts)

    def note(self) -> str:
        """In words."""
        return "the sum of the inputs"


@dataclass(frozen=True)
class Subtract(Merge):
    """The first of its two inputs minus the second."""

    base: ClassVar[str] = "left"

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The difference."""
        return parts[0] - parts[1]

    def note(self) -> str:
        """In words."""
        return "the first input minus the second"


@dataclass(frozen=True)
class Multiply(Merge):
    """The product of its inputs, number by number."""

    base: ClassVar[str] = "product"

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The product."""
        return reduce(lambda u, v: u * v, parts)

    def note(self) -> str:
        """In words."""
        return "the product of the inputs, number by number"


@dataclass(frozen=True)
class Average(Merge):
    """The mean of its inputs, number by number."""

    base: ClassVar[str] = "average"

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The mean."""
        return added(parts) / len(parts)

    def note(self) -> str:
        """In words."""
        return "the mean of the inputs"


@dataclass(frozen=True)
class Maximum(Merge):
    """The largest of its inputs, number by number."""

    base: ClassVar[str] = "largest"

    def together(self, parts: Sequence[Expression]) -> Expression:
        """The largest."""
        return largest(*parts)

    def note(self) -> str:
        """In words."""
        return "the largest of the inputs, number by number"


@dataclass(frozen=True)
class Concatenate(Merge):
    """Its inputs side by side, or one after the other in time.

    Attributes:
        axis: -1 for side by side; 1 for one after the other.
    """

    base: ClassVar[str] = "joined"

    axis: int = -1

    def together(self, parts: Sequence[Expression]) -> Expression:
        """Side by side."""
        return concatenate(*parts)

    def note(self) -> str:
        """In words."""
        return "the inputs side by side"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Vectors of each time side by side, or the sequences one after the other."""
        if self.axis == 1 and inputs[0].over_time:
            return (self._in_time(pen, inputs),)
        return super().write(pen, inputs, arrays)

    def check(self, inputs: Sequence[Flow]) -> None:
        """Raises ShapeError unless all inputs have as many steps."""
        steps = [len(flow.values) if flow.over_time else None for flow in inputs]
        if len(inputs) < 2 or len(set(steps)) > 1:
            shapes = ", ".join(flow.describe() for flow in inputs)
            raise ShapeError(f"{self.title()} takes inputs of as many steps; given are {shapes}.")

    def _in_time(self, pen: Pen, inputs: Sequence[Flow]) -> Flow:
        if any(flow.mask is not None for flow in inputs):
            raise UsageError(f"{self.title()} joins masked sequences, which is not written here.")
        values = [value for flow in inputs for value in flow.values]
        note = "one sequence after the other"
        return Flow(
            tuple(pen.step("output", v, t=t, note=note) for t, v in enumerate(values, start=1))
        )


@dataclass(frozen=True)
class GlobalAveragePooling1D(Layer):
    """The mean of a sequence over its steps; masked steps are left out."""

    base: ClassVar[str] = "pooled"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One step."""
        flow = self.sequence(inputs)
        if flow.mask is None:
            mean = added(flow.values) / len(flow.values)
        else:
            counted: list[Expression] = [m * x for m, x in zip(flow.mask, flow.values, strict=True)]
            count = added(flow.mask)
            mean = added(counted) / count
        labels = flow.values[0].labels
        pooled = pen.step("output", mean, note="mean over the steps that count", labels=labels)
        return (Flow((pooled,), over_time=False),)


@dataclass(frozen=True)
class GlobalMaxPooling1D(Layer):
    """The largest number of each feature over all steps; Keras's layer ignores a mask."""

    base: ClassVar[str] = "pooled"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One step."""
        flow = self.sequence(inputs)
        # Where several steps are equally large, Keras shares the gradient out among them.
        most = largest(*flow.values, shared=True)
        labels = flow.values[0].labels
        pooled = pen.step("output", most, note="largest over the steps", labels=labels)
        return (Flow((pooled,), over_time=False),)
