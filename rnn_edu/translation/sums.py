"""Sums in words and what they come to as numbers, with sums kept apart that no training shows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random

from rnn_edu.grammars import sums
from rnn_edu.translation.examples import END, PAD, SIGNS, Examples, Task, in_numbers

#: Terms of the sums that a training shows, and of longer ones.
SHOWN, LONGER = (2, 3, 4), (5, 8, 12)
#: One sum of so many is never shown in training.
ONE_UNSEEN_OF = 5
#: A total has two words at most; the end comes behind them.
ANSWER = 3
READ = (PAD, *sorted(sums.words()))
WRITTEN = (
    *SIGNS,
    *sorted({w for k in range(sums.LARGEST_TOTAL + 1) for w in sums.number(k).split()}),
)


def is_unseen(terms: Sequence[int]) -> bool:
    """Whether a sum is set aside; the order of its terms makes no difference.

    Whoever has seen "two plus three" knows much of "three plus two", so the two stay together.

    Example:
        >>> is_unseen((7, 12, -4)) == is_unseen((12, -4, 7))
        True
    """
    digest = hashlib.sha256(repr(sorted(terms)).encode()).digest()
    return digest[0] % ONE_UNSEEN_OF == 0


def drawn(length: int, count: int, random: Random, *, unseen: bool) -> list[tuple[int, ...]]:
    """The terms of some sums, all from the part that is set aside, or all from the other."""
    found: list[tuple[int, ...]] = []
    while len(found) < count:
        terms = sums.draw_terms(length, random)
        if is_unseen(terms) == unseen:
            found.append(terms)
    return found


def examples(rows: Sequence[Sequence[int]], words: int, random: Random) -> Examples:
    """Some sums with their totals, said in ways drawn by chance.

    Args:
        rows: the terms of each sum.
        words: how many words there is room for.
        random: draws the ways.
    """
    read = [sums.said(terms, random) for terms in rows]
    written = [[*sums.number(sum(terms)).split(), END] for terms in rows]
    return Examples(in_numbers(read, READ, words), in_numbers(written, WRITTEN, ANSWER))


def training_sums(seed: int, count: int) -> Examples:
    """Sums of two, three and four terms, as many of each, in random order."""
    random = Random(seed)
    rows = [
        terms
        for length in SHOWN
        for terms in drawn(length, count // len(SHOWN), random, unseen=False)
    ]
    random.shuffle(rows)
    return examples(rows, 2 * max(SHOWN), random)


def unseen_sums(length: int, count: int) -> Examples:
    """Sums of so many terms that no training shows; the same ones for every seed."""
    random = Random(1000 + length)
    return examples(drawn(length, count, random, unseen=True), 2 * length, random)


#: Two words for each term: its sign, or at the end "is".
SUMS = Task(READ, WRITTEN, SHOWN, LONGER, training_sums, unseen_sums)
