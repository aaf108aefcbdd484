"""Reads a worksheet that a learner has returned, in whatever state it is.

The blanks are found by the numbers in their first column, on whichever sheet they are, so that
renamed sheets, moved or sorted rows and inserted columns do no harm. What could not be taken at
its word is noted, never passed over.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, takewhile
from pathlib import Path

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.errors import WorkbookError
from rnn_edu.marking.marker import Answer
from rnn_edu.marking.wording import cut
from rnn_edu.walkthrough.recalculate import Values, plain, recalculate, stored_values
from rnn_edu.walkthrough.sheets.carried import carried_text
from rnn_edu.walkthrough.sheets.found import FoundWorkbook
from rnn_edu.walkthrough.sheets.limits import MOST_COLUMNS, MOST_ROWS
from rnn_edu.walkthrough.sheets.loading import AnyCell, cells_of, load
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.numerals import number_in
from rnn_edu.worksheets.ways_to_the_key import WaysToTheKey, formula_in

_MARKER = re.compile(
    r"\s*worksheet (?P<key>[^,]{1,255}), edition (?P<edition>\w+)"
    r"(?:, (?P<decimals>[3-8]) decimals)?(?:, numbers (?P<seed>\d{1,10}))?\s*\Z"
)
_ROWS_WITH_MARKER = 30
#: Where the numbers of a matrix are filled in in its own shape, their list shows them so.
_TYPED_ELSEWHERE = re.compile(r'=IF\((?P<cell>[A-Z]{1,3}[1-9]\d{0,6})="","",(?P=cell)\)\Z')


@dataclass
class Returned:
    """What a returned worksheet holds.

    Attributes:
        file: the path.
        key: the calculation that it says it is about.
        edition: the mark of its blanks.
        name: what the learner wrote as their name.
        answers: what is written in each blank, by its number.
        notes: what could not be taken at its word, one sentence each.
        calculation: the calculation that the file carries, as stored, or None.
        decimals: with how many each number was to be written; None where it does not say.
        seed: which own numbers these are; None for the book's.
    """

    file: Path
    key: str
    edition: str
    name: str = ""
    answers: dict[int, Answer] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    calculation: str | None = None
    decimals: int | None = None
    seed: int | None = None


def is_worksheet(path: str | Path) -> bool:
    """Whether a file is a worksheet of this book, filled in or not.

    Raises:
        WorkbookError: the file is not a workbook at all.
    """
    return holds_worksheet(load(Path(path)))


def holds_worksheet(workbook: openpyxl.Workbook) -> bool:
    """:func:`is_worksheet` for a workbook that is open already."""
    return _find_marker(workbook) is not None or _has_headings(workbook)


def read_returned(path: str | Path) -> Returned:
    """Reads what a learner wrote.

    Raises:
        WorkbookError: the file cannot be read, is not a worksheet of this package, or carries a
            calculation that was changed.
    """
    file = Path(path)
    return read_opened(file, load(file))


def read_opened(file: Path, workbook: openpyxl.Workbook) -> Returned:
    """:func:`read_returned` for a workbook that is open already."""
    found = _find_marker(workbook)
    if found is None and _has_headings(workbook):
        raise WorkbookError(
            f'{file.name} has lost the line that begins with "worksheet" and names the '
            f"calculation; copy cell A{f.MARKER.row} of a fresh worksheet back into its sheet."
        )
    if found is None:
        raise WorkbookError(
            f"{file.name} is not a worksheet of this book: no sheet holds the line that begins "
            'with "worksheet" and names the calculation.'
        )
    sheet, match = found
    returned = Returned(file, match["key"], match["edition"], _name(sheet))
    returned.decimals, returned.seed = (
        None if match[group] is None else int(match[group]) for group in ("decimals", "seed")
    )
    returned.calculation = carried_text(workbook, file)
    _Reader(returned, workbook, sheet).read()
    return returned


def _find_marker(workbook: openpyxl.Workbook) -> tuple[Worksheet, re.Match[str]] | None:
    for sheet in workbook.worksheets:
        for row in _first_rows(sheet):
            for cell in row:
                match = _MARKER.match(cell.value) if isinstance(cell.value, str) else None
                if match is not None:
                    return sheet, match
    return None


def _first_rows(sheet: Worksheet) -> Iterator[list[AnyCell]]:
    """The cells of each of the rows in which the marker and the headings may be."""
    top = takewhile(lambda cell: _row(cell) <= _ROWS_WITH_MARKER, cells_of(sheet))
    return (list(row) for _, row in groupby(top, key=_row))


def _row(cell: AnyCell) -> int:
    return cell.row or 0


def _has_headings(workbook: openpyxl.Workbook) -> bool:
    """Whether a sheet has the headings of a worksheet."""
    return any(_headings(sheet) is not None for sheet in workbook.worksheets)


def _headings(sheet: Worksheet) -> tuple[int, int, int] | None:
    """The row of the headings, and the columns of numbers and answers."""
    for row in _first_rows(sheet):
        columns = {
            cell.value: cell.column or 0 for cell in row[::-1] if isinstance(cell.value, str)
        }
        number, answer = (columns.get(f.HEADINGS[k]) for k in (f.NUMBER, f.ANSWER))
        if number is not None and answer is not None:
            return _row(row[0]), number, answer
    return None


def _name(sheet: Worksheet) -> str:
    """What stands to the right of "Your name"."""
    for row in _first_rows(sheet):
        start = next((cell.column or 0 for cell in row if cell.value == "Your name"), None)
        if start is not None:
            written = (c.value for c in row if start < (c.column or 0) < start + f.ANSWER)
            name = next((str(text).strip() for text in written if text is not None), "")
            return cut(name, 100)
    return ""


class _Reader:
    """Reads the blanks of one sheet."""

    def __init__(self, returned: Returned, workbook: openpyxl.Workbook, sheet: Worksheet) -> None:
        self.returned, self.workbook, self.sheet = returned, workbook, sheet
        self._calculated: Values | None = None

    @cached_property
    def _ways(self) -> WaysToTheKey:
        blanks = {(self.sheet.title, cell.coordinate) for _, cell in self._blanks()}
        return WaysToTheKey(self.workbook, blanks)

    def read(self) -> None:
        """Fills in the answers and the notes."""
        commas = 0
        for number, cell in self._blanks():
            if number in self.returned.answers:
                self._note(f"no. {number} is there twice; the first one counts")
                continue
            answer = self._answer(number, cell)
            if isinstance(answer, str):
                read = number_in(answer)
                commas += read is not None
                answer = answer if read is None else read
            self.returned.answers[number] = answer
        if commas:
            what = "number was" if commas == 1 else "numbers were"
            self._note(f"{commas} {what} written as text, and taken as meant")

    def _blanks(self) -> Iterator[tuple[int, AnyCell]]:
        """Each numbered row with the cell into which its answer is typed."""
        head, number_column, answer_column = self._columns()
        for cell in list(cells_of(self.sheet)):
            number = plain(cell.value) if _row(cell) > head and cell.column == number_column else ""
            if isinstance(number, float):
                yield int(number), self._typed(self.sheet.cell(_row(cell), answer_column))

    def _typed(self, answer: AnyCell) -> AnyCell:
        """The cell of the list, or that of a matrix which it shows."""
        shows = _TYPED_ELSEWHERE.match(formula_in(answer.value))
        if shows is None:
            return answer
        row, column = coordinate_to_tuple(shows["cell"])
        return (
            self.sheet.cell(row, column) if row <= MOST_ROWS and column <= MOST_COLUMNS else answer
        )

    def _columns(self) -> tuple[int, int, int]:
        """The row of the headings, and the columns of numbers and answers."""
        found = _headings(self.sheet)
        if found is not None:
            return found
        raise WorkbookError(
            f"{self.returned.file.name} has lost the row with the headings "
            f'"{f.HEADINGS[f.NUMBER]}" and "{f.HEADINGS[f.ANSWER]}", so its numbers cannot be '
            "found; put it back, or copy the numbers into a fresh worksheet."
        )

    def _answer(self, number: int, cell: AnyCell) -> Answer:
        """What a cell shows: nothing, a number, or a text."""
        value = cell.value
        formula = formula_in(value)
        way = self._ways.way(self.sheet.title, formula) if formula else ""
        if way:
            self._note(f"no. {number} {way}, and counts as blank")
            return None
        if formula:
            value = self._shown(number, cell)
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, (int, float)):
            return plain(value)
        if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
            self._note(f"no. {number} became a date; its cell needs the format of a number")
            return str(value)
        text = "" if value is None else str(value).strip()
        return None if text in ("", f.HINT, f.LONG_HINT) else text

    def _shown(self, number: int, cell: AnyCell) -> float | str:
        """What a formula gives: as the learner's program stored it, else calculated here."""
        if self._calculated is None:
            self._calculated = self._values()
        shown = self._calculated.get((self.sheet.title, cell.coordinate), "")
        if shown == "":
            self._note(
                f"no. {number} holds the formula {cut(str(cell.value))}, whose value is not in "
                "the file and cannot be calculated here; open it in a spreadsheet program and save "
                "it again"
            )
        return shown

    def _values(self) -> Values:
        """The values stored in the file, and where formulas have none, those of IronCalc."""
        stored = dict(stored_values(self.returned.file))
        missing = [
            cell
            for _, cell in self._blanks()
            if cell.value is not None and (self.sheet.title, cell.coordinate) not in stored
        ]
        if not missing:
            return stored
        try:
            FoundWorkbook(self.returned.file, self.workbook).require_calculable()
            return {**recalculate([self.returned.file])[0], **stored}
        except WorkbookError:
            return stored

    def _note(self, sentence: str) -> None:
        if sentence not in self.returned.notes:
            self.returned.notes.append(sentence)
