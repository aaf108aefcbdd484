"""Opening a workbook that someone else may have saved, with a sentence if it cannot be."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.sheets.limits import (
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_ROWS,
    MOST_TEXT,
    MOST_UNPACKED,
)

AnyCell = Cell | MergedCell

_ZIP, _OPEN_DOCUMENT = b"PK\x03\x04", b"opendocument.spreadsheet"
_CUT_OFF = (
    "is not an Excel workbook that can be read: its end is missing, as after a download or an "
    "upload that broke off. Save or send it once more"
)
_NO_CONTENTS = (
    "is not an Excel workbook that can be read: the list of its parts is damaged. Save or send it "
    "once more"
)
_NO_WORKBOOK = (
    "is not an Excel workbook (.xlsx). If it was saved in another format, open it and save it as "
    ".xlsx"
)

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_LOCKED = "is locked with a password or in the old format .xls; save it without a password as .xlsx"
_SHEETS = ("xl/worksheets/", ".xml")
_MERGES = re.compile(rb"<(\w+:)?mergeCells\b.*?</(\w+:)?mergeCells>", re.DOTALL)
_IN_ARCHIVE = re.compile(r"\.(xls[xmb]?|ods|numbers)\Z", re.IGNORECASE)


def cells_of(sheet: Worksheet) -> Iterator[AnyCell]:
    """The cells that a sheet has, row by row.

    The rows of openpyxl are rectangles: one key pressed in the last row makes them a million long.
    """
    return (cell for _, cell in sorted(sheet._cells.items()))


def load(path: Path, *, stored_values: bool = False) -> openpyxl.Workbook:
    """Opens a workbook, with its formulas or with the values stored beside them.

    Which cells are merged is left out: it says nothing about numbers, and programs write it in
    ways that openpyxl does not take.

    Raises:
        WorkbookError: there is no such file, or it is not a workbook, or it is damaged, or larger
            than any that this book writes.
    """
    if not path.is_file():
        raise WorkbookError(f"there is no file {path}.")
    foreign = _foreign(path)
    if foreign is not None:
        raise WorkbookError(f"{path.name} {foreign}.")
    try:
        # openpyxl warns of what it leaves out (charts, drop-down extensions); only cells count.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # From memory: openpyxl leaves a file open if it cannot read it.
            workbook = openpyxl.load_workbook(_without_merges(path), data_only=stored_values)
    except MemoryError:
        raise
    except Exception as error:
        raise WorkbookError(
            f"{path.name} is damaged or is not an Excel workbook ({_reason(error)}); save or send "
            "it once more. A fresh one comes from: python -m rnn_edu workbooks DIR, or worksheets "
            "DIR."
        ) from None
    _require_sound_cells(workbook, path)
    return workbook


def _without_merges(path: Path) -> io.BytesIO:
    """The file in memory, its sheets without the lists of merged cells."""
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        sheets = [
            n for n in source.namelist() if n.startswith(_SHEETS[0]) and n.endswith(_SHEETS[1])
        ]
        changed = {
            n: _MERGES.sub(b"", xml) for n in sheets if b"mergeCells" in (xml := source.read(n))
        }
        if not changed:
            return io.BytesIO(data)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                target.writestr(name, changed.get(name) or source.read(name))
    return out


def _require_sound_cells(workbook: openpyxl.Workbook, path: Path) -> None:
    for sheet in workbook.worksheets:
        for (row, column), cell in sheet._cells.items():
            if row > MOST_ROWS or column > MOST_COLUMNS:
                raise WorkbookError(
                    f"{path.name} is damaged: {sheet.title}!{cell.coordinate} lies beyond the last "
                    "row or column of a sheet. Save or send it once more."
                )
            if isinstance(cell.value, str) and len(cell.value) > MOST_TEXT:
                raise WorkbookError(
                    f"{path.name}: {sheet.title}!{cell.coordinate} holds {len(cell.value):,} "
                    f"characters; a cell of a spreadsheet holds at most {MOST_TEXT:,}. Empty it."
                )


def _foreign(path: Path) -> str | None:
    """What a file is if it cannot be an Excel workbook, and what to do; else None.

    The name says little: a file renamed to .xlsx is still what it was.
    """
    if path.stat().st_size == 0:
        return "is empty: saving, sending or fetching it broke off. Save or send it once more"
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            begins = file.read(4)
        return {_ZIP: _CUT_OFF, _OLD_OR_LOCKED: _LOCKED}.get(begins, _NO_WORKBOOK)
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        return _NO_CONTENTS
    with opened as archive:
        names = archive.namelist()
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED or len(names) > MOST_ENTRIES:
            return (
                f"unpacks to {unpacked / 2**20:,.0f} MB in {len(names):,} parts, more than the "
                f"{MOST_UNPACKED // 2**20} MB and {MOST_ENTRIES:,} parts that are read"
            )
        # The type stands in the archive as it is, so that programs can tell by the first bytes.
        is_open_document = "mimetype" in names and _OPEN_DOCUMENT in archive.read("mimetype")
    if is_open_document:
        return "is an OpenDocument file (.ods), whatever its name; open it and save it as .xlsx"
    if any(name.endswith(".iwa") for name in names):
        return "is a Numbers document; open it in Numbers and export it to Excel (.xlsx)"
    if "xl/workbook.bin" in names:
        return "is a binary workbook (.xlsb), whatever its name; open it and save it as .xlsx"
    packed = [name for name in names if _IN_ARCHIVE.search(name)]
    if packed:
        return f"is an archive of files ({', '.join(packed[:3])[:100]}); unpack it and check those"
    return None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.strip("'\". ")[:120] or type(error).__name__
