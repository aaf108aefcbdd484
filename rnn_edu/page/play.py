"""The part of the page to play with: the walkthrough as data, and the symbols that it needs."""

from __future__ import annotations

import re

from rnn_edu.page.mathml import mathml
from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.walkthrough import Walkthrough

FRACTION = re.compile(r"\\frac\{\\partial (.+?)\}\{\\partial (.+?)\}($|\\right)")


def data_element(identifier: str, text: str) -> str:
    """JSON as an element that is no script, whatever words stand in it.

    Example:
        >>> data_element("data", '{"title":"</script>"}').count("<")
        2
    """
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{identifier}">{text}</script>'


def symbols_element(walkthrough: Walkthrough, there: set[str]) -> str:
    """What the script needs set and does not find in the page, in an element that is not shown.

    Args:
        walkthrough: what is played with.
        there: the LaTeX of the formulas that are in the page.
    """
    missing = dict.fromkeys(latex for latex in _needed(walkthrough) if latex not in there)
    return "<template>" + "".join(mathml(latex, findable=True) for latex in missing) + "</template>"


def _needed(walkthrough: Walkthrough) -> list[str]:
    found = [f"t={q.t}" for q in walkthrough.steps if q.t is not None]
    for quantity in walkthrough.quantities:
        found += [quantity.latex_symbol, row_symbol(quantity)]
        if quantity.definition is not None:
            found.append(quantity.definition.latex())
    return found


def row_symbol(quantity: Quantity) -> str:
    r"""The symbol of a step at any time, as the script's ``map.js`` writes it before a row.

    The next step's number becomes t + 1. A gradient is on one line; what it is the gradient of
    keeps its own time.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> w = Walkthrough("Half of three")
        >>> row_symbol(w.step("y", w.input("x", 3.0) / 2, t=1))
        'y_{t}'
    """
    symbol = FRACTION.sub(r"\\partial \1/\\partial \2\3", quantity.latex_symbol)
    if quantity.t is None:
        return symbol
    above, slash, below = symbol.partition("/")
    head, body = (above + slash, below) if slash else ("", symbol)
    general = body
    for time, written in ((quantity.t, "t"), (quantity.t + 1, "t+1")):
        general = general.replace(f"_{{{time}}}", f"_{{{written}}}")
        general = general.replace(f",{time}}}", f",{written}}}")
    if head + general != symbol:
        return head + general
    return rf"\mathrm{{{quantity.name.replace('_', chr(92) + '_')}}}"
