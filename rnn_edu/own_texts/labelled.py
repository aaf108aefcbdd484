"""Labelled texts in three parts, whose rows share no text, no group and no future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts.parts import Parts, at_random, in_order
from rnn_edu.own_texts.tables import Table, read_table
from rnn_edu.text.splits import text_key

IntArray = npt.NDArray[np.int64]
FEWEST_ROWS, FEWEST_OF_A_LABEL, MOST_LABELS = 50, 10, 200
SHOWN = 5


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are what, by name, or by number where there is no header.

    Args:
        text: what is to be judged.
        label: how it was judged.
        group: rows with the same entry here stay together, such as all texts of one author.
        time: the latest rows are held out: numbers, or dates such as 2026-11-26.
    """

    text: str
    label: str
    group: str | None = None
    time: str | None = None

    def all(self) -> list[str]:
        """Those that were given."""
        return [name for name in (self.text, self.label, self.group, self.time) if name is not None]


@dataclass(frozen=True)
class Labelled:
    """Texts with the numbers of their labels.

    Attributes:
        texts: as they stand in the file.
        labels: shape ``(texts,)``, from 0 on.
        names: of the labels, the most frequent first.
        parts: rows to learn from, to choose by, and held out.
        notes: what a reader should be told.
    """

    texts: tuple[str, ...]
    labels: IntArray
    names: tuple[str, ...]
    parts: Parts
    notes: tuple[str, ...] = ()


def read_labelled(
    path: Path,
    columns: Columns,
    seed: int,
    encoding: str | None = None,
    separator: str | None = None,
) -> Labelled:
    """A table as labelled texts.

    Equal texts are never parted, unless the parts go by groups or by time: then a note says how
    many there are. Groups are never parted.

    Args:
        path: of the table.
        columns: which of its columns are what.
        seed: of the parts.
        encoding: of the file; None to look.
        separator: between columns; None to look.

    Raises:
        DataError: the table cannot be read, lacks a column, has too few rows or one label only.
        UsageError: a group and a time were asked for.
    """
    if columns.group and columns.time:
        raise UsageError("The parts go by groups or by time; give one of the two.")
    table = read_table(path, columns.all(), encoding, separator)
    texts, labels = table.column(columns.text), table.column(columns.label)
    rows, notes = _usable(path, columns.label, texts, labels)
    kept = [labels[row] for row in rows]
    names = tuple(name for name, _ in Counter(kept).most_common())
    number = {name: i for i, name in enumerate(names)}
    numbers = np.array([number[name] for name in kept], dtype=np.int64)
    mine = [texts[row] for row in rows]
    parts = _parts(table, columns, rows, mine, seed)
    _check_parts(numbers, names, parts)
    by = "time" if columns.time else "groups"
    notes = (*table.notes, *notes, *_contradictions(mine, kept), *_in_two_parts(mine, parts, by))
    return Labelled(tuple(mine), numbers, names, parts, notes)


def _usable(
    path: Path, column: str, texts: Sequence[str], labels: Sequence[str]
) -> tuple[list[int], tuple[str, ...]]:
    """The rows that have a text and a label that is frequent enough, and what was left out."""
    filled = [row for row in range(len(texts)) if texts[row] and labels[row]]
    counts = Counter(labels[row] for row in filled)
    rare = [name for name, count in counts.items() if count < FEWEST_OF_A_LABEL]
    often = len(counts) - len(rare)
    if not filled:
        raise DataError(f"{path}: none of its {len(texts):,} rows has both a text and a label.")
    if len(counts) == 1:
        raise DataError(
            f"{path}: all {len(filled):,} labels are {next(iter(counts))!r}; there must be two."
        )
    if often < 2 or often > MOST_LABELS:
        raise DataError(
            f"{path}: the column {column!r} has {len(counts):,} different labels in "
            f"{len(filled):,} rows, and {often:,} of them {FEWEST_OF_A_LABEL} times or more; there "
            f"must be 2 to {MOST_LABELS} such labels. Is it the right column?"
        )
    rows = [row for row in filled if counts[labels[row]] >= FEWEST_OF_A_LABEL]
    if len(rows) < FEWEST_ROWS:
        raise DataError(f"{path} has {len(rows)} usable rows; at least {FEWEST_ROWS} are needed.")
    notes = []
    if len(filled) < len(texts):
        notes.append(f"{len(texts) - len(filled):,} rows without text or label were left out.")
    if rare:
        shown = ", ".join(repr(name[:30]) for name in rare[:SHOWN])
        notes.append(
            f"{len(filled) - len(rows):,} rows were left out: their labels are met fewer than "
            f"{FEWEST_OF_A_LABEL} times, such as {shown}."
        )
    return rows, tuple(notes)


def _parts(
    table: Table, columns: Columns, rows: Sequence[int], texts: Sequence[str], seed: int
) -> Parts:
    if columns.time:
        entries = table.column(columns.time)
        order = np.argsort(_moments(columns.time, [entries[row] for row in rows]), kind="stable")
        return Parts(*(order[part] for part in in_order(len(rows)).all()))
    if columns.group:
        groups = table.column(columns.group)
        what = f"{table.path}: the different entries of the column {columns.group!r}"
        return at_random([groups[row] for row in rows], seed, what=what)
    keys = [text_key(text) for text in texts]
    return at_random(keys, seed, what=f"{table.path}: the different texts")


def _moments(column: str, entries: Sequence[str]) -> npt.NDArray[np.float64]:
    """Numbers that grow with time: all of them numbers, or all dates."""
    found = [(entry, _moment(entry, float)) for entry in entries]
    if any(np.isnan(moment) for _, moment in found):
        found = [(entry, _moment(entry, _seconds)) for entry in entries]
    for entry, moment in found:
        if not np.isfinite(moment):
            raise DataError(
                f"The column {column!r} has the entry {entry[:30]!r}; times are all numbers, or "
                "all dates such as 2026-11-26 or 2026-11-26 22:05."
            )
    return np.array([moment for _, moment in found])


def _moment(entry: str, read: Callable[[str], float]) -> float:
    try:
        return read(entry)
    except ValueError:
        return np.nan


def _seconds(entry: str) -> float:
    """Of a date, which is in UTC if it does not say otherwise."""
    date = datetime.fromisoformat(entry)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _check_parts(labels: IntArray, names: Sequence[str], parts: Parts) -> None:
    for what, part in zip(("training", "validation", "held-out"), parts.all(), strict=True):
        met = set(labels[part].tolist())
        if len(met) < 2 or (what == "training" and len(met) < len(names)):
            missing = next(name for i, name in enumerate(names) if i not in met)
            raise DataError(
                f"The {what} part has no row with the label {missing!r}; give more rows, or part "
                "them in another way."
            )


def _contradictions(texts: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, set[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        found.setdefault(text_key(text), set()).add(label)
    count = sum(len(some) > 1 for some in found.values())
    if not count:
        return ()
    return (f"{count:,} text{'s' * (count > 1)} with more than one label, in different rows.",)


def _in_two_parts(texts: Sequence[str], parts: Parts, by: str) -> tuple[str, ...]:
    """Equal texts that were learned from and are asked for: they can be known by heart."""
    keys = [text_key(text) for text in texts]
    learned = {keys[row] for row in parts.train}
    known = [sum(keys[row] in learned for row in part) for part in parts.all()[1:]]
    if not any(known):
        return ()
    return (
        f"{known[0]:,} texts of the validation part and {known[1]:,} of the held-out part stand in "
        f"the training part, too, since the parts go by {by}; without that, equal texts stay "
        "together.",
    )
