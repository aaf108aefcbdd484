"""A calculation as a learner has it: their own numbers where they wrote some."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from rnn_edu.marking.rewriting import rebuilt
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array, Expression, Relu, Sigmoid, Tanh

#: A number to six decimals, and a few roundings on the way, count as the same number.
ABSOLUTE, RELATIVE = 1e-6, 2e-5


def tolerance_of(wanted: float) -> float:
    """How far from ``wanted`` a number still counts as right.

    Example:
        >>> tolerance_of(0.03), tolerance_of(-10.0)
        (1e-06, 0.0002)
    """
    return max(ABSOLUTE, RELATIVE * abs(wanted))


def close(value: float, wanted: float) -> bool:
    """Whether a number counts as right; nothing is close to what cannot be calculated."""
    return bool(abs(value - wanted) <= tolerance_of(wanted))


class Scene:
    """The quantities of a walkthrough with a learner's numbers in them.

    Args:
        walkthrough: the calculation.
        written: the learner's numbers, by step and element.
        asked: the steps that the learner was asked for. What they left blank has its right
            value; a step that nobody asked for is calculated from what stands before it.
    """

    def __init__(
        self,
        walkthrough: Walkthrough,
        written: Mapping[Quantity, Mapping[tuple[int, ...], float]],
        asked: Collection[Quantity],
    ) -> None:
        self.walkthrough = walkthrough
        self.own: dict[Quantity, Quantity] = {}
        for q in walkthrough.quantities:
            derived = q.definition is not None and q not in asked
            start = self.belongs(q) if derived and written else q.value
            self.own[q] = _with(q, start, written.get(q, {}))
        self._original = {twin: q for q, twin in self.own.items()}

    def formula(self, step: Quantity) -> Expression | None:
        """The formula of a step over the learner's numbers; None where it has no value."""
        assert step.definition is not None
        return self._over_own(step.definition)

    def belongs(self, step: Quantity) -> Array:
        """What the learner's earlier numbers give for a step; nan where nothing."""
        formula = self.formula(step)
        return np.full(step.shape, np.nan) if formula is None else formula.value

    def at(self, name: str, t: int | None) -> Quantity | None:
        """A quantity by name and time step, with the learner's numbers."""
        if (name, t) not in self.walkthrough:
            return None
        return self.own[self.walkthrough[name, t]]

    def of_role(self, role: str) -> Iterator[Quantity]:
        """All quantities with this role, with the learner's numbers."""
        return (self.own[q] for q in self.walkthrough.of_role(role))

    def inside(self, quantity: Quantity) -> Quantity | None:
        """For an activation of one other quantity, such as tanh(a), that quantity."""
        original = self._original.get(quantity)
        definition = None if original is None else original.definition
        if not isinstance(definition, (Tanh, Sigmoid, Relu)):
            return None
        inner = definition.operands[0]
        return self.own[inner] if isinstance(inner, Quantity) else None

    def _over_own(self, expression: Expression) -> Expression | None:
        if isinstance(expression, Quantity):
            return self.own[expression]
        operands = [self._over_own(operand) for operand in expression.operands]
        known = [operand for operand in operands if operand is not None]
        return rebuilt(expression, known) if len(known) == len(operands) else None


def _with(quantity: Quantity, start: Array, numbers: Mapping[tuple[int, ...], float]) -> Quantity:
    twin = copy.copy(quantity)
    twin.value = start.copy()
    for index, number in numbers.items():
        twin.value[index] = number
    return twin
