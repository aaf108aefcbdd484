"""A table of a reader's own: with a header or not, whatever stands between its columns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts.files import LONGEST_LINE, TextFile, read_text_file

SEPARATORS = (",", ";", "\t", "|")
#: Rows that are looked at to find the separator.
LOOKED_AT = 200
#: A field with more lines is one whose quotation mark was never closed.
LINES_OF_A_FIELD = 500


@dataclass(frozen=True)
class Table:
    """Rows of cells.

    Attributes:
        path: where it was read from.
        rows: the cells, as many in every row; without the header.
        header: the names of the columns; None without a header.
        separator: what stands between the columns.
        notes: what a reader should be told.
    """

    path: Path
    rows: list[list[str]]
    header: tuple[str, ...] | None
    separator: str
    notes: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return self._place(column) is not None

    def column(self, column: str) -> list[str]:
        """The cells of a column, by its name, or by its number from 1 without a header.

        Raises:
            DataError: there is no such column.
        """
        place = self._place(column)
        if place is None:
            raise DataError(_no_column(self.path, column, self.header, self._width()))
        return [row[place].strip() for row in self.rows]

    def _place(self, column: str) -> int | None:
        if self.header is not None:
            return self.header.index(column) if column in self.header else None
        number = int(column) if column.isdecimal() else 0
        return number - 1 if 1 <= number <= self._width() else None

    def _width(self) -> int:
        return len(self.rows[0])


def read_table(
    path: Path,
    columns: Sequence[str],
    encoding: str | None = None,
    separator: str | None = None,
) -> Table:
    """Reads a table.

    If the first row has all names of ``columns``, it is the header. If these are numbers instead,
    they count columns from 1, and the first row is a row like the others.

    Args:
        path: of the file.
        columns: names, or numbers, of columns that it must have.
        encoding: of the file; None to look.
        separator: between the columns; None to look.

    Raises:
        DataError: the file cannot be read, has no rows, or lacks a column.
        UsageError: the separator is not one character.
    """
    file = read_text_file(path, encoding)
    if separator is not None and len(separator) != 1:
        raise UsageError(f"The separator is {separator!r}; it must be one character.")
    between = separator or _separator_of(file)
    everything = list(_rows(file, between))
    rows = [row for row in everything if any(cell.strip() for cell in row)]
    notes = list(file.notes)
    if len(rows) < len(everything):
        notes.append(f"{len(everything) - len(rows):,} empty rows were left out.")
    header = tuple(name.strip() for name in rows[0])
    named = bool(columns) and all(column in header for column in columns)
    if not named and not all(column.isdecimal() for column in columns):
        missing = next(column for column in columns if column not in header)
        raise DataError(_no_column(path, missing, header, len(header)))
    whole, note = _as_wide(path, rows[1:] if named else rows, len(header))
    table = Table(path, whole, header if named else None, between, (*notes, *note))
    for column in columns:
        table.column(column)
    return table


def _as_wide(
    path: Path, rows: list[list[str]], width: int
) -> tuple[list[list[str]], tuple[str, ...]]:
    """The rows with as many cells as the first one, and a note on the others."""
    whole = [row for row in rows if len(row) == width]
    if 2 * len(whole) <= len(rows) or not whole:
        raise DataError(
            f"{path}: {len(rows) - len(whole):,} of its {len(rows):,} rows have not the "
            f"{width} cells of the first row; name what stands between the columns, or close a "
            "quotation mark that is left open."
            if rows
            else f"{path} has a header and no rows."
        )
    others = len(rows) - len(whole)
    note = f"{others:,} rows with more or fewer than {width} cells were left out."
    return whole, (note,) if others else ()


def _separator_of(file: TextFile) -> str:
    """The one that cuts most of the first rows into the same number of cells, above 1."""

    def fitting(separator: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in islice(_rows(file, separator), LOOKED_AT) if row)
        width, often = widths.most_common(1)[0] if widths else (1, 0)
        return (often / widths.total(), width) if width > 1 else (0.0, 1)

    return max(SEPARATORS, key=fitting)


def _rows(file: TextFile, separator: str) -> Iterator[list[str]]:
    usual = csv.field_size_limit(LONGEST_LINE)  # it holds for the whole program
    reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if any(cell.count("\n") > LINES_OF_A_FIELD for cell in row):
                raise csv.Error(f"a cell has more than {LINES_OF_A_FIELD} lines")
            yield row
    except csv.Error as error:
        raise DataError(
            f"{file.path}, up to line {reader.line_num:,}: {error}; is a quotation mark left open?"
        ) from error
    finally:
        csv.field_size_limit(usual)


def _no_column(path: Path, column: str, header: Sequence[str] | None, width: int) -> str:
    if header is None:
        return f"{path} has no column {column}; without a header it has the columns 1 to {width}."
    names = ", ".join(repr(name[:30]) for name in header[:8])
    return (
        f"{path} has no column {column!r}; its first row is {names}"
        f"{' ...' if len(header) > 8 else ''}. Without a header, give columns by number, from 1."
    )
