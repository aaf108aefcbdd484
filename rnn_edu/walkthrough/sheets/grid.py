"""The cells of a sheet while it is drawn: what each holds, and how it looks.

A workbook has many thousands of cells and a few dozen ways in which they look. So a cell of a
grid is its content and the number of its style; openpyxl, which keeps the styles, is asked
once for each of them. The rest of a sheet (widths, charts, conditional colours) is drawn on
openpyxl's sheet itself; :mod:`.sheet_data` puts the two together.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias, cast

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.styles import name_of


class Style(NamedTuple):
    """How a cell looks; None for what is as usual."""

    font: Font | None = None
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment | None = None
    number_format: str | None = None
    protection: Protection | None = None


class Label(str):
    """A text that is no formula, even with an = in front."""

    __slots__ = ()


Held: TypeAlias = float | int | str | CellRichText | None


class Palette:
    """The styles of a workbook and the numbers that stand for them.

    Args:
        sheet: any sheet of the workbook.
    """

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        # Styles are told apart by which objects they are made of, as comparing those is slow;
        # two that look the same get one number from openpyxl all the same.
        self._numbers: dict[tuple[object, ...], tuple[int, Style]] = {}
        self._styles: dict[int, Style] = {}

    def number(self, style: Style) -> int:
        """The number that stands for a style in the file."""
        key = (*map(id, style[:4]), style.number_format, id(style.protection))
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = (self._registered(style), style)
            self._styles.setdefault(*known)
        return known[0]

    def style(self, number: int) -> Style:
        """The style that a number stands for."""
        return self._styles[number]

    def _registered(self, style: Style) -> int:
        cell = Cell(self._sheet, row=1, column=1)
        kind = name_of(style.font, style.border)
        if kind is not None:
            cell.style = self._named(kind, style)
        for name, setting in style._asdict().items():
            if setting is not None:
                setattr(cell, name, setting)
        return int(cell.style_id)

    def _named(self, kind: str, style: Style) -> str:
        """The name of a style, which the workbook knows from now on."""
        workbook = self._sheet.parent
        if workbook is not None and kind not in workbook.named_styles:
            # Only what makes the kind: a cell takes from it whatever it does not say itself.
            framed = name_of(None, style.border) is not None
            made_by = {"border": style.border} if framed else {"font": style.font}
            workbook.add_named_style(NamedStyle(kind, **made_by))
        return kind


class Grid:
    """The cells of one sheet.

    Args:
        sheet: the sheet of openpyxl, which has no cells of its own.
        palette: the styles of its workbook.

    Attributes:
        rows: the content and the style of each cell, by row and column.
        written: texts with raised and lowered parts in the language of the file.
    """

    def __init__(self, sheet: Worksheet, palette: Palette) -> None:
        self.sheet, self.palette = sheet, palette
        self.rows: dict[int, dict[int, tuple[Held, int]]] = {}
        self.written: dict[int, str] = {}

    @classmethod
    def of(cls, sheet: Worksheet) -> Grid:
        """The cells that openpyxl has on a sheet, to which many more are to be added."""
        grid = cls(sheet, Palette(sheet))
        # The cells that are there: to walk over the rectangle around them would make the others.
        for (row, column), cell in sheet._cells.items():
            if cell.value is not None or cell.has_style:
                held = cast("Held", cell.value)
                grid.rows.setdefault(row, {})[column] = (held, int(cell.style_id))
        return grid

    def put(self, place: Place, content: Held = None, **style: Any) -> None:
        """Writes into a cell, and adds to how it looks; what is not mentioned stays."""
        row = self.rows.setdefault(place.row, {})
        held, number = row.get(place.column, (None, None))
        looked = Style() if number is None else self.palette.style(number)
        number = self.palette.number(looked._replace(**style))
        row[place.column] = (held if content is None else content, number)

    def set(self, place: Place, content: Held, number: int) -> None:
        """Writes into a cell, with a style of which the number is known."""
        self.rows.setdefault(place.row, {})[place.column] = (content, number)

    def held(self, place: Place) -> Held:
        """What is written in a cell."""
        return self.rows.get(place.row, {}).get(place.column, (None, 0))[0]

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return max((max(row) for row in self.rows.values()), default=1)
