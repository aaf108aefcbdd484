"""One number as a reader with a pencil writes it: the scalar form of a formula in LaTeX."""

from __future__ import annotations

from collections.abc import Callable

from rnn_edu.walkthrough.functions import named
from rnn_edu.walkthrough.latex import SUM, Printed, join, number_latex, wrap
from rnn_edu.walkthrough.scalars import Call, Cell, Dot, Largest, Number, Operation, Scalar, Total


def scalar_latex(scalar: Scalar, cell: Callable[[Cell], str] | None = None) -> str:
    r"""LaTeX of a scalar; ``cell`` prints a cell, by default as its value.

    Example:
        >>> scalar_latex(Call("tanh", Operation("*", Number(2.0), Number(-0.5))))
        '\\tanh\\left(2 \\cdot (-0.5)\\right)'
    """
    return _latex(scalar, cell or cell_number).text


def scalar_terms(scalar: Scalar, cell: Callable[[Cell], str] | None = None) -> list[str]:
    r"""The LaTeX of a scalar, cut between the terms of its outermost sum.

    Joined together, the pieces are :func:`scalar_latex`; cut, a long sum can run over lines.

    Example:
        >>> scalar_terms(Total((Number(1.0), Number(-2.0), Number(3.0))))
        ['1', ' + (-2)', ' + 3']
    """
    pieces = _terms(scalar)
    if len(pieces) == 1:
        return [scalar_latex(scalar, cell)]
    texts = [_latex(piece, cell or cell_number) for piece in pieces]
    rest = [" + " + wrap(text, SUM + text.text.startswith("-")) for text in texts[1:]]
    return [texts[0].text, *rest]


def _terms(scalar: Scalar) -> list[Scalar]:
    match scalar:
        case Operation("+", left, right):
            return [*_terms(left), *_terms(right)]
        case Total(terms):
            return list(terms)
        case Dot(pairs):
            return [Operation("*", left, right) for left, right in pairs]
        case _:
            return [scalar]


def cell_number(cell: Cell) -> str:
    """The value of a cell as LaTeX."""
    return number_latex(float(cell.quantity.value[cell.index]))


def _latex(scalar: Scalar, cell: Callable[[Cell], str]) -> Printed:
    match scalar:
        case Number(value):
            return Printed.number(number_latex(value))
        case Cell():
            return Printed.number(cell(scalar))
        case Call("negate", argument):
            return Printed("-" + wrap(_latex(argument, cell), SUM + 1), SUM)
        case Call(function, argument):
            inner = _latex(argument, cell).text
            return Printed.atom(rf"{named(function).latex}\left({inner}\right)")
        case Operation("/", left, right):
            top, bottom = _latex(left, cell).text, _latex(right, cell).text
            return Printed.atom(rf"\frac{{{top}}}{{{bottom}}}")
        case Operation(operator, left, right):
            sign = r" \cdot " if operator == "*" else f" {operator} "
            return join(_latex(left, cell), operator, _latex(right, cell), sign)
        case Total(terms):
            return _latex_sum([_latex(term, cell) for term in terms])
        case Dot(pairs):
            return _latex_sum(
                [join(_latex(a, cell), "*", _latex(b, cell), r" \cdot ") for a, b in pairs]
            )
        case Largest(terms):
            inner = ", ".join(_latex(term, cell).text for term in terms)
            return Printed.atom(rf"\max\left({inner}\right)")


def _latex_sum(terms: list[Printed]) -> Printed:
    total = terms[0]
    for term in terms[1:]:
        total = join(total, "+", term, " + ")
    return total
