"""A text file of a reader's own, whatever its encoding, or one sentence that says what is wrong."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from rnn_edu.errors import DataError, UsageError

LARGEST_FILE, LONGEST_LINE = 200_000_000, 1_000_000
#: How files begin that are no plain text.
BEGINNINGS = (
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
)
#: Marks that programs put in front of a text to say how it is encoded.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "windows-1252"
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class TextFile:
    """The text of a file.

    Attributes:
        path: where it was read from.
        text: all of it.
        encoding: how it was encoded.
        notes: what a reader should be told.
    """

    path: Path
    text: str
    encoding: str
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The lines without their ends, empty ones included."""
        return _LINE_ENDS.split(self.text)


def read_text_file(path: Path, encoding: str | None = None) -> TextFile:
    """Reads a file of plain text.

    Without ``encoding``, a mark at the file's beginning decides; else the text is UTF-8, or, where
    no byte above 127 is, Windows-1252, and a note says so.

    Args:
        path: of the file.
        encoding: how it is encoded, by a name that Python knows.

    Raises:
        DataError: the file is not there, empty, too large, no plain text, of mixed encodings, or
            one of its lines is too long.
        UsageError: there is no such encoding.
    """
    data = _bytes_of(path)
    _check_kind(path, data)
    known = encoding or next((name for mark, name in MARKS if data.startswith(mark)), None)
    if known is None or not _codec(known).startswith(("utf-16", "utf-32")):
        _check_no_nul(path, data)
    if known is not None:
        found = TextFile(path, _decoded(path, data, _codec(known)), known)
    else:
        found = _guessed(path, data)
    if not found.text.strip():
        raise DataError(f"{path} is empty; it must hold text.")
    _check_lines(found)
    return found


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{path} is a folder; give a text file.")
    if not path.is_file():
        raise DataError(f"There is no file {path}.")
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DataError(
                f"{path} has {size / 1e6:,.0f} MB; at most {LARGEST_FILE / 1e6:,.0f} MB are read. "
                "Take a part of it."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _check_kind(path: Path, data: bytes) -> None:
    for beginning, kind in BEGINNINGS:
        if data.startswith(beginning):
            raise DataError(f"{path} is {kind}; save it as plain text in UTF-8 first.")


def _check_no_nul(path: Path, data: bytes) -> None:
    place = data.find(b"\0")
    if place >= 0:
        raise DataError(
            f"{path} has a NUL byte in line {_line(data, place)}, so it is no plain text; if it is "
            'UTF-16, say so with the encoding "utf-16-le" or "utf-16-be".'
        )


def _codec(name: str) -> str:
    """Python's own name of an encoding of texts; UsageError if there is none."""
    try:
        b"text".decode(name, "ignore")
        return codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        raise UsageError(
            f"There is no text encoding {name!r}; usual ones are utf-8, utf-16 and windows-1252."
        ) from None


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not {encoding}: the byte {data[error.start]:#04x} in line "
            f"{_line(data, error.start)} does not fit. Save it as UTF-8, or name another encoding."
        ) from None


def _guessed(path: Path, data: bytes) -> TextFile:
    """UTF-8, or Windows-1252 if no line is UTF-8 with more than ASCII in it."""
    try:
        return TextFile(path, data.decode(), "utf-8")
    except UnicodeDecodeError as error:
        broken = _line(data, error.start)
    whole = _first_line_in_utf_8(data)
    if whole:
        raise DataError(
            f"{path} mixes encodings: line {whole} is UTF-8, line {broken} is not. Save all of it "
            "as UTF-8, or name the encoding to read it by."
        )
    note = f"Line {broken} is not UTF-8, so the file was read as {FALLBACK}."
    return TextFile(path, _decoded(path, data, FALLBACK), FALLBACK, (note,))


def _first_line_in_utf_8(data: bytes) -> int:
    """The number, from 1, of a line with more than ASCII that is UTF-8; 0 if there is none."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError:
                continue
            return number
    return 0


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _check_lines(found: TextFile) -> None:
    longest = 0
    for number, line in enumerate(found.lines(), start=1):
        longest = max(longest, len(line))
        if longest > LONGEST_LINE:
            raise DataError(
                f"Line {number} of {found.path} has {longest:,} characters; a line may have "
                f"{LONGEST_LINE:,}. Put every text on a line of its own."
            )
