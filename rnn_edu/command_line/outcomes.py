"""What is to be said of a checked file, and how much it may need."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

FINE, FAILED, UNUSABLE = 0, 1, 2


@dataclass(frozen=True)
class Limits:
    """How long a file may take, and how much memory: more is for no file of this book."""

    seconds: float = 30.0
    gigabytes: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """What is to be said of a file.

    Attributes:
        code: its exit code.
        text: the report, or the sentence about what is wrong with the file.
        row: its row in a table of marks; empty for a workbook.
        verdicts: the verdict on each number of a worksheet, by its number and name.
        answers: what was written in a worksheet, to tell copies.
        seed: which own numbers a worksheet has; None for the book's.
        spoilt: whether the process has no memory left for another file.
    """

    code: int
    text: str
    row: dict[str, object] = field(default_factory=dict)
    verdicts: dict[tuple[int, str], str] = field(default_factory=dict)
    answers: tuple[object, ...] = ()
    seed: int | None = None
    spoilt: bool = False


def refused(file: Path, why: str) -> Outcome:
    """The outcome for a file that cannot be checked."""
    return Outcome(UNUSABLE, f"{file.name} could not be checked: {why}.")
