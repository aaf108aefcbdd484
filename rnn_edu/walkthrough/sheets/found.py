"""What a workbook file holds, found by its defined names, wherever its cells have moved."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import openpyxl
from numpy.typing import ArrayLike
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from rnn_edu.errors import NamingError, NumberError, WorkbookError
from rnn_edu.walkthrough.expressions import Array, Quantity
from rnn_edu.walkthrough.recalculate import Values, plain
from rnn_edu.walkthrough.sheets import check_sheet as check
from rnn_edu.walkthrough.sheets import symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.cells import Content, GivenCell, title_of
from rnn_edu.walkthrough.sheets.limits import MOST_COLUMNS, MOST_ROWS, require_calculable
from rnn_edu.walkthrough.sheets.loading import cells_of
from rnn_edu.walkthrough.sheets.places import Area, Place
from rnn_edu.walkthrough.walkthrough import Key, Walkthrough

AGAIN = "make it again with: python -m rnn_edu workbooks DIR, or explain MODEL"
MAKE_IT_AGAIN = AGAIN.replace("make", "Make", 1)

_AREA = re.compile(r"'?(?P<sheet>[^'!]+)'?!(?P<cells>\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?)\Z")


class FoundWorkbook:
    """A workbook file opened with its formulas.

    Args:
        file: the path, for messages.
        workbook: the file as openpyxl reads it.
    """

    def __init__(self, file: Path, workbook: openpyxl.Workbook) -> None:
        self.file, self.workbook = file, workbook
        self._moves: dict[str, tuple[int, int]] = {}
        self.values: Values = {}

    # -- which calculation ----------------------------------------------------------------

    def key(self) -> str:
        """The key of the calculation that the file holds."""
        return str(self.content(self.area("calculation").first))

    def require_edition(self, book: Book) -> None:
        """Raises WorkbookError if the file was laid out differently."""
        edition = self.content(self.area("edition").first)
        if edition != book.edition:
            raise WorkbookError(
                f"{self.file.name} was made by another edition of the book ({edition}; this one "
                f"is {book.edition}), so its cells cannot be compared; {AGAIN}."
            )

    def require_sheets(self, names: list[str]) -> None:
        """Raises WorkbookError if a sheet is missing."""
        for name in names:
            if name not in self.workbook.sheetnames:
                raise WorkbookError(
                    f"{self.file.name} has no sheet {name}; it has "
                    f"{', '.join(self.workbook.sheetnames)}. If it was renamed, give it its name "
                    f"back; if it was deleted, {AGAIN}."
                )

    # -- where things are -----------------------------------------------------------------

    def area(self, name: str) -> Area:
        """The cells of a defined name."""
        defined = self.workbook.defined_names.get(name)
        if defined is None:
            raise WorkbookError(
                f"{self.file.name} has no cells named {name}; either it is not a workbook of "
                f"this book, or the name was deleted. {MAKE_IT_AGAIN}."
            )
        match = _AREA.match(str(defined.attr_text))
        if match is None or match["sheet"] not in self.workbook.sheetnames:
            raise WorkbookError(
                f"the name {name} in {self.file.name} stands for {defined.attr_text}, which are "
                f"no cells; they were deleted. {MAKE_IT_AGAIN}."
            )
        sheet, edges = match["sheet"], _edges(match["cells"])
        if edges is None:
            raise WorkbookError(
                f"the name {name} in {self.file.name} stands for {defined.attr_text}, beyond the "
                f"last column or row of a sheet. {MAKE_IT_AGAIN}."
            )
        left, top, right, bottom = edges
        return Area(Place(sheet, top, left), Place(sheet, bottom, right))

    def _require_size(self, name: str, found: Area, expected: Area) -> None:
        if found.size != expected.size or found.first.sheet != expected.first.sheet:
            rows, columns = expected.size
            raise WorkbookError(
                f"the name {name} in {self.file.name} stands for {found}, but {rows} rows and "
                f"{columns} columns on the sheet {expected.first.sheet} belong to it; rows or "
                f"columns were added or removed inside the table. {MAKE_IT_AGAIN}."
            )

    def find_moves(self, names: dict[str, Area]) -> None:
        """Notes how far each named table has moved, by rows or columns that were inserted."""
        for name, expected in names.items():
            found = self.area(name)
            self._require_size(name, found, expected)
            here, there = found.first, expected.first
            self._moves[name] = (here.row - there.row, here.column - there.column)

    def moved(self, place: Place, name: str) -> Place:
        """Where a cell of a named table lies in this file."""
        return place.moved(*self._moves.get(name, (0, 0)))

    # -- what is there --------------------------------------------------------------------

    def content(self, place: Place) -> Content:
        """What is written in a cell: a formula with its ``=``, a number, or a text."""
        return _content(self.workbook[place.sheet][place.address].value)

    def shown(self, place: Place) -> Content:
        """What a cell shows, recalculated."""
        return self.values.get((place.sheet, place.address), "")

    def require_calculable(self) -> None:
        """Raises WorkbookError if a formula is too much for an engine."""
        for sheet in self.workbook.worksheets:
            for cell in cells_of(sheet):
                content = _content(cell.value)
                if isinstance(content, str) and content.startswith("="):
                    where = f"{self.file.name}: {sheet.title}!{cell.coordinate}"
                    require_calculable(content, where)

    def bare_copy(self, changes: Mapping[Place, Content] = MappingProxyType({})) -> bytes:
        """The cells and names only, without styles and stored values, some cells changed."""
        copy = openpyxl.Workbook()
        copy.remove(copy.worksheets[0])
        for sheet in self.workbook.worksheets:
            twin = copy.create_sheet(sheet.title)
            for cell in cells_of(sheet):
                content = _content(cell.value)
                if content != "":
                    twin[cell.coordinate].value = content
        for place, content in changes.items():
            copy[place.sheet][place.address] = content
        for name, defined in self.workbook.defined_names.items():
            copy.defined_names[name] = DefinedName(name, attr_text=defined.attr_text)
        out = io.BytesIO()
        copy.save(out)
        return out.getvalue()


def _edges(cells: str) -> tuple[int, int, int, int] | None:
    """The first and last column and row of a range; None where no sheet reaches so far."""
    try:
        left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(cells))
    except ValueError:
        return None
    return (left, top, right, bottom) if right <= MOST_COLUMNS and bottom <= MOST_ROWS else None


def _content(value: object) -> Content:
    """A cell's content; some programs write a formula for one cell as an array formula."""
    return str(value.text) if isinstance(value, ArrayFormula) else plain(value)


def given_values(given: list[GivenCell], found: FoundWorkbook) -> dict[Key, ArrayLike | str]:
    """The weights, inputs and words that a file holds, by (name, t).

    Raises:
        WorkbookError: a text stands where a number belongs, or a cell is empty.
    """
    changes: dict[Key, ArrayLike | str] = {}
    for cell in given:
        place = found.moved(cell.place, cell.name)
        value = found.shown(place)
        key = (cell.quantity.name, cell.quantity.t)
        if cell.index is None:
            changes[key] = _word(found.file, cell.quantity, place, value)
        else:
            array = changes.setdefault(key, np.zeros(cell.quantity.shape))
            assert isinstance(array, np.ndarray)
            array[cell.index] = _number(found.file, cell, place, value)
    return changes


def _number(file: Path, cell: GivenCell, place: Place, value: Content) -> float:
    if isinstance(value, float):
        return value
    held = f"holds the text {value!r}" if value else "is empty"
    raise WorkbookError(f"{file.name}: {place} ({cell.title}) {held}; a number belongs there.")


def _word(file: Path, quantity: Quantity, place: Place, value: Content) -> str:
    assert quantity.choice is not None
    options = quantity.choice.options
    match = next((word for word in options if str(value).casefold() == word.casefold()), None)
    if match is None and value != "":
        raise WorkbookError(
            f"{file.name}: {place} ({quantity.title}) holds {value!r}, which is not in its list: "
            f"{', '.join(options)}."
        )
    return match or ""


def rebuilt(original: Walkthrough, given: list[GivenCell], found: FoundWorkbook) -> Walkthrough:
    """The walkthrough with the weights, inputs and words of the file."""
    try:
        return original.with_values(given_values(given, found))
    except (NumberError, NamingError) as error:
        raise WorkbookError(
            f"with the numbers in {found.file.name} the calculation cannot be done: {error}"
        ) from None


def judgement(
    walkthrough: Walkthrough, found: FoundWorkbook
) -> tuple[dict[tuple[str, int | None], Array], str]:
    """The judge's values on the Check sheet, and the judge's name."""
    table = found.area("check_table")
    top = table.first
    known = _labelled(walkthrough)
    answers: dict[tuple[str, int | None], Array] = {}
    for row in range(table.size[0]):
        labels = [found.content(top.moved(row, column - 1)) for column in (1, 2, 3)]
        symbol, time, element = (str(part).removesuffix(".0") for part in labels)
        place = top.moved(row, check.THEIRS - 1)
        if (symbol, time, element) not in known:
            raise WorkbookError(
                f"{found.file.name}: {top.moved(row, 0)} and the cells beside it name nothing "
                f"that this calculation has; {AGAIN}."
            )
        quantity, index = known[symbol, time, element]
        value = found.shown(place)
        if not isinstance(value, float):
            raise WorkbookError(
                f"{found.file.name}: {place} (the judge's {title_of(quantity, index)}) holds "
                f"{value!r}; a number belongs there."
            )
        key = (quantity.name, quantity.t)
        answers.setdefault(key, quantity.value.copy())[index] = value
    name = found.content(top.moved(-1, check.THEIRS - 1))
    return answers, str(name)


def _labelled(
    walkthrough: Walkthrough,
) -> dict[tuple[str, str, str], tuple[Quantity, tuple[int, ...]]]:
    """Every element of every step by what the Check sheet writes beside it."""
    return {
        (
            "".join(text for text, _ in symbols.runs(quantity)),
            "" if quantity.t is None else str(quantity.t),
            title_of(quantity, index).partition(", ")[2],
        ): (quantity, index)
        for quantity in walkthrough.steps
        for index in np.ndindex(quantity.shape)
    }


def shaken(given: list[GivenCell], found: FoundWorkbook) -> dict[Place, Content]:
    """Other weights and words, to see what the formulas do then."""
    changes: dict[Place, Content] = {}
    for number, cell in enumerate(given):
        place = found.moved(cell.place, cell.name)
        held = found.content(place)
        if cell.index is None:
            assert cell.quantity.choice is not None
            options = cell.quantity.choice.options
            start = options.index(held) if held in options else number
            changes[place] = options[(start + 1) % len(options)]
        else:
            start_value = held if isinstance(held, float) else 0.3
            changes[place] = 0.9 * start_value + 0.01 * (1 + number % 7)
    return changes
