"""Sheets on paper: as wide as the page, and cut between tables, not through them.

The program that prints fits the sheet to the width of the page, since only it knows the widths of
its typefaces; what it makes of it is estimated here, to know where a page ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets.styles import MARGINS_CM

#: A landscape page of A4, and the part of it that programs with other typefaces may need more.
PAGE_CM, SLACK = (29.7, 21.0), 1.04
#: A column one character wide, in cm; a row without a height of its own, in points.
CHARACTER_CM, ROW_POINTS, POINTS_PER_CM = 7 / 96 * 2.54, 15.0, 72 / 2.54
#: Characters across a landscape page on which the smallest texts, of 10 points, keep 9.
ON_PAPER = 160.0


def cut_between(
    sheet: Worksheet, starts: Iterable[int], last_row: int, last_column: int | None = None
) -> None:
    """Starts a new page above each part of a sheet that would else be cut.

    Args:
        sheet: the sheet, with all its widths and heights.
        starts: the first row of each part that should stay together.
        last_row: the last row in use, charts included.
        last_column: the last column in use, for a sheet that has its cells elsewhere.
    """
    room = (PAGE_CM[1] - MARGINS_CM["top"] - MARGINS_CM["bottom"]) * POINTS_PER_CM
    scale = _scale(sheet, last_column or sheet.max_column)
    for row in _first_rows(sheet, sorted(starts), last_row, room / scale / SLACK):
        sheet.row_breaks.append(Break(id=row - 1))


def _scale(sheet: Worksheet, last_column: int) -> float:
    """How far the sheet is made smaller, so that all columns fit."""
    columns = range(1, last_column + 1)
    widths = (sheet.column_dimensions[get_column_letter(k)].width for k in columns)
    room = PAGE_CM[0] - MARGINS_CM["left"] - MARGINS_CM["right"]
    return min(1.0, room / (sum(widths) * CHARACTER_CM))


def _first_rows(sheet: Worksheet, starts: list[int], last_row: int, room: float) -> Iterator[int]:
    """The first row of each page but the first."""
    top = 1
    for start, after in pairwise([*starts, last_row + 1]):
        if start > top and _height(sheet, top, after) > room:
            yield start
            top = start


def _height(sheet: Worksheet, first: int, after: int) -> float:
    heights = (sheet.row_dimensions[row].height for row in range(first, after))
    return sum(ROW_POINTS if height is None else height for height in heights)
