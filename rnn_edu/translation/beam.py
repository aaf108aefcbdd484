"""Writing the most likely sequence: word by word, or with several beginnings at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from rnn_edu.errors import UsageError

Word = TypeVar("Word", bound=Hashable)


def beam_search(
    chances: Callable[[tuple[Word, ...]], Mapping[Word, float]],
    width: int,
    most: int,
) -> list[tuple[tuple[Word, ...], float]]:
    """The best sequences found when only the best few beginnings are kept at each step.

    Args:
        chances: for a beginning the probability of each next word; nothing where it is complete.
        width: how many beginnings are kept; 1 is greedy.
        most: steps at most.

    Returns:
        Up to ``width`` sequences with their probabilities, the best one first.

    Raises:
        UsageError: the width or the number of steps is below one.

    Example:
        >>> tree = {(): {"a": 0.6, "b": 0.4}, ("a",): {"x": 0.5, "y": 0.5}, ("b",): {"z": 1.0}}
        >>> beam_search(lambda words: tree.get(words, {}), width=1, most=2)
        [(('a', 'x'), 0.3)]
        >>> beam_search(lambda words: tree.get(words, {}), width=2, most=2)[0]
        (('b', 'z'), 0.4)
    """
    if width < 1 or most < 1:
        raise UsageError(
            f"A beam search keeps at least 1 beginning and takes at least 1 step; asked for are "
            f"{width} and {most}."
        )
    kept: list[tuple[tuple[Word, ...], float]] = [((), 0.0)]
    for _ in range(most):
        grown = [
            longer for words, logarithm in kept for longer in _grown(words, logarithm, chances)
        ]
        # Python's sort keeps the order of equals, so a tie goes to the word that was named first.
        best = sorted(grown, key=lambda pair: -pair[1])[:width]
        if best == kept:
            break
        kept = best
    return [(words, round(math.exp(logarithm), 12)) for words, logarithm in kept]


def _grown(
    words: tuple[Word, ...],
    logarithm: float,
    chances: Callable[[tuple[Word, ...]], Mapping[Word, float]],
) -> list[tuple[tuple[Word, ...], float]]:
    """A beginning with each word that can follow; itself where nothing does."""
    following = chances(words)
    if not following:
        return [(words, logarithm)]
    return [((*words, word), logarithm + math.log(p)) for word, p in following.items() if p > 0]
