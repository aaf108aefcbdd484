"""What a reader may give by mistake, and the sentence that says so."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from numbers import Real
from typing import Any

from rnn_edu.errors import UsageError
from rnn_edu.text.vocabulary import Vocabulary

#: TensorFlow takes a seed as a whole number of 64 bits, one of them the sign.
LARGEST_SEED = 2**63 - 1


def check_number(name: str, value: Any) -> None:
    """Raises UsageError if this is no number, such as a text with digits.

    Example:
        >>> check_number("dropout", 0.5)
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise UsageError(
            f"{name} is {value!r}, of the type {type(value).__name__}; give a number, without "
            "quotation marks."
        )


def check_count(name: str, value: Any) -> None:
    """Raises UsageError if this is no whole number of at least 1."""
    check_number(name, value)
    if not value >= 1 or value % 1:
        raise UsageError(f"{name} is {value}; it must be a whole number of at least 1.")


def check_seed(value: Any) -> None:
    """Raises UsageError if this is neither None nor a whole number from 0 on, of 63 bits."""
    if value is None:
        return
    check_number("seed", value)
    if not value >= 0 or value % 1:
        raise UsageError(f"seed is {value}; it must be a whole number from 0 on, or None.")
    if value > LARGEST_SEED:
        raise UsageError(f"seed is {value:,}; it may be {LARGEST_SEED:,} at most.")


def check_draw(temperature: Any, top_k: Any, max_words: Any, seed: Any) -> None:
    """Raises UsageError if a word cannot be drawn in this way; the sampling checks the ranges."""
    check_seed(seed)
    check_number("temperature", temperature)
    check_count("max_words", max_words)
    if top_k is not None:
        check_number("top_k", top_k)
        if top_k % 1:
            raise UsageError(f"top_k is {top_k}; it must be a whole number.")


def check_words(words: Any) -> None:
    """Raises UsageError if these are no words, one after the other."""
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise UsageError(
            f"The words are {words!r}, of the type {type(words).__name__}; give a list of words."
        )


def check_callbacks(callbacks: Any) -> None:
    """Raises UsageError if these are not callbacks in a list."""
    if not isinstance(callbacks, Iterable):
        raise UsageError(f"callbacks is {callbacks!r}; give a list of callbacks.")


def check_weights(weights: Any) -> None:
    """Raises UsageError if these are not arrays in a list."""
    if not isinstance(weights, Iterable):
        raise UsageError(f"The weights are {weights!r}; give a list of arrays.")


def check_folder(folder: Any) -> None:
    """Raises UsageError if this is no name of a folder."""
    if not isinstance(folder, (str, os.PathLike)):
        raise UsageError(f"The folder is {folder!r}; give its name as a text or a path.")


def check_text(value: Any) -> None:
    """Raises UsageError if a beginning is not one text."""
    if not isinstance(value, str):
        raise UsageError(
            "The beginning is one text, its words with spaces between them, but it is of the type "
            f"{type(value).__name__}; a list of words becomes a text with ' '.join(words)."
        )


def check_epochs(asked: int, finished: int) -> None:
    """Raises UsageError if a training that goes on has more epochs behind it than it asks for."""
    if asked < finished:
        raise UsageError(
            f"epochs is {asked}, but with resume=True the epochs before count among them, and the "
            f"model has finished {finished}; give more than {finished} to train on."
        )


def warn_of_capitals(vocabulary: Vocabulary, words: list[str]) -> None:
    """Warns of words that are known in small letters only, and so are read as ``<UNK>``."""
    for word in words:
        if word not in vocabulary and word.lower() in vocabulary:
            warnings.warn(
                f"The model does not know {word!r} and reads it as {vocabulary.unknown}; it knows "
                f"{word.lower()!r}, in small letters.",
                stacklevel=4,
            )
