"""The words that a model is given: its vocabulary, and sentences as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.text.vocabulary import END, UNKNOWN, Vocabulary

IntArray = npt.NDArray[np.int64]


def as_vocabulary(words: Vocabulary | Sequence[str]) -> Vocabulary:
    """The vocabulary of a model: a list keeps its order, ``<UNK>`` and ``<EOS>`` included.

    Raises:
        UsageError: there is no ``<EOS>``, or no word beside it.
        NamingError: a word is listed twice.

    Example:
        >>> as_vocabulary(["rain", "again", "<UNK>", "<EOS>"]).encode(["rain"], end=True).tolist()
        [0, 3]
    """
    if isinstance(words, Vocabulary):
        vocabulary = words
    elif isinstance(words, str) or not isinstance(words, Iterable):
        raise UsageError(
            f"The vocabulary is {words!r}, of the type {type(words).__name__}; give a Vocabulary "
            "or a list of words."
        )
    else:
        vocabulary = Vocabulary(words, padding=False, unknown=None, end=None)
        vocabulary.unknown = UNKNOWN if UNKNOWN in vocabulary else None
        vocabulary.end = END if END in vocabulary else None
    if vocabulary.end is None:
        raise UsageError(
            f"The vocabulary of {len(vocabulary)} words has no {END} for the end of a sentence; "
            "add it, or build the vocabulary with Vocabulary.build."
        )
    if len(vocabulary) < 2:
        raise UsageError(f"The vocabulary has no word but {END}; a model needs words to predict.")
    return vocabulary


def numbers_of(vocabulary: Vocabulary, sentences: Sequence[Sequence[str]]) -> list[IntArray]:
    """The numbers of the words of each sentence, its end included.

    A sentence that ends with ``<EOS>`` already does not get a second one.

    Raises:
        UsageError: there is no sentence, one has no word, or one was not cut into words.
        NamingError: a word is unknown and the vocabulary has no ``<UNK>``.
    """
    if isinstance(sentences, str) or not isinstance(sentences, Iterable):
        raise UsageError(
            f"The sentences are {sentences!r}; give a list of sentences, each a list of words."
        )
    bare = [_without_end(words, i, vocabulary.end) for i, words in enumerate(sentences)]
    if not bare:
        raise UsageError("There is no sentence; give at least one, as a list of words.")
    return vocabulary.encode_all(bare, end=True)


def _without_end(words: Sequence[str], place: int, end: Any) -> Sequence[str]:
    if not isinstance(words, Sequence | np.ndarray):
        raise UsageError(
            f"Sentence {place} (counted from 0) is {words!r}; a sentence is a list of words."
        )
    bare = words[:-1] if len(words) and not isinstance(words, str) and words[-1] == end else words
    if not len(bare):
        raise UsageError(
            f"Sentence {place} (counted from 0) is empty; leave it out, or give it at least one "
            "word."
        )
    if not isinstance(bare[0], str):
        raise UsageError(
            f"Sentence {place} (counted from 0) holds {bare[0]!r}, of the type "
            f"{type(bare[0]).__name__}; its words are texts. For numbers take train_on_numbers."
        )
    return bare
