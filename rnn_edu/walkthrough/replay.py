"""Going through a calculation again and again with other numbers, as training does.

:meth:`Walkthrough.with_values` builds a new walkthrough with all its checks. A loop of hundreds
of rounds does not need them: here only the values are computed anew, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError
from rnn_edu.walkthrough.expressions import Array, Expression, Literal, Quantity
from rnn_edu.walkthrough.walkthrough import Key, Walkthrough


class Replay:
    """All values of a walkthrough, for any values of what is given.

    Args:
        walkthrough: the calculation.

    Example:
        >>> w = Walkthrough("Half")
        >>> x = w.input("x", 3.0)
        >>> half = w.step("half", x / 2)
        >>> float(Replay(w)({x: 5.0})[half])
        2.5
    """

    def __init__(self, walkthrough: Walkthrough) -> None:
        self.quantities = walkthrough.quantities
        self._parts: dict[Quantity, list[Expression]] = {
            step: list(_inside(step.definition, set()))
            for step in walkthrough.steps
            if step.definition is not None
        }

    def __call__(self, given: Mapping[Quantity, Array | float]) -> dict[Quantity, Array]:
        """The value of every quantity; what is not in ``given`` keeps its own."""
        values: dict[Expression, Array] = {}
        for quantity in self.quantities:
            if quantity in self._parts:
                for part in self._parts[quantity]:
                    inputs = [_value(operand, values) for operand in part.operands]
                    values[part] = part.compute(*inputs)
                assert quantity.definition is not None
                values[quantity] = _value(quantity.definition, values)
            else:
                values[quantity] = given.get(quantity, quantity.value)  # type: ignore[assignment]
        return {quantity: values[quantity] for quantity in self.quantities}


def _inside(expression: Expression, seen: set[Expression]) -> Iterator[Expression]:
    """The operations of a formula, each after what it is computed from."""
    if expression in seen or isinstance(expression, (Quantity, Literal)):
        return
    seen.add(expression)
    for operand in expression.operands:
        yield from _inside(operand, seen)
    yield expression


def _value(expression: Expression, values: Mapping[Expression, Array]) -> Array:
    return expression.value if isinstance(expression, Literal) else values[expression]


class Loop:
    """A calculation whose results are the given numbers of its next round.

    Args:
        walkthrough: one round.
        carried: for each given quantity that changes, the step that holds its next value.

    Raises:
        NamingError: a carried quantity is calculated, so it cannot be given a value.
    """

    def __init__(self, walkthrough: Walkthrough, carried: Mapping[Quantity, Quantity]) -> None:
        for quantity in carried:
            if quantity.definition is not None:
                raise NamingError(f"{quantity.title} is calculated; only what is given can change.")
        self.walkthrough, self.carried = walkthrough, dict(carried)

    def with_values(self, changes: Mapping[Key, ArrayLike | str]) -> Loop:
        """The same loop from other given numbers, as :meth:`Walkthrough.with_values` takes them."""
        twin = self.walkthrough.with_values(changes)
        carried = {twin[q.name, q.t]: twin[s.name, s.t] for q, s in self.carried.items()}
        return Loop(twin, carried)

    def rounds(self, count: int) -> Iterator[dict[Quantity, Array]]:
        """All values of each round, one round after the other."""
        replay = Replay(self.walkthrough)
        given: dict[Quantity, Array | float] = {}
        for _ in range(count):
            values = replay(given)
            given = {quantity: values[step] for quantity, step in self.carried.items()}
            yield values
