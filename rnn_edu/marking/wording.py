r"""Formulas as a line of plain text, for cells and messages that cannot typeset mathematics.

Example:
    >>> from rnn_edu.walkthrough import Walkthrough, tanh
    >>> w = Walkthrough("One step")
    >>> x, W_xh = w.input("x", [1.0, 2.0], t=1), w.weight("W_xh", [[0.5], [0.25]])
    >>> h = w.step("h", tanh(x @ W_xh), t=1)
    >>> formula_text(h.definition)
    'tanh(x_1 W_xh)'
    >>> numbers_text(h, (0,), {x, W_xh})
    'tanh(1 · 0.5 + 2 · 0.25)'
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rnn_edu.marking.rewriting import everywhere
from rnn_edu.walkthrough import scalars
from rnn_edu.walkthrough.counting import axis_labels
from rnn_edu.walkthrough.expressions import Expression, Quantity, Slice
from rnn_edu.walkthrough.latex import Printed, number_text
from rnn_edu.walkthrough.pencil import scalar_latex
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

_OPERATORNAME = re.compile(r"\\operatorname\{([^{}]*)\}")
_SIGNS = (
    (r"\begin{bmatrix}", "["),
    (r"\end{bmatrix}", "]"),
    (r" \\ ", " // "),
    (r"\left", ""),
    (r"\right", ""),
    (r"\,;\,", ";"),
    (r"\,", ""),
    (r"\odot", "⊙"),
    (r"\cdot", "·"),
    (r"\sigma", "σ"),
    (r"^{\top}", "ᵀ"),
    (r"\quad", " "),
)


def symbol_text(quantity: Quantity) -> str:
    r"""The symbol with its own time step: ``h_1``, ``∂L/∂W_xh``, ``∂L/∂h_3 via a_4``.

    Example:
        >>> import numpy as np
        >>> latex = r"\left.\frac{\partial L}{\partial h_{3}}\right|_{a_{4}}"
        >>> symbol_text(Quantity("d", np.ones(2), t=3, role="gradient", latex_symbol=latex))
        '∂L/∂h_3 via a_4'
    """
    return quantity.symbol.text()


def part_text(part: Expression) -> str:
    """A named quantity, a named part of one, or a formula."""
    if isinstance(part, Quantity):
        return symbol_text(part)
    if isinstance(part, Slice) and part.symbol:
        return part.symbol
    return formula_text(part)


def formula_text(expression: Expression) -> str:
    """A formula in symbols."""
    return plain(expression.printed(lambda q: Printed.atom(symbol_text(q))).text)


def element_text(quantity: Quantity, index: tuple[int, ...]) -> str:
    """One element: ``h_1[unit 2]``."""
    symbol = symbol_text(quantity)
    if quantity.value.size == 1:
        return symbol
    axes = [axis_labels(quantity, axis) for axis in range(quantity.value.ndim)]
    return f"{symbol}[{', '.join(axis[k] for axis, k in zip(axes, index, strict=True))}]"


def numbers_text(
    quantity: Quantity,
    index: tuple[int, ...],
    known: Collection[Quantity],
    unshown: Collection[Quantity] = (),
) -> str:
    """One element of a step with the known numbers put in, the others by their names.

    What is multiplied by a known zero is left out, and so is the largest number that softmax
    takes away from all, since it cancels out.

    Args:
        quantity: the step.
        index: the element.
        known: what the reader was given, as numbers.
        unshown: steps that the reader never sees; their formulas are put in.
    """
    assert quantity.definition is not None
    scalar = _Shortener(known, unshown).short(quantity.definition.scalar(index))
    return plain(scalar_latex(scalar, lambda cell: element_text(cell.quantity, cell.index)))


def without_unshown(expression: Expression, unshown: Collection[Quantity]) -> Expression:
    """A formula in which steps that the reader never sees are replaced by their formulas."""

    def change(node: Expression) -> Expression | None:
        return node.definition if isinstance(node, Quantity) and node in unshown else None

    formula = everywhere(expression, change)
    return expression if formula is None else without_unshown(formula, unshown)


class _Shortener:
    """Puts known numbers into a scalar and leaves out what they make zero."""

    def __init__(self, known: Collection[Quantity], unshown: Collection[Quantity]) -> None:
        self.known, self.unshown = known, unshown

    def short(self, scalar: Scalar) -> Scalar:
        """The scalar with numbers put in."""
        match scalar:
            case Cell():
                return self._cell(scalar)
            case Call(function, argument):
                return Call(function, self.short(argument))
            case Operation("-", left, Largest(_, cancels=True)):
                return self.short(left)
            case Operation("+", left, right):
                return scalars.add(self.short(left), self.short(right))
            case Operation("*", left, right):
                return _product(self.short(left), self.short(right))
            case Operation(operator, left, right):
                return Operation(operator, self.short(left), self.short(right))
            case Dot(pairs):
                return _sum([_product(self.short(a), self.short(b)) for a, b in pairs])
            case Total(terms):
                return _sum([self.short(term) for term in terms])
            case Largest(terms, cancels):
                return Largest(tuple(self.short(term) for term in terms), cancels)
            case _:
                return scalar

    def _cell(self, cell: Cell) -> Scalar:
        if cell.quantity in self.known:
            return Number(float(cell.quantity.value[cell.index]))
        if cell.quantity in self.unshown and cell.quantity.definition is not None:
            return self.short(cell.quantity.definition.scalar(cell.index))
        return cell


def _product(left: Scalar, right: Scalar) -> Scalar:
    return scalars.ZERO if scalars.ZERO in (left, right) else Operation("*", left, right)


def _sum(terms: list[Scalar]) -> Scalar:
    left = [term for term in terms if term != scalars.ZERO]
    if len(left) < 2:
        return left[0] if left else scalars.ZERO
    return Total(tuple(left))


def plain(latex: str) -> str:
    r"""Simple LaTeX as plain text.

    Example:
        >>> plain(r"\frac{a + b}{c} \cdot \tanh\left(x\right)")
        '(a + b)/c · tanh(x)'
        >>> plain(r"\begin{bmatrix}v_1 \\ v_2\end{bmatrix}")
        '[v_1 // v_2]'
    """
    text = _OPERATORNAME.sub(r"\1", latex)
    for sign, character in _SIGNS:
        text = text.replace(sign, character)
    return " ".join(_fractions(text).replace("\\", "").split())


def _fractions(text: str) -> str:
    """Each fraction on one line; the innermost is written first."""
    while (start := text.rfind(r"\frac{")) >= 0:
        top_end = _closing(text, start + 5)
        bottom_end = _closing(text, top_end + 1)
        top, bottom = text[start + 6 : top_end], text[top_end + 2 : bottom_end]
        text = f"{text[:start]}{_bracketed(top)}/{_bracketed(bottom)}{text[bottom_end + 1 :]}"
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)


def _bracketed(text: str) -> str:
    single = " " not in text or re.fullmatch(r"\w+\([^()]*\)", text)
    return text if single else f"({text})"


#: What is said of a wrong number, and where no known mistake gives it.
NOT_THERE = "{} is not what belongs there."
NONE_KNOWN = "It looks like none of the mistakes that are known here."


def looks_as_if(sentence: str) -> str:
    """What is said of a wrong number that a known mistake gives."""
    return f"It looks as if {sentence}."


def cut(text: str, most: int = 80) -> str:
    """A text of others in a message: its beginning, where it is long.

    Example:
        >>> cut("abcdef", 4)
        'abc…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(value: float) -> str:
    """A learner's number, with no more digits than it needs."""
    return number_text(value, 10)
