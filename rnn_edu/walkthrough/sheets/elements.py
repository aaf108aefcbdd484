"""The scalar form of all elements of an expression, each part of it worked out once.

``expression.scalar(index)`` goes down to the quantities for every element anew. A table of
gradients over many steps asks for thousands of elements; here every part of the formula is
turned into an array of trees once, from the inside out, and without recursion, so that a sum
of a thousand steps is no deeper than a short one.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu.walkthrough.expressions import (
    Add,
    Concatenate,
    Divide,
    Expression,
    Index,
    Literal,
    MatMul,
    Multiply,
    Negate,
    Outer,
    Place,
    Quantity,
    Slice,
    Spread,
    Subtract,
    Sum,
    SumOf,
    Transpose,
    parts_of,
)
from rnn_edu.walkthrough.functions import LogSoftmax, Softmax
from rnn_edu.walkthrough.scalars import ZERO, Operation, Scalar, Total

#: An array of trees, one for each element.
Trees: TypeAlias = NDArray[Any]

#: What a spreadsheet calculates in the range of numbers in which NumPy does.
ARITHMETIC = (
    Quantity | Literal | Add | Subtract | Multiply | Divide | Negate | MatMul | Outer
    | Transpose | Sum | SumOf | Spread | Concatenate | Slice | Place | Softmax
)  # fmt: skip


class Known(Expression):
    """An operand whose trees are worked out already."""

    def __init__(self, operand: Expression, trees: Trees) -> None:
        self.operands, self.value, self.trees = (), operand.value, trees

    def scalar(self, index: Index) -> Scalar:
        """The element at ``index``, looked up."""
        return at(self.trees, index)


def at(trees: Trees, index: Index) -> Scalar:
    """The tree of one element."""
    tree: Scalar = trees[index]
    return tree


def elements(expression: Expression) -> Trees:
    """Every element of an expression as a tree of numbers, in an array of its shape.

    Example:
        >>> w = Quantity("w", np.ones(2), t=None, role="weight")
        >>> [tree.operator for tree in elements(w * w)]
        ['*', '*']
    """
    known: dict[Expression, Trees] = {}
    order = parts_of(expression)
    uses = Counter(operand for node in order for operand in node.operands)
    for node in order:
        known[node] = _trees(node, known)
        for operand in node.operands:
            uses[operand] -= 1
            if not uses[operand]:
                known.pop(operand, None)
    return known[expression]


def _trees(node: Expression, known: dict[Expression, Trees]) -> Trees:
    match node:
        case Expression(operands=()):
            return _each(node, node.shape)
        case Slice(operands=(operand,)):
            return _taken(known[operand].reshape(-1), node.places)
        case Place(operands=(operand,)) if np.unique(node.places).size == node.places.size:
            return _put(known[operand], node.places, node.target)
        case Softmax(operands=(operand,)) if not isinstance(node, LogSoftmax):
            return _shares(node, known[operand])
        case _:
            twin = copy.copy(node)
            twin.operands = tuple(Known(o, known[o]) for o in node.operands)
            return _each(twin, node.shape)


def _taken(trees: Trees, places: NDArray[np.int64]) -> Trees:
    """The trees at some places, also where that is a single one."""
    out = np.empty(places.shape, dtype=object)
    out[...] = trees[places]
    return out


def _put(trees: Trees, places: NDArray[np.int64], shape: Index) -> Trees:
    """Trees in their places among zeros."""
    out = np.empty(shape, dtype=object)
    out.fill(ZERO)
    # Flat on both sides: a single tree must not be put in as an array without axes.
    out.reshape(-1)[places.reshape(-1)] = trees.reshape(-1)
    return out


def _shares(softmax: Softmax, logits: Trees) -> Trees:
    """The elements of a softmax; those of a row share the sum by which they are divided."""
    out = np.empty(softmax.shape, dtype=object)
    twin = copy.copy(softmax)
    twin.operands = (Known(softmax.operands[0], logits),)
    for row in np.ndindex(softmax.shape[:-1]):
        first = twin.scalar((*row, 0))
        assert isinstance(first, Operation)
        assert isinstance(first.right, Total)
        for k, power in enumerate(first.right.terms):
            out[(*row, k)] = Operation(first.operator, power, first.right)
    return out


def _each(node: Expression, shape: Index) -> Trees:
    out = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        out[index] = node.scalar(index)
    return out


def is_arithmetic(expression: Expression) -> bool:
    """Whether an expression is written without functions such as exp, of which NumPy knows more.

    A softmax counts: it takes the exponential of numbers that are not above zero.

    Example:
        >>> w = Quantity("w", np.ones(2), t=None, role="weight")
        >>> is_arithmetic(2 * w + 1)
        True
    """
    return all(isinstance(node, ARITHMETIC) for node in parts_of(expression))
