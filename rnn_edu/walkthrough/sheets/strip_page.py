"""Draws the strip that stays in view, and the links from sheet to sheet."""

from __future__ import annotations

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.check_sheet import (
    ALL_JUDGED_MATCH,
    ALL_MATCH,
    MISMATCH,
    WEIGHTS_CHANGED,
)
from rnn_edu.walkthrough.sheets.grid import Grid, Label
from rnn_edu.walkthrough.sheets.places import Place, quoted
from rnn_edu.walkthrough.sheets.strip import Strip


def draw_strip(strip: Strip, grid: Grid) -> None:
    """Draws the headings and the cells of a strip."""
    verdict = strip.verdict_place
    for place, heading in ((verdict, "verdict"), *zip(strip.places, strip.headings, strict=False)):
        above = place.moved(-1, 0)
        grid.put(above, Label(heading), font=styles.HEADER, alignment=styles.SHRUNK_CENTRED)
    for cell in strip.live_cells():
        _put(grid, cell.place, cell.formula)
    if strip.before is not None:
        _put(grid, strip.places[2], strip.before)
    for row in (verdict.row - 1, verdict.row):
        first = Place(verdict.sheet, row, verdict.column)
        grid.sheet.merge_cells(f"{first.address}:{first.moved(0, 1).address}")
    grid.sheet.row_dimensions[verdict.row].height = 21
    colour_verdict(grid.sheet, verdict)


def _put(grid: Grid, place: Place, held: float | str) -> None:
    grid.put(
        place,
        held,
        font=styles.STRONG,
        border=styles.AROUND_INPUT,
        alignment=styles.SHRUNK_CENTRED,
        number_format="0.000000",
    )


def colour_verdict(sheet: Worksheet, place: Place) -> None:
    """Green, amber or red behind a verdict."""
    address = place.shown(column="$", row="$")
    for text, colour in (
        (ALL_MATCH, styles.GOOD),
        (ALL_JUDGED_MATCH, styles.GOOD),
        (WEIGHTS_CHANGED, styles.WARNING),
        (MISMATCH, styles.BAD),
    ):
        rule = styles.coloured_if(f'{address}="{text}"', colour)
        sheet.conditional_formatting.add(place.address, rule)


def link_to(grid: Grid, place: Place, sheet: str, text: str) -> None:
    """A link to another sheet."""
    grid.put(place, Label(text), font=styles.LINK, alignment=styles.LEFT)
    there = Hyperlink(ref=place.address, location=f"{quoted(sheet)}!A1")
    grid.sheet[place.address].hyperlink = there
