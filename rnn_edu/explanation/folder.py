"""A network explained in a folder: page, workbook, worksheet, calculation and report."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rnn_edu.compare import Comparison
from rnn_edu.errors import UsageError
from rnn_edu.explanation.opening import Opened
from rnn_edu.explanation.verdicts import report_text, verdicts_html
from rnn_edu.marking.page_data import mistakes_data, mistakes_json
from rnn_edu.page import write_page
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.walkthrough.storage import to_data
from rnn_edu.walkthrough.workbook import write_workbook
from rnn_edu.whole_files import write_text
from rnn_edu.worksheets import write_worksheet

PAGE, WORKBOOK, WORKSHEET = "page.html", "workbook.xlsx", "worksheet.xlsx"
CALCULATION, REPORT = "calculation.json", "report.txt"
#: With more numbers a page does not mark its reader's: every rule would be tried at every step.
MOST_TO_MARK = 3000
FILES = (PAGE, WORKBOOK, WORKSHEET, CALCULATION, REPORT)


@dataclass(frozen=True)
class Explanation:
    """A walkthrough, what it is of, and what the judges say.

    Attributes:
        walkthrough: the calculation, or the first units of it.
        opened: the network.
        verdicts: one for each judge.
    """

    walkthrough: Walkthrough
    opened: Opened
    verdicts: Sequence[Comparison]


def write_explanation(
    explanation: Explanation, folder: Path, progress: Callable[[str], None] = lambda name: None
) -> list[Path]:
    """Writes the five files; either all of them appear, or none is changed.

    Args:
        explanation: what to write.
        folder: where to; made if it is not there.
        progress: is told the name of each file before it is written.

    Returns:
        The files.

    Raises:
        UsageError: the folder cannot be written.
    """
    make_folder(folder)
    draft = Path(tempfile.mkdtemp(prefix=".explanation-", dir=folder))
    try:
        for name, write in _writers(explanation).items():
            progress(name)
            write(draft / name)
        for name in FILES:
            os.replace(draft / name, folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in FILES]


def make_folder(folder: Path) -> None:
    """Makes a folder, or says why it cannot be written.

    Raises:
        UsageError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"the folder {folder} cannot be written: {reason}.") from None


def _of_part(
    walkthrough: Walkthrough, values: Mapping[tuple[str, int | None], Array]
) -> dict[tuple[str, int | None], Array]:
    """A judge's values of the units that the walkthrough has, which are the first of a layer."""
    return {
        (step.name, step.t): values[step.name, step.t][..., : step.shape[-1]]
        if step.shape
        else values[step.name, step.t]
        for step in walkthrough.steps
        if (step.name, step.t) in values
    }


def _is_marked(walkthrough: Walkthrough) -> bool:
    """Whether it is small enough for a page to mark its reader's numbers."""
    return sum(quantity.value.size for quantity in walkthrough.quantities) <= MOST_TO_MARK


def _calculation(walkthrough: Walkthrough) -> str:
    """The calculation, and under ``mistakes`` what a page that opens it marks numbers with."""
    rules = {"mistakes": mistakes_data(walkthrough)} if _is_marked(walkthrough) else {}
    data = {**to_data(walkthrough), **rules}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _writers(explanation: Explanation) -> dict[str, Callable[[Path], object]]:
    w, opened, verdicts = explanation.walkthrough, explanation.opened, explanation.verdicts
    first = next(iter(verdicts), None)
    judge = {} if first is None else _of_part(w, first.values)
    name = "NumPy" if first is None else first.judge
    links = (
        ("Workbook with live formulas", WORKBOOK),
        ("Worksheet with blanks", WORKSHEET),
        ("Calculation as JSON", CALCULATION),
        ("Report", REPORT),
    )
    return {
        PAGE: lambda path: write_page(
            w,
            path,
            verdict_html=verdicts_html(opened, verdicts),
            links=links,
            mistakes_json=mistakes_json(w) if _is_marked(w) else "",
        ),
        WORKBOOK: lambda path: write_workbook(
            w,
            path,
            judge=judge or None,
            judge_name=name,
            tolerance=1e-12 if first is None else first.tolerance,
        ),
        WORKSHEET: lambda path: write_worksheet(w, path),
        CALCULATION: lambda path: write_text(path, _calculation(w)),
        REPORT: lambda path: write_text(path, report_text(w, opened, verdicts)),
    }
