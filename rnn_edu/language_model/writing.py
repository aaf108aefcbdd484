"""Sentences written by a model, word after word. NumPy is enough for one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.language_model.arguments import check_draw, check_text, warn_of_capitals
from rnn_edu.text import sample
from rnn_edu.text.vocabulary import PADDING, Vocabulary

Array = npt.NDArray[Any]


class Reader:
    """A model in the middle of a sentence; it begins after the first step, which reads nothing.

    Args:
        W_aa: state to state, shape ``(m, m)``.
        W_ax: word to state, shape ``(n, m)``.
        b_a: shape ``(1, m)``.
        W_y: state to scores, shape ``(m, n)``.
        b_y: shape ``(1, n)``.
    """

    def __init__(self, W_aa: Array, W_ax: Array, b_a: Array, W_y: Array, b_y: Array) -> None:
        self.W_aa, self.W_ax, self.b_a, self.W_y, self.b_y = W_aa, W_ax, b_a[0], W_y, b_y[0]
        self.a: Array = np.tanh(self.b_a)

    def read(self, number: int) -> None:
        """Reads one word."""
        self.a = np.tanh(self.a @ self.W_aa + self.W_ax[number] + self.b_a)

    def chances(self) -> Array:
        """The probability of each word to come next, shape ``(n,)``."""
        scores = (self.a @ self.W_y + self.b_y).astype(np.float64)
        e = np.exp(scores - scores.max())
        chances: Array = e / e.sum()
        return chances


def write(
    reader: Reader,
    vocabulary: Vocabulary,
    seed: int | None,
    temperature: float,
    top_k: int | None,
    max_words: int,
) -> str:
    """The words that the model adds until it ends the sentence, with spaces between them.

    Raises:
        UsageError: an argument outside what is allowed.
    """
    check_draw(temperature, top_k, max_words, seed)
    random = np.random.default_rng(seed)
    never = _never_written(vocabulary)
    words: list[str] = []
    while len(words) < max_words:
        number = int(
            sample(reader.chances(), random, temperature=temperature, top_k=top_k, exclude=never)
        )
        if vocabulary.words[number] == vocabulary.end:
            break
        words.append(vocabulary.words[number])
        reader.read(number)
    return " ".join(words)


def known_start(vocabulary: Vocabulary, text: str) -> list[int]:
    """The numbers of the words of a beginning.

    Raises:
        UsageError: it is no text, there is no word, or no known one.
        NamingError: a word is unknown and the vocabulary has no ``<UNK>``.
    """
    check_text(text)
    words = text.split()
    if not words:
        raise UsageError("The text has no word to go on from; sample() begins a sentence itself.")
    if not any(word in vocabulary for word in words):
        small = any(word.lower() in vocabulary for word in words)
        shown = text.strip()[:60]
        raise UsageError(
            f"The model knows none of the words of {shown!r}, so it has nothing to go on "
            f"from; it knows {len(vocabulary):,} words, such as {_an_example(vocabulary)!r}"
            f"{', and these in small letters' if small else ''}."
        )
    numbers = [int(number) for number in vocabulary.encode(words)]
    warn_of_capitals(vocabulary, words)
    return numbers


def _never_written(vocabulary: Vocabulary) -> list[int]:
    special = (vocabulary.unknown, PADDING if vocabulary.padding else None)
    return [vocabulary.number(word) for word in special if word is not None]


def _an_example(vocabulary: Vocabulary) -> str:
    special = (vocabulary.unknown, vocabulary.end, PADDING)
    return next(word for word in vocabulary.words if word not in special)
