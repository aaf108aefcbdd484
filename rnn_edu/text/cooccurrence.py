"""Word vectors by counting: which words stand near which, and a smaller table made from that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError

FloatArray = npt.NDArray[np.float64]


def cooccurrences(sequences: Sequence[npt.ArrayLike], words: int, window: int = 2) -> FloatArray:
    """How often each two words stand at most ``window`` places apart, in either order.

    Args:
        sequences: the words' numbers, one sequence for each text.
        words: how many words there are; numbers are 0 to ``words - 1``.
        window: the largest distance that counts.

    Returns:
        A symmetric array of shape ``(words, words)``.

    Raises:
        UsageError: ``window`` or ``words`` is below 1.
        DataError: a number is not one of the words.

    Example:
        >>> cooccurrences([[0, 1, 2], [0, 1]], words=3, window=1).tolist()
        [[0.0, 2.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    if window < 1 or words < 1:
        raise UsageError(f"window is {window} and words is {words}; both must be at least 1.")
    counts = np.zeros((words, words))
    for sequence in sequences:
        numbers = np.asarray(sequence, dtype=np.int64)
        outside = (numbers < 0) | (numbers >= words)
        if outside.any():
            raise DataError(
                f"There is no word {numbers[outside][0]}; the table has 0 to {words - 1}."
            )
        for apart in range(1, window + 1):
            np.add.at(counts, (numbers[:-apart], numbers[apart:]), 1)
    return counts + counts.T


def positive_pmi(counts: npt.ArrayLike) -> FloatArray:
    r"""How much oftener two words stand together than by chance.

    The pointwise mutual information is :math:`\ln (P_{ij} / (P_i P_j))`, with :math:`P_{ij}` the
    share of the pair among all pairs and :math:`P_i` that of the word. What is below zero, or was
    never seen, becomes zero.

    Args:
        counts: a symmetric array of :func:`cooccurrences`.

    Raises:
        DataError: nothing was counted.

    Example:
        >>> positive_pmi([[0, 3], [3, 0]]).round(4).tolist()
        [[0.0, 0.6931], [0.6931, 0.0]]
    """
    table = np.asarray(counts, dtype=np.float64)
    if not table.sum():
        raise DataError("No two words stand together, so there is nothing to make vectors from.")
    pairs = table / table.sum()
    single = pairs.sum(axis=1)
    by_chance = np.outer(single, single)
    ratio = np.divide(pairs, by_chance, out=np.ones_like(pairs), where=by_chance > 0)
    table_of_logs: FloatArray = np.log(np.maximum(ratio, 1.0))
    return table_of_logs


def count_vectors(counts: npt.ArrayLike, length: int) -> FloatArray:
    """A vector for each word, from the singular value decomposition of :func:`positive_pmi`.

    Args:
        counts: a symmetric array of :func:`cooccurrences`.
        length: numbers in a vector; the directions with the largest singular values are kept.

    Returns:
        Array of shape ``(words, length)``. A word that was never met has a row of zeros.

    Raises:
        UsageError: ``length`` is not between 1 and the number of words.
        DataError: nothing was counted.
    """
    table = positive_pmi(counts)
    if not 1 <= length <= len(table):
        raise UsageError(
            f"{len(table)} words give vectors of 1 to {len(table)} numbers, not {length}."
        )
    left, sizes, _ = np.linalg.svd(table)
    vectors: FloatArray = left[:, :length] * np.sqrt(sizes[:length])
    return np.where(table.any(axis=1, keepdims=True), vectors, 0.0)
