"""Reading files that may be broken: one sentence says where."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError

Columns = dict[str, tuple[str, ...]]


def read_text(path: Path) -> str:
    """A UTF-8 text, unpacked if its name ends in .gz, without a byte-order mark.

    Raises:
        DataError: the file cannot be read, is empty, is no gzip file, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} is not a whole gzip file ({error}).") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path.name} is not UTF-8: line {line} has the byte 0x{raw[error.start]:02x}."
        ) from error
    if not text.strip():
        raise DataError(f"{path.name} is empty.")
    return text


def read_table(
    path: Path,
    wanted: Sequence[str],
    *,
    header: bool = True,
    delimiter: str = ",",
) -> tuple[Columns, tuple[str, ...]]:
    """Columns of a table, and notes on what was dropped.

    The last row is dropped if it has too few fields or if the file breaks off within it, that is,
    without an end of line.

    Args:
        path: of the file.
        wanted: the names of the columns; without a header, of all columns in their order.
        header: whether the first row names the columns.
        delimiter: what parts the fields.

    Raises:
        DataError: a column is missing, a row before the last has the wrong number of fields, or
            there are no rows.
    """
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = next(reader) if header else list(wanted)
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            f"{path.name} has no column {', '.join(missing)}; its columns are {', '.join(names)}."
        )
    rows, last_is_whole = _rows(reader, len(names), path)
    notes: tuple[str, ...] = ()
    if rows and not (last_is_whole and text.endswith(("\n", "\r"))):
        rows.pop()
        notes = (f"The last row of {path.name} breaks off and was dropped.",)
    if not rows:
        raise DataError(f"{path.name} has no whole row.")
    places = [names.index(name) for name in wanted]
    columns = zip(*([row[i] for i in places] for row in rows), strict=True)
    return dict(zip(wanted, columns, strict=True)), notes


def read_json_lines(path: Path, wanted: Sequence[str]) -> tuple[Columns, tuple[str, ...]]:
    """Fields of a file with one JSON object on each line, and notes; a broken last line is dropped.

    Raises:
        DataError: a line before the last is broken or lacks a field, or there are no lines.
    """
    lines = read_text(path).rstrip("\n").split("\n")
    records: list[list[str]] = []
    notes: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            records.append([str(record[name]) for name in wanted])
        except KeyError as error:
            raise DataError(f"Line {number} of {path.name} has no field {error}.") from error
        except (ValueError, TypeError) as error:
            if number < len(lines) or not records:
                raise DataError(f"Line {number} of {path.name} is not a JSON object.") from error
            notes = (f"The last row of {path.name} breaks off and was dropped.",)
    return dict(zip(wanted, zip(*records, strict=True), strict=True)), notes


def read_arrays(path: Path, count: int) -> list[npt.NDArray[Any]]:
    """The arrays of a NumPy archive that holds Python objects.

    Such an archive can run code when it is opened: open only files whose hash was checked.

    Raises:
        DataError: the file is no such archive or has another number of arrays.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=True) as archive:
            arrays = [archive[name] for name in sorted(archive.files)]
    except (OSError, ValueError, EOFError, TypeError, BadZipFile, UnpicklingError) as error:
        raise DataError(f"{path.name} is not a NumPy archive of arrays.") from error
    if len(arrays) != count:
        raise DataError(f"{path.name} holds {len(arrays)} arrays; {count} were expected.")
    return arrays


def _rows(reader: Any, width: int, path: Path) -> tuple[list[list[str]], bool]:
    """All rows, and whether the last one is whole."""
    rows: list[list[str]] = []
    broken: str | None = None
    try:
        for row in reader:
            if broken is not None:
                raise DataError(broken)
            if not row:
                continue
            if len(row) != width:
                broken = (
                    f"Line {reader.line_num} of {path.name} has {len(row)} fields; "
                    f"{width} were expected."
                )
            rows.append(row)
    except csv.Error:
        # Quotation marks that are open at the end of the file: the last row breaks off.
        rows.append([])
        return rows, False
    return rows, broken is None
