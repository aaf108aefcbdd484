"""Opening a workbook that someone else may have saved, with a sentence if it cannot be."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import openpyxl

from rnn_edu.errors import WorkbookError

_ZIP, _OPEN_DOCUMENT = b"PK\x03\x04", b"opendocument.spreadsheet"
_CUT_OFF = (
    "is not an Excel workbook that can be read: its end is missing, as after a download or an "
    "upload that broke off. Save or send it once more"
)
_NO_WORKBOOK = (
    "is not an Excel workbook (.xlsx). If it was saved in another format, open it and save it as "
    ".xlsx"
)


def load(path: Path, *, stored_values: bool = False) -> openpyxl.Workbook:
    """Opens a workbook, with its formulas or with the values stored beside them.

    Raises:
        WorkbookError: there is no such file, or it is not a workbook, or it is damaged.
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
            return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=stored_values)
    except Exception as error:
        raise WorkbookError(
            f"{path.name} is damaged or is not an Excel workbook ({_reason(error)}); save or send "
            "it once more. A fresh one comes from: python -m rnn_edu workbooks DIR, or worksheets "
            "DIR."
        ) from None


def _foreign(path: Path) -> str | None:
    """What a file is if it cannot be an Excel workbook, and what to do; else None.

    The name says little: a file renamed to .xlsx is still what it was.
    """
    if path.stat().st_size == 0:
        return "is empty: saving, sending or fetching it broke off. Save or send it once more"
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            begins_well = file.read(4) == _ZIP
        return _CUT_OFF if begins_well else _NO_WORKBOOK
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        # The type stands in the archive as it is, so that programs can tell by the first bytes.
        is_open_document = "mimetype" in names and _OPEN_DOCUMENT in archive.read("mimetype")
    if is_open_document:
        return "is an OpenDocument file (.ods), whatever its name; open it and save it as .xlsx"
    if any(name.endswith(".iwa") for name in names):
        return "is a Numbers document; open it in Numbers and export it to Excel (.xlsx)"
    if "xl/workbook.bin" in names:
        return "is a binary workbook (.xlsb), whatever its name; open it and save it as .xlsx"
    return None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.strip("'\". ")[:120] or type(error).__name__
