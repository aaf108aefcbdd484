"""A spreadsheet engine's own answer: every cell of a workbook, calculated afresh.

IronCalc is a Python package and always at hand. LibreOffice is a program of its own; where
it is installed it is the second, independent engine. Neither reads the values stored in the
file: IronCalc evaluates all formulas, and LibreOffice is given a profile that orders it to.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import ironcalc
from openpyxl.utils import get_column_letter

from rnn_edu.errors import MissingProgramError, UsageError, WorkbookError
from rnn_edu.walkthrough.sheets.cached_values import without_hollow_cells
from rnn_edu.walkthrough.sheets.loading import cells_of, load

#: The content of each cell, by sheet and address.
Values: TypeAlias = Mapping[tuple[str, str], float | str]

ENGINES = ("ironcalc", "libreoffice")
TIMEOUT_SECONDS = 120.0
#: What a spreadsheet shows for a number beyond its range.
TOO_LARGE = "#NUM!"

# Without this LibreOffice trusts the values stored in the file and calculates nothing.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
    xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
    <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
  </item>
</oor:items>
"""

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)


def recalculate(
    paths: Sequence[str | Path], engine: str = "ironcalc", *, timeout: float = TIMEOUT_SECONDS
) -> list[Values]:
    """Calculates every formula of some workbooks afresh.

    Args:
        paths: the workbooks; LibreOffice takes all of them in one go.
        engine: ``"ironcalc"`` or ``"libreoffice"``.
        timeout: seconds after which LibreOffice is stopped.

    Returns:
        For each workbook the content of every cell that is not empty.

    Raises:
        UsageError: another engine was asked for.
        MissingProgramError: LibreOffice is not installed.
        WorkbookError: a file is missing or is not a workbook, or LibreOffice hangs or gives
            nothing.
    """
    files = [Path(path) for path in paths]
    for file in files:
        if not file.is_file():
            raise WorkbookError(f"there is no file {file}.")
    if engine == "ironcalc":
        return [_by_ironcalc(file) for file in files]
    if engine == "libreoffice":
        return _by_libreoffice(files, timeout)
    raise UsageError(f"there is no engine {engine!r}; use one of {', '.join(ENGINES)}.")


def _by_ironcalc(file: Path) -> Values:
    try:
        model = _opened(file)
        model.evaluate()
        return model_values(model)
    except (ironcalc.WorkbookError, zipfile.BadZipFile) as error:
        raise WorkbookError(f"IronCalc cannot read {file.name}: {error}.") from None
    except BaseException as error:
        # A panic of IronCalc's Rust code is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise WorkbookError(f"IronCalc gave up on {file.name}: {error}.") from None


def _opened(file: Path) -> ironcalc.Model:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.xlsx"
        _copy_for_ironcalc(file, copy)
        return ironcalc.load_from_xlsx(str(copy))


def _copy_for_ironcalc(file: Path, copy: Path) -> None:
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            sheet = entry.startswith("xl/worksheets/") and entry.endswith(".xml")
            target.writestr(entry, without_hollow_cells(data) if sheet else data)


def model_values(model: ironcalc.Model) -> dict[tuple[str, str], float | str]:
    """The content of every cell of an evaluated IronCalc model."""
    sheets = [sheet["name"] for sheet in model.get_worksheets_properties()]
    values = {}
    cells = model.get_all_cells()[::-1]
    # Each is given up as it is read: of a large workbook they fill as much memory as the values.
    while cells:
        sheet, row, column = cells.pop()
        value = plain(model.get_cell_value(sheet, row, column))
        values[sheets[sheet], f"{get_column_letter(column)}{row}"] = value
    return values


def plain(value: object) -> float | str:
    """A cell's content as a number or a text; an empty cell is an empty text.

    Example:
        >>> plain(2), plain(10**400), plain(True)
        (2.0, '#NUM!', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, (int, float)):
        return str(value)
    try:
        number = float(value)
    except OverflowError:
        return TOO_LARGE
    return number if math.isfinite(number) else TOO_LARGE


def find_libreoffice() -> str | None:
    """The LibreOffice program: ``$SOFFICE``, else on the PATH, else where it usually is."""
    named = os.environ.get("SOFFICE")
    if named:
        return shutil.which(named)
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    return on_path or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def _by_libreoffice(files: list[Path], timeout: float) -> list[Values]:
    program = find_libreoffice()
    if program is None:
        named = os.environ.get("SOFFICE")
        where = f"; SOFFICE points to {named}, which is not a program" if named else ""
        raise MissingProgramError(
            f"LibreOffice is not installed{where}. Install the package libreoffice-calc, or "
            "LibreOffice from libreoffice.org, or set SOFFICE to its program."
        )
    with tempfile.TemporaryDirectory() as folder:
        copies = _distinct_copies(files, Path(folder) / "in")
        _convert(program, copies, Path(folder), timeout)
        return [
            _converted(Path(folder) / "out" / c.name, f) for c, f in zip(copies, files, strict=True)
        ]


def _distinct_copies(files: list[Path], folder: Path) -> list[Path]:
    """Copies with names that differ: LibreOffice puts all its results into one folder."""
    folder.mkdir()
    copies = [folder / f"{number}.xlsx" for number in range(len(files))]
    for file, copy in zip(files, copies, strict=True):
        shutil.copyfile(file, copy)
    return copies


def _convert(program: str, copies: list[Path], folder: Path, timeout: float) -> None:
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    out.mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--convert-to", "xlsx", "--outdir", str(out)),
        *map(str, copies),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise WorkbookError(
                f"LibreOffice ({program}) gave no answer within {timeout:g} seconds and was "
                "stopped; close other LibreOffice windows and try again."
            ) from None
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        import signal

        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _converted(result: Path, original: Path) -> Values:
    # LibreOffice ends with exit code 0 even if it could read nothing.
    if not result.is_file():
        raise WorkbookError(
            f"LibreOffice gave no result for {original.name}; the file may not be a workbook."
        )
    return stored_values(result)


def stored_values(file: Path) -> dict[tuple[str, str], float | str]:
    """The values stored in a workbook, without calculating anything."""
    return {
        (sheet.title, cell.coordinate): plain(cell.value)
        for sheet in load(file, stored_values=True).worksheets
        for cell in cells_of(sheet)
        if cell.value is not None
    }
