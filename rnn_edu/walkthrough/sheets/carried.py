"""The calculation that travels inside its workbook, on a sheet that no menu shows.

A cell holds the heading, with a version and the SHA-256 of the text; the cells below it hold the
text, compressed, in letters and digits, which every spreadsheet program keeps as they are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.errors import DataError, WorkbookError
from rnn_edu.walkthrough.storage import LONGEST_TEXT, from_json
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: The name of the sheet; it is found by its heading, so it may be renamed.
CALCULATION = "Calculation"
VERSION = 1
#: Characters in a cell; Excel takes 32,767.
LONGEST_CELL = 32_000

_HEADING = re.compile(
    r"rnn_edu calculation, version (?P<version>\d{1,9}), (?P<cells>\d{1,5}) cells, "
    r"sha256 (?P<sha256>[0-9a-f]{64})\Z"
)
_BEGINNING = "rnn_edu calculation"


def carry(workbook: openpyxl.Workbook, text: str) -> None:
    """Adds the sheet with a stored calculation behind all others."""
    data = text.encode()
    packed = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    cells = [packed[k : k + LONGEST_CELL] for k in range(0, len(packed), LONGEST_CELL)]
    sheet = workbook.create_sheet(CALCULATION)
    sheet.sheet_state = "veryHidden"
    sheet["A1"] = (
        f"{_BEGINNING}, version {VERSION}, {len(cells)} cells, "
        f"sha256 {hashlib.sha256(data).hexdigest()}"
    )
    for row, cell in enumerate(cells, start=2):
        sheet.cell(row, 1).value = cell


def carried_text(workbook: openpyxl.Workbook, file: Path) -> str | None:
    """The stored calculation of a workbook, or None where it carries none.

    Raises:
        WorkbookError: it was changed or damaged, or a later edition wrote it.
    """
    sheet = next((s for s in workbook.worksheets if _heading(s).startswith(_BEGINNING)), None)
    if sheet is None:
        return None
    heading = _HEADING.match(_heading(sheet))
    if heading is None:
        raise _damaged(file)
    if int(heading["version"]) > VERSION:
        raise WorkbookError(
            f"{file.name} carries its calculation in version {heading['version']}, of a later "
            f"edition of rnn_edu; this one reads version {VERSION}. Update rnn_edu."
        )
    data = _unpacked(sheet, int(heading["cells"]), file)
    if hashlib.sha256(data).hexdigest() != heading["sha256"]:
        raise _damaged(file)
    return data.decode(errors="replace")


def carried(workbook: openpyxl.Workbook, file: Path) -> Walkthrough | None:
    """The calculation that a workbook carries, or None.

    Raises:
        WorkbookError: it was changed or damaged, or is not one that this edition reads.
    """
    text = carried_text(workbook, file)
    return None if text is None else read_carried(text, file)


def read_carried(text: str, file: Path) -> Walkthrough:
    """The calculation of a text that a workbook carries.

    Raises:
        WorkbookError: it is not one that this edition reads.
    """
    try:
        return from_json(text)
    except DataError as error:
        raise WorkbookError(f"{file.name}: {error}") from None


def _heading(sheet: Worksheet) -> str:
    return str(sheet["A1"].value or "")


def _unpacked(sheet: Worksheet, cells: int, file: Path) -> bytes:
    """The text of the cells below the heading, never more of it than is read at all."""
    packed = "".join(str(sheet.cell(row, 1).value or "") for row in range(2, cells + 2))
    try:
        return zlib.decompressobj().decompress(
            base64.b64decode(packed, validate=True), LONGEST_TEXT
        )
    except (binascii.Error, ValueError, zlib.error):
        raise _damaged(file) from None


def _damaged(file: Path) -> WorkbookError:
    return WorkbookError(
        f"{file.name} carries its calculation on a hidden sheet, which was changed or damaged "
        "since it was written, so it cannot be relied upon; take a fresh copy of the file and "
        "put your changes into that."
    )
