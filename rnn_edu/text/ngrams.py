r"""Two models that count words, to stand beside a network that predicts the next one.

The first knows only how often each word occurs. One is added to every count, so that no word of
the vocabulary is impossible:

.. math:: p(w) = \frac{n(w) + 1}{N + V}

The second also knows which word follows which. After a word :math:`v` that was met :math:`n(v)`
times, with :math:`d(v)` different words behind it, it trusts its counts by a weight that grows
with them (Witten and Bell), and the first model for the rest:

.. math:: p(w \mid v) = \frac{n(v, w) + d(v)\, p(w)}{n(v) + d(v)}
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, ShapeError, UsageError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Unigrams:
    """The chance of a word, whatever stands before it.

    Args:
        numbers: the words of the training text by their numbers, shape ``(length,)``.
        words: how many words the vocabulary has; numbers are 0 to ``words - 1``.

    Raises:
        UsageError: the vocabulary is empty.
        DataError: a number is not one of the vocabulary's.

    Example:
        >>> Unigrams([0, 0, 1], words=3).probability([0, 2]).round(4).tolist()
        [0.5, 0.1667]
    """

    def __init__(self, numbers: npt.ArrayLike, words: int) -> None:
        if words < 1:
            raise UsageError(f"A vocabulary of {words} words cannot be counted; take at least 1.")
        self.words = words
        counts = np.bincount(self.checked(numbers), minlength=words) + 1
        self.table: FloatArray = counts / counts.sum()

    def probability(self, targets: npt.ArrayLike) -> FloatArray:
        """The chance of each target, shape as ``targets``."""
        chances: FloatArray = self.table[self.checked(targets)]
        return chances

    def checked(self, numbers: npt.ArrayLike) -> IntArray:
        """The numbers as an array; DataError if one is not the vocabulary's."""
        found = np.asarray(numbers, dtype=np.int64)
        outside = (found < 0) | (found >= self.words)
        if outside.any():
            raise DataError(
                f"There is no word {found[outside][0]}; the vocabulary has 0 to {self.words - 1}."
            )
        return found


class Bigrams:
    """The chance of a word after the word before it.

    Args:
        numbers: the words of the training text by their numbers, shape ``(length,)``.
        words: how many words the vocabulary has.

    Raises:
        UsageError: the vocabulary is empty.
        DataError: a number is not one of the vocabulary's.

    Example:
        >>> model = Bigrams([0, 1, 0, 1, 0], words=2)
        >>> model.probability([0, 0], [0, 1]).round(4).tolist()
        [0.1905, 0.8095]
    """

    def __init__(self, numbers: npt.ArrayLike, words: int) -> None:
        self.unigrams = Unigrams(numbers, words)
        text = np.asarray(numbers, dtype=np.int64)
        codes = text[:-1] * words + text[1:]
        self._codes, self._counts = np.unique(codes, return_counts=True)
        self._met = np.bincount(text[:-1], minlength=words)
        self._different = np.bincount(self._codes // words, minlength=words)

    def probability(self, before: npt.ArrayLike, targets: npt.ArrayLike) -> FloatArray:
        """The chance of each target after the word before it.

        Args:
            before: numbers of the words before, shape ``(targets,)``.
            targets: numbers of the words to come, of the same shape.

        Raises:
            ShapeError: the two differ in shape.
            DataError: a number is not one of the vocabulary's.
        """
        first = self.unigrams.checked(before)
        simple = self.unigrams.probability(targets)
        if first.shape != simple.shape:
            raise ShapeError(
                f"{first.shape} words before and {simple.shape} targets do not fit together."
            )
        trust = self._met[first] + self._different[first]
        seen = self._pairs(first, np.asarray(targets, dtype=np.int64))
        mixed = (seen + self._different[first] * simple) / np.maximum(trust, 1)
        # A word that nothing was ever seen behind says nothing.
        chances: FloatArray = np.where(trust > 0, mixed, simple)
        return chances

    def _pairs(self, before: IntArray, targets: IntArray) -> IntArray:
        """How often each pair was met."""
        codes = before * self.unigrams.words + targets
        place = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        counts: IntArray = np.where(self._codes[place] == codes, self._counts[place], 0)
        return counts


def perplexity(probabilities: npt.ArrayLike) -> float:
    r"""The perplexity of a model, from the chances that it gave to the words that came.

    It is :math:`e^{L}` with the loss :math:`L`, the mean of :math:`-\ln p`. A model that gives the
    same chance to each of :math:`V` words has the perplexity :math:`V`.

    Raises:
        DataError: there are no chances.

    Example:
        >>> round(perplexity([0.25, 0.25, 0.25]), 6)
        4.0
    """
    chances = np.asarray(probabilities, dtype=np.float64)
    if not chances.size:
        raise DataError("No chances were given, so there is no perplexity.")
    # Single precision rounds a very small chance down to nothing.
    smallest = np.finfo(np.float32).tiny
    return float(np.exp(-np.log(np.maximum(chances, smallest)).mean()))
