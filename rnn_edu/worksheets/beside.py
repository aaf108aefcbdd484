"""What stands beside the blanks of a step: the numbers that it is made of, in their own shape.

A vector is a column and a matrix a rectangle, as one writes them, each under its symbol. What is
given is there already; what the learner calculated before shows as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import Expression
from rnn_edu.walkthrough.scalars import cells_in
from rnn_edu.walkthrough.sheets.elements import elements

#: The column of the first label, after a narrow gap.
FIRST = 8
#: The largest table that is shown, and the most columns of all tables of a step.
MOST_ROWS, MOST_COLUMNS, MOST_OF_ALL = 16, 16, 40
#: Of larger steps nothing is shown: they would not fit, and it would take long to find out.
MOST_LOOKED_AT = 100_000

Index = tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """A quantity beside the blanks: a column with labels, then its numbers.

    Attributes:
        quantity: what it shows, or shows a part of.
        left: the column of its labels.
        rows: which rows of it are shown, counted from 0; a vector is a column.
        columns: which columns of it.
    """

    quantity: Quantity
    left: int
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

    def cells(self) -> Iterator[tuple[int, int, Index]]:
        """For each number how far it is below the heading, its column, and its index."""
        for below, row in enumerate(self.rows, start=1):
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


def tables_of(formula: Expression) -> list[Table]:
    """The tables that fit beside each other, from left to right; each quantity once."""
    found: list[Table] = []
    left = FIRST
    for quantity, indices in _used(formula).items():
        rows, columns = (
            tuple(sorted({(*index, 0, 0)[axis] for index in indices})) for axis in (0, 1)
        )
        if len(quantity.shape) > 2 or len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS:
            continue
        table = Table(quantity, left, rows, columns)
        if table.after > FIRST + MOST_OF_ALL:
            break
        found.append(table)
        left = table.after
    return found


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
