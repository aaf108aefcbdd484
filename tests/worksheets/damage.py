"""Damages workbooks at random, as mail, other programs and people do, and as nobody would."""

from __future__ import annotations

import datetime
import io
import random
import re
import zipfile
from collections.abc import Callable

import openpyxl

Dice = random.Random

#: What may stand in a cell that somebody typed into.
NASTY = (
    *(0, -1, 1e308, -1e-308, 1e-320, 12345678901234567890, True, None, "", " ", "?", "??", "abc"),
    *("1e999", "-inf", "nan", "#REF!", "½", "0,5", "\u202e1.5", "x" * 40_000, "1" * 400, "="),
    *("=1/0", "=1e999", "=A1", "=D11", "=Key!D5", "=SUM(A:XFD)", "=1+", "=)", "=@#"),
    *("=INDIRECT(\"Key!D5\")", "=" + "(" * 300 + "1" + ")" * 300, "=SUMPRODUCT(A1:A1048576*1)"),
    *("=" + "+".join(["1"] * 3000), "=OFFSET(A1,1,1)"),
    *("={1,2;3}", "='no sheet'!A1", "=[1]Other!A1", "=LET(x,1,x)", "=RAND()", "=WEBSERVICE(\"x\")"),
    *("=REPT(\"x\",1E9)", "=TEXT(1,\"[h]\")", "worksheet x, edition y", "worksheet , edition ,"),
    *(datetime.datetime(2020, 1, 1), datetime.time(1, 2), datetime.timedelta(days=9)),
)  # fmt: skip
_NUMBERS = (b"0", b"-1", b"1e999", b"99999999999999999999", b"nan", b"", b"\xff\xfe", b"A1048577")


def damaged(data: bytes, seed: int) -> tuple[bytes, str]:
    """A damaged copy of a workbook, and how it was damaged.

    Args:
        data: the workbook.
        seed: of the damage; the same one does the same.
    """
    dice = Dice(seed)
    how: Callable[[bytes, Dice], bytes] = dice.choice(
        (_bytes, _cut, _parts, _markup, _markup, _markup, _cells, _cells, _cells, _sheets)
    )
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        try:
            data = how(data, dice)
        except Exception:  # it is too damaged already to be damaged in this way
            break
    return data, how.__name__.strip("_")


# -- the archive -----------------------------------------------------------------------------


def _bytes(data: bytes, dice: Dice) -> bytes:
    """Some bytes turned into others, anywhere."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 3, 40))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _cut(data: bytes, dice: Dice) -> bytes:
    """A piece missing: the end, the start, or the middle."""
    start, end = sorted(dice.randrange(len(data)) for _ in range(2))
    return dice.choice((data[:start], data[end:], data[:start] + data[end:]))


def _repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _parts(data: bytes, dice: Dice) -> bytes:
    """Parts gone, empty, exchanged, or of another kind."""

    def change(parts: dict[str, bytes]) -> None:
        one, other = dice.sample(sorted(parts), 2)
        kind = dice.randrange(5)
        if kind == 0:
            del parts[one]
        elif kind == 1:
            parts[one] = b""
        elif kind == 2:
            parts[one], parts[other] = parts[other], parts[one]
        elif kind == 3:
            parts[one] = dice.randbytes(500)
        else:
            parts[one] += parts[one]

    return _repacked(data, change)


# -- the markup ------------------------------------------------------------------------------


def _markup(data: bytes, dice: Dice) -> bytes:
    """A tag or a value of one part changed, doubled or gone."""

    def change(parts: dict[str, bytes]) -> None:
        names = sorted(name for name in parts if name.endswith((".xml", ".rels")))
        name = dice.choice(names)
        parts[name] = _changed_markup(parts[name], dice)

    return _repacked(data, change)


def _changed_markup(part: bytes, dice: Dice) -> bytes:
    pattern = dice.choice(
        (rb"<[^>]+>", rb'"[^"]*"', rb">[^<]+<", rb"<c [^>]*>.*?</c>", rb"[A-Z]+\d+")
    )
    found = list(re.finditer(pattern, part))
    if not found:
        return part[: len(part) // 2]
    place = dice.choice(found)
    text = place[0]
    edge = {b'"': (b'"', b'"'), b">": (b">", b"<")}.get(text[:1], (b"", b""))
    new = dice.choice(
        (
            b"",
            text * 2,
            edge[0] + dice.choice(_NUMBERS) + edge[1],
            edge[0] + b"x" * 70_000 + edge[1],
            dice.choice(found)[0],
        )
    )
    return part[: place.start()] + new + part[place.end() :]


# -- the cells -------------------------------------------------------------------------------


def _saved(data: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _cells(data: bytes, dice: Dice) -> bytes:
    """Some cells overwritten, most of them where something stood."""

    def change(workbook: openpyxl.Workbook) -> None:
        for _ in range(dice.choice((1, 3, 10))):
            sheet = dice.choice(workbook.worksheets)
            if dice.random() < 0.9:
                row, column = dice.choice(sorted(sheet._cells))
            else:
                row, column = dice.choice(((1, 1), (1_048_576, 16_384), (500, 30)))
            sheet.cell(row, column).value = dice.choice(NASTY)

    return _saved(data, change)


def _sheets(data: bytes, dice: Dice) -> bytes:
    """Sheets, rows, columns and names moved or gone."""

    def change(workbook: openpyxl.Workbook) -> None:
        sheet = dice.choice(workbook.worksheets)
        at, count = dice.randrange(1, 40), dice.choice((1, 2, 30))
        kind = dice.randrange(8)
        if kind == 0:
            workbook.remove(sheet)
        elif kind == 1:
            sheet.title = dice.choice(("Sheet1", "Key", "Forward2", "é"))
        elif kind == 2:
            sheet.delete_rows(at, count)
        elif kind == 3:
            sheet.insert_rows(at, count)
        elif kind == 4:
            sheet.delete_cols(at % 12 + 1, count)
        elif kind == 5:
            sheet.insert_cols(at % 12 + 1, count)
        elif kind == 6:
            workbook.copy_worksheet(sheet)
        elif workbook.defined_names:
            name = dice.choice(sorted(workbook.defined_names))
            workbook.defined_names[name].attr_text = dice.choice(
                ("#REF!", "Forward!$A", "1", "A1:A1")
            )

    return _saved(data, change)
