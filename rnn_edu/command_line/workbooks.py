"""Writes the workbooks of the book."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tqdm import tqdm

from rnn_edu.calculations import CALCULATIONS, TRAININGS, Calculation, Training
from rnn_edu.errors import UsageError


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
    make_writable(folder)
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


def make_writable(folder: Path) -> None:
    """Makes the folder, and a file in it that is gone at once, before any work is done.

    Raises:
        UsageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"the workbooks cannot be written to {folder}: {error.strerror or error}; "
            "choose another folder."
        ) from None
