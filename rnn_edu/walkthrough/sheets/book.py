"""A workbook as a model, before anything is drawn: which cells there are, and what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property

from rnn_edu.walkthrough.sheets.answer_table import AnswerTable, answer_table
from rnn_edu.walkthrough.sheets.blocks import OVER_TIME, Block
from rnn_edu.walkthrough.sheets.cells import (
    GivenCell,
    LiveCell,
    Progress,
    given_cells,
    live_cells,
    no_progress,
)
from rnn_edu.walkthrough.sheets.check_sheet import VERDICT, CheckSheet, Judgement
from rnn_edu.walkthrough.sheets.formula_text import FormulaText
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.one_step import OneStep
from rnn_edu.walkthrough.sheets.places import CHECK, ONE_STEP, READ_ME, Area, Place
from rnn_edu.walkthrough.sheets.size import require_room
from rnn_edu.walkthrough.sheets.strip import Strip
from rnn_edu.walkthrough.sheets.which_step import one_step
from rnn_edu.walkthrough.tolerances import JUDGE_TOLERANCE
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: The cells that tell a reader of the file which calculation it holds, and in which layout.
KEY, EDITION = Place(READ_ME, 4, 3), Place(READ_ME, 5, 3)


class Book:
    """All cells of the workbook of a walkthrough.

    Args:
        walkthrough: the calculation.
        judge: a judge's values by (name, t); None for NumPy's own.
        judge_name: who gave them.
        tolerance: the largest difference that counts as a match.
        step: is told of each quantity how many cells it has, once their formulas are written.
        judge_source: a sentence about when the judge was asked, where that was not just now.

    Attributes:
        layout: where the quantities lie.
        given: the cells that a reader may change.
        check: the Check sheet.
        answers: the table that shows the answer at one step, or None.
        one_step: what stands on the sheet One step, or None.
        strips: what stays in view on each sheet of numbers.
        check_cells: the cells of the Check sheet with formulas.
        live: all cells with formulas, in an order in which they can be calculated.
    """

    def __init__(
        self,
        walkthrough: Walkthrough,
        judge: Judgement | None = None,
        judge_name: str = "Keras",
        tolerance: float = JUDGE_TOLERANCE,
        step: Progress = no_progress,
        judge_source: str = "",
    ) -> None:
        self.walkthrough, self.judge_source = walkthrough, judge_source
        self.layout = Layout(walkthrough)
        require_room(self.layout)
        self.given: list[GivenCell] = list(given_cells(self.layout))
        self.judged = judge is not None
        self.check = CheckSheet(
            self.layout,
            self.given,
            judge if judge is not None else {(q.name, q.t): q.value for q in walkthrough.steps},
            judge_name if judge is not None else "NumPy",
            tolerance,
        )
        self.answers: AnswerTable | None = answer_table(self.layout)
        self.one_step: OneStep | None = one_step(self.layout)
        self._own = list(live_cells(self.layout, step))
        self.check_cells = list(self.check.live_cells())
        verdict = next(c for c in self.check_cells if c.place == VERDICT)
        numbered = [*([ONE_STEP] if self.one_step else []), *self.sheets]
        self.strips = {name: Strip(self.layout, name, verdict.value) for name in numbered}
        self.live: list[LiveCell] = list(self._live_cells())
        self._in_row = self._rows()

    @property
    def names(self) -> dict[str, Area]:
        """Every defined name of the workbook."""
        own = {"calculation": Area(KEY, KEY), "edition": Area(EDITION, EDITION)}
        answers = self.answers.names if self.answers else {}
        return {
            **self.layout.names,
            **answers,
            **self.names_to_play_with,
            **self.check.names,
            **own,
        }

    @property
    def names_to_play_with(self) -> dict[str, Area]:
        """The names of the strips, and of what stands on the sheet One step."""
        found = dict(self.one_step.names) if self.one_step else {}
        for strip in self.strips.values():
            found |= strip.names
        return found

    @property
    def sheets_with_formulas(self) -> list[str]:
        """The sheets that are checked, in the order of calculation."""
        return [*self.sheets, *([ONE_STEP] if self.one_step else []), CHECK]

    @property
    def all_sheets(self) -> list[str]:
        """Every sheet that a reader sees, in order."""
        first = [ONE_STEP] if self.one_step else []
        return [*first, READ_ME, *self.sheets, CHECK]

    @property
    def sheets(self) -> list[str]:
        """The sheets that hold quantities."""
        return list(self.layout.sections)

    @cached_property
    def edition(self) -> str:
        """A short mark of all formulas and places: another layout has another mark."""
        lines = (f"{cell.place} {cell.formula}" for cell in self._own)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    @cached_property
    def formula_texts(self) -> dict[Place, str]:
        """For each row of numbers the formulas of its cells, as they are shown as text."""
        own = {
            shown.place: shown.text
            for block in self.layout.blocks
            for shown in self.explained(block)
        }
        return own | (self.one_step.formula_texts() if self.one_step else {})

    def explained(self, block: Block) -> Iterator[FormulaText]:
        """For each row of a block the formulas that its cells have, and where to show them."""
        steps = {self.layout.column(q): q.t for q in block.quantities if block.form == OVER_TIME}
        for row in range(block.top, block.top + block.rows):
            cells = self._in_row.get((block.sheet, row))
            if cells:
                place = Place(block.sheet, row, self.formula_column)
                yield FormulaText.of(place, cells, steps)

    def _rows(self) -> dict[tuple[str, int], list[LiveCell]]:
        """The formulas of each row of numbers, from left to right."""
        rows: dict[tuple[str, int], list[LiveCell]] = {}
        for cell in self._own:
            rows.setdefault((cell.place.sheet, cell.place.row), []).append(cell)
        return {
            row: sorted(cells, key=lambda cell: cell.place.column) for row, cells in rows.items()
        }

    @property
    def formula_column(self) -> int:
        """The column in which formulas are shown as text; it does not go on paper."""
        return self.layout.width + 3

    @property
    def note_column(self) -> int:
        """The column of the explanations, after a narrow gap."""
        return self.layout.width + 2

    def _live_cells(self) -> Iterator[LiveCell]:
        yield from self._own
        if self.answers:
            yield from self.answers.live_cells()
        yield from self.check_cells
        if self.one_step:
            yield from self.one_step.live_cells
        for strip in self.strips.values():
            yield from strip.live_cells()
