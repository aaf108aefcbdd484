"""Writes the workbooks of the book, while a process beside this one asks Keras."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeAlias

from tqdm import tqdm

from rnn_edu.calculations import CALCULATIONS, TRAININGS, Calculation, Training
from rnn_edu.errors import UsageError, WorkerError
from rnn_edu.walkthrough.expressions import Array

Item: TypeAlias = Calculation | Training
#: What Keras says of an item: values by name and time, or the last weights of a training.
Judged: TypeAlias = Mapping[tuple[str, int | None], Array] | Sequence[Array] | None


def write_workbooks(folder: Path) -> int:
    """Writes the workbook of every calculation, each judged by Keras in float64.

    Args:
        folder: where to; made if it is not there. A file is moved into place when it is whole.

    Returns:
        0; a calculation with which Keras disagrees raises.

    Raises:
        UsageError: the folder cannot be written.
        ComparisonError: Keras disagrees; the first step that differs is named.
        WorkerError: the process that asks Keras ended before its work was done.
    """
    make_writable(folder)
    items: list[Item] = [*CALCULATIONS.values(), *TRAININGS.values()]
    with tqdm(total=len(items), unit="workbook", disable=None, leave=False) as bar:
        for item, judged in zip(items, _judged(items), strict=True):
            bar.set_description(item.title)
            _write(item, judged, folder / f"{item.key}.xlsx")
            bar.update()
    unjudged = sum(item.network is None for item in items)
    print(f"Workbooks written to {folder}: {len(items)}, judged by Keras: {len(items) - unjudged}.")
    return 0


def _judged(items: Sequence[Item]) -> Iterator[Judged]:
    """What Keras says of each, in order; asked beforehand, in a process that only asks."""
    if "tensorflow" in sys.modules:
        yield from map(_asked, items)
        return
    # Not a copy of this process, which has read and opened what another one needs not.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, context, initializer=_let_the_other_be_interrupted)
    try:
        yield from pool.map(_asked, items)
    except BrokenProcessPool:
        raise WorkerError(
            "the process that asks Keras ended before its work was done, as when the memory is "
            "full; close other programs and try again."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _let_the_other_be_interrupted() -> None:
    """Ctrl+C reaches both processes; the one that writes says so, and ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _asked(item: Item) -> Judged:
    """What Keras says of an item; None where it has no such network."""
    if item.network is None:
        return None
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow(arrays_only=True)
    from rnn_edu.compare import judge, trained_by_keras

    if isinstance(item, Training):
        return trained_by_keras(item.build().walkthrough, item.network, item.epochs)
    return judge(item).values


def _write(item: Item, judged: Judged, path: Path) -> None:
    """One workbook; where Keras has no such network its Check sheet compares with NumPy."""
    from rnn_edu.walkthrough.training_workbook import write_training_workbook
    from rnn_edu.walkthrough.workbook import write_workbook

    if isinstance(item, Training):
        assert not isinstance(judged, Mapping)
        write_training_workbook(item.build(), item.epochs, path, judge=judged)
    else:
        assert judged is None or isinstance(judged, Mapping)
        write_workbook(item.build(), path, judge=judged)


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
