r"""Symbols as a spreadsheet can show them: text with subscripts.

A cell cannot typeset LaTeX, but a part of its text can be lowered. ``h_{2}`` of a series is
shown as h with the subscript t, since the row holds all time steps.
"""

from __future__ import annotations

import re
import unicodedata

from openpyxl.cell.rich_text import CellRichText, TextBlock

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import styles

_MARKS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}
_ACCENT = re.compile(r"\\(tilde|hat|bar)\{(\w)\}")
_STYLE = re.compile(r"\\(?:mathrm|mathbf|operatorname|text)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\frac\{\\partial (?P<top>.+)\}\{\\partial (?P<bottom>.+)\}\Z")
_SUBSCRIPT = re.compile(r"_\{([^{}]*)\}")

Runs = list[tuple[str, bool]]


def runs(quantity: Quantity) -> Runs:
    r"""The symbol as pieces of text, each with whether it is lowered.

    Example:
        >>> import numpy as np
        >>> runs(Quantity("W_xh", np.ones(2), t=None, role="weight"))
        [('W', False), ('xh', True)]
        >>> runs(Quantity("a_i", np.ones(2), t=3, role="gate"))
        [('a', False), ('i,t', True)]
    """
    fraction = _FRACTION.match(quantity.latex_symbol)
    if fraction is None:
        return _pieces(quantity.latex_symbol, quantity.t)
    top = [("∂", False), *_pieces(fraction["top"], None)]
    return [*top, ("/∂", False), *_pieces(fraction["bottom"], quantity.t)]


def plain(quantity: Quantity) -> str:
    """The symbol as plain text, for messages and charts: ``h_t``."""
    return "".join(f"_{text}" if lowered else text for text, lowered in runs(quantity))


def _pieces(latex: str, t: int | None) -> Runs:
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2] + _MARKS[m[1]]), latex)
    text = _STYLE.sub(r"\1", text)
    pieces: Runs = []
    for k, part in enumerate(_SUBSCRIPT.split(text)):
        if part:
            pieces.append((_over_time(part, t) if k % 2 else part, bool(k % 2)))
    return pieces


def _over_time(subscript: str, t: int | None) -> str:
    """The subscript with the letter t for the number of the time step."""
    *rest, last = subscript.split(",")
    return ",".join([*rest, "t" if last == str(t) else last])


def rich(quantity: Quantity, size: float, colour: str) -> CellRichText:
    """The symbol as rich text for a cell, in bold."""
    return CellRichText(
        *(
            TextBlock(
                styles.inline(size, colour, bold=True, script="subscript" if lowered else None),
                text,
            )
            for text, lowered in runs(quantity)
        )
    )
