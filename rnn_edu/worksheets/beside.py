"""What stands beside the blanks of a step: the numbers that it is made of, in their own shape.

A vector is a column and a matrix a rectangle, as one writes them, each under its symbol. What is
given is there already; what the learner calculated before shows as soon as it is written. A step
that is a matrix itself is filled in there, in its own shape.

The tables stand side by side as far as a page is wide, the others below them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import Expression
from rnn_edu.walkthrough.scalars import cells_in
from rnn_edu.walkthrough.sheets.elements import elements

#: The column of the first label, after a narrow gap, and the last one that is ever used.
FIRST, LAST = 7, 16
#: How many columns fit on a page; numbers of many digits are wider.
_ACROSS, _ACROSS_WITH_MANY_DIGITS, _MANY_DIGITS = LAST - FIRST + 1, 8, 8
#: The largest table that is shown, and the most rows of all tables of a step.
MOST_ROWS, MOST_COLUMNS, MOST_OF_ALL = 16, 16, 60
#: Of larger steps nothing is shown: they would not fit, and it would take long to find out.
MOST_LOOKED_AT = 100_000

Index = tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """A quantity beside the blanks: a column with labels, then its numbers.

    Attributes:
        quantity: what it shows, or shows a part of.
        left: the column of its labels.
        down: how many rows below the line over the step its heading is.
        rows: which rows of it are shown, counted from 0; a vector is a column.
        columns: which columns of it.
    """

    quantity: Quantity
    left: int
    down: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns are shown."""
        return len(self.rows), len(self.columns)

    @property
    def after(self) -> int:
        """The first column to its right."""
        return self.left + 1 + self.size[1]

    @property
    def last(self) -> int:
        """How far its last row is below the line over the step."""
        return self.down + self.size[0]

    def cells(self) -> Iterator[tuple[int, int, Index]]:
        """For each number how far it is below that line, its column, and its index."""
        for below, row in enumerate(self.rows, start=self.down + 1):
            for column, k in enumerate(self.columns, start=self.left + 1):
                yield below, column, (row, k)[: len(self.quantity.shape)]

    def labels(self) -> tuple[list[str], list[str]]:
        """The names of the rows, and of the columns of a matrix."""
        shape, named = self.quantity.shape, self.quantity.labels
        axes = [
            [named[axis][k] if named else str(k + 1) * (shape[axis] > 1) for k in kept]
            for axis, kept in zip(range(len(shape)), (self.rows, self.columns), strict=False)
        ]
        down, across = (*axes, [], [])[:2]
        return down or [""], across


def columns_across(decimals: int) -> int:
    """How many columns of numbers stand side by side, where so many decimals are asked for."""
    return _ACROSS_WITH_MANY_DIGITS if decimals >= _MANY_DIGITS else _ACROSS


def tables_of(step: Quantity, formula: Expression, across: int) -> list[Table]:
    """The tables of a step, each quantity once; first its own, where it is a matrix to fill in.

    Args:
        step: what is asked for.
        formula: what it is made of, as far as the learner sees it.
        across: how many columns there are.
    """
    found: list[Table] = []
    if _in_its_own_shape(step, across):
        down, wide = step.shape
        found.append(Table(step, FIRST, 0, tuple(range(down)), tuple(range(wide))))
    for quantity, indices in _used(formula).items():
        rows, columns = (
            tuple(sorted({(*index, 0, 0)[axis] for index in indices})) for axis in (0, 1)
        )
        if len(quantity.shape) > 2 or len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS:
            continue
        for first in range(0, len(columns), across - 1):
            part = columns[first : first + across - 1]
            table = Table(quantity, *_room(found, len(part), across), rows, part)
            if table.last > MOST_OF_ALL:
                return found
            found.append(table)
    return found


def _in_its_own_shape(step: Quantity, across: int) -> bool:
    """Whether the numbers of a step are filled in as a matrix; those of others as a column."""
    fits = len(step.shape) == 2 and step.shape[0] <= MOST_ROWS
    return fits and 1 < step.shape[1] < across


def _room(found: list[Table], columns: int, across: int) -> tuple[int, int]:
    """Where a table of so many columns begins: beside the one before, or below all."""
    if not found:
        return FIRST, 0
    left, down = found[-1].after, found[-1].down
    if left + columns < FIRST + across:
        return left, down
    return FIRST, max(table.last for table in found) + 1


def _used(formula: Expression) -> dict[Quantity, set[Index]]:
    """Which elements of which quantities a formula takes."""
    found: dict[Quantity, set[Index]] = {}
    largest = max((q.value.size for q in formula.quantities()), default=0)
    if formula.value.size * largest > MOST_LOOKED_AT:
        return found
    for tree in elements(formula).reshape(-1):
        for cell in cells_in(tree):
            found.setdefault(cell.quantity, set()).add(cell.index)
    return found
