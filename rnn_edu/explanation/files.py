"""Examples and targets from files: arrays, tables and texts."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import DataError, ShapeError, UsageError
from rnn_edu.networks import Input, Network, Words

#: The largest file of examples that is read.
MOST_BYTES = 512 * 2**20
ARRAYS, TABLES, TEXTS = (".npy", ".npz"), (".csv", ".tsv"), (".txt",)


def read_examples(path: Path, network: Network, example: int, words: Sequence[str]) -> Any:
    """One example for a network, from a file.

    Args:
        path: a ``.npy`` or ``.npz`` file, a ``.csv`` or ``.tsv`` table of one example or, for the
            numbers of words, of one example a row, or a ``.txt`` file of one text a line.
        network: which will read it.
        example: which one, counted from 0.
        words: the list for texts.

    Raises:
        DataError: the file is missing, damaged, empty or too large.
        ShapeError: there is no such example, or it has no shape that the network reads.
        UsageError: the kind of file is not known, or a text has no list of words.
    """
    _check_file(path)
    if path.suffix.lower() in TEXTS:
        return _text(path, example, words)
    entrances = network.entrances
    if path.suffix.lower() == ".npz":
        arrays = _npz(path)
        if len(entrances) > 1:
            return {e.name: _example(_named(arrays, e, path), e, example, path) for e in entrances}
        return _example(next(iter(arrays.values())), entrances[0], example, path)
    if len(entrances) > 1:
        raise UsageError(
            f"the network has {len(entrances)} inputs; give a .npz file with an array for each: "
            f"{', '.join(e.name for e in entrances)}."
        )
    array = _npy(path) if path.suffix.lower() == ".npy" else _table(path)
    return _example(array, entrances[0], example, path)


def read_target(path: Path, shape: tuple[int, ...], example: int) -> NDArray[np.float64]:
    """The target of one example, from a ``.npy`` file or a table.

    Args:
        path: the file; one target, or one for each example.
        shape: of one answer of the network.
        example: which one, counted from 0.

    Raises:
        DataError: the file is missing, damaged or empty.
        ShapeError: there is no such example.
    """
    _check_file(path)
    array = _npy(path) if path.suffix.lower() == ".npy" else _table(path)
    single = {shape, shape[:-1]} | ({(1, *shape)} if len(shape) == 1 else set())
    if array.shape in single and example == 0:
        return array.reshape(shape) if array.size == np.prod(shape) else array
    return _nth(array, example, path)


def read_words(path: Path) -> tuple[str, ...]:
    """A list of words in the order of their numbers: one a line, or a list or table in JSON.

    Raises:
        DataError: the file is missing, or holds no list.
    """
    _check_file(path)
    text = _decoded(path)
    if path.suffix.lower() != ".json":
        lines = text.splitlines()
        return tuple(lines)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise DataError(f"{path} is no JSON; give one word a line, or a list in JSON.") from None
    if isinstance(found, dict) and all(isinstance(n, int) for n in found.values()) and found:
        most = max(found.values())
        if most > 10**6 or min(found.values()) < 0:
            raise DataError(f"{path} numbers its words up to {most}; up to 1,000,000 are read.")
        by_number = {number: word for word, number in found.items()}
        return tuple(str(by_number.get(number, f"#{number}")) for number in range(most + 1))
    if isinstance(found, list) and all(isinstance(word, str) for word in found):
        return tuple(found)
    raise DataError(f"{path} holds no list of words and no table from words to numbers.")


def _check_file(path: Path) -> None:
    known = (*ARRAYS, *TABLES, *TEXTS, ".json")
    if not path.is_file():
        raise DataError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file.")
    if path.suffix.lower() not in known:
        raise UsageError(f"{path} ends in none of {', '.join(known)}, which can be read.")
    size = path.stat().st_size
    if not size or size > MOST_BYTES:
        raise DataError(f"{path} has {size:,} bytes; 1 to {MOST_BYTES:,} can be read.")


def _npy(path: Path) -> NDArray[np.float64]:
    try:
        return _numbers(np.load(path, allow_pickle=False, mmap_mode="r"), path)
    except (ValueError, OSError, EOFError, SyntaxError, TypeError):
        raise DataError(f"{path} is no array that NumPy has saved, or it is damaged.") from None


def _npz(path: Path) -> dict[str, NDArray[np.float64]]:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_BYTES:
            raise DataError(f"{path} unpacks to {unpacked:,} bytes; {MOST_BYTES:,} can be read.")
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: _numbers(archive[name], path) for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, SyntaxError):
        raise DataError(f"{path} holds no arrays that NumPy has saved, or is damaged.") from None
    if not arrays:
        raise DataError(f"{path} holds no array.")
    return arrays


def _numbers(array: Any, path: Path) -> NDArray[np.float64]:
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or np.iscomplexobj(array):
        raise DataError(f"{path} holds {array.dtype}, not numbers.")
    return np.asarray(array, dtype=np.float64)


def _named(
    arrays: dict[str, NDArray[np.float64]], entrance: Input, path: Path
) -> NDArray[np.float64]:
    if entrance.name not in arrays:
        raise DataError(
            f"{path} has no array {entrance.name!r} for the input of that name; it has "
            f"{', '.join(arrays)}."
        )
    return arrays[entrance.name]


def _table(path: Path) -> NDArray[np.float64]:
    """Numbers in rows; a first row of words is taken for a head."""
    text = _decoded(path)
    separator = "\t" if path.suffix.lower() == ".tsv" else ";" if _semicolons(text) else ","
    rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(row)]
    if rows and not any(_is_number(cell) for cell in rows[0]):
        rows = rows[1:]
    if not rows:
        raise DataError(f"{path} holds no rows of numbers.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{path}: row {number} has {len(row)} numbers, the first one {len(rows[0])}."
            )
        for cell in row:
            if not _is_number(cell):
                raise DataError(f"{path}: row {number} holds {cell!r:.40}, which is no number.")
    return np.array([[float(cell) for cell in row] for row in rows])


def _semicolons(text: str) -> bool:
    first = text.split("\n", 1)[0]
    return first.count(";") > first.count(",")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _text(path: Path, example: int, words: Sequence[str]) -> Words:
    if not words:
        raise UsageError(f"{path} is a text; give the network's list of words with --words.")
    lines = [line for line in _decoded(path).splitlines() if line.strip()]
    if not 0 <= example < len(lines):
        raise ShapeError(f"{path} has {len(lines)} lines of text; there is no example {example}.")
    picked = tuple(lines[example].split())
    return Words(picked, tuple(words))


def _decoded(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no UTF-8 text (byte {error.start}).") from None


def _example(
    array: NDArray[np.float64], entrance: Input, example: int, path: Path
) -> NDArray[np.float64]:
    """The example itself where the array is one, else the one that is asked for."""
    rank = len(entrance.shape)
    if array.ndim == rank:
        return array if example == 0 else _nth(array[None], example, path)
    if array.ndim == rank + 1:
        return _nth(array, example, path)
    raise ShapeError(
        f"{path} has the shape {array.shape}; the network reads {entrance.shape}, or several "
        f"examples of it."
    )


def _nth(array: NDArray[np.float64], example: int, path: Path) -> NDArray[np.float64]:
    if array.ndim == 0 or not 0 <= example < len(array):
        count = 1 if array.ndim == 0 else len(array)
        raise ShapeError(
            f"{path} has {count} example{'' if count == 1 else 's'}; there is no example {example}."
        )
    return np.asarray(array[example])
