"""A workbook as a model, before anything is drawn: which cells there are, and what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from rnn_edu.walkthrough.sheets.answer_table import AnswerTable, answer_table
from rnn_edu.walkthrough.sheets.blocks import FIRST_COLUMN, Block
from rnn_edu.walkthrough.sheets.cells import GivenCell, LiveCell, given_cells, live_cells
from rnn_edu.walkthrough.sheets.check_sheet import VERDICT, CheckSheet, Judgement
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import FORWARD, GRADIENTS, READ_ME, Area, Place
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: The cells that tell a reader of the file which calculation it holds, and in which layout.
KEY, EDITION = Place(READ_ME, 4, 3), Place(READ_ME, 5, 3)
#: Where the verdict of the Check sheet is repeated.
VERDICT_LINKS = {sheet: Place(sheet, 3, 3) for sheet in (FORWARD, GRADIENTS)}


class Book:
    """All cells of the workbook of a walkthrough.

    Args:
        walkthrough: the calculation.
        judge: a judge's values by (name, t); None for NumPy's own.
        judge_name: who gave them.
        tolerance: the largest difference that counts as a match.

    Attributes:
        layout: where the quantities lie.
        given: the cells that a reader may change.
        check: the Check sheet.
        answers: the table that shows the answer at one step, or None.
        live: all cells with formulas, in an order in which they can be calculated.
    """

    def __init__(
        self,
        walkthrough: Walkthrough,
        judge: Judgement | None = None,
        judge_name: str = "Keras",
        tolerance: float = 1e-12,
    ) -> None:
        self.walkthrough = walkthrough
        self.layout = Layout(walkthrough)
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
        self.live: list[LiveCell] = list(self._live_cells())
        self._formulas = {cell.place: cell.formula for cell in self.live}

    @property
    def names(self) -> dict[str, Area]:
        """Every defined name of the workbook."""
        own = {"calculation": Area(KEY, KEY), "edition": Area(EDITION, EDITION)}
        answers = self.answers.names if self.answers else {}
        return {
            **self.layout.names,
            **answers,
            **self.verdict_names,
            **self.check.names,
            **own,
        }

    @property
    def verdict_names(self) -> dict[str, Area]:
        """The names of the cells that repeat the verdict on the other sheets."""
        return {
            f"{sheet.lower()}_verdict": Area(VERDICT_LINKS[sheet], VERDICT_LINKS[sheet])
            for sheet in self.sheets
        }

    @property
    def sheets(self) -> list[str]:
        """The sheets that hold quantities."""
        return list(self.layout.sections)

    @property
    def edition(self) -> str:
        """A short mark of all formulas and places: another layout has another mark."""
        lines = (f"{cell.place} {cell.formula}" for cell in live_cells(self.layout))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def formula_texts(self) -> dict[Place, str]:
        """For each row of numbers the formula of one of its cells, to be shown as text."""
        return {
            text: formula
            for block in self.layout.blocks
            for text, _, formula in self.explained(block)
        }

    def explained(self, block: Block) -> Iterator[tuple[Place, Place, str]]:
        """For each row of a block: where to show a formula, of which cell, and the formula."""
        for row in range(block.rows):
            for column in range(FIRST_COLUMN, self.layout.width + 1):
                place = Place(block.sheet, block.top + row, column)
                if place in self._formulas:
                    text = Place(block.sheet, place.row, self.formula_column)
                    yield text, place, self._formulas[place]
                    break

    @property
    def formula_column(self) -> int:
        """The column in which formulas are shown as text, after a narrow gap."""
        return self.layout.width + 2

    @property
    def note_column(self) -> int:
        """The column of the explanations."""
        return self.layout.width + 3

    def _live_cells(self) -> Iterator[LiveCell]:
        yield from live_cells(self.layout)
        if self.answers:
            yield from self.answers.live_cells()
        yield from self.check.live_cells()
        verdict = next(c for c in self.check.live_cells() if c.place == VERDICT)
        for sheet in self.sheets:
            yield LiveCell(
                VERDICT_LINKS[sheet],
                "=verdict",
                "the verdict",
                f"{sheet.lower()}_verdict",
                verdict.value,
                lambda look: look(VERDICT),
            )
