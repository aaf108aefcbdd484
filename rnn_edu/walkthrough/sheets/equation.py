"""The formula of one number in symbols, as it is written on paper: ``tanh(a)``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rnn_edu.walkthrough.scalars import (
    Call,
    Cell,
    Dot,
    Largest,
    Number,
    Operation,
    Scalar,
    Total,
)
from rnn_edu.walkthrough.symbols import Runs

_SIGNS = {"+": " + ", "-": " − ", "*": " · ", "/": " / "}
_SUM, _PRODUCT, _WHOLE = range(3)
_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def equation(tree: Scalar, symbol: Callable[[Cell], Runs]) -> Runs:
    """A formula as pieces of text; ``symbol`` writes a cell.

    Example:
        >>> less = Operation("-", Number(1.0), Number(3.0))
        >>> tree = Operation("*", Number(2.0), Call("tanh", less))
        >>> "".join(text for text, _ in equation(tree, lambda cell: []))
        '2 · tanh(1 − 3)'
    """
    return _written(tree, symbol)[0]


def _written(tree: Scalar, symbol: Callable[[Cell], Runs]) -> tuple[Runs, int]:
    """The pieces, and how tightly the outermost sign binds."""

    def inside(part: Scalar, level: int) -> Runs:
        pieces, own = _written(part, symbol)
        return pieces if own >= level else [("(", None), *pieces, (")", None)]

    match tree:
        case Number(value):
            return [(f"{value:g}", None)], _WHOLE
        case Cell():
            return symbol(tree), _WHOLE
        case Call("negate", argument):
            return [("−", None), *inside(argument, _PRODUCT)], _SUM
        case Call(function, argument):
            return [(f"{function}(", None), *inside(argument, _SUM), (")", None)], _WHOLE
        case Operation("-", left, Largest(_, True)):
            # It is taken away so that no exp overflows; in the quotient it cancels.
            return _written(left, symbol)
        case Operation(operator, left, right):
            level = _LEVELS[operator]
            other = level + (operator in "-/")
            return [*inside(left, level), (_SIGNS[operator], None), *inside(right, other)], level
        case Total(terms):
            return _joined([inside(term, _SUM) for term in terms], " + "), _SUM
        case Dot(pairs):
            products = [Operation("*", left, right) for left, right in pairs]
            return _joined([inside(product, _PRODUCT) for product in products], " + "), _SUM
        case Largest(terms):
            listed = _joined([inside(term, _SUM) for term in terms], "; ")
            return [("max(", None), *listed, (")", None)], _WHOLE


def _joined(parts: Sequence[Runs], sign: str) -> Runs:
    first, *rest = parts
    return [*first, *(piece for part in rest for piece in [(sign, None), *part])]
