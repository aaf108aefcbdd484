"""Where things lie in a workbook: cells and areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.utils import get_column_letter

READ_ME, ONE_STEP, FORWARD, GRADIENTS, CHECK = (
    "Read me",
    "One step",
    "Forward",
    "Gradients",
    "Check",
)


def quoted(sheet: str) -> str:
    """The name of a sheet as a formula writes it."""
    return sheet if sheet.isalnum() else f"'{sheet}'"


class Place(NamedTuple):
    """One cell.

    Example:
        >>> place = Place("Forward", 9, 5)
        >>> place.address, str(place), place.shown(row="$")
        ('E9', 'Forward!E9', 'E$9')
    """

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The address within its sheet."""
        return self.shown()

    def shown(self, *, column: str = "", row: str = "") -> str:
        """The address, with ``$`` before the column or the row where wanted."""
        return f"{column}{get_column_letter(self.column)}{row}{self.row}"

    def moved(self, rows: int, columns: int) -> Place:
        """The cell so many rows further down and columns further right."""
        return Place(self.sheet, self.row + rows, self.column + columns)

    def __str__(self) -> str:
        return f"{quoted(self.sheet)}!{self.address}"


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, both corners included.

    Example:
        >>> str(Area(Place("Forward", 5, 3), Place("Forward", 8, 3)))
        'Forward!$C$5:$C$8'
    """

    first: Place
    last: Place

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return (
            self.last.row - self.first.row + 1,
            self.last.column - self.first.column + 1,
        )

    def cells(self) -> Iterator[Place]:
        """Every cell, row after row."""
        rows, columns = self.size
        return (self.first.moved(row, column) for row in range(rows) for column in range(columns))

    def __str__(self) -> str:
        sheet = quoted(self.first.sheet)
        corners = [self.first, self.last] if self.first != self.last else [self.first]
        return f"{sheet}!" + ":".join(p.shown(column="$", row="$") for p in corners)
