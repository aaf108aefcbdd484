"""Dates in words and in figures as numbers, with dates kept apart that no training shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from rnn_edu.grammars import dates
from rnn_edu.translation.examples import END, PAD, SIGNS, Examples, Task, in_numbers

#: How many dates a sentence of the training names, and one number that it never shows.
SHOWN, LONGER = (1, 2, 3), (4,)
#: The longest way to say a date has 10 words; "then" stands between two.
LONGEST = 10
#: All words that can be read, and all pairs of digits that can be written; padding is 0.
READ = (PAD, *sorted(dates.words()))
WRITTEN = (*SIGNS, *(f"{k:02d}" for k in range(100)))
#: One date of five, drawn once, is never shown in training.
UNSEEN_SHARE, SPLIT_SEED = 0.2, 2026


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
    read = [dates.said(named, random) for named in days]
    written = [[*dates.pairs(named), END] for named in days]
    return Examples(in_numbers(read, READ, words), in_numbers(written, WRITTEN, figures + 1))


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


def room(named: int) -> tuple[int, int]:
    """Words and figures that so many dates need at most.

    Example:
        >>> room(3)
        (32, 12)
    """
    return LONGEST * named + named - 1, dates.FIGURES * named


def training_sentences(seed: int, count: int) -> Examples:
    """Sentences of one, two and three dates, as many of each, in random order."""
    seen, _ = split_days()
    return _sentences(seen, {named: count // len(SHOWN) for named in SHOWN}, Random(seed))


def unseen_sentences(named: int, count: int) -> Examples:
    """Sentences of so many dates that no training shows; the same ones for every seed."""
    _, unseen = split_days()
    return _sentences(unseen, {named: count}, Random(1000 + named))


def _sentences(pool: Sequence[date], counts: dict[int, int], random: Random) -> Examples:
    days = [some for named, count in counts.items() for some in drawn(pool, count, named, random)]
    random.shuffle(days)
    return examples(days, *room(max(counts)), random)


DATES = Task(READ, WRITTEN, SHOWN, LONGER, training_sentences, unseen_sentences)
