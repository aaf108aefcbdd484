"""From a text to its words or characters, in the ways that the documents do it."""

from __future__ import annotations

import re

KERAS_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
_NOT_ALPHANUMERIC = re.compile("[^0-9a-zA-Z]+")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_SPACE = re.compile(r"[ \t\n\v\f\r]+")
_ASCII_LOWER = {ord(c): ord(c.lower()) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def split_words(text: str) -> list[str]:
    """The text cut at white space, and nothing else done to it (the news headlines' way).

    Example:
        >>> split_words("air nz staff in aust")
        ['air', 'nz', 'staff', 'in', 'aust']
    """
    return text.split()


def alphanumeric_words(text: str) -> list[str]:
    """Lower-case words of the letters a to z and digits; all else parts words (Alice, tweets).

    An apostrophe parts a word too: "don't" becomes "don" and "t".

    Example:
        >>> alphanumeric_words("I don't care, @Airline!")
        ['i', 'don', 't', 'care', 'airline']
    """
    return _NOT_ALPHANUMERIC.sub(" ", text.lower()).split()


def keras_words(text: str, *, lower: bool = True, filters: str = KERAS_FILTERS) -> list[str]:
    """The words of Keras's former ``Tokenizer``, which Keras 3 no longer offers.

    Each character of ``filters`` becomes a space, and the text is cut at spaces. The apostrophe is
    not in the list, so "don't" stays one word.

    Example:
        >>> keras_words("A network, which doesn't forget.")
        ['a', 'network', 'which', "doesn't", 'forget']
    """
    spaced = (text.lower() if lower else text).translate(dict.fromkeys(map(ord, filters), " "))
    return [word for word in spaced.split(" ") if word]


def text_vectorization_words(text: str) -> list[str]:
    """The words of Keras 3's ``TextVectorization`` with its default settings.

    Punctuation is removed, not replaced by a space, so "well-known" becomes "wellknown". Only the
    letters A to Z are made lower case, and only ASCII white space parts words.

    Example:
        >>> text_vectorization_words("A well-known network doesn't forget.")
        ['a', 'wellknown', 'network', 'doesnt', 'forget']
    """
    bare = _PUNCTUATION.sub("", text.translate(_ASCII_LOWER))
    return [word for word in _SPACE.split(bare) if word]


def characters(text: str) -> list[str]:
    """The text's characters, one by one.

    Example:
        >>> characters("to be")
        ['t', 'o', ' ', 'b', 'e']
    """
    return list(text)
