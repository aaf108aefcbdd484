"""One number at a time: the scalar form of an expression.

An expression such as ``x @ W`` says what happens to whole arrays. A spreadsheet cell, and
a reader with a pencil, need the same sentence for a single number. This module holds that
form: a tree of numbers, cells (one element of a named quantity), calls and sums. The
spreadsheet formula and the line with the numbers put in are both printed from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True)
class Cell:
    """One element of a named quantity: ``h_2[0]`` is ``Cell(h_2, (0,))``.

    Quantities are written with expressions, which are made of this module's trees; so their
    type is not known here.
    """

    quantity: Any
    index: tuple[int, ...]


@dataclass(frozen=True)
class Call:
    """A function of one number, by its name in :mod:`.functions`; ``negate`` is minus."""

    function: str
    argument: Scalar


@dataclass(frozen=True)
class Operation:
    """Two numbers joined by ``+``, ``-``, ``*`` or ``/``."""

    operator: str
    left: Scalar
    right: Scalar


@dataclass(frozen=True)
class Total:
    """The sum of some numbers."""

    terms: tuple[Scalar, ...]


@dataclass(frozen=True)
class Dot:
    """The sum of products: first times first, plus second times second, and so on."""

    pairs: tuple[tuple[Scalar, Scalar], ...]


@dataclass(frozen=True)
class Largest:
    """The largest of some numbers.

    Attributes:
        terms: the numbers.
        cancels: whether it is only taken away from all of them so that no exp overflows.
    """

    terms: tuple[Scalar, ...]
    cancels: bool = False


Scalar = Number | Cell | Call | Operation | Total | Dot | Largest

ZERO = Number(0.0)
ONE = Number(1.0)


def add(left: Scalar, right: Scalar) -> Scalar:
    """Sum of two scalars; a zero disappears."""
    if left == ZERO:
        return right
    return left if right == ZERO else Operation("+", left, right)


def multiply(left: Scalar, right: Scalar) -> Scalar:
    """Product of two scalars; a zero wins and a one disappears."""
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    return left if right == ONE else Operation("*", left, right)


def parts_of_tree(tree: Scalar) -> tuple[Scalar, ...]:
    """What a tree joins, from left to right; nothing for a number or a cell."""
    match tree:
        case Call(_, argument):
            return (argument,)
        case Operation(_, left, right):
            return left, right
        case Total(terms) | Largest(terms):
            return terms
        case Dot(pairs):
            return tuple(factor for pair in pairs for factor in pair)
        case _:
            return ()


def cells_in(tree: Scalar) -> list[Cell]:
    """The cells of a tree from left to right, each once."""
    found: dict[Cell, None] = {}
    waiting, seen = [tree], set[int]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Cell):
            found[part] = None
        elif id(part) not in seen:
            seen.add(id(part))
            waiting += parts_of_tree(part)[::-1]
    return list(found)


def substituted(tree: Scalar, cell: Cell, put_in: Any) -> Any:
    """The tree with something else in the place of a cell: another tree, or a range of cells."""
    return with_cells(tree, lambda one: put_in if one == cell else one)


def with_cells(tree: Scalar, of: Callable[[Cell], Any]) -> Any:
    """The tree with ``of(cell)`` in the place of each cell, asked from left to right."""

    def new(part: Scalar) -> Any:
        return with_cells(part, of)

    match tree:
        case Cell():
            return of(tree)
        case Call(function, argument):
            return Call(function, new(argument))
        case Operation(operator, left, right):
            return Operation(operator, new(left), new(right))
        case Total(terms):
            return Total(tuple(map(new, terms)))
        case Dot(pairs):
            return Dot(tuple((new(a), new(b)) for a, b in pairs))
        case Largest(terms, cancels):
            return Largest(tuple(map(new, terms)), cancels)
        case _:
            return tree
