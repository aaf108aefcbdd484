"""Opening a workbook that someone else may have saved, with a sentence if it cannot be."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import openpyxl

from rnn_edu.errors import WorkbookError


def load(path: Path, *, stored_values: bool = False) -> openpyxl.Workbook:
    """Opens a workbook, with its formulas or with the values stored beside them.

    Raises:
        WorkbookError: there is no such file, or it is not a workbook, or it is damaged.
    """
    if not path.is_file():
        raise WorkbookError(f"there is no file {path}.")
    if not zipfile.is_zipfile(path):
        raise WorkbookError(
            f"{path.name} is not an Excel workbook (.xlsx). If it was saved in another format, "
            "open it and save it as .xlsx."
        )
    try:
        # openpyxl warns of what it leaves out (charts, drop-down extensions); only cells count.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # From memory: openpyxl leaves a file open if it cannot read it.
            return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=stored_values)
    except Exception as error:
        raise WorkbookError(
            f"{path.name} is damaged or is not an Excel workbook ({_reason(error)}); "
            "make it again with: python -m rnn_edu workbooks DIR."
        ) from None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.strip("'\". ")[:120] or type(error).__name__
