"""The strip on the sheets of a training run: what a change has done to its end."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.loop_layout import TRAINING, Column
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.strip import HEADINGS
from rnn_edu.walkthrough.sheets.strip_page import colour_verdict


@dataclass(frozen=True)
class LoopStrip:
    """Verdict, answer, loss now, loss before and difference, from left to right.

    Attributes:
        answer: of the first example.
        loss: of all.
        last_row: that of the last epoch.
        before: the loss after it with the numbers that the file came with.
    """

    answer: Column
    loss: Column
    last_row: int
    before: float

    def draw(self, sheet: Worksheet, first: Place) -> None:
        """Draws it, the verdict in the cell ``first``, its headings in the row above."""
        now, before = first.moved(0, 2).address, first.moved(0, 3).address
        held = ("=verdict", self._last(self.answer), self._last(self.loss), self.before)
        # The engines' sums may differ in the last bit, and what is no difference has no sign.
        held = (*held, f"=ROUND({now}-{before},12)")  # type: ignore[assignment]
        headings = ("verdict", "first answer", *HEADINGS[1:])
        for k, (heading, content) in enumerate(zip(headings, held, strict=True)):
            above = sheet[first.moved(-1, k).address]
            above.value, above.font, above.alignment = heading, styles.HEADER, styles.SHRUNK_CENTRED
            cell = sheet[first.moved(0, k).address]
            cell.value, cell.font, cell.border = content, styles.STRONG, styles.AROUND_INPUT
            cell.alignment, cell.number_format = styles.SHRUNK_CENTRED, "0.000000"
        sheet.row_dimensions[first.row].height = 21
        colour_verdict(sheet, first)

    def _last(self, column: Column) -> str:
        return f"={Place(TRAINING, self.last_row, column.number)}"
