"""Dates in words and in figures as numbers, with dates kept apart that no training shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

import numpy as np
import numpy.typing as npt

from rnn_edu.grammars import dates

Numbers = npt.NDArray[np.int32]
PAD, START, END = "<PAD>", "<START>", "<END>"
#: All words that can be read, and all pairs of digits that can be written; padding is 0.
READ = (PAD, *sorted(dates.words()))
WRITTEN = (PAD, START, END, *(f"{k:02d}" for k in range(100)))
#: One date of five, drawn once, is never shown in training.
UNSEEN_SHARE, SPLIT_SEED = 0.2, 2026


@dataclass(frozen=True)
class Examples:
    """Sentences with what is to be written.

    Attributes:
        source: numbers of the words read, shape (examples, words), 0 behind the last one.
        target: numbers of the figures with the end, shape (examples, figures + 1), likewise.
    """

    source: Numbers
    target: Numbers

    @cached_property
    def fed(self) -> Numbers:
        """What a decoder reads that is told the truth: the start, then the target shifted by one.

        Behind the last figure stands padding; the end itself is never read.
        """
        start = np.full((len(self.target), 1), WRITTEN.index(START), dtype=np.int32)
        shifted = np.where(self.target[:, :-1] == WRITTEN.index(END), 0, self.target[:, :-1])
        return np.concatenate([start, shifted], axis=1)


def all_days() -> tuple[date, ...]:
    """Every day from 1900 to 2099.

    Example:
        >>> len(all_days())
        73049
    """
    first, last = date(dates.FIRST_YEAR, 1, 1), date(dates.LAST_YEAR, 12, 31)
    return tuple(first + timedelta(days=k) for k in range((last - first).days + 1))


def split_days() -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days that training may show, and those that it never shows.

    Example:
        >>> [len(part) for part in split_days()]
        [58440, 14609]
    """
    days = list(all_days())
    Random(SPLIT_SEED).shuffle(days)
    cut = int(len(days) * UNSEEN_SHARE)
    return tuple(days[cut:]), tuple(days[:cut])


def examples(days: Sequence[Sequence[date]], words: int, figures: int, random: Random) -> Examples:
    """Sentences about some dates each, said in ways drawn by chance.

    Args:
        days: the dates of each sentence.
        words: how many words there is room for.
        figures: how many figures there is room for, the end not counted.
        random: draws the ways.
    """
    source = np.zeros((len(days), words), dtype=np.int32)
    target = np.zeros((len(days), figures + 1), dtype=np.int32)
    for row, named in enumerate(days):
        said = [READ.index(word) for word in dates.said(named, random)]
        written = [WRITTEN.index(pair) for pair in [*dates.pairs(named), END]]
        source[row, : len(said)], target[row, : len(written)] = said, written
    return Examples(source, target)


def drawn(pool: Sequence[date], count: int, named: int, random: Random) -> list[tuple[date, ...]]:
    """The dates of some sentences, each of ``named`` dates."""
    return [
        tuple(pool[int(random.random() * len(pool))] for _ in range(named)) for _ in range(count)
    ]


def text_of(numbers: Sequence[int]) -> str:
    """Written numbers as dates, up to the end.

    Example:
        >>> text_of([WRITTEN.index(pair) for pair in ("20", "26", "05", "03", END)])
        '2026-05-03'
    """
    figures = [WRITTEN[int(k)] for k in numbers]
    return dates.iso(figures[: figures.index(END)] if END in figures else figures)
