"""Arrays put into another order: other shapes, vectors under each other, a number as one-hot."""

from __future__ import annotations

import math

import numpy as np

from rnn_edu.errors import ShapeError
from rnn_edu.walkthrough.expressions import (
    Array,
    Expression,
    Index,
    Leaf,
    Operand,
    as_expression,
)
from rnn_edu.walkthrough.latex import Printed
from rnn_edu.walkthrough.scalars import ONE, Call, Number, Operation, Scalar


class Reshape(Expression):
    """The same numbers, row by row, in another shape."""

    def __init__(self, operand: Expression, shape: Index) -> None:
        self.target = shape
        if math.prod(shape) != operand.value.size:
            raise ShapeError(
                f"{operand.describe()} has {operand.value.size} numbers, which do not fill {shape}."
            )
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        return u.reshape(self.target)

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        if len(self.target) == 1:
            return Printed.atom(rf"\operatorname{{flat}}\left({inner}\right)")
        sizes = r" \times ".join(map(str, self.target))
        return Printed.atom(rf"\operatorname{{shape}}_{{{sizes}}}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        flat = int(np.ravel_multi_index(index, self.target)) if index else 0
        place = np.unravel_index(flat, self.operands[0].shape)
        return self.operands[0].scalar(tuple(int(k) for k in place))

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return (Reshape(gradient, self.operands[0].shape),)


class Stack(Expression):
    """Vectors of one length under each other, as the rows of a matrix; numbers, as a vector."""

    def __init__(self, *operands: Expression) -> None:
        if len({operand.shape for operand in operands}) != 1 or len(operands[0].shape) > 1:
            names = ", ".join(operand.describe() for operand in operands)
            raise ShapeError(
                f"{names} cannot stand under each other: vectors of one length can, or numbers."
            )
        super().__init__(*operands)

    def compute(self, *values: Array) -> Array:
        return np.stack(values)

    def printed(self, leaf: Leaf) -> Printed:
        inner = r" \\ ".join(operand.printed(leaf).text for operand in self.operands)
        return Printed.atom(rf"\begin{{bmatrix}}{inner}\end{{bmatrix}}")

    def scalar(self, index: Index) -> Scalar:
        return self.operands[index[0]].scalar(index[1:])

    def pullback(self, out: Expression, gradient: Expression) -> tuple[Expression, ...]:
        return tuple(gradient[k] for k in range(len(self.operands)))


class OneHot(Expression):
    """A whole number from 0 as a vector that is 1 in its place, else 0."""

    def __init__(self, operand: Expression, size: int) -> None:
        self.size = size
        if operand.value.size != 1:
            raise ShapeError(f"{operand.describe()} is not a single number, so not a place.")
        super().__init__(operand)

    def compute(self, u: Array) -> Array:
        return np.asarray(np.arange(self.size) == u.reshape(()), dtype=np.float64)

    def printed(self, leaf: Leaf) -> Printed:
        inner = self.operands[0].printed(leaf).text
        return Printed.atom(rf"\operatorname{{onehot}}\left({inner}\right)")

    def scalar(self, index: Index) -> Scalar:
        place = self.operands[0].scalar((0,) * len(self.operands[0].shape))
        away = Call("sign", Operation("-", place, Number(float(index[0]))))
        return Operation("-", ONE, Call("abs", away))


def reshape(u: Expression, shape: Index) -> Expression:
    """The same numbers, row by row, in another shape.

    Raises:
        ShapeError: the numbers do not fill it.
    """
    return Reshape(u, shape)


def flatten(u: Expression) -> Expression:
    """All numbers as one vector, row by row."""
    return Reshape(u, (u.value.size,))


def stack(*parts: Operand) -> Expression:
    """Vectors under each other as a matrix, or numbers as a vector.

    Raises:
        ShapeError: their lengths differ.
    """
    return Stack(*(as_expression(part) for part in parts))
