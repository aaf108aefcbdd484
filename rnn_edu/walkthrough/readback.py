"""Reads a workbook back, also one that a learner changed, and says what still holds.

The calculation travels in the file; older files name one of the book's. It is rebuilt with the
weights and words in the file, the file is recalculated, and every cell is compared. A cell counts
as wrong only if it disagrees with what the cells it reads hold; what merely follows from an earlier
mistake is counted apart, as a teacher would. The file is then recalculated once more with other
weights, so that a formula which is right by chance is found too.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np

from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.walkthrough.recalculate import Values, recalculate
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.carried import carried
from rnn_edu.walkthrough.sheets.cells import Content, LiveCell, Look, title_of
from rnn_edu.walkthrough.sheets.check_sheet import ORIGINAL, VERDICT
from rnn_edu.walkthrough.sheets.found import AGAIN, FoundWorkbook, judgement, rebuilt, shaken
from rnn_edu.walkthrough.sheets.loading import cells_of, load
from rnn_edu.walkthrough.sheets.places import CHECK, Area, Place
from rnn_edu.walkthrough.walkthrough import Walkthrough
from rnn_edu.walkthrough.workbook import agrees


class Buildable(Protocol):
    """A worked example of the book, as the registry holds it."""

    def build(self) -> Walkthrough:
        """Makes the walkthrough."""


#: The most characters of a finding: formulas of others may be long.
LONGEST_SENTENCE = 1000


@dataclass(frozen=True)
class Finding:
    """A cell that is wrong in itself.

    Attributes:
        place: where it is in the file.
        cell: what it should be.
        held: what is written there.
        shown: what it shows.
        wanted: what belongs there, given the cells that it reads.
        by_chance: whether it is right for these weights but not for others.
    """

    place: Place
    cell: LiveCell
    held: Content
    shown: Content
    wanted: Content
    by_chance: bool = False

    def __str__(self) -> str:
        text = self._text()
        return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"

    def _text(self) -> str:
        where = f"{self.place} ({self.cell.title})"
        formula = self.cell.formula
        if self.held == "":
            return f"{where} is empty; the formula {formula} belongs there."
        if not _is_formula(self.held):
            return f"{where} holds {_kind(self.held)}; the formula {formula} belongs there."
        if self.held == formula and self.shown == "#N/A":
            return (
                f"{where} shows {self.shown}: the word that it looks for is not in its list; a "
                "word of the list was changed."
            )
        if self.held == formula and _is_error(self.shown):
            return (
                f"{where} shows {self.shown}: a number on the way is too large for a spreadsheet."
            )
        if self.held == formula and not self.by_chance:
            return (
                f"{where} gives {_text(self.shown)} where {_text(self.wanted)} belongs, though its "
                "formula is right: a word in a list or a heading that it reads was changed."
            )
        if self.by_chance:
            return (
                f"{where} holds {self.held}, which is right for these weights but not for others; "
                f"{formula} belongs there."
            )
        return (
            f"{where} holds {self.held}, which gives {_text(self.shown)}; "
            f"{formula} belongs there, which gives {_text(self.wanted)}."
        )


@dataclass(frozen=True)
class SheetReport:
    """What holds on one sheet.

    Attributes:
        sheet: its name.
        cells: number of formula cells that belong on it.
        wrong: the cells that are wrong in themselves, in order of calculation.
        follow: number of cells that differ only because an earlier one is wrong.
    """

    sheet: str
    cells: int
    wrong: tuple[Finding, ...]
    follow: int

    def __str__(self) -> str:
        if not self.wrong and not self.follow:
            return f"{self.sheet}: all {self.cells} formulas hold."
        right = self.cells - len(self.wrong) - self.follow
        counts = f"{self.sheet}: {right} of {self.cells} formulas hold"
        if self.follow:
            counts += f", {self.follow} differ because of an earlier one"
        if not self.wrong:
            return f"{counts}."
        return f"{counts}, {len(self.wrong)} wrong. First: {self.wrong[0]}"


@dataclass(frozen=True)
class WorkbookReport:
    """What :func:`check_workbook` found.

    Attributes:
        file: the name of the file.
        title: the calculation that it holds.
        changed: what the learner changed, one phrase each.
        sheets: what holds on each sheet.
        verdict: what the Check sheet says.
        largest: the largest difference from NumPy on the sheets of the calculation.
        engine: the spreadsheet engine that recalculated it.
        overwritten: the judge's numbers that are not what the original calculation gives, one
            sentence each.
    """

    file: str
    title: str
    changed: tuple[str, ...]
    sheets: tuple[SheetReport, ...]
    verdict: str
    largest: float
    engine: str
    overwritten: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every formula holds, and the judge's numbers are still the judge's."""
        return self.first is None and not self.overwritten

    @property
    def first(self) -> Finding | None:
        """The first wrong cell, in order of calculation."""
        return next((finding for sheet in self.sheets for finding in sheet.wrong), None)

    def __str__(self) -> str:
        changed = "; ".join(self.changed) if self.changed else "nothing"
        lines = [
            f"{self.file}: {self.title}.",
            f"Changed since it was made: {changed}.",
            *map(str, self.sheets),
            *self.overwritten[:1],
            f"The verdict on the Check sheet is {self.verdict}.",
            f"Recalculated by {self.engine}; largest difference from NumPy {self.largest:.1e}.",
        ]
        return "\n".join(lines)


def check_workbook(
    path: str | Path,
    *,
    calculations: Mapping[str, Buildable] = MappingProxyType({}),
    engine: str = "ironcalc",
) -> WorkbookReport:
    """Reads a workbook back and says what holds.

    Args:
        path: a workbook that this package wrote, also one that was changed or saved by another
            program.
        calculations: worked examples by key, for older files, which only name theirs.
        engine: the spreadsheet engine, ``"ironcalc"`` or ``"libreoffice"``.

    Raises:
        WorkbookError: the file is not such a workbook, lacks a sheet or a name, holds a text
            where a number belongs, comes from another edition, or carries a calculation that was
            changed.
        MissingProgramError: LibreOffice was asked for and is not installed.
    """
    file = Path(path)
    return check_found(FoundWorkbook(file, load(file)), calculations, engine)


def check_found(
    found: FoundWorkbook,
    calculations: Mapping[str, Buildable] = MappingProxyType({}),
    engine: str = "ironcalc",
) -> WorkbookReport:
    """:func:`check_workbook` for a workbook that is open already."""
    original = _original(found, calculations)
    book = Book(original)
    found.require_sheets(book.all_sheets)
    found.require_edition(book)
    found.find_moves(_own_names(book))
    found.require_calculable()
    found.values, others = _recalculated_twice(found, book, engine)
    walkthrough = rebuilt(original, book.given, found)
    answers, judge_name = judgement(original, found)
    book = Book(walkthrough, answers, judge_name)
    found.find_moves(book.check.names)
    report = _report(found, book, others, engine)
    return replace(report, overwritten=tuple(_overwritten(original, answers, judge_name)))


def _overwritten(
    original: Walkthrough, answers: Mapping[tuple[str, int | None], Array], judge_name: str
) -> Iterator[str]:
    """The judge's numbers that cannot be the judge's: they were given for the original numbers."""
    for key, answer in answers.items():
        wanted = original[key].value
        for index in map(tuple, np.argwhere(~np.isclose(answer, wanted, rtol=1e-6, atol=1e-6))):
            yield (
                f"{CHECK}: {judge_name}'s {title_of(original[key], index)} is "
                f"{answer[index]:.12g}, but the original numbers give {wanted[index]:.12g}; it was "
                "overwritten."
            )


def _own_names(book: Book) -> dict[str, Area]:
    """The names of the tables whose size does not depend on the judge."""
    answers = book.answers.names if book.answers else {}
    known = {**book.layout.names, **answers, **book.names_to_play_with}
    return {**known, "originals_table": book.check.names["originals_table"]}


def _original(found: FoundWorkbook, calculations: Mapping[str, Buildable]) -> Walkthrough:
    """The calculation that the file carries, or the one of the book that it names."""
    key = found.key()
    walkthrough = carried(found.workbook, found.file)
    if walkthrough is not None:
        _require_room(found, walkthrough)
        return walkthrough
    if key not in calculations:
        known = ", ".join(calculations) or "none"
        raise WorkbookError(
            f"{found.file.name} carries no calculation, and the one that it names, {key!r}, is "
            f"not one of this book: {known}."
        )
    return calculations[key].build()


def _require_room(found: FoundWorkbook, walkthrough: Walkthrough) -> None:
    """Refuses a calculation of another file, before a cell is made for each of its numbers."""
    cells = sum(1 for sheet in found.workbook for _ in cells_of(sheet))
    numbers = sum(quantity.value.size for quantity in walkthrough.quantities)
    if numbers > cells:
        raise WorkbookError(
            f"{found.file.name} carries a calculation of {numbers:,} numbers, but its sheets have "
            f"only {cells:,} cells; {AGAIN}."
        )


def _recalculated_twice(found: FoundWorkbook, book: Book, engine: str) -> list[Values]:
    """The file recalculated as it is, and once more with other weights and words."""
    with tempfile.TemporaryDirectory() as folder:
        as_it_is, shaken_up = Path(folder) / "as_it_is.xlsx", Path(folder) / "shaken_up.xlsx"
        as_it_is.write_bytes(found.bare_copy())
        shaken_up.write_bytes(found.bare_copy(shaken(book.given, found)))
        return recalculate([as_it_is, shaken_up], engine)


def _report(found: FoundWorkbook, book: Book, others: Values, engine: str) -> WorkbookReport:
    homes = _homes(book)

    def look_in(values: Values) -> Look:
        def look(place: Place) -> Content:
            moved = found.moved(place, homes.get(place, ""))
            return values.get((moved.sheet, moved.address), "")

        return look

    sheets, largest = [], 0.0
    for sheet in book.sheets_with_formulas:
        cells = [cell for cell in book.live if cell.place.sheet == sheet]
        wrong, follow = [], 0
        for cell in cells:
            finding = _finding(found, cell, look_in(found.values), look_in(others))
            shown = found.shown(found.moved(cell.place, cell.name))
            if finding is not None:
                wrong.append(finding)
            elif cell.from_numpy and not agrees(shown, cell.value):
                follow += 1
            if cell.from_numpy and isinstance(shown, float) and isinstance(cell.value, float):
                largest = max(largest, abs(shown - cell.value))
        sheets.append(SheetReport(sheet, len(cells), tuple(wrong), follow))
    return WorkbookReport(
        found.file.name,
        book.walkthrough.title,
        tuple(_changes(found, book)),
        tuple(sheets),
        str(found.shown(found.moved(VERDICT, "verdict"))),
        largest,
        {"ironcalc": "IronCalc", "libreoffice": "LibreOffice"}[engine],
    )


def _homes(book: Book) -> dict[Place, str]:
    """The named table to which each cell belongs, so that it is found where it has moved."""
    homes = {place: name for name, area in book.names.items() for place in area.cells()}
    homes |= {cell.place: cell.name for cell in book.live}
    return homes | {cell.place: cell.name for cell in book.given}


def _finding(
    found: FoundWorkbook, cell: LiveCell, look: Look, look_elsewhere: Look
) -> Finding | None:
    """What is wrong with a cell in itself, or None."""
    place = found.moved(cell.place, cell.name)
    held, shown = found.content(place), found.shown(place)
    wanted = cell.belongs(look)
    if held == cell.formula and _is_unknown(wanted):
        return None
    if not _is_formula(held) or not _fits(shown, wanted):
        return Finding(place, cell, held, shown, wanted)
    elsewhere, wanted_elsewhere = look_elsewhere(cell.place), cell.belongs(look_elsewhere)
    if _is_unknown(wanted_elsewhere) or _fits(elsewhere, wanted_elsewhere):
        return None
    return Finding(place, cell, held, shown, wanted, by_chance=True)


def _fits(shown: Content, wanted: Content) -> bool:
    """Whether a cell shows what belongs there; where nothing can be calculated, an error does."""
    return agrees(shown, wanted) or (_is_unknown(wanted) and _is_error(shown))


def _is_unknown(content: Content) -> bool:
    return isinstance(content, float) and math.isnan(content)


def _is_error(content: Content) -> bool:
    return isinstance(content, str) and content.startswith("#")


def _is_formula(content: Content) -> bool:
    return isinstance(content, str) and content.startswith("=")


def _kind(content: Content) -> str:
    return f"the number {_text(content)}" if isinstance(content, float) else f"the text {content!r}"


def _text(content: Content) -> str:
    return f"{content:.12g}" if isinstance(content, float) else content


def _changes(found: FoundWorkbook, book: Book) -> list[str]:
    """What differs from the originals kept on the Check sheet."""
    changes = []
    for row, cell in enumerate(book.given):
        now = found.shown(found.moved(cell.place, cell.name))
        place = found.moved(book.check.place(row, ORIGINAL), "originals_table")
        original = found.shown(place)
        if now != original:
            was, is_now = (_text(v) if v != "" else "nothing" for v in (original, now))
            changes.append(f"{cell.title} is {is_now}, was {was}")
    return changes
