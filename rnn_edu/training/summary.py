"""The table that Keras prints of a model, line by line as Keras prints it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

WIDTHS = (33, 24, 15)
"""Widths of the three columns, Keras's on a screen of 80 columns."""

HEADER = ("Layer (type)", "Output Shape", "Param #")
UNITS = ("B", "KB", "MB", "GB", "TB")


def table(rows: Sequence[tuple[str, str, str]]) -> str:
    """Returns the rows in a frame, with Keras's header.

    Example:
        >>> print(table([("dense (Dense)", "(None, 1)", "2")]))
        ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
        ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
        ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
        │ dense (Dense)                   │ (None, 1)              │             2 │
        └─────────────────────────────────┴────────────────────────┴───────────────┘
    """
    lines = [_rule("┏", "━", "┳", "┓"), *_cells(HEADER, "┃"), _rule("┡", "━", "╇", "┩")]
    for number, row in enumerate(rows):
        lines += [_rule("├", "─", "┼", "┤")] * (number > 0) + _cells(row, "│")
    return "\n".join([*lines, _rule("└", "─", "┴", "┘")])


def readable_size(size: float) -> str:
    """Returns a number of bytes as Keras writes it.

    Example:
        >>> readable_size(56), readable_size(2048)
        ('56.00 B', '2.00 KB')
    """
    for unit in UNITS[:-1]:
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} {UNITS[-1]}"


def count_line(what: str, count: int, size: int) -> str:
    """Returns a line below the table.

    Example:
        >>> count_line("Total params", 14, 56)
        ' Total params: 14 (56.00 B)'
    """
    return f" {what}: {count:,} ({readable_size(size)})"


def _rule(left: str, line: str, cross: str, right: str) -> str:
    return left + cross.join(line * width for width in WIDTHS) + right


def _cells(row: Sequence[str], bar: str) -> list[str]:
    """One row, on as many lines as its longest cell needs; the last column is flush right."""
    wrapped = [wrap(text, width - 2) or [""] for text, width in zip(row, WIDTHS, strict=True)]
    height = max(len(lines) for lines in wrapped)
    padded = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return [
        f"{bar} {name:<{WIDTHS[0] - 2}} {bar} {shape:<{WIDTHS[1] - 2}} "
        f"{bar} {count:>{WIDTHS[2] - 2}} {bar}"
        for name, shape, count in zip(*padded, strict=True)
    ]
