"""The reverse pass: gradients as further steps of the same calculation.

Backpropagation goes through the steps from the last to the first. Each step hands the
gradient that it has received on to what it was computed from, by the pullback of each
operation in its formula. What a quantity receives from all its users is added up: that sum
is its gradient. It is the chain rule, in the order that Werbos (1990) gave it for networks
that run through time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough.expressions import (
    Expression,
    Literal,
    Quantity,
    Spread,
    SumOf,
    parts_of,
)


class AddGradient(Protocol):
    """Adds a gradient to the walkthrough as a step, and returns it under its name."""

    def __call__(
        self, quantity: Quantity, gradient: Expression, via: Quantity | None = None
    ) -> Quantity:
        """The gradient of ``quantity``; with ``via``, only what arrives through that step."""
        ...


@dataclass(frozen=True)
class Piece:
    """What a quantity receives from one of its users."""

    user: Quantity
    gradient: Expression


def add_gradients(
    quantities: Sequence[Quantity],
    loss: Quantity,
    wanted: Sequence[Quantity],
    add: AddGradient,
    *,
    separate: bool = False,
) -> None:
    """Adds a gradient step for everything between ``wanted`` and ``loss``.

    Args:
        quantities: all quantities, in their order of calculation.
        loss: the scalar to differentiate.
        wanted: the quantities to differentiate by.
        add: adds the step to the walkthrough and returns it, so that later gradients are
            written with its name.
        separate: whether what arrives through each user becomes a step of its own, before
            their sum.

    Raises:
        UsageError: the loss is not a single number, or does not depend on a wanted quantity.
    """
    _check(quantities, loss, wanted)
    relevant = _dependents(quantities, wanted)
    received: dict[Quantity, list[Piece]] = defaultdict(list)

    def total(quantity: Quantity, pieces: list[Piece]) -> Quantity:
        if separate and len(pieces) > 1:
            return add(quantity, _sum([add(quantity, p.gradient, p.user) for p in pieces]))
        return add(quantity, _sum([p.gradient for p in pieces]))

    one = Literal(1.0)
    received[loss].append(Piece(loss, Spread(one, loss.shape) if loss.shape else one))
    steps = [q for q in reversed(quantities) if q.definition is not None and q in relevant]
    for step in steps:
        if step in received:
            _pass_on(step, total(step, received[step]), relevant, received)
    for quantity in wanted:
        if quantity.definition is None:
            total(quantity, received[quantity][::-1])


def _check(quantities: Sequence[Quantity], loss: Quantity, wanted: Sequence[Quantity]) -> None:
    if loss.value.size != 1:
        raise UsageError(
            f"gradients are of a single number, but {loss.title} has the shape {loss.shape}; "
            "sum it first."
        )
    leading = _leading_to(loss, quantities)
    for quantity in wanted:
        if quantity not in leading:
            raise UsageError(
                f"{loss.title} does not depend on {quantity.title}, so it has no gradient."
            )


def _leading_to(loss: Quantity, quantities: Sequence[Quantity]) -> set[Quantity]:
    """``loss`` and all that it depends on."""
    leading = {loss}
    for quantity in reversed(quantities):
        if quantity in leading and quantity.definition is not None:
            leading.update(quantity.definition.quantities())
    return leading


def _dependents(quantities: Sequence[Quantity], wanted: Sequence[Quantity]) -> set[Quantity]:
    """``wanted`` and every step that depends on one of them."""
    reached = set(wanted)
    for quantity in quantities:
        if quantity.definition is not None and not reached.isdisjoint(
            quantity.definition.quantities()
        ):
            reached.add(quantity)
    return reached


def _pass_on(
    step: Quantity,
    gradient: Quantity,
    relevant: set[Quantity],
    received: dict[Quantity, list[Piece]],
) -> None:
    """Hands the gradient of a step to the quantities in its formula."""
    assert step.definition is not None
    inside: dict[Expression, list[Expression]] = defaultdict(list)
    inside[step.definition].append(gradient)
    for node in _users_first(step.definition, relevant):
        if isinstance(node, Quantity):
            received[node].append(Piece(step, _sum(inside[node])))
            continue
        # The formula's own value has a name: the gradient is written with that name.
        out = step if node is step.definition else node
        for operand, piece in zip(
            node.operands, node.pullback(out, _sum(inside[node])), strict=True
        ):
            inside[operand].append(piece)


def _users_first(root: Expression, relevant: set[Quantity]) -> list[Expression]:
    """The parts of a formula that lead to relevant quantities, each after all its users."""
    order: list[Expression] = []
    leading: set[Expression] = set()
    for node in parts_of(root):
        if node in relevant or not leading.isdisjoint(node.operands):
            leading.add(node)
            order.append(node)
    return order[::-1]


def _sum(pieces: Sequence[Expression]) -> Expression:
    return pieces[0] if len(pieces) == 1 else SumOf(*pieces)
