"""What the command line does with workbooks and worksheets."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from rnn_edu.calculations import CALCULATIONS, TRAININGS, Calculation, Training
from rnn_edu.errors import RnnEduError, UsageError
from rnn_edu.worksheets.grading import Grader, WorksheetReport, failed_row, summary, write_marks

if TYPE_CHECKING:
    from rnn_edu.walkthrough.readback import WorkbookReport
    from rnn_edu.walkthrough.training_readback import TrainingReport


def write_workbooks(folder: Path) -> int:
    """Writes the workbook of every calculation, each judged by Keras in float64.

    Args:
        folder: where to; made if it is not there. A file is moved into place when it is whole.

    Returns:
        0; a calculation with which Keras disagrees raises.

    Raises:
        UsageError: the folder cannot be written.
        ComparisonError: Keras disagrees; the first step that differs is named.
    """
    _make_writable(folder)
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow()
    items: list[Calculation | Training] = [*CALCULATIONS.values(), *TRAININGS.values()]
    with tqdm(total=len(items), unit="workbook", disable=None, leave=False) as bar:
        for item in items:
            bar.set_description(item.title)
            _write(item, folder / f"{item.key}.xlsx")
            bar.update()
    count = len(CALCULATIONS) + len(TRAININGS)
    unjudged = sum(calculation.network is None for calculation in CALCULATIONS.values())
    print(f"Workbooks written to {folder}: {count}, judged by Keras: {count - unjudged}.")
    return 0


def _write(item: Calculation | Training, path: Path) -> None:
    """One workbook; where Keras has no such network its Check sheet compares with NumPy."""
    from rnn_edu.compare import judge, trained_by_keras
    from rnn_edu.walkthrough.training_workbook import write_training_workbook
    from rnn_edu.walkthrough.workbook import write_workbook

    if isinstance(item, Training):
        loop = item.build()
        judged = trained_by_keras(loop.walkthrough, item.network, item.epochs)
        write_training_workbook(loop, item.epochs, path, judge=judged)
        return
    values = None if item.network is None else judge(item).values
    write_workbook(item.build(), path, judge=values)


def _make_writable(folder: Path) -> None:
    """Makes the folder, and a file in it that is gone at once, before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"the workbooks cannot be written to {folder}: {error.strerror or error}; "
            "choose another folder."
        ) from None


def write_worksheets(folder: Path) -> int:
    """Writes the worksheet of every calculation.

    Args:
        folder: where to; made if it is not there. A file is moved into place when it is whole.

    Returns:
        0.

    Raises:
        UsageError: the folder cannot be written.
    """
    _make_writable(folder)
    from rnn_edu.worksheets import write_worksheet

    with tqdm(CALCULATIONS.values(), unit="worksheet", disable=None, leave=False) as bar:
        for calculation in bar:
            bar.set_description(calculation.title)
            write_worksheet(calculation.build(), folder / f"{calculation.key}_worksheet.xlsx")
    print(f"Worksheets written to {folder}: {len(CALCULATIONS)}.")
    return 0


def check_files(paths: Sequence[Path], table: Path | None = None) -> int:
    """Reads workbooks and worksheets back and prints what holds in each.

    Args:
        paths: files, or folders in which every one is checked.
        table: where to write the marks of the worksheets, as a CSV file.

    Returns:
        0 if all is right in all of them, 1 if something is wrong in one, 2 if one cannot be
        read; the others are checked all the same.

    Raises:
        UsageError: a folder holds no spreadsheet.
        WorkbookError: the table cannot be written.
    """
    grader, files = Grader(CALCULATIONS), [found for path in paths for found in _files_in(path)]
    code, unreadable = 0, 0
    marked: list[WorksheetReport] = []
    rows: list[dict[str, object]] = []
    for name, file in files:
        try:
            report = _checked(file, grader)
        except RnnEduError as error:
            print(f"rnn_edu: {error}", file=sys.stderr)
            rows.append(failed_row(name, str(error)))
            code, unreadable = 2, unreadable + 1
            continue
        print(report)
        code = max(code, 0 if report.ok else 1)
        if isinstance(report, WorksheetReport):
            marked.append(report)
            rows.append(report.row(name))
    if len(marked) > 1:
        print(summary(marked, unreadable))
    if table is not None:
        write_marks(table, rows)
        print(f"Marks written to {table}.")
    return code


def _files_in(path: Path) -> list[tuple[str, Path]]:
    """A file, or the spreadsheets of a folder, each with its name for the table."""
    if not path.is_dir():
        return [(path.name, path)]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SPREADSHEETS and not file.name.startswith(("~$", "."))
    )
    if not found:
        raise UsageError(f"there is no spreadsheet in the folder {path}.")
    return [(file.relative_to(path).as_posix(), file) for file in found]


#: What a folder is searched for; all but .xlsx are reported as files to save again.
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


def _checked(file: Path, grader: Grader) -> WorkbookReport | TrainingReport | WorksheetReport:
    """What holds in one workbook or worksheet."""
    from rnn_edu.walkthrough.readback import check_workbook, key_of
    from rnn_edu.walkthrough.training_readback import carried_run, check_training_workbook
    from rnn_edu.worksheets import is_worksheet

    if is_worksheet(file):
        return grader.check(file)
    run = carried_run(file)
    if run is not None:
        return check_training_workbook(file, *run)
    older = TRAININGS.get(key_of(file))
    if older is None:
        return check_workbook(file, calculations=CALCULATIONS)
    return check_training_workbook(file, older.build(), older.epochs)
