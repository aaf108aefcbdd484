"""How numbers, symbols and brackets are printed in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_edu.walkthrough.symbols import symbol_of

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
PRECEDENCE = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


@dataclass(frozen=True)
class Printed:
    """A piece of text and how tightly it binds, so that brackets go only where needed."""

    text: str
    precedence: int

    @classmethod
    def atom(cls, text: str) -> Printed:
        """Text that never needs brackets."""
        return cls(text, ATOM)

    @classmethod
    def number(cls, text: str) -> Printed:
        """A number: a negative one, or one with a power of ten, binds like a sum or product."""
        if text.startswith("-"):
            return cls(text, SUM)
        return cls(text, PRODUCT if r"\cdot" in text else ATOM)


def wrap(piece: Printed, least: int, left: str = "(", right: str = ")") -> str:
    """The text, in brackets where it binds less tightly than ``least``."""
    return piece.text if piece.precedence >= least else left + piece.text + right


def join(left: Printed, operator: str, right: Printed, sign: str) -> Printed:
    """Two pieces and the sign between them, with the brackets that they need."""
    precedence = PRECEDENCE[operator]
    tighter = precedence + (operator in "-/" or right.text.startswith("-"))
    text = wrap(left, precedence) + sign + wrap(right, tighter)
    return Printed(text, precedence)


def transposed(piece: Printed) -> Printed:
    r"""The piece with a raised T; where something is raised already, in braces of its own.

    Example:
        >>> transposed(Printed.atom("W^{(2)}")).text
        '{W^{(2)}}^{\\top}'
    """
    inner = wrap(piece, POWER)
    return Printed((f"{{{inner}}}" if "^" in inner else inner) + r"^{\top}", POWER)


def number_text(value: float, digits: int = 6) -> str:
    """A number with at most ``digits`` significant digits.

    Six digits are the same on every processor; the last bits of tanh and exp are not.

    Example:
        >>> number_text(0.03298802621575342), number_text(-0.0), number_text(4.0)
        ('0.032988', '0', '4')
    """
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text


def number_latex(value: float, digits: int = 6) -> str:
    r"""A number for a formula; a power of ten is written as one.

    Example:
        >>> number_latex(1.5e-9)
        '1.5 \\cdot 10^{-9}'
    """
    mantissa, _, exponent = number_text(value, digits).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def array_latex(value: NDArray[np.float64], digits: int = 6) -> str:
    r"""An array as LaTeX: a number, a row, or a matrix.

    Example:
        >>> array_latex(np.array([1.0, 0.0]))
        '\\begin{bmatrix}1 & 0\\end{bmatrix}'
    """
    if value.size == 1:
        return number_latex(float(value.reshape(())), digits)
    rows = np.atleast_2d(value)
    lines = [" & ".join(number_latex(float(v), digits) for v in row) for row in rows]
    return r"\begin{bmatrix}" + r" \\ ".join(lines) + r"\end{bmatrix}"


def symbol_latex(name: str, t: int | None = None) -> str:
    r"""The symbol of a quantity: ``W_xh`` gives W with the subscript xh, ``h`` at 2 gives h_2.

    Example:
        >>> symbol_latex("W_xh"), symbol_latex("a_i", 2), symbol_latex("c_tilde", 1)
        ('W_{xh}', 'a_{i,2}', '\\tilde{c}_{1}')
    """
    return symbol_of(name, t).latex()
