"""Inputs and targets for a model that predicts the next word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from rnn_edu.errors import DataError, UsageError

IntArray = npt.NDArray[np.int64]


def windows(sequences: Sequence[npt.ArrayLike], length: int) -> tuple[IntArray, IntArray]:
    """Every run of ``length`` words as an input, with the word after it as the target.

    No window reaches from one sequence into the next; a sequence of n words has
    ``max(0, n - length)`` of them.

    Args:
        sequences: the words' numbers, one sequence for each text.
        length: words in an input.

    Returns:
        Inputs of shape ``(windows, length)`` and targets of shape ``(windows,)``.

    Raises:
        UsageError: ``length`` is below 1.
        DataError: no sequence is long enough.

    Example:
        >>> x, y = windows([[5, 6, 7, 8], [9, 5]], length=2)
        >>> x.tolist(), y.tolist()
        ([[5, 6], [6, 7]], [7, 8])
    """
    _check_length(length)
    flat, place = _joined(sequences)
    if len(flat) <= length or place.max() < length:
        raise DataError(
            f"No text is longer than {length} words, so there is no window with a word after it."
        )
    runs = sliding_window_view(flat, length + 1)[place[length:] >= length]
    return runs[:, :-1], runs[:, -1]


def prefixes(
    sequences: Sequence[npt.ArrayLike], length: int | None = None, padding: int = 0
) -> tuple[IntArray, IntArray]:
    """Every beginning of every sequence as an input, padded in front, with the next word as target.

    "hello how are you" gives three: hello, hello how, hello how are. A beginning that is longer
    than ``length`` keeps its last words.

    Args:
        sequences: the words' numbers, one sequence for each text.
        length: words in an input; None takes one less than the longest sequence has.
        padding: the number to fill with.

    Returns:
        Inputs of shape ``(beginnings, length)`` and targets of shape ``(beginnings,)``.

    Raises:
        UsageError: ``length`` is below 1.
        DataError: no sequence has two words.

    Example:
        >>> x, y = prefixes([[1, 2, 3]])
        >>> x.tolist(), y.tolist()
        ([[0, 1], [1, 2]], [2, 3])
    """
    arrays = [np.asarray(s, dtype=np.int64) for s in sequences]
    longest = max((len(a) for a in arrays), default=0)
    if longest < 2:
        raise DataError("No text has two words, so there is no beginning with a word after it.")
    width = longest - 1 if length is None else length
    _check_length(width)
    front = np.full(width, padding, dtype=np.int64)
    # With so much padding between the texts, no run sees the text before its own.
    flat, place = _joined([np.concatenate([front, a]) for a in arrays])
    runs = sliding_window_view(flat, width + 1)[place[width:] > width]
    return runs[:, :-1], runs[:, -1]


def _joined(sequences: Sequence[npt.ArrayLike]) -> tuple[IntArray, IntArray]:
    """All sequences behind each other, and each element's place in its own one."""
    arrays = [np.asarray(s, dtype=np.int64) for s in sequences]
    lengths = np.array([len(a) for a in arrays], dtype=np.int64)
    flat = np.concatenate(arrays) if arrays else np.zeros(0, np.int64)
    starts = np.cumsum(lengths) - lengths
    return flat, np.arange(len(flat)) - np.repeat(starts, lengths)


def _check_length(length: int) -> None:
    if length < 1:
        raise UsageError(f"A window of {length} words cannot be; take at least 1.")
