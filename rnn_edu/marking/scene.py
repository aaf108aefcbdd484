"""A calculation as a learner has it: their own numbers where they wrote some."""

from __future__ import annotations

import copy
import statistics
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rnn_edu.marking.rewriting import everywhere, rebuilt
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array, Expression, Multiply
from rnn_edu.walkthrough.functions import Apply, Function

RELATIVE = 2e-5
#: How exactly a number must be the one that its decimals say, and a little more than a half.
WRITTEN, HALF = 1e-12, 0.500001
#: So many decimals are written with a pencil, where so many are asked for.
FEWEST_WITH_A_PENCIL = 4


@dataclass(frozen=True)
class Tolerance:
    """How exact a number must be: so many decimals, and a few roundings on the way.

    Attributes:
        decimals: how many a learner is asked to write.

    Example:
        >>> Tolerance(6).of(0.03), Tolerance(6).of(-10.0)
        (1e-06, 0.0002)
        >>> Tolerance(6).close(0.0329882, 0.032988), Tolerance(6).close(0.033, 0.032988)
        (True, False)
        >>> [Tolerance(decimals).pencil for decimals in (3, 4, 6, 8)]
        [3, 4, 4, 6]
    """

    decimals: int

    @property
    def absolute(self) -> float:
        """One in the last decimal."""
        return float(f"1e-{self.decimals}")

    def of(self, wanted: float) -> float:
        """How far from ``wanted`` a number still counts as right."""
        return max(self.absolute, RELATIVE * abs(wanted))

    def close(self, value: float, wanted: float) -> bool:
        """Whether a number counts as right; nothing is close to what cannot be calculated."""
        return bool(abs(value - wanted) <= self.of(wanted))

    @property
    def pencil(self) -> int:
        """With so many decimals a pencil stops: a number rounded to them counts in full."""
        return max(self.decimals - 2, min(self.decimals, FEWEST_WITH_A_PENCIL))

    @property
    def roundings(self) -> tuple[int, ...]:
        """The fewer decimals to which a number may be rounded, the most first."""
        return tuple(range(self.decimals - 1, self.pencil - 2, -1))

    def digits(self, value: float) -> int:
        """With how many decimals a number was written, as far as they matter here."""
        shorter = (d for d in self.roundings[::-1] if _written_with(value, d))
        return next(shorter, self.decimals)

    def agreement(self, value: float, wanted: float) -> int:
        """How many decimals of a number are right: all, or those to which it was rounded.

        Example:
            >>> [Tolerance(6).agreement(x, -0.133503) for x in (-0.133503, -0.1335, -0.134, -0.13)]
            [6, 5, 3, 0]
        """
        if self.close(value, wanted):
            return self.decimals
        fitting = (d for d in self.roundings if _is_rounded(value, wanted, d))
        return next(fitting, 0)

    def share(self, value: float, decimals: int) -> float:
        """The credit for a number of which so many decimals are right."""
        if decimals >= self.pencil:
            return 1.0
        # With less than two digits it may be anything.
        return 0.5 if decimals and abs(value) >= float(f"1e{1 - decimals}") else 0.0


def _written_with(value: float, decimals: int) -> bool:
    return abs(round(value, decimals) - value) <= WRITTEN


def _is_rounded(value: float, wanted: float, decimals: int) -> bool:
    """Whether a number is another one rounded or cut off."""
    if not _written_with(value, decimals):
        return False
    gap, unit = abs(value - wanted), float(f"1e-{decimals}")
    return gap <= HALF * unit or (abs(value) < abs(wanted) and gap < unit)


def tolerance_for(steps: Collection[Quantity]) -> Tolerance:
    """Six decimals, or eight where most numbers are smaller than 0.01, as gradients may be.

    Example:
        >>> q = Quantity("h", np.array([0.5, -0.2]), t=1, role="state")
        >>> tolerance_for([q])
        Tolerance(decimals=6)
    """
    sizes = np.concatenate([np.abs(step.value).reshape(-1) for step in steps])
    return Tolerance(6 if np.median(sizes) >= 0.01 else 8)


def is_activation(function: Function) -> bool:
    """Whether it is one of Keras's activations; exp is more often something else."""
    return bool(function.keras) and function.base != "exp"


class Scene:
    """The quantities of a walkthrough with a learner's numbers in them.

    Args:
        walkthrough: the calculation.
        written: the learner's numbers, by step and element.
        asked: the steps that the learner was asked for. What they left blank has its right
            value; a step that nobody asked for is calculated from what stands before it.
        decimals: how many were asked for; None for as many as suit the numbers.
    """

    def __init__(
        self,
        walkthrough: Walkthrough,
        written: Mapping[Quantity, Mapping[tuple[int, ...], float]],
        asked: Collection[Quantity],
        decimals: int | None = None,
    ) -> None:
        self.walkthrough = walkthrough
        self.tolerance = tolerance_for(asked) if decimals is None else Tolerance(decimals)
        digits = [self.tolerance.digits(x) for step in written.values() for x in step.values()]
        #: With how many decimals most of the numbers are written.
        self.usual = int(statistics.median(digits)) if digits else 0
        self.own: dict[Quantity, Quantity] = {}
        self._asked, self._original = set(asked), dict[Quantity, Quantity]()
        for q in walkthrough.quantities:
            start = self.belongs(q) if self._derived(q) and written else q.value
            self.own[q] = _with(q, start, written.get(q, {}))
            self._original[self.own[q]] = q

    def formulas(self, step: Quantity) -> Iterator[Expression]:
        """The formula of a step over the learner's numbers, where it has a value.

        Where it uses steps of the same time that nobody asked for, the formula with theirs put
        in comes second: the learner had to calculate them on the way.
        """
        assert step.definition is not None
        formula = self.over_own(step.definition)
        if formula is not None:
            yield formula
            whole = everywhere(formula, lambda node: self._on_the_way(step, node))
            if whole is not None:
                yield whole

    def _on_the_way(self, step: Quantity, node: Expression) -> Expression | None:
        original = self._original.get(node) if isinstance(node, Quantity) else None
        if original is None or original.t != step.t or not self._derived(original):
            return None
        return list(self.formulas(original))[-1]

    def _derived(self, quantity: Quantity) -> bool:
        return quantity.definition is not None and quantity not in self._asked

    def belongs(self, step: Quantity) -> Array:
        """What the learner's earlier numbers give for a step; nan where nothing."""
        assert step.definition is not None
        formula = self.over_own(step.definition)
        return np.full(step.shape, np.nan) if formula is None else formula.value

    def read_by(self, step: Quantity) -> set[Quantity]:
        """The steps that a learner was asked for and of which the numbers of a step are made."""
        assert step.definition is not None
        found: set[Quantity] = set()
        for leaf in step.definition.quantities():
            found |= self.read_by(leaf) if self._derived(leaf) else {leaf} & self._asked
        return found

    def at(self, name: str, t: int | None) -> Quantity | None:
        """A quantity by name and time step, with the learner's numbers."""
        if (name, t) not in self.walkthrough:
            return None
        return self.own[self.walkthrough[name, t]]

    def of_role(self, role: str) -> Iterator[Quantity]:
        """All quantities with this role, with the learner's numbers."""
        return (self.own[q] for q in self.walkthrough.of_role(role))

    def counterparts(self, quantity: Quantity) -> Iterator[Quantity]:
        """The same value of other layers at the same time, with the learner's numbers."""
        here = quantity.origin
        if here is None or quantity.role == "weight":
            return
        for q in self.walkthrough.quantities:
            there = q.origin
            if there is None or there.layer == here.layer or there.value != here.value:
                continue
            if (q.t, q.role, q.shape) == (quantity.t, quantity.role, quantity.shape):
                yield self.own[q]

    def inside(self, quantity: Quantity) -> Quantity | None:
        """For an activation of one other quantity, such as tanh(a), that quantity."""
        original = self._original.get(quantity)
        definition = None if original is None else original.definition
        if not isinstance(definition, Apply) or not is_activation(definition.function):
            return None
        inner = definition.operands[0]
        return self.own[inner] if isinstance(inner, Quantity) else None

    def before_activation(self, step: Quantity) -> Array | None:
        """What stands inside the activation of a step, from the learner's numbers."""
        definition = step.definition
        if not isinstance(definition, Apply) or not is_activation(definition.function):
            return None
        inner = self.over_own(definition.operands[0])
        return None if inner is None else inner.value

    def product(self, quantity: Quantity) -> tuple[Quantity, Quantity] | None:
        """For a product of two quantities, such as r ⊙ h, those two."""
        original = self._original.get(quantity)
        definition = None if original is None else original.definition
        if not isinstance(definition, Multiply):
            return None
        one, other = definition.operands
        named = isinstance(one, Quantity) and isinstance(other, Quantity)
        return (self.own[one], self.own[other]) if named else None  # type: ignore[index]

    def over_own(self, expression: Expression) -> Expression | None:
        """A formula over the learner's numbers, where it has a value."""
        if isinstance(expression, Quantity):
            return self.own[expression]
        operands = [self.over_own(operand) for operand in expression.operands]
        known = [operand for operand in operands if operand is not None]
        return rebuilt(expression, known) if len(known) == len(operands) else None


def _with(quantity: Quantity, start: Array, numbers: Mapping[tuple[int, ...], float]) -> Quantity:
    twin = copy.copy(quantity)
    twin.value = start.copy()
    for index, number in numbers.items():
        twin.value[index] = number
    return twin
