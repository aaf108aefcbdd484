r"""Symbols as a spreadsheet can show them: text with raised and lowered parts.

A cell cannot typeset LaTeX, but a part of its text can be raised or lowered. ``h_{2}`` of a
series is shown as h with the subscript t, since the row holds all time steps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from openpyxl.cell.rich_text import CellRichText, TextBlock

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.styles import Script

#: Pieces of text, each with how it stands: raised, lowered, or neither.
Runs: TypeAlias = list[tuple[str, Script | None]]

_MARKS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}
_ACCENT = re.compile(r"\\(tilde|hat|bar)\{(\w)\}")
_ARROW = re.compile(r"\\over(right|left)arrow\{(\w)\}")
_STYLE = re.compile(r"\\(?:mathrm|mathbf|operatorname|text)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\frac\{\\partial (?P<top>.+)\}\{\\partial (?P<bottom>.+)\}\Z")
_VIA = re.compile(r"\\left\.(?P<whole>.+)\\right\|_\{(?P<via>.+)\}\Z")
_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")


def runs(quantity: Quantity) -> Runs:
    r"""The symbol as pieces of text.

    Example:
        >>> import numpy as np
        >>> runs(Quantity("W_xh", np.ones(2), t=None, role="weight"))
        [('W', None), ('xh', 'subscript')]
        >>> runs(Quantity("a_i", np.ones(2), t=3, role="gate"))
        [('a', None), ('i,t', 'subscript')]
    """
    via = _VIA.match(quantity.latex_symbol)
    if via is None:
        return _gradient(quantity.latex_symbol, quantity.t)
    through = "".join(text for text, _ in _pieces(via["via"], None) if not text.isdigit())
    return [*_gradient(via["whole"], quantity.t), (f"|{through}", "subscript")]


def runs_over_time(quantities: Sequence[Quantity]) -> Runs:
    r"""The symbol of a series as pieces of text; what changes with the step is said with t.

    Example:
        >>> import numpy as np
        >>> def power(t):
        ...     latex = rf"W^{{{5 - t}}}"
        ...     return Quantity("power", np.ones(2), t=t, role="computed", latex_symbol=latex)
        >>> runs_over_time([power(1), power(2)])
        [('W', None), ('5-t', 'superscript')]
    """
    series = [runs(quantity) for quantity in quantities]
    if len({len(pieces) for pieces in series}) > 1:
        return series[0]
    times = [quantity.t or 0 for quantity in quantities]
    return [
        (_for_all([text for text, _ in column], times), column[0][1])
        for column in zip(*series, strict=True)
    ]


def _for_all(texts: Sequence[str], times: Sequence[int]) -> str:
    """One text for all time steps: a number that falls as t grows is written as 5-t."""
    if len(set(texts)) == 1:
        return texts[0]
    sums = {int(text) + t if text.isdigit() else None for text, t in zip(texts, times, strict=True)}
    only = sums.pop() if len(sums) == 1 else None
    return "…" if only is None else f"{only}-t"


def plain(quantity: Quantity) -> str:
    """The symbol as plain text, for lists: ``h_t``."""
    return plain_text(runs(quantity))


def plain_text(pieces: Runs) -> str:
    """Pieces of text as plain text, for charts and lists."""
    marks = {"subscript": "_", "superscript": "^", None: ""}
    return "".join(marks[script] + text for text, script in pieces)


def rich(quantity: Quantity, size: float, colour: str) -> CellRichText:
    """The symbol as rich text for a cell, in bold."""
    return rich_text(runs(quantity), size, colour)


def rich_text(pieces: Runs, size: float, colour: str) -> CellRichText:
    """Pieces of text as rich text for a cell, in bold."""
    return CellRichText(
        *(
            TextBlock(styles.inline(size, colour, bold=True, script=script), text)
            for text, script in pieces
        )
    )


def _gradient(latex: str, t: int | None) -> Runs:
    r"""A fraction of two ∂ on one line; any other symbol as it is."""
    fraction = _FRACTION.match(latex)
    if fraction is None:
        return _pieces(latex, t)
    top: Runs = [("∂", None), *_pieces(fraction["top"], None), ("/∂", None)]
    return [*top, *_pieces(fraction["bottom"], t)]


def _pieces(latex: str, t: int | None) -> Runs:
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2] + _MARKS[m[1]]), latex)
    text = _ARROW.sub(lambda m: m[2] + "^{" + ("→" if m[1] == "right" else "←") + "}", text)
    text = _STYLE.sub(r"\1", text)
    pieces: Runs = []
    # Splitting at a pattern with two groups gives: text, mark, script, text, mark, script, ...
    base, *rest = _SCRIPT.split(text)
    pieces.append((base, None))
    for mark, script, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if mark == "_":
            pieces.append((_over_time(script, t), "subscript"))
        else:
            pieces.append((script, "superscript"))
        pieces.append((after, None))
    return [piece for piece in pieces if piece[0]]


def _over_time(subscript: str, t: int | None) -> str:
    """The subscript with the letter t for the number of the time step."""
    *rest, last = subscript.split(",")
    return ",".join([*rest, "t" if last == str(t) else last])
