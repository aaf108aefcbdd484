"""The answer at one time step, picked from a list: the numbers behind the bar chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets.blocks import FIRST_COLUMN, OVER_TIME, Block
from rnn_edu.walkthrough.sheets.cells import Content, LiveCell, Look
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import FORWARD, Area, Place


@dataclass(frozen=True)
class AnswerTable:
    """A column with the elements of an output at the step that the reader picks.

    Attributes:
        layout: where everything lies.
        block: the output over time.
        top: the row of its title.
    """

    layout: Layout
    block: Block
    top: int

    @property
    def steps(self) -> list[Quantity]:
        """The output at each time step."""
        return [q for q in self.block.quantities if q.t is not None]

    @property
    def picked(self) -> Place:
        """The cell in which the step is picked."""
        return Place(FORWARD, self.top + 1, FIRST_COLUMN)

    @property
    def first_step(self) -> int:
        """The step that is shown at first: the last one."""
        return max(q.t for q in self.steps if q.t is not None)

    def cell(self, k: int) -> Place:
        """The cell that shows element ``k``."""
        return self.picked.moved(2 + k, 0)

    @property
    def names(self) -> dict[str, Area]:
        """The defined names of the table."""
        last = self.block.lead.value.size - 1
        return {
            "shown_step": Area(self.picked, self.picked),
            "shown_answer": Area(self.cell(0), self.cell(last)),
        }

    def live_cells(self) -> Iterator[LiveCell]:
        """A look-up for each element."""
        columns = sorted(self.layout.column(q) for q in self.steps)
        heading = self.layout.heading_row(self.block)
        steps = self._across(heading, columns)
        for k, label in enumerate(self.block.labels()):
            row = self._across(self.block.top + k, columns)
            start = next(q for q in self.steps if q.t == self.first_step)
            yield LiveCell(
                self.cell(k),
                f"=SUMIF({steps},{self.picked.shown(column='$', row='$')},{row})",
                f"the answer shown, {label}",
                "shown_answer",
                float(start.value.flat[k]),
                self._reader(k),
            )

    def _reader(self, k: int) -> Callable[[Look], Content]:
        def belongs(look: Look) -> Content:
            wanted = look(self.picked)
            cells = {
                float(q.t): Place(FORWARD, self.block.top + k, self.layout.column(q))
                for q in self.steps
                if q.t is not None
            }
            return look(cells[wanted]) if isinstance(wanted, float) and wanted in cells else 0.0

        return belongs

    def _across(self, row: int, columns: list[int]) -> str:
        first, last = (Place(FORWARD, row, column) for column in (columns[0], columns[-1]))
        return f"{first.shown(column='$', row='$')}:{last.shown(column='$', row='$')}"


def answer_table(layout: Layout) -> AnswerTable | None:
    """The table for the first output with several elements at several steps, if there is one."""
    for block in layout.blocks:
        outputs = [q for q in block.quantities if q.role == "output" and q.t is not None]
        several = len(outputs) > 1 and outputs[0].value.size > 1 and len(outputs[0].shape) == 1
        if block.form == OVER_TIME and block.sheet == FORWARD and several:
            return AnswerTable(layout, block, layout.bottom[FORWARD] + 2)
    return None
