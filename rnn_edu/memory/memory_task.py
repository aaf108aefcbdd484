"""Sentences whose last word depends on one word, k steps before.

"i am from Japan ... i speak ____": the answer is the language of the country. Between the two
stand filler words that say nothing about it, so that nobody can answer who has not kept the
country for k steps. All languages are equally likely: a blind guess is right once in four.

The example is that of *Pro Machine Learning Algorithms* (Ayyadevara, 2018), chapter 10, with
other countries; the sentences are generated.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError

#: The language of each country.
LANGUAGES = MappingProxyType(
    {"Denmark": "Danish", "Greece": "Greek", "Japan": "Japanese", "Portugal": "Portuguese"}
)
OPENING, CLOSING = ("i", "am", "from"), ("i", "speak")
FILLERS = ("today", "the", "sun", "is", "warm", "and", "we", "walk")
#: Every word that the network reads, in the order of its one-hot code.
WORDS = tuple(dict.fromkeys((*OPENING, *CLOSING, *LANGUAGES, *FILLERS)))
#: The accuracy of a blind guess.
CHANCE = 1 / len(LANGUAGES)

Ids = npt.NDArray[np.int64]


def memory_sentences(steps: int, count: int, seed: int) -> tuple[Ids, Ids]:
    """Sentences in which the country must be kept for ``steps`` steps.

    Args:
        steps: k, how many words follow the country before the answer is due; 2 or more, since
            "i speak" always follows.
        count: how many sentences.
        seed: of the countries and the filler words.

    Returns:
        The words as places in :data:`WORDS`, shape (count, 4 + steps), and the answers as
        places in :data:`LANGUAGES`, shape (count,).

    Raises:
        UsageError: ``steps`` is below 2, or ``count`` below 1.

    Example:
        >>> words, answers = memory_sentences(steps=5, count=1, seed=1)
        >>> spelt(words[0]), list(LANGUAGES.values())[answers[0]]
        ('i am from Greece warm we walk i speak', 'Greek')
    """
    if steps < len(CLOSING):
        raise UsageError(f'steps must be 2 or more, since "i speak" follows, but is {steps}.')
    if count < 1:
        raise UsageError(f"count must be 1 or more, but is {count}.")
    rng = np.random.default_rng(seed)
    answers = rng.integers(len(LANGUAGES), size=count)
    fillers = _ids(FILLERS)[rng.integers(len(FILLERS), size=(count, steps - len(CLOSING)))]
    opening, closing = (np.tile(_ids(words), (count, 1)) for words in (OPENING, CLOSING))
    countries = _ids(tuple(LANGUAGES))[answers][:, np.newaxis]
    return np.hstack([opening, countries, fillers, closing]), answers


def one_hot(words: Ids) -> npt.NDArray[np.float32]:
    """Each word as a vector with a single 1, shape (sentences, time, len(WORDS))."""
    return np.eye(len(WORDS), dtype=np.float32)[words]


def spelt(words: Ids) -> str:
    """One sentence in words."""
    return " ".join(WORDS[word] for word in words)


def _ids(words: Sequence[str]) -> Ids:
    return np.array([WORDS.index(word) for word in words], dtype=np.int64)
