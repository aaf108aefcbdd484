"""Writes the workbooks of the book, with what Keras said of each: kept answers, or asked now."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from rnn_edu.calculations import CALCULATIONS, TRAININGS, Training
from rnn_edu.compare.recorded import Answers, Item, ask, recorded
from rnn_edu.errors import UsageError, WorkerError


@dataclass(frozen=True)
class Judged:
    """What Keras says of an item.

    Attributes:
        answers: its numbers; None where it has no such network.
        source: which Keras was asked, and when; empty where it was asked just now.
    """

    answers: Answers | None
    source: str = ""

    @property
    def how(self) -> str:
        """Where the numbers are from, for the last line of the command."""
        if self.answers is None:
            return "unjudged"
        return "kept" if self.source else "asked"


def write_workbooks(folder: Path, ask_keras: bool = False) -> int:
    """Writes the workbook of every calculation, each judged by Keras in float64.

    Args:
        folder: where to; made if it is not there. A file is moved into place when it is whole.
        ask_keras: ask Keras now, also where an answer to the same question is kept.

    Returns:
        0; a calculation with which Keras disagrees raises.

    Raises:
        UsageError: the folder cannot be written.
        ComparisonError: Keras disagrees; the first step that differs is named.
        WorkerError: the process that asks Keras ended before its work was done.
    """
    make_writable(folder)
    items: list[Item] = [*CALCULATIONS.values(), *TRAININGS.values()]
    counts: Counter[str] = Counter()
    with tqdm(total=len(items), unit="workbook", disable=None, leave=False) as bar:
        for item, judged in zip(items, _judged(items, ask_keras), strict=True):
            bar.set_description(item.title)
            _write(item, judged, folder / f"{item.key}.xlsx")
            counts[judged.how] += 1
            bar.update()
    print(f"Workbooks written to {folder}: {len(items)}, {_how_judged(counts)}.")
    return 0


def _how_judged(counts: Counter[str]) -> str:
    """How many are judged by Keras, and whether it was asked for it now."""
    judged = counts["kept"] + counts["asked"]
    kept = f", by its kept answers: {counts['kept']}" if counts["kept"] else ""
    return f"judged by Keras: {judged}{kept}"


def _judged(items: Sequence[Item], ask_keras: bool) -> Iterator[Judged]:
    """What Keras says of each, in order."""
    kept = {item.key: None if ask_keras else recorded(item) for item in items}
    unknown = [item for item in items if item.network is not None and kept[item.key] is None]
    asked = _asked(unknown)
    for item in items:
        record = kept[item.key]
        if record is not None:
            yield Judged(record.answers, record.source)
        else:
            yield Judged(None if item.network is None else next(asked))


def _asked(items: Sequence[Item]) -> Iterator[Answers]:
    """What Keras says now of each; asked beforehand, in a process that only asks."""
    if "tensorflow" in sys.modules:
        yield from map(_ask_alone, items)
        return
    # Not a copy of this process, which has read and opened what another one needs not.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, context, initializer=_let_the_other_be_interrupted)
    try:
        yield from pool.map(_ask_alone, items)
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


def _ask_alone(item: Item) -> Answers:
    """Asks Keras, started without what a command in the console needs not."""
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow(arrays_only=True)
    return ask(item)


def _write(item: Item, judged: Judged, path: Path) -> None:
    """One workbook; where Keras has no such network its Check sheet compares with NumPy."""
    from rnn_edu.walkthrough.training_workbook import write_training_workbook
    from rnn_edu.walkthrough.workbook import write_workbook

    answers, source = judged.answers, judged.source
    if isinstance(item, Training):
        weights = None if answers is None else list(answers.values())
        write_training_workbook(item.build(), item.epochs, path, judge=weights, judge_source=source)
    else:
        write_workbook(item.build(), path, judge=answers, judge_source=source)


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
