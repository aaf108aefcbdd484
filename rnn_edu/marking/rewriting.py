"""Formulas that differ from a formula in one place, as a mistake makes them differ."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from rnn_edu.errors import RnnEduError
from rnn_edu.walkthrough.expressions import Expression

#: What may stand in the place of a part of a formula; None where the rule does not apply.
Change: TypeAlias = Callable[[Expression], Expression | None]


def parts_of(root: Expression) -> Iterator[Expression]:
    """A formula and all its parts, from the outside in."""
    yield root
    for operand in root.operands:
        yield from parts_of(operand)


def rebuilt(node: Expression, operands: Sequence[Expression]) -> Expression | None:
    """The same operation on other operands, or None where it cannot be calculated."""
    twin = copy.copy(node)
    twin.operands = tuple(operands)
    try:
        with np.errstate(all="ignore"):
            twin.value = np.asarray(twin.compute(*(operand.value for operand in operands)))
    except (RnnEduError, ValueError, IndexError):
        return None
    return twin


def in_one_place(root: Expression, change: Change) -> Iterator[Expression]:
    """The formula with the change made in one place: once for each place that it fits."""
    changed = attempt(change, root)
    if changed is not None:
        yield changed
    for k, operand in enumerate(root.operands):
        for new in in_one_place(operand, change):
            whole = rebuilt(root, [*root.operands[:k], new, *root.operands[k + 1 :]])
            if whole is not None:
                yield whole


def everywhere(root: Expression, change: Change) -> Expression | None:
    """The formula with the change made in every place that it fits; None where in none."""
    changed = attempt(change, root)
    if changed is not None:
        return changed
    operands = [everywhere(operand, change) for operand in root.operands]
    if all(operand is None for operand in operands):
        return None
    return rebuilt(root, [new or old for new, old in zip(operands, root.operands, strict=True)])


def attempt(change: Change, node: Expression) -> Expression | None:
    """What the change makes of a part; None also where that cannot be calculated."""
    try:
        with np.errstate(all="ignore"):
            return change(node)
    except (RnnEduError, ValueError, IndexError):
        return None


def swapped(one: Iterable[Expression], other: Iterable[Expression]) -> Change:
    """A change that exchanges some parts for others, both ways."""
    pairs = dict(zip(one, other, strict=True))
    both = {**pairs, **{b: a for a, b in pairs.items()}}
    return lambda node: both.get(node)
