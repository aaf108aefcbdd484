"""What runs along an arrow of a network: one vector, or one vector at each time step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from rnn_edu.walkthrough import Expression, Quantity


def added(parts: Sequence[Expression]) -> Expression:
    """The sum of several expressions, from left to right."""
    return reduce(lambda u, v: u + v, parts[1:], parts[0])


@dataclass(frozen=True)
class Flow:
    """The output of a layer, as quantities of a walkthrough.

    Attributes:
        values: the vectors, in the order of the layer's time steps; a single one where there is
            no time.
        over_time: whether there is time. A sequence of one step is not the same as a vector.
        mask: for each step a number that is 1 where it counts and 0 where it is skipped; None
            where every step counts.
    """

    values: tuple[Quantity, ...]
    over_time: bool = True
    mask: tuple[Quantity, ...] | None = None

    @property
    def features(self) -> int:
        """Length of one vector."""
        return self.values[0].shape[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the numbers of one vector."""
        labels = self.values[0].labels
        if labels:
            return labels[-1]
        names = tuple(f"feature {k}" for k in range(1, self.features + 1))
        return names if len(names) > 1 else ("x",)

    @property
    def last(self) -> Quantity:
        """The vector after the last step."""
        return self.values[-1]

    def describe(self) -> str:
        """Its shape as Keras writes it, without the examples.

        Example:
            >>> from rnn_edu.walkthrough import Walkthrough
            >>> w = Walkthrough("Two steps")
            >>> Flow(tuple(w.input("x", [0.0, 1.0, 2.0], t=t) for t in (1, 2))).describe()
            '(2, 3)'
        """
        return f"({len(self.values)}, {self.features})" if self.over_time else f"({self.features},)"
