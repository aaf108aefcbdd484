"""The names of a class, from a table that any spreadsheet program writes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

from rnn_edu.errors import UsageError

#: Students of one list.
MOST_NAMES = 2000
#: Characters of a file's name that some system keeps for itself.
_RESERVED = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 80
_HEADINGS = ("name", "names", "student", "students")


def read_names(path: Path) -> list[str]:
    """The names of a class, in their order.

    Args:
        path: a CSV file in UTF-8, or a text with a name on each line. The column headed "name"
            or "student" counts, else the first one.

    Raises:
        UsageError: it cannot be read, or holds no name, or one twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"the names cannot be read from {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{path} is not a text in UTF-8; in your spreadsheet program save it as "
            '"CSV UTF-8", one student a row.'
        ) from None
    names = [name for name in _column(text) if name]
    if not names:
        raise UsageError(f"{path} holds no name; it needs one student a row.")
    if len(names) > MOST_NAMES:
        raise UsageError(f"{path} holds {len(names)} names; more than {MOST_NAMES} are no class.")
    spelt = [file_name(name).casefold() for name in names]
    twice = next((n for n, s in zip(names, spelt, strict=True) if spelt.count(s) > 1), None)
    if twice is not None:
        raise UsageError(
            f"{path} holds the name {twice!r} twice, so that two files would have one name; "
            "add something that tells the two apart."
        )
    return names


def _column(text: str) -> list[str]:
    """The cells of the column with the names."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise UsageError(f"the list of names is no CSV file: {error}.") from None
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column = next((k for k, cell in enumerate(head) if cell in _HEADINGS), None)
    body = rows if column is None else rows[1:]
    return [" ".join(row[column or 0].split()) for row in body if len(row) > (column or 0)]


def file_name(name: str) -> str:
    """A name as the name of a file that every system takes.

    Example:
        >>> file_name("Ada Lovelace"), file_name("a/b: c?"), file_name("...")
        ('Ada Lovelace', 'a_b_ c_', 'student')
    """
    plain = _RESERVED.sub("_", unicodedata.normalize("NFC", name))
    return plain.strip(" .~")[:_LONGEST].strip() or "student"
