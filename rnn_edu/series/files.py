"""A series of a reader's own, from one column of a table in a text file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rnn_edu.errors import DataError, UsageError
from rnn_edu.series.series import Array, checked


def read_series(path: str | Path, column: str, separator: str = ",") -> Array:
    """The numbers of one column of a CSV file with a header, in the order of its rows.

    An empty row between others is a gap, not nothing: without it, all that follows would move.

    Args:
        path: the file, in UTF-8.
        column: its name in the first row.
        separator: between the columns.

    Returns:
        Shape (rows,).

    Raises:
        DataError: the file cannot be read, has no rows, has not this column once, has a row with
            more or fewer cells than the first, or a row whose cell there is no number.
        UsageError: the separator is not one character.
    """
    header, *rows = _rows(path, separator)
    if header.count(column) != 1:
        raise DataError(_not_once(path, column, header))
    if not rows:
        raise DataError(f"{path} has a first row with names, and no numbers below it.")
    empty = [""] * len(header)
    for number, row in enumerate(rows, start=2):
        if row and len(row) != len(header):
            raise DataError(
                f"{path}, row {number}, has {len(row)} cells and not {len(header)} as the first; "
                f"where a number has a comma, write a point, or separate the columns otherwise."
            )
    place = header.index(column)
    cells = [(row or empty)[place] for row in rows]
    return checked(cells, f"the column {column!r} of {path}")


def _rows(path: str | Path, separator: str) -> list[list[str]]:
    """The cells of each row; an empty row has none, and none is left at the end."""
    if not isinstance(separator, str) or len(separator) != 1:
        raise UsageError(f"separator is {separator!r}; it must be one character, such as ';'.")
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DataError(f"{path}, line {max(reader.line_num, 1)}: {error}.") from None
    while len(rows) > 1 and not rows[-1]:
        rows.pop()
    return rows or [[]]


def _text_of(path: str | Path) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text in UTF-8; save it as CSV in UTF-8.") from None


def _not_once(path: str | Path, column: str, header: list[str]) -> str:
    often = header.count(column)
    if often:
        return f"{path} has {often} columns {column!r}; give each a name of its own."
    others = [mark for mark in ";\t|" if len(header) == 1 and mark in header[0]]
    hint = f"; perhaps separator={others[0]!r}" if others else ""
    names = ", ".join(map(repr, header)) or "nothing"
    return f"{path} has no column {column!r}; its first row names {names}{hint}."
