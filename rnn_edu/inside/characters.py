"""A text as rows for a network that reads characters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, NamingError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def alphabet_of(text: str) -> str:
    """Every character of the text once, in the order of their code points.

    Example:
        >>> alphabet_of("banana")
        'abn'
    """
    return "".join(sorted(set(text)))


def character_numbers(text: str, alphabet: str) -> IntArray:
    """The place of each character in the alphabet, shape ``(len(text),)``.

    Raises:
        DataError: the text is empty.
        NamingError: a character is not in the alphabet.

    Example:
        >>> character_numbers("nab", "abn").tolist()
        [2, 0, 1]
    """
    if not text:
        raise DataError("The text is empty; there is nothing to read.")
    places = {character: place for place, character in enumerate(alphabet)}
    for place, character in enumerate(text, start=1):
        if character not in places:
            raise NamingError(
                f"The network does not know the character {character!r}, number {place} of the "
                f"text; it knows these {len(alphabet)}: {alphabet!r}."
            )
    return np.array([places[character] for character in text], dtype=np.int64)


def one_hot_text(text: str, alphabet: str) -> FloatArray:
    """One row for each character with a single 1, shape ``(len(text), len(alphabet))``.

    Raises:
        DataError: the text is empty.
        NamingError: a character is not in the alphabet.

    Example:
        >>> one_hot_text("ba", "ab").tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    return np.eye(len(alphabet))[character_numbers(text, alphabet)]
