"""The rows of a worksheet: a heading for each time step, and each step with what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rnn_edu.marking import Blank
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Expression
from rnn_edu.worksheets.beside import Table, tables_of


@dataclass(frozen=True)
class StepRows:
    """The blanks of a step, one below the other, with a line above them.

    Attributes:
        top: the row of that line.
        quantity: the step.
        blanks: its numbers; the first stands in the row after ``top``.
        tables: what stands beside them.
        heading: the words that open a time step, in the row above ``top``; or none.
    """

    top: int
    quantity: Quantity
    blanks: tuple[Blank, ...]
    tables: tuple[Table, ...] = field(default=())
    heading: str = ""

    @property
    def first(self) -> int:
        """Its first row, that of the heading where it has one."""
        return self.top - bool(self.heading)

    @property
    def last(self) -> int:
        """Its last row."""
        return self.top + max(len(self.blanks), *(table.last for table in self.tables), 1)

    @property
    def own(self) -> Table | None:
        """The table in which its numbers are filled in; None where they stand in a column."""
        return self.tables[0] if self.tables and self.tables[0].quantity is self.quantity else None

    def numbered(self) -> Iterator[tuple[int, Blank]]:
        """Each blank with its row."""
        return enumerate(self.blanks, start=self.top + 1)


def steps_in_rows(
    blanks: Sequence[Blank],
    walkthrough: Walkthrough,
    first: int,
    made_of: Callable[[Quantity], Expression],
    across: int,
) -> Iterator[StepRows]:
    """The steps from top to bottom.

    Args:
        blanks: the numbers asked for, in the order of calculation.
        walkthrough: the calculation.
        first: the first row.
        made_of: the formula of a step.
        across: how many columns the tables beside the blanks have.
    """
    row = first
    for t, together in groupby(blanks, key=lambda blank: blank.quantity.t):
        group = list(together)
        heading = _heading(walkthrough, t, group[0].quantity)
        for quantity, own in groupby(group, key=lambda blank: blank.quantity):
            tables = tuple(tables_of(quantity, made_of(quantity), across))
            step = StepRows(row + bool(heading), quantity, tuple(own), tables, heading)
            yield step
            row, heading = step.last + 1, ""


def _heading(walkthrough: Walkthrough, t: int | None, first: Quantity) -> str:
    """The time step, with the word that is read there."""
    if t is None:
        return "All steps together" if first.role == "gradient" else "After the last step"
    word = next(
        (
            q.choice.picked
            for q in walkthrough.of_role("input")
            if q.t == t and q.choice is not None and q.choice.picked
        ),
        "",
    )
    return f"t = {t}: the word “{word}”" if word else f"t = {t}"
