"""Word vectors in GloVe's text format: a word and its numbers on each line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.datasets.loading import tell_once
from rnn_edu.datasets.registry import source
from rnn_edu.datasets.samples import SOURCE, sample_path
from rnn_edu.errors import DataError
from rnn_edu.text.vectors import WordVectors

NAME = "glove_50d"
LINES_AT_ONCE = 10_000


def load_glove(path: str | os.PathLike[str] | None = None) -> WordVectors:
    """Word vectors from any file in GloVe's text format, or the pinned one of 50 dimensions.

    Args:
        path: of a file such as ``glove.6B.100d.txt``. None takes the pinned file, or, if it cannot
            be had, the small set that is shipped with the book.

    Raises:
        DataError: the file is not there, is not UTF-8, or has a line that does not fit.
    """
    if path is not None:
        return read_vectors(Path(path), source=str(path))
    try:
        pinned = fetch(NAME)
    except UnreachableError as reason:
        tell_once(source(NAME), reason)
        return read_vectors(sample_path("vectors"), source=SOURCE, is_real=False)
    return read_vectors(pinned, source=source(NAME).citation)


def read_vectors(path: Path, *, source: str, is_real: bool = True) -> WordVectors:
    """Reads a file in GloVe's text format; see :func:`load_glove` for the errors."""
    words: list[str] = []
    blocks: list[npt.NDArray[np.float32]] = []
    dimensions = 0
    for lines in _blocks(path):
        if not dimensions:
            dimensions = lines[0].count(" ")
        block_words, numbers = _parse(lines, dimensions, len(words), path)
        words += block_words
        blocks.append(numbers)
    if not words:
        raise DataError(f"{path.name} is empty.")
    if len(set(words)) < len(words):
        raise DataError(f"{path.name} has a word twice; each word may have one vector.")
    return WordVectors(tuple(words), np.concatenate(blocks), source=source, is_real=is_real)


def _blocks(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8") as file:
            while lines := list(islice(file, LINES_AT_ONCE)):
                yield lines
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 ({error.reason}).") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error


def _parse(
    lines: list[str], dimensions: int, before: int, path: Path
) -> tuple[list[str], npt.NDArray[np.float32]]:
    # Cut from the right: some words of the larger GloVe files hold a space.
    fields = [line.rstrip("\n").rsplit(" ", dimensions) for line in lines]
    try:
        numbers = np.array([row[1:] for row in fields], dtype=np.float32)
        fits = numbers.shape == (len(lines), dimensions) and bool(np.isfinite(numbers).all())
    except ValueError:
        fits = False
    if not fits or not dimensions:
        raise DataError(_complaint(fields, dimensions, before, path))
    return [row[0] for row in fields], numbers


def _complaint(fields: list[list[str]], dimensions: int, before: int, path: Path) -> str:
    for number, row in enumerate(fields, start=before + 1):
        if not dimensions or len(row) != dimensions + 1 or not all(map(_is_number, row[1:])):
            return (
                f"Line {number} of {path.name} is not a word and {dimensions or 'some'} numbers "
                f"parted by single spaces: {' '.join(row)[:40]!r}."
            )
    return f"{path.name} is not in GloVe's text format."


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
