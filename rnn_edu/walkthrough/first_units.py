"""The first units of a large calculation; what the others give stands there as plain numbers.

A unit of a recurrent network hears all units of the step before, so none can be left out. But
their numbers can be taken as given: a layer of 200 units, of which three are calculated in full,
fits a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough.expressions import (
    Concatenate,
    Elementwise,
    Expression,
    MatMul,
    Quantity,
    Slice,
    SumOf,
    span_text,
)
from rnn_edu.walkthrough.functions import Apply
from rnn_edu.walkthrough.symbols import Symbol
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: What has one number for each unit of a layer; an answer keeps all of its classes.
_OF_UNITS = ("pre-activation", "gate", "state", "cell state", "computed")
#: Operations whose element k needs only the elements k of what they are made of.
_BY_ELEMENT = (Elementwise, SumOf, Apply)


def first_units(walkthrough: Walkthrough, count: int) -> Walkthrough:
    """The same forward pass with a formula for the first ``count`` units of each layer only.

    Args:
        walkthrough: the calculation, without gradients.
        count: how many units of each layer keep their formulas.

    Returns:
        A calculation in which ``h`` has ``count`` elements, beside a constant ``h_others`` with
        what the other units give; weights that only they need are gone.

    Raises:
        UsageError: a count below 1, or a calculation with a loss or gradients.

    Example:
        >>> import numpy as np
        >>> w = Walkthrough("Five units")
        >>> h = w.step("h", 2 * w.input("x", np.arange(5.0)), role="state")
        >>> y = w.step("y", h @ w.weight("W", np.ones((5, 1))), role="output")
        >>> part = first_units(w, 2)
        >>> part["h"].value.tolist(), part["h_others"].value.tolist(), part["y"].value.tolist()
        ([0.0, 2.0], [4.0, 6.0, 8.0], [20.0])
    """
    if count < 1:
        raise UsageError(f"--units {count}: give 1 or more.")
    if walkthrough.of_role("loss") or walkthrough.of_role("gradient"):
        raise UsageError(
            "--units takes a part of the forward pass, but every gradient needs all units; add "
            "--forward-only, or leave the target and --gradients out."
        )
    return _Part(walkthrough, count).written()


@dataclass
class _Uses:
    """What is needed whole, and of what the first units are enough."""

    whole: set[Quantity] = field(default_factory=set)
    first: set[Quantity] = field(default_factory=set)


class _Part:
    """Writes the first units of a walkthrough.

    Args:
        walkthrough: the calculation.
        count: how many units.
    """

    def __init__(self, walkthrough: Walkthrough, count: int) -> None:
        self.walkthrough, self.count = walkthrough, count
        self.part = Walkthrough(walkthrough.title, note=walkthrough.note)
        self.uses = _Uses()
        self.names = {step.name for step in walkthrough.steps if self._narrow(step)}
        for step in walkthrough.steps:
            assert step.definition is not None
            (self._mark_first if self._narrow(step) else self._mark_whole)(step.definition)
        #: What stands in the part for a quantity: its first units, and all of them.
        self.first: dict[Quantity, Quantity] = {}
        self.all: dict[Quantity, Expression] = {}

    def written(self) -> Walkthrough:
        """The part."""
        for quantity in self.walkthrough.quantities:
            if quantity.definition is not None:
                self._step(quantity)
            elif self._narrow_given(quantity):
                self._keep(quantity, self._narrowed(quantity))
            else:
                self.all[quantity] = self.part.copy_of(quantity, None, {})
        return self.part

    def _wide(self, expression: Expression) -> bool:
        return bool(expression.shape) and expression.shape[-1] > self.count

    def _narrow(self, step: Quantity) -> bool:
        return step.role in _OF_UNITS and self._wide(step)

    def _narrow_given(self, quantity: Quantity) -> bool:
        """Whether it is a weight of which some columns are enough, or the start of a state."""
        only_first = quantity in self.uses.first and quantity not in self.uses.whole
        start = quantity.name in self.names and self._wide(quantity)
        return (only_first or start) and quantity.choice is None

    # -- which numbers are needed -------------------------------------------------------

    def _mark_whole(self, expression: Expression) -> None:
        self.uses.whole.update(expression.quantities())

    def _mark_first(self, expression: Expression) -> None:
        if not self._wide(expression):
            self._mark_whole(expression)
        elif isinstance(expression, Quantity):
            self.uses.first.add(expression)
        elif isinstance(expression, _BY_ELEMENT):
            for operand in expression.operands:
                self._mark_first(operand)
        elif isinstance(expression, MatMul) and len(expression.operands[1].shape) == 2:
            self._mark_whole(expression.operands[0])
            self._mark_first(expression.operands[1])
        else:
            self._mark_whole(expression)

    # -- the numbers themselves ---------------------------------------------------------

    def _step(self, step: Quantity) -> None:
        assert step.definition is not None
        if not self._narrow(step):
            self.all[step] = self.part.step(
                step.name, self._whole(step.definition), **self._settings(step, narrow=False)
            )
            return
        first = self.part.step(
            step.name, self._first(step.definition), **self._settings(step, narrow=True)
        )
        self._keep(step, first)

    def _keep(self, quantity: Quantity, first: Quantity) -> None:
        """Its first units stand for it; beside them, where it is needed whole, the others."""
        self.first[quantity] = first
        if quantity in self.uses.whole:
            self.all[quantity] = Concatenate(first, self._others(quantity))

    def _others(self, step: Quantity) -> Quantity:
        """What the units that are not calculated give, as numbers."""
        units = step.shape[-1]
        return self.part.constant(
            f"{step.name}_others",
            step.value[..., self.count :],
            t=step.t,
            note=f"{span_text('unit', range(self.count, units))}: as the whole network gives them",
            labels=_cut(step.labels, slice(self.count, None)),
            latex_symbol=_part_symbol(step, range(self.count, units)),
        )

    def _whole(self, expression: Expression) -> Expression:
        """An expression over the part, all of its elements."""
        return expression.replaced({q: self.all[q] for q in expression.quantities()})

    def _first(self, expression: Expression) -> Expression:
        """An expression over the part, its first elements."""
        if isinstance(expression, Quantity) and expression in self.first:
            return self.first[expression]
        if not self._wide(expression):
            return self._whole(expression)
        if isinstance(expression, _BY_ELEMENT):
            return expression.over(tuple(map(self._first, expression.operands)))
        if isinstance(expression, MatMul) and len(expression.operands[1].shape) == 2:
            left, right = expression.operands
            return expression.over((self._whole(left), self._first(right)))
        return Slice(self._whole(expression), self._places(expression))

    def _places(self, expression: Expression) -> tuple[slice, ...]:
        """Everything along all axes but the last, of which only the beginning."""
        return (*(slice(None) for _ in expression.shape[1:]), slice(0, self.count))

    def _narrowed(self, given: Quantity) -> Quantity:
        """The columns of a weight, or the numbers of a state, that the first units need."""
        settings = self._settings(given, narrow=True)
        write = getattr(self.part, settings.pop("role"))
        if given.role == "weight":
            settings.pop("t")
        return write(given.name, given.value[..., : self.count], **settings)  # type: ignore[no-any-return]

    def _settings(self, quantity: Quantity, *, narrow: bool) -> dict[str, Any]:
        first = range(self.count)
        symbol = _part_symbol(quantity, first) if narrow else quantity.latex_symbol
        return {
            "t": quantity.t,
            "role": quantity.role,
            "note": quantity.note,
            "labels": _cut(quantity.labels, slice(0, self.count)) if narrow else quantity.labels,
            "latex_symbol": symbol,
            "origin": quantity.origin,
        }


def _cut(labels: Iterable[tuple[str, ...]], places: slice) -> tuple[tuple[str, ...], ...]:
    """Labels of which the last axis keeps only some."""
    axes = tuple(labels)
    return (*axes[:-1], axes[-1][places]) if axes else ()


def _part_symbol(quantity: Quantity, units: range) -> str | Symbol:
    """The symbol of some units: ``h_1[units 1–3]``."""
    symbol = quantity.symbol
    if not isinstance(symbol, Symbol):
        return symbol.latex()
    return replace(symbol, part=span_text("unit", units))
