"""What real data sets there are, and how each is known to be the right file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

from rnn_edu.errors import NamingError


@dataclass(frozen=True)
class Source:
    """A data set that somebody else has published.

    Args:
        name: the name in this book.
        file: the file's name in the cache and in a folder of your own.
        size: bytes.
        sha256: of the file, in hexadecimal digits.
        url: where it is fetched from; the address names one version for good.
        what: one line on what is in it.
        licence: what its makers allow.
        citation: who made it.
        sample: the set of this book that stands in for it where there is no network.
    """

    name: str
    file: str
    size: int
    sha256: str
    url: str
    what: str
    licence: str
    citation: str
    sample: str


def _read() -> dict[str, Source]:
    text = files("rnn_edu.datasets").joinpath("registry.json").read_text(encoding="utf-8")
    return {entry["name"]: Source(**entry) for entry in json.loads(text)}


SOURCES = _read()


def source(name: str) -> Source:
    """The data set of this name.

    Raises:
        NamingError: there is none.

    Example:
        >>> source("alice").file
        'alice.txt'
    """
    if name not in SOURCES:
        close = get_close_matches(name, SOURCES, n=1)
        meant = f"Did you mean {close[0]!r}? " if close else ""
        raise NamingError(
            f"There is no data set {name!r}. {meant}The names are {', '.join(SOURCES)}."
        )
    return SOURCES[name]
