"""What can be said of a value in an ONNX graph without running it.

An exporter surrounds each layer with operations that only move axes about or work out sizes. Here
they are followed by name: a :class:`Stream` knows which layer it comes from and what each of its
axes is, so that the layer above can say whether it reads what its counterpart in Keras would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
#: The number of a layer that is being read, and which of its values.
Ref: TypeAlias = tuple[int, str]
Size: TypeAlias = int | None

BATCH, TIME, FEATURES = "examples", "time", "features"
DIRECTION, ONE = "direction", "one"


@dataclass(frozen=True)
class Fixed:
    """Numbers that are known: weights, indices, and sizes, with NaN for a size that is open."""

    value: Array


@dataclass(frozen=True)
class Filled:
    """One number at every place of an array whose size is open: a state to start from."""

    number: float


@dataclass(frozen=True)
class Numbers:
    """Numbers of words on their way to a table.

    Attributes:
        stream: the input that they come from.
        change: what has been done to them.
    """

    stream: Stream
    change: Callable[[Array], Array]


@dataclass(frozen=True)
class Stream:
    """What a layer calculates, or an input.

    Attributes:
        ref: the layer, and which of its values.
        axes: what each axis is.
        sizes: how long each axis is.
        reversed: whether the steps have been put in the opposite order.
    """

    ref: Ref
    axes: tuple[str, ...]
    sizes: tuple[Size, ...]
    reversed: bool = False

    def describe(self) -> str:
        """Its axes as messages name them."""
        return f"({', '.join(self.axes)})"

    def without(self, axis: int) -> Stream:
        """The stream without one of its axes."""
        return self._by_axis([k for k in range(len(self.axes)) if k != axis])

    def transposed(self, order: tuple[int, ...]) -> Stream:
        """The stream with its axes in another order."""
        return self._by_axis(list(order))

    def with_axis(self, place: int, name: str, size: Size) -> Stream:
        """The stream with one more axis."""
        axes, sizes = list(self.axes), list(self.sizes)
        axes.insert(place, name)
        sizes.insert(place, size)
        return replace(self, axes=tuple(axes), sizes=tuple(sizes))

    def renamed(self, place: int, name: str, size: Size) -> Stream:
        """The stream with another name and size for one of its axes."""
        return self.without(place).with_axis(place, name, size)

    def _by_axis(self, order: list[int]) -> Stream:
        return replace(
            self,
            axes=tuple(self.axes[k] for k in order),
            sizes=tuple(self.sizes[k] for k in order),
        )


@dataclass(frozen=True)
class Stacked:
    """Last states of several layers or directions, one after the other along the first axis."""

    parts: tuple[Stream, ...]


Value: TypeAlias = Fixed | Filled | Numbers | Stream | Stacked


def sizes_of(stream: Stream) -> Fixed:
    """The shape of a stream as ONNX's ``Shape`` gives it.

    Example:
        >>> sizes_of(Stream((0, "output"), (BATCH, FEATURES), (None, 3))).value
        array([nan,  3.])
    """
    return Fixed(np.array([np.nan if size is None else size for size in stream.sizes]))


def whole_numbers(value: Value | None) -> tuple[int, ...] | None:
    """The numbers of a known array of indices or sizes; None where one is open or unknown.

    Example:
        >>> whole_numbers(Fixed(np.array([2.0, -1.0]))), whole_numbers(Filled(0.0))
        ((2, -1), None)
    """
    if not isinstance(value, Fixed) or not np.all(np.isfinite(value.value)):
        return None
    return tuple(int(number) for number in value.value.reshape(-1))
