"""Vectors for the Embedding Projector: one file of numbers and one of names, row by row alike.

The Projector reads tab-separated text. ``vectors.tsv`` has one vector on each line and no heading.
``metadata.tsv`` has one name on each line; with a single column it has no heading, with more it
must have one. A tab or a line end within a name would move all names after it by one place, so
such names are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.whole_files import replacing


def write_projector(
    folder: str | Path,
    words: Sequence[str],
    vectors: npt.ArrayLike,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Path, Path]:
    """Writes ``vectors.tsv`` and ``metadata.tsv``: both, or neither of them.

    Args:
        folder: where to; made if it is not there.
        words: the name of each row.
        vectors: shape ``(words, dimensions)``.
        columns: further columns of the metadata by heading, such as the kind of each word.

    Returns:
        The paths of the two files.

    Raises:
        ShapeError: there is not one vector and one entry of each column for each word.
        NamingError: a word, an entry or a heading is empty or holds a tab or a line end.
        NumberError: a vector has a number that is not finite.
        DataError: the folder cannot be written to.
    """
    table = {"word": words, **(columns or {})}
    numbers = _checked_numbers(words, vectors)
    for heading, entries in table.items():
        _check_entries(heading, entries, len(words))
    lines = [list(row) for row in zip(*table.values(), strict=True)]
    metadata = [list(table), *lines] if columns else lines
    texts = {
        "vectors.tsv": _tsv([[f"{number:.9g}" for number in row] for row in numbers]),
        "metadata.tsv": _tsv(metadata),
    }
    vectors_path, metadata_path = _write_together(Path(folder), texts)
    return vectors_path, metadata_path


def _tsv(rows: Sequence[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _checked_numbers(words: Sequence[str], vectors: npt.ArrayLike) -> npt.NDArray[np.float64]:
    numbers = np.asarray(vectors, np.float64)
    if numbers.ndim != 2 or len(numbers) != len(words) or numbers.size == 0:
        raise ShapeError(
            f"{len(words)} words need a table of as many vectors; this one has the shape "
            f"{numbers.shape}."
        )
    for word, row in zip(words, numbers, strict=True):
        if not np.isfinite(row).all():
            raise NumberError(f"The vector of {word!r} holds a number that is not finite.")
    return numbers


def _check_entries(heading: str, entries: Sequence[str], count: int) -> None:
    if len(entries) != count:
        raise ShapeError(
            f"The column {heading!r} has {len(entries)} entries; there are {count} words."
        )
    for text in (heading, *entries):
        if "\t" in text or len(text.splitlines()) != 1:
            raise NamingError(
                f"The name {text!r} in the column {heading!r} is empty or holds a tab or a line "
                "end, which the file cannot carry; rename it."
            )


def _write_together(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """All files are written beside their places first, and moved only when all are there."""
    places = [folder / name for name in texts]
    with ExitStack() as stack:
        beside = [stack.enter_context(replacing(place)) for place in places]
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(beside, texts.values(), strict=True):
            path.write_bytes(text.encode())
    return places
