"""The rows that belong together on a sheet: a quantity at all its time steps, or a matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rnn_edu.walkthrough.expressions import Quantity

SYMBOL_COLUMN, LABEL_COLUMN, FIRST_COLUMN = 1, 2, 3
FIRST_ROW = 5

OVER_TIME, MATRIX, TRANSPOSED, WORDS = "over time", "matrix", "transposed", "words"

Index: TypeAlias = tuple[int, ...]


@dataclass
class Block:
    """The rows that belong together: a quantity at all its time steps, or a matrix.

    Attributes:
        name: the defined name of its numbers.
        sheet: the sheet on which it lies.
        form: how it lies there: over time, as a matrix, as a transposed matrix, as words.
        quantities: the quantity at each time step, or the one matrix.
        upright: whether a vector without time stands in a column, not in a row.
        words: for a list of words, the words.
        opens: whether it opens a group of rows rather than joining the one above.
        heading: the row of its column headings, if it has any.
        top: its first row.
    """

    name: str
    sheet: str
    form: str
    quantities: tuple[Quantity, ...]
    upright: bool = False
    words: tuple[str, ...] = ()
    opens: bool = True
    heading: int | None = None
    top: int = 0

    @property
    def lead(self) -> Quantity:
        """The quantity that stands for the block: the first that is not a starting value."""
        return next((q for q in self.quantities if q.role != "constant"), self.quantities[0])

    @property
    def changing(self) -> tuple[Quantity, ...]:
        """The quantities that are no starting values; all, if there are no others."""
        return tuple(q for q in self.quantities if q.role != "constant") or self.quantities

    @property
    def picks(self) -> bool:
        """Whether its first row holds words that the reader picks."""
        return self.form == OVER_TIME and any(q.choice for q in self.quantities)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the numbers of a matrix or a list of words."""
        if self.form == WORDS:
            return len(self.words), 1
        shape = self.quantities[0].shape
        if len(shape) == 2:
            return (shape[1], shape[0]) if self.form == TRANSPOSED else (shape[0], shape[1])
        size = math.prod(shape)
        return (size, 1) if self.upright else (1, size)

    @property
    def rows(self) -> int:
        """Number of rows, without the heading."""
        if self.form == WORDS:
            return len(self.words)
        if self.form == OVER_TIME:
            return self.lead.value.size + self.picks
        return self.shape[0]

    def labels(self) -> list[str]:
        """The name of each row of numbers."""
        if self.form == WORDS:
            return list(self.words)
        known = next((q.labels for q in self.quantities if q.labels), ())
        if self.form == OVER_TIME:
            return _row_labels(self.lead.shape, known)
        if self.form == TRANSPOSED:
            return _axis_labels(known, 1, self.shape[0])
        if len(self.quantities[0].shape) == 2 or self.upright:
            return _axis_labels(known, 0, self.shape[0])
        return [""]

    def column_labels(self) -> list[str]:
        """The name of each column of a matrix; empty for a single number."""
        known = self.quantities[0].labels
        columns = self.shape[1]
        if self.form == TRANSPOSED:
            return _axis_labels(known, 0, columns)
        if len(self.quantities[0].shape) == 2:
            return _axis_labels(known, 1, columns)
        return [""] if self.upright or columns == 1 else _axis_labels(known, 0, columns)


def _axis_labels(labels: tuple[tuple[str, ...], ...], axis: int, size: int) -> list[str]:
    if labels:
        return list(labels[axis])
    return [""] if size == 1 else [str(k + 1) for k in range(size)]


def _row_labels(shape: Index, labels: tuple[tuple[str, ...], ...]) -> list[str]:
    """One label for each element of a vector, or of a matrix written row after row."""
    axes = [_axis_labels(labels[k : k + 1], 0, size) for k, size in enumerate(shape)]
    if not axes:
        return [""]
    return [" · ".join(filter(None, parts)) for parts in _combinations(axes)]


def _combinations(axes: list[list[str]]) -> Iterator[tuple[str, ...]]:
    for index in np.ndindex(*(len(axis) for axis in axes)):
        yield tuple(axis[k] for axis, k in zip(axes, index, strict=True))


@dataclass
class Section:
    """A part of a sheet with a title: the weights, or the steps."""

    title: str
    note: str
    blocks: list[Block]
    row: int = 0
