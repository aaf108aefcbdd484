r"""Language models that count: how often a word follows the few words before it.

The unigram model looks at no word before. The others mix what they counted with the model that
looks at one word less, in the way of Kneser and Ney, with one discount :math:`D` for each order:

.. math::
    p(w \mid u) = \frac{\max(c(u w) - D, 0)}{c(u)} + \frac{D \, N(u)}{c(u)} \, p(w \mid u')

Here :math:`u` are the words before, :math:`u'` the same without the first of them, :math:`c` a
count and :math:`N(u)` the number of different words seen after :math:`u`. What the discount takes
away from the words that were seen is what the lower order gives to all. Below the highest order
:math:`c(u w)` does not count how often the words stand there, but after how many different words:
"francisco" is frequent, but follows "san" only. The lowest order mixes with equal chances for
all words, so that no word has the chance 0.

Sources: Kneser and Ney (1995); the interpolated form is that of Chen and Goodman (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, NamingError, UsageError

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
LARGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class _Order:
    """Counts of one order, as sorted keys that can be searched.

    Attributes:
        grams: a number for each different n-gram, sorted.
        counts: of each n-gram.
        contexts: a number for each different context, sorted.
        totals: sum of the counts after each context.
        kinds: number of different words after each context.
        discount: taken off each count.
    """

    grams: IntArray
    counts: FloatArray
    contexts: IntArray
    totals: FloatArray
    kinds: FloatArray
    discount: float


class KneserNey:
    """An n-gram model of sentences that are given as numbers of words.

    Args:
        sentences: the training text; each sentence with the number of its end as last one.
        words: how many words there are; the numbers go from 0 to ``words - 1``.
        order: 1 for the unigram model, which only counts; n for words with the n - 1 before
            them, smoothed as above.
        discount: between 0 and 1; None takes n1 / (n1 + 2 n2) of each order, where n1 and n2
            are the numbers of n-grams that were counted once and twice.

    Raises:
        UsageError: the order or the discount is outside what is allowed; so many words of such
            a vocabulary must fit into one number of 64 bits.
        DataError: there is no word.
        NamingError: a number is no word's.

    Example:
        >>> model = KneserNey([np.array([2, 3, 1]), np.array([2, 4, 1])], words=5, order=2)
        >>> model.chances([2]).round(4).tolist()
        [0.064, 0.2507, 0.1173, 0.284, 0.284]
    """

    def __init__(
        self,
        sentences: Sequence[IntArray],
        words: int,
        order: int = 3,
        discount: float | None = None,
    ) -> None:
        _check_order(order, words)
        if discount is not None and not 0 < discount < 1:
            raise UsageError(f"The discount is {discount}; it must lie between 0 and 1.")
        self.words, self.order = words, order
        self._base = words + 1
        columns = self._columns(sentences)
        if order == 1:
            counts = np.bincount(columns[-1], minlength=words).astype(float)
            self._lowest = counts / counts.sum()
            self._orders: list[_Order] = []
            return
        grams, counts = np.unique(self._key(columns[-order:]), return_counts=True)
        levels = [_level(grams, counts.astype(float), self._base, discount)]
        for n in range(order - 1, 0, -1):
            grams, counts = np.unique(levels[-1].grams % self._base**n, return_counts=True)
            levels.append(_level(grams, counts.astype(float), self._base, discount))
        unigrams = levels.pop()
        self._lowest = self._mixed_with_equal_chances(unigrams)
        self._orders = levels[::-1]

    def log_chances(self, sentences: Sequence[IntArray]) -> FloatArray:
        """Ln p of every word of the sentences, one after the other, their ends included.

        Raises:
            NamingError: a number is no word's.
        """
        columns = self._columns(sentences)
        chances = self._lowest[columns[-1]]
        for n, level in enumerate(self._orders, start=2):
            context = self._key(columns[-n:-1])
            chances = _mixed(level, context, context * self._base + columns[-1], chances)
        with np.errstate(divide="ignore"):
            logs: FloatArray = np.log(chances)
        return logs

    def perplexity(self, sentences: Sequence[IntArray]) -> float:
        """How many equally likely words it wavers among; infinite if a word has the chance 0."""
        return float(np.exp(-self.log_chances(sentences).mean()))

    def chances(self, before: Sequence[int] = ()) -> FloatArray:
        """The chance of every word after some words of a sentence, shape ``(words,)``.

        Args:
            before: the words of the sentence so far; only the last n - 1 matter.

        Raises:
            NamingError: a number is no word's.
        """
        self._check(np.array(before, dtype=np.int64))
        start = [self._start] * max(0, self.order - 1 - len(before))
        context = [*start, *before][len(start) + len(before) - self.order + 1 :]
        every = np.arange(self.words)
        columns = [np.full(self.words, number) for number in context]
        chances: FloatArray = self._lowest
        for n, level in enumerate(self._orders, start=2):
            key = self._key(columns[len(columns) - n + 1 :])
            chances = _mixed(level, key, key * self._base + every, chances)
        return chances

    @property
    def _start(self) -> int:
        """The number that stands before the first word; it is no word's."""
        return self.words

    def _columns(self, sentences: Sequence[IntArray]) -> list[IntArray]:
        """Each word with those before it: n arrays of one number for each word."""
        lengths = np.array([len(sentence) for sentence in sentences])
        if not lengths.sum():
            raise DataError("The text has no words, so nothing can be counted in it.")
        flat = np.concatenate(list(sentences)).astype(np.int64)
        self._check(flat)
        place = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        columns = [flat]
        for back in range(1, self.order):
            columns.insert(0, np.where(place >= back, np.roll(flat, back), self._start))
        return columns

    def _key(self, columns: Sequence[IntArray]) -> IntArray:
        """One number for several words, as the digits of a number with the base words + 1."""
        key = np.zeros_like(columns[0])
        for column in columns:
            key = key * self._base + column
        return key

    def _check(self, numbers: IntArray) -> None:
        wrong = numbers[(numbers < 0) | (numbers >= self.words)]
        if len(wrong):
            raise NamingError(
                f"No word has the number {wrong[0]}; the numbers go from 0 to {self.words - 1}."
            )

    def _mixed_with_equal_chances(self, unigrams: _Order) -> FloatArray:
        counts = np.zeros(self.words)
        counts[unigrams.grams] = unigrams.counts
        kept = np.maximum(counts - unigrams.discount, 0)
        left = unigrams.discount * len(unigrams.grams) / self.words
        mixed: FloatArray = (kept + left) / counts.sum()
        return mixed


def _check_order(order: int, words: int) -> None:
    if isinstance(order, bool) or order != int(order) or order < 1:
        raise UsageError(f"The order of the model is a whole number from 1 on, not {order}.")
    if (words + 1) ** order > LARGEST:
        raise UsageError(
            f"{order} words out of {words:,} do not fit into one number of 64 bits; take a lower "
            "order or fewer words."
        )


def _level(grams: IntArray, counts: FloatArray, base: int, discount: float | None) -> _Order:
    contexts, place = np.unique(grams // base, return_inverse=True)
    return _Order(
        grams=grams,
        counts=counts,
        contexts=contexts,
        totals=np.bincount(place, weights=counts).astype(float),
        kinds=np.bincount(place).astype(float),
        discount=_usual_discount(counts) if discount is None else discount,
    )


def _usual_discount(counts: FloatArray) -> float:
    """n1 / (n1 + 2 n2); a text too small to have both is given one half."""
    once, twice = int(np.sum(counts == 1)), int(np.sum(counts == 2))
    return once / (once + 2 * twice) if once and twice else 0.5


def _mixed(level: _Order, contexts: IntArray, grams: IntArray, lower: FloatArray) -> FloatArray:
    """The formula above; after a context that was never seen only the lower order speaks."""
    count = _looked_up(level.grams, level.counts, grams)
    total = _looked_up(level.contexts, level.totals, contexts)
    kinds = _looked_up(level.contexts, level.kinds, contexts)
    seen = total > 0
    total = np.where(seen, total, 1.0)
    kept = np.maximum(count - level.discount, 0) / total
    given = np.where(seen, level.discount * kinds / total, 1.0)
    mixed: FloatArray = kept + given * lower
    return mixed


def _looked_up(keys: IntArray, values: FloatArray, wanted: IntArray) -> FloatArray:
    """The value of each wanted key, 0 where it is not there; the keys are sorted."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: FloatArray = np.where(keys[place] == wanted, values[place], 0.0)
    return found
