"""Sentences as numbers, with what is to be written; and what makes a task of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
PAD, START, END = SIGNS = ("<PAD>", "<START>", "<END>")


@dataclass(frozen=True)
class Examples:
    """Sentences with what is to be written.

    Attributes:
        source: numbers of the words read, shape (examples, words), 0 behind the last one.
        target: numbers of what is written with the end, shape (examples, written + 1), likewise.
    """

    source: Numbers
    target: Numbers

    @cached_property
    def fed(self) -> Numbers:
        """What a decoder reads that is told the truth, the start and the target shifted by one.

        Behind the last word stands padding; the end itself is never read.
        """
        start = np.full((len(self.target), 1), SIGNS.index(START), dtype=np.int32)
        shifted = np.where(self.target[:, :-1] == SIGNS.index(END), 0, self.target[:, :-1])
        return np.concatenate([start, shifted], axis=1)


@dataclass(frozen=True)
class Task:
    """Something to read and something to write.

    Attributes:
        read: all words that can be read; the first one is padding.
        written: all that can be written; padding, start and end come first.
        shown: the lengths of the sentences that a training shows.
        longer: lengths that no training shows.
        training: sentences of the lengths shown, from a seed and their number.
        unseen: sentences that no training shows, from a length and their number.
    """

    read: tuple[str, ...]
    written: tuple[str, ...]
    shown: tuple[int, ...]
    longer: tuple[int, ...]
    training: Callable[[int, int], Examples]
    unseen: Callable[[int, int], Examples]


def in_numbers(rows: Sequence[Sequence[str]], names: Sequence[str], room: int) -> Numbers:
    """Words as numbers, one row for each sentence, filled up with padding.

    Args:
        rows: the words of each sentence.
        names: all words there are, each at its number.
        room: how many words there is room for.

    Example:
        >>> in_numbers([["b", "a"], ["b"]], ("<PAD>", "a", "b"), 3).tolist()
        [[2, 1, 0], [2, 0, 0]]
    """
    numbers = np.zeros((len(rows), room), dtype=np.int32)
    for row, words in zip(numbers, rows, strict=True):
        row[: len(words)] = [names.index(word) for word in words]
    return numbers
