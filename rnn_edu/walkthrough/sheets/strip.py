"""The strip that stays in view on every sheet of numbers: what a change has done.

It says the verdict of the Check sheet, the answer, the loss now, the loss with the numbers that the
file came with, and the difference. So the effect of a change is seen where the change is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import symbols
from rnn_edu.walkthrough.sheets.cells import Content, LiveCell, Look, number
from rnn_edu.walkthrough.sheets.check_sheet import VERDICT
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import FORWARD, ONE_STEP, Area, Place

#: The row of the values, below that of their headings; the column of the verdict; those of the
#: answer, the loss now, the loss before, and the difference.
_COLUMNS, _ON_ONE_STEP = (4, 1, (3, 4, 5, 6)), (7, 2, (4, 6, 7, 8))
HEADINGS = ("answer", "loss now", "loss before", "difference")


@dataclass(frozen=True)
class Strip:
    """The strip of one sheet.

    Attributes:
        layout: where the numbers lie.
        sheet: the sheet on which it stands.
        verdict: what the Check sheet says at first.
    """

    layout: Layout
    sheet: str
    verdict: Content

    @property
    def verdict_place(self) -> Place:
        """The cell of the verdict, and the one to its right."""
        row, column, _ = _places(self.sheet)
        return Place(self.sheet, row, column)

    @property
    def places(self) -> tuple[Place, ...]:
        """The cells of the answer, and, where there is a loss, of the loss, as in HEADINGS."""
        row, _, columns = _places(self.sheet)
        count = len(columns) if self.loss is not None else 1
        return tuple(Place(self.sheet, row, column) for column in columns[:count])

    @property
    def loss(self) -> Quantity | None:
        """The loss of the whole."""
        return next((q for q in reversed(self.layout.walkthrough.steps) if q.role == "loss"), None)

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the cells; of which step the answer is, where there are several."""
        answer = self.answer
        if answer is None:
            return HEADINGS
        first, at = self._what(answer), "" if answer.t is None else f", t={answer.t}"
        return (f"{first}{at}", *HEADINGS[1:])

    def _what(self, answer: Quantity) -> str:
        if answer.role not in ("output", "state"):
            return f"answer {symbols.plain(answer)}"
        if answer.role == "state":
            return "last state"
        one = answer.value.size == 1 or _is_choice(answer)
        return "answer" if one else f"first of {answer.value.size}"

    @property
    def answer(self) -> Quantity | None:
        """What the loss is the surprise at, where that is one number beside the answers.

        Else the last answer; of a network without one, its last state.
        """
        reads = self.loss.definition.quantities() if self.loss and self.loss.definition else ()
        whole = [q for q in reads if q.role == "computed" and q.value.size == 1]
        if len(whole) == 1:
            return whole[0]
        steps = [q for q in self.layout.walkthrough.steps if len(q.shape) < 2]
        found = [[q for q in steps if q.role == role] for role in ("output", "state")]
        return next((quantities[-1] for quantities in found if quantities), None)

    @property
    def names(self) -> dict[str, Area]:
        """The defined names of its cells."""
        start = self.sheet.lower().replace(" ", "_")
        return {
            f"{start}_verdict": Area(self.verdict_place, self.verdict_place),
            f"{start}_strip": Area(self.places[0], self.places[-1]),
        }

    @property
    def before(self) -> float | None:
        """The loss with the numbers of the file as it was written."""
        return None if self.loss is None else float(self.loss.value)

    def live_cells(self) -> Iterator[LiveCell]:
        """Its formulas."""
        verdict, strip = self.names
        place = self.verdict_place
        yield LiveCell(place, "=verdict", "the verdict", verdict, self.verdict, _verdict)
        if self.answer is not None:
            yield self._answer(self.answer, strip)
        if self.loss is not None:
            _, now, before, gap = self.places
            source, value = self.layout.place(self.loss, ()), float(self.loss.value)
            belongs = partial(_link, source)
            yield LiveCell(now, f"={source}", "the loss now", strip, value, belongs)
            formula, title = f"={now.address}-{before.address}", "the change of the loss"
            yield LiveCell(gap, formula, title, strip, 0.0, partial(_gap, now, before))

    def _answer(self, answer: Quantity, name: str) -> LiveCell:
        """The answer; where it is a choice among several, the label of the likeliest."""
        place, title = self.places[0], "the answer"
        cells = [self.layout.place(answer, index) for index in np.ndindex(answer.shape)]
        if not _is_choice(answer):
            value = float(answer.value.reshape(-1)[0])
            return LiveCell(place, f"={cells[0]}", title, name, value, partial(_link, cells[0]))
        labels = [str(label) for label in self.layout.block(answer).labels()]
        area = Area(cells[0], cells[-1])
        beside = [Place(FORWARD, cell.row, 2) for cell in (cells[0], cells[-1])]
        formula = f"=INDEX({Area(*beside)},MATCH(MAX({area}),{area},0))"
        value_of = labels[int(np.argmax(answer.value))]
        return LiveCell(place, formula, title, name, value_of, partial(_largest, cells, labels))


def _is_choice(answer: Quantity) -> bool:
    """Whether its numbers say how likely each of several is: they add up to 1."""
    values = answer.value
    return values.size > 1 and bool(np.all(values >= 0) and np.isclose(values.sum(), 1.0))


def _places(sheet: str) -> tuple[int, int, tuple[int, ...]]:
    return _ON_ONE_STEP if sheet == ONE_STEP else _COLUMNS


def _verdict(look: Look) -> Content:
    return look(VERDICT)


def _link(source: Place, look: Look) -> Content:
    return number(look(source))


def _gap(now: Place, before: Place, look: Look) -> Content:
    return number(look(now)) - number(look(before))


def _largest(cells: list[Place], labels: list[str], look: Look) -> Content:
    found = [number(look(cell)) for cell in cells]
    return labels[found.index(max(found))] if not any(map(np.isnan, found)) else float("nan")
