"""The part of the page to play with: the walkthrough as data, and the symbols that it needs."""

from __future__ import annotations

from rnn_edu.page.mathml import mathml
from rnn_edu.walkthrough.walkthrough import Walkthrough
from rnn_edu.walkthrough.widget import row_symbol


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
