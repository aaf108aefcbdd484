"""What a person can say of each place in a text, as numbers that a cell may or may not follow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError

FloatArray = npt.NDArray[np.float64]


def text_features(text: str) -> dict[str, FloatArray]:
    """Features of every place, seen by someone who has just read the character there.

    * ``inside quotes``: 1 from an opening mark up to the character before the closing one;
    * ``quote length``: characters since the opening mark, 0 outside of quotes;
    * ``digit``, ``vowel``: 1 for such a character;
    * ``place in word``: letters since the word began, 0 between words;
    * ``place in line``: characters since the last line end;
    * ``sentence length``: characters since the last full stop;
    * ``even line``: 1 in every second line.

    Args:
        text: any text with straight quotation marks.

    Returns:
        Arrays of shape ``(len(text),)``.

    Raises:
        DataError: the text is empty.

    Example:
        >>> features = text_features('a "b2" c')
        >>> features["inside quotes"].astype(int).tolist()
        [0, 0, 1, 1, 1, 0, 0, 0]
        >>> features["place in line"].astype(int).tolist()
        [1, 2, 3, 4, 5, 6, 7, 8]
    """
    if not text:
        raise DataError("The text is empty; it has no features.")
    characters = np.array(list(text))
    inside = np.cumsum(characters == '"') % 2
    return {
        "inside quotes": inside.astype(np.float64),
        "quote length": _run_lengths(inside == 1),
        "digit": _where(text, str.isdigit),
        "vowel": _where(text, lambda character: character in "aeiou"),
        "place in word": _run_lengths(_where(text, str.isalpha) == 1),
        "place in line": _run_lengths(characters != "\n"),
        "sentence length": _run_lengths(characters != "."),
        "even line": (np.cumsum(characters == "\n") % 2).astype(np.float64),
    }


def _where(text: str, holds: Callable[[str], bool]) -> FloatArray:
    return np.array([holds(character) for character in text], dtype=np.float64)


def _run_lengths(holds: npt.NDArray[np.bool_]) -> FloatArray:
    """For each place, how many places in a row up to it hold; 0 where it does not."""
    places = np.arange(1, len(holds) + 1)
    last_other = np.maximum.accumulate(np.where(holds, 0, places))
    return (places - last_other).astype(np.float64)
