"""Checks files one by one, and accounts for every file of a folder."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_edu.command_line.examining import Examiner
from rnn_edu.command_line.marks_table import Checked, require_table, summary, write_table
from rnn_edu.command_line.marks_workbook import require_new, write_marks
from rnn_edu.command_line.outcomes import UNUSABLE, Limits
from rnn_edu.errors import UsageError

#: Endings that a folder is searched for; what is none of .xlsx is reported to be saved again.
SPREADSHEETS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".numbers")
ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar")
_LEFT_ALONE_SHOWN = 5
_NO_LIMITS_SAID = Limits()


def check_files(
    paths: Sequence[Path],
    table: Path | None = None,
    marks: Path | None = None,
    *,
    separator: str = ",",
    limits: Limits = _NO_LIMITS_SAID,
) -> int:
    """Reads workbooks and worksheets back and prints what holds in each.

    Args:
        paths: files, or folders in which every one is checked.
        table: where to write the marks of the worksheets: a CSV file, beside it one with the
            verdict on every number.
        marks: where to write the marks as a workbook, with a sheet on the questions and one on
            the files that were not marked.
        separator: what stands between the columns of the table.
        limits: how much time and memory a file may take.

    Returns:
        0 if all is right in all of them, 1 if something is wrong in one, 2 if one cannot be
        read; the others are checked all the same.

    Raises:
        UsageError: a folder holds no spreadsheet, or what is to be written would replace another
            file.
        WorkbookError: it cannot be written.
    """
    if table is not None:
        require_table(table)
    files, left_alone = _files(paths)
    if marks is not None:
        require_new(marks, [file for _, file in files])
    with Examiner(limits) as examiner:
        checked = [_said(Checked(label, file, examiner.examine(file))) for label, file in files]
    if left_alone:
        print(_left_alone(left_alone))
    if len(checked) > 1 and any(one.outcome.row for one in checked):
        print(summary(checked))
    if table is not None:
        print(f"Marks written to {' and '.join(map(str, write_table(table, checked, separator)))}.")
    if marks is not None:
        print(f"Marks written to {write_marks(marks, checked, left_alone)}.")
    return max((one.outcome.code for one in checked), default=0)


def _said(one: Checked) -> Checked:
    """Prints what holds in a file as soon as it is known."""
    if one.outcome.code == UNUSABLE:
        print(f"rnn_edu: {one.text}", file=sys.stderr)
    else:
        print(one.text)
    return one


def _files(paths: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[str]]:
    """All spreadsheets, each with a name of its own, and the names of other files."""
    found: list[tuple[str, Path]] = []
    others: list[str] = []
    for path in paths:
        if not path.is_dir():
            found.append((path.name, path))
            continue
        here = list(_files_in(path))
        spreadsheets = [file for file in here if _is_for_us(file)]
        if not spreadsheets:
            raise UsageError(f"there is no spreadsheet in the folder {path}.")
        found += [(file.relative_to(path).as_posix(), file) for file in spreadsheets]
        others += [file.relative_to(path).as_posix() for file in here if not _is_for_us(file)]
    count = Counter(label for label, _ in found)
    return [(label if count[label] == 1 else str(file), file) for label, file in found], others


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those within, but none that a program keeps for itself."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(("~$", ".")):
            yield file


def _is_for_us(file: Path) -> bool:
    """Whether a file is a spreadsheet, also as "ada.xlsx (1)", or an archive that may hold one."""
    name = file.name.lower()
    return ".xlsx" in name or name.endswith(SPREADSHEETS + ARCHIVES)


def _left_alone(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_LEFT_ALONE_SHOWN])
    more = f", and {len(names) - _LEFT_ALONE_SHOWN} more" if len(names) > _LEFT_ALONE_SHOWN else ""
    return f"Not looked at, as no spreadsheet: {shown}{more}."
