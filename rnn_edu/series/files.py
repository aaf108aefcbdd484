"""A series of a reader's own, from one column of a table in a text file."""

from __future__ import annotations

import csv
from pathlib import Path

from rnn_edu.errors import DataError
from rnn_edu.series.series import Array, checked


def read_series(path: str | Path, column: str, separator: str = ",") -> Array:
    """The numbers of one column of a CSV file with a header, in the order of its rows.

    Args:
        path: the file, in UTF-8.
        column: its name in the first row.
        separator: between the columns.

    Returns:
        Shape (rows,).

    Raises:
        DataError: the file cannot be read, has no such column, or a row of that column holds no
            number.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text in UTF-8; save it as CSV in UTF-8.") from None
    reader = csv.DictReader(text.splitlines(), delimiter=separator)
    try:
        names, rows = reader.fieldnames or [], list(reader)
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num + 1}: {error}.") from None
    if column not in names:
        raise DataError(
            f"{path} has no column {column!r}; its first row names "
            f"{', '.join(map(repr, names)) or 'nothing'}."
        )
    return checked([row[column] for row in rows], f"the column {column!r} of {path}")
