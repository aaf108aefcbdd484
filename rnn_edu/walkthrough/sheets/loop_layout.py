"""Where the numbers of a training run lie: one row for each round, one column for each number.

What changes from round to round is read from the row above; what stays the same lies once, at
the top of the sheet, under a name. So the formulas of all rows are the same, filled down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from openpyxl.utils import get_column_letter

from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.expressions import Index, Quantity
from rnn_edu.walkthrough.replay import Loop
from rnn_edu.walkthrough.scalars import Cell
from rnn_edu.walkthrough.sheets.formulas import Printer, Range
from rnn_edu.walkthrough.sheets.places import Area, Place

TRAINING = "Training"
#: Rows of the sheet: names and values of what is given, headings, and the start of the run.
NAME_ROW, VALUE_ROW = 5, 6
SYMBOL_ROW, LABEL_ROW, START_ROW = 8, 9, 10
EPOCH_COLUMN = 1
LAST_COLUMN = 16384

_THIS, _BEFORE = "{this}", "{before}"


@dataclass(frozen=True)
class Column:
    """One number that is calculated in every round."""

    quantity: Quantity
    index: Index
    number: int

    @property
    def label(self) -> str:
        """The names of its row and column, or its place."""
        labels = self.quantity.labels
        if labels:
            return " ".join(axis[k] for axis, k in zip(labels, self.index, strict=True))
        return ",".join(str(k + 1) for k in self.index) if self.quantity.value.size > 1 else ""


class LoopLayout:
    """The columns of the run and the cells of what is given.

    Args:
        loop: one round, and what it hands on.
        first: names of the quantities that stand in the first columns.
    """

    def __init__(self, loop: Loop, first: Sequence[str]) -> None:
        self.loop = loop
        order = sorted(loop.walkthrough.steps, key=lambda q: _rank(q, first))
        cells = [(step, index) for step in order for index in np.ndindex(step.shape)]
        if len(cells) >= LAST_COLUMN:
            raise WorkbookError(
                f"a round of this calculation has {len(cells)} numbers; "
                f"a sheet has room for {LAST_COLUMN - 1}."
            )
        self.columns = [Column(q, i, EPOCH_COLUMN + 1 + k) for k, (q, i) in enumerate(cells)]
        self._column = {(c.quantity, c.index): c.number for c in self.columns}
        self.given = [
            q for q in loop.walkthrough.quantities if q.definition is None and q not in loop.carried
        ]
        self._given = {key: k + 2 for k, key in enumerate(self.given_cells())}

    def given_cells(self) -> Iterator[tuple[Quantity, Index]]:
        """Each number that stays the same in all rounds."""
        for quantity in self.given:
            for index in np.ndindex(quantity.shape):
                yield quantity, index

    def start_cells(self) -> Iterator[tuple[Place, float]]:
        """Where the loop starts: the cells of the row before the first round."""
        for quantity, step in self.loop.carried.items():
            for index in np.ndindex(quantity.shape):
                place = Place(TRAINING, START_ROW, self._column[step, index])
                yield place, float(quantity.value[index])

    def place(self, quantity: Quantity, index: Index) -> Place:
        """The cell of a number, as seen from the first round."""
        if quantity in self.loop.carried:
            return Place(TRAINING, START_ROW, self._column[self.loop.carried[quantity], index])
        if (quantity, index) in self._given:
            return Place(TRAINING, VALUE_ROW, self._given[quantity, index])
        return Place(TRAINING, START_ROW + 1, self._column[quantity, index])

    def mirrored(self, quantity: Quantity, index: Index) -> Place | None:
        """No matrix of a row has a transposed copy."""
        return None

    def name_of(self, area: Area) -> str | None:
        """The defined name of exactly this area."""
        return next((name for name, named in self.names().items() if named == area), None)

    def names(self) -> dict[str, Area]:
        """A name for each single given number, such as the learning rate."""
        return {
            quantity.name: Area(place, place)
            for quantity in self.given
            if quantity.value.size == 1 and quantity.t is None
            for place in [self.place(quantity, next(np.ndindex(quantity.shape)))]
        }

    def formulas(self) -> dict[Column, str]:
        """The formula of each column, to be filled down by :func:`in_row`."""
        printer = RowPrinter(self)
        found = {}
        for column in self.columns:
            assert column.quantity.definition is not None
            scalar = column.quantity.definition.scalar(column.index)
            found[column] = "=" + printer.printed(scalar).text
        return found


def in_row(formula: str, row: int) -> str:
    """The formula of a column in one row."""
    return formula.replace(_THIS, str(row)).replace(_BEFORE, str(row - 1))


class RowPrinter(Printer):
    """Prints formulas that are filled down: this row, the row above, or a fixed cell."""

    def __init__(self, layout: LoopLayout) -> None:
        super().__init__(layout, TRAINING, over_time=False)
        self.named = {area.first: name for name, area in layout.names().items()}

    def _reference(self, cell: Cell) -> str:
        return self._shown(self.layout.place(cell.quantity, cell.index))

    def _range(self, cells: Range) -> str:
        corners = [
            self.layout.place(c.quantity, c.index) for c in (cells.cells[0], cells.cells[-1])
        ]
        return ":".join(self._shown(place) for place in corners)

    def _shown(self, place: Place) -> str:
        if place in self.named:
            return self.named[place]
        if place.row == VALUE_ROW:
            return place.shown(column="$", row="$")
        row = _THIS if place.row == START_ROW + 1 else _BEFORE
        return f"${get_column_letter(place.column)}{row}"


def _rank(quantity: Quantity, first: Sequence[str]) -> int:
    return first.index(quantity.name) if quantity.name in first else len(first)
