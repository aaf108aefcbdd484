"""Whether a formula reads the sheet with the answers, itself or by way of other cells.

A cell of the sheet Scratch may read the key, and an answer that cell; a name may stand for a cell
of the key; and INDIRECT makes an address out of a text, which nobody can follow. Other blanks are
not followed: they are looked at themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.marking.wording import cut
from rnn_edu.walkthrough.sheets.limits import MOST_COLUMNS, MOST_ROWS
from rnn_edu.worksheets import form as f

#: Functions that make an address, or move one.
_MADE_UP = re.compile(r"\b(INDIRECT|OFFSET)\s*\(", re.IGNORECASE)
_OTHER_SHEET = re.compile(r"(?:'(?P<quoted>[^']+)'|(?P<plain>[^'!]+))!(?P<cells>.+)\Z")
#: So many cells are followed for one answer.
_MOST_FOLLOWED = 2000

Home = tuple[str, str]


class WaysToTheKey:
    """Looks for the key behind formulas.

    Args:
        workbook: a returned worksheet, opened with its formulas.
        blanks: the cells with answers, by sheet and address; they are not followed.
    """

    def __init__(self, workbook: openpyxl.Workbook, blanks: set[Home]) -> None:
        self._workbook, self._blanks = workbook, blanks

    @cached_property
    def _keys(self) -> set[str]:
        """The names of the sheets with answers, also where they were renamed."""
        head = f.KEY_TOP - 1
        known = {(head, f.KEY_TITLE): "what", (head, f.KEY_RIGHT): "right"}
        return {
            sheet.title.casefold()
            for sheet in self._workbook.worksheets
            if sheet.title.casefold() == f.KEY.casefold()
            or all(_held(sheet, *place) == text for place, text in known.items())
        }

    def way(self, sheet: str, formula: str) -> str:
        """How a formula comes to the key, as the end of a sentence; empty where it does not."""
        waiting, seen = [(sheet, formula, "")], set[Home]()
        while waiting and len(seen) <= _MOST_FOLLOWED:
            here, text, by_way = waiting.pop()
            if self._reads(text):
                return f"reads the key{by_way} ({cut(text)})"
            if _MADE_UP.search(text):
                return f"makes up addresses, which may be those of the key{by_way} ({cut(text)})"
            for home in self._followed(here, text):
                if home[0].casefold() in self._keys:
                    return f"reads the key{by_way} ({cut(text)})"
                if home not in seen and home not in self._blanks:
                    seen.add(home)
                    further = formula_in(self._workbook[home[0]][home[1]].value)
                    if further:
                        waiting.append((home[0], further, f" by way of {home[0]}!{home[1]}"))
        return ""

    def _reads(self, formula: str) -> bool:
        """Whether a formula names a sheet with answers, in Excel's words or LibreOffice's."""
        folded = formula.casefold()
        names = [key for key in self._keys if key in folded] or [f.KEY.casefold()]
        return any(re.search(rf"(?<!\w){re.escape(key)}'?\s*[!.]", folded) for key in names)

    def _followed(self, sheet: str, formula: str) -> Iterator[Home]:
        """The cells with something in them that a formula reads."""
        try:
            tokens = Tokenizer(formula).items
        except (TokenizerError, IndexError):
            return
        for token in tokens:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                yield from self._cells(sheet, token.value)

    def _cells(self, sheet: str, text: str) -> Iterator[Home]:
        name = self._workbook.defined_names.get(text)
        text = str(name.attr_text) if name is not None else text
        match = _OTHER_SHEET.match(text)
        if match is not None:
            sheet, text = match["quoted"] or match["plain"], match["cells"]
        titles = {title.casefold(): title for title in self._workbook.sheetnames}
        if sheet.casefold() not in titles:
            return
        sheet = titles[sheet.casefold()]
        if sheet.casefold() in self._keys:
            yield sheet, "A1"
            return
        try:
            left, top, right, bottom = range_boundaries(text)
        except (ValueError, TypeError):
            return
        right, bottom = right or MOST_COLUMNS, bottom or MOST_ROWS
        for row, column in list(self._workbook[sheet]._cells):
            if (top or 1) <= row <= bottom and (left or 1) <= column <= right:
                yield sheet, self._workbook[sheet]._cells[row, column].coordinate


def _held(sheet: Worksheet, row: int, column: int) -> object:
    cell = sheet._cells.get((row, column))
    return None if cell is None else cell.value


def formula_in(value: object) -> str:
    """The formula of a cell; empty for anything else."""
    text = value.text if isinstance(value, ArrayFormula) else value
    return text if isinstance(text, str) and text.startswith("=") else ""
