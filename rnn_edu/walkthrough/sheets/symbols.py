r"""Symbols as a spreadsheet can show them: text with raised and lowered parts.

A cell cannot typeset LaTeX, but a part of its text can be raised or lowered. ``h_{2}`` of a
series is shown as h with the subscript t, since the row holds all time steps.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

from openpyxl.cell.rich_text import CellRichText, TextBlock

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.symbols import Runs, plain_text


def runs(quantity: Quantity) -> Runs:
    r"""The symbol as pieces of text.

    Example:
        >>> import numpy as np
        >>> runs(Quantity("W_xh", np.ones(2), t=None, role="weight"))
        [('W', None), ('xh', 'subscript')]
        >>> runs(Quantity("a_i", np.ones(2), t=3, role="gate"))
        [('a', None), ('i,t', 'subscript')]
    """
    return quantity.symbol.runs(quantity.t)


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


def of_one_step(quantity: Quantity) -> Quantity:
    """The same without its time step, so that its symbol keeps its number."""
    twin = copy.copy(quantity)
    twin.t = None
    return twin


def plain(quantity: Quantity) -> str:
    """The symbol as plain text, for lists: ``h_t``."""
    return plain_text(runs(quantity))


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


def column_width(written: Iterable[Runs]) -> float:
    """How wide a column has to be for these symbols."""
    return 1.25 * max(sum(len(text) for text, _ in runs) for runs in written) + 1
