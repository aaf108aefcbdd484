"""The sheet that checks the workbook: each number beside the one that Keras gave.

The answers of Keras belong to the weights and words with which it was asked. As soon as one
of those is changed, the verdict says so instead of finding fault.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import NumberError, ShapeError
from rnn_edu.walkthrough.expressions import Array, Quantity
from rnn_edu.walkthrough.sheets.cells import Content, GivenCell, LiveCell, Look, number, title_of
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import CHECK, Area, Place
from rnn_edu.walkthrough.walkthrough import Walkthrough

ALL_MATCH, ALL_JUDGED_MATCH = "ALL MATCH", "ALL JUDGED MATCH"
WEIGHTS_CHANGED, MISMATCH = "WEIGHTS CHANGED", "MISMATCH"

VERDICT, LARGEST, TOLERANCE, COMPARED, CHANGED, UNJUDGED = (
    Place(CHECK, 4 + k, 3) for k in range(6)
)
TABLE_TOP = 12
SYMBOL, TIME, ELEMENT, HERE, THEIRS, DIFFERENCE, OK = range(1, 8)
ORIGINAL_SYMBOL, ORIGINAL_TIME, ORIGINAL_ELEMENT, NOW, ORIGINAL, IS_CHANGED = range(9, 15)

Judgement = Mapping[tuple[str, int | None], ArrayLike]


@dataclass(frozen=True)
class Judged:
    """One number with the answer that a judge gave for it."""

    quantity: Quantity
    index: tuple[int, ...]
    answer: float


class CheckSheet:
    """What stands on the Check sheet, and where.

    Args:
        layout: where the numbers lie.
        givens: the cells that the reader may change, with their original contents.
        judge: the judge's value of each quantity, by (name, t).
        judge_name: who gave those values.
        tolerance: the largest difference that counts as a match, relative to numbers above 1.
    """

    def __init__(
        self,
        layout: Layout,
        givens: list[GivenCell],
        judge: Judgement,
        judge_name: str,
        tolerance: float,
    ) -> None:
        self.layout, self.givens = layout, givens
        self.judge_name, self.tolerance = judge_name, tolerance
        self.judged = list(_judged(layout.walkthrough, judge))
        steps = layout.walkthrough.steps
        self.not_judged = [step for step in steps if (step.name, step.t) not in judge]
        self.match = ALL_JUDGED_MATCH if self.not_judged else ALL_MATCH

    @property
    def names(self) -> dict[str, Area]:
        """The defined names of the sheet."""
        return {
            "verdict": Area(VERDICT, VERDICT),
            "tolerance": Area(TOLERANCE, TOLERANCE),
            "check_table": self._table(SYMBOL, OK, len(self.judged)),
            "originals_table": self._table(ORIGINAL_SYMBOL, IS_CHANGED, len(self.givens)),
        }

    def place(self, row: int, column: int) -> Place:
        """A cell of the tables; rows are counted from 0."""
        return Place(CHECK, TABLE_TOP + row, column)

    def live_cells(self) -> Iterator[LiveCell]:
        """The formulas of the sheet, in an order in which they can be calculated."""
        for row, judged in enumerate(self.judged):
            yield from self._row(row, judged)
        for row, given in enumerate(self.givens):
            yield from self._original(row, given)
        yield from self._summary()

    def _row(self, row: int, judged: Judged) -> Iterator[LiveCell]:
        source = self.layout.place(judged.quantity, judged.index)
        here, theirs, difference, ok = (
            self.place(row, column) for column in (HERE, THEIRS, DIFFERENCE, OK)
        )
        title = f"check of {title_of(judged.quantity, judged.index)}"
        # Not by its name, which the engines would look up in the list of all names for every row.
        allowed = TOLERANCE.shown(column="$", row="$")
        value = float(judged.quantity.value[judged.index])
        gap = abs(value - judged.answer)
        fits = gap <= self.tolerance * self._size(judged)

        def check(place: Place, formula: str, value: Content, belongs: Belongs) -> LiveCell:
            scale = self._size(judged)
            return LiveCell(place, formula, title, "check_table", value, belongs, scale=scale)

        yield check(here, f"={source}", value, partial(_linked, source))
        yield check(
            difference,
            f"=ABS({here.address}-{theirs.address})",
            gap,
            partial(_difference, here, theirs),
        )
        yield check(
            ok,
            f'=IF({difference.address}<={allowed}*MAX(1,ABS({theirs.address})),"OK","differs")',
            "OK" if fits else "differs",
            partial(_fits, difference, theirs),
        )

    def _original(self, row: int, given: GivenCell) -> Iterator[LiveCell]:
        now, original, changed = (self.place(row, column) for column in (NOW, ORIGINAL, IS_CHANGED))
        title = f"original of {given.title}"
        # A plain link to an empty cell shows 0, but no word is no word.
        source = str(given.place)
        belongs = partial(_word if given.index is None else _linked, given.place)
        link = f'=IF({source}="","",{source})' if given.index is None else f"={source}"
        yield LiveCell(now, link, title, "originals_table", given.value, belongs)
        yield LiveCell(
            changed,
            f"=IF({now.address}={original.address},0,1)",
            title,
            "originals_table",
            0.0,
            partial(_is_other, now, original),
        )

    def _summary(self) -> Iterator[LiveCell]:
        rows = range(len(self.judged))
        gaps, marks, changes = (
            self._range(column, length)
            for column, length in (
                (DIFFERENCE, len(self.judged)),
                (OK, len(self.judged)),
                (IS_CHANGED, len(self.givens)),
            )
        )
        differences = [self.place(row, DIFFERENCE) for row in rows]
        flags = [self.place(row, IS_CHANGED) for row in range(len(self.givens))]

        def largest(look: Look) -> Content:
            gaps = [number(look(place)) for place in differences]
            return math.nan if any(map(math.isnan, gaps)) else max(gaps, default=0.0)

        def changed(look: Look) -> Content:
            return sum(number(look(place)) for place in flags)

        def verdict(look: Look) -> Content:
            if number(look(CHANGED)) > 0:
                return WEIGHTS_CHANGED
            good = all(look(self.place(row, OK)) == "OK" for row in rows)
            return self.match if good else MISMATCH

        worst = max((self._gap(judged) for judged in self.judged), default=0.0)
        good = all(self._fits(judged) for judged in self.judged)
        count = float(len(self.judged))
        for place, formula, title, value, belongs in (
            (LARGEST, f"=MAX({gaps})", "the largest difference", worst, largest),
            (COMPARED, f"=COUNT({gaps})", "the count of numbers compared", count, lambda _: count),
            (CHANGED, f"=SUM({changes})", "the count of changed numbers", 0.0, changed),
            (
                VERDICT,
                f'=IF({CHANGED.address}>0,"{WEIGHTS_CHANGED}",'
                f'IF(COUNTIF({marks},"OK")={len(self.judged)},"{self.match}","{MISMATCH}"))',
                "the verdict",
                self.match if good else MISMATCH,
                verdict,
            ),
        ):
            scale = max(map(self._size, self.judged), default=1.0)
            yield LiveCell(place, formula, title, "verdict", value, belongs, scale=scale)

    def _size(self, judged: Judged) -> float:
        """How large the two numbers are that are compared."""
        return max(1.0, abs(judged.answer))

    def _gap(self, judged: Judged) -> float:
        return abs(float(judged.quantity.value[judged.index]) - judged.answer)

    def _fits(self, judged: Judged) -> bool:
        return self._gap(judged) <= self.tolerance * self._size(judged)

    def _range(self, column: int, length: int) -> str:
        area = self._table(column, column, length)
        return f"{area.first.address}:{area.last.address}"

    def _table(self, left: int, right: int, length: int) -> Area:
        return Area(self.place(0, left), self.place(max(length, 1) - 1, right))


Belongs = Callable[[Look], Content]


# What belongs in the rows, which are many: functions with their cells put in take little memory.


def _linked(source: Place, look: Look) -> Content:
    return number(look(source))


def _word(source: Place, look: Look) -> Content:
    return look(source)


def _difference(here: Place, theirs: Place, look: Look) -> Content:
    return abs(number(look(here)) - number(look(theirs)))


def _fits(difference: Place, theirs: Place, look: Look) -> Content:
    limit = number(look(TOLERANCE)) * max(1.0, abs(number(look(theirs))))
    gap = number(look(difference))
    if math.isnan(gap):
        return gap
    return "OK" if gap <= limit else "differs"


def _is_other(now: Place, original: Place, look: Look) -> Content:
    # A spreadsheet compares texts without regard to capital letters.
    one, other = look(now), look(original)
    if isinstance(one, str) and isinstance(other, str):
        return float(one.casefold() != other.casefold())
    return float(one != other)


def _judged(walkthrough: Walkthrough, judge: Judgement) -> Iterator[Judged]:
    """Every number that the judge was asked for, in the order of the walkthrough."""
    answers = {key: _answer(walkthrough[key], values) for key, values in judge.items()}
    for quantity in walkthrough.quantities:
        if (quantity.name, quantity.t) in answers:
            for index in np.ndindex(quantity.shape):
                answer = float(answers[quantity.name, quantity.t][index])
                yield Judged(quantity, index, answer)


def _answer(quantity: Quantity, values: ArrayLike) -> Array:
    answer = np.asarray(values, dtype=np.float64)
    if answer.shape != quantity.shape:
        raise ShapeError(
            f"the judge's values of {quantity.title} have the shape {answer.shape}; "
            f"{quantity.title} has {quantity.shape}."
        )
    if not np.all(np.isfinite(answer)):
        raise NumberError(f"the judge's values of {quantity.title} are not all finite numbers.")
    return answer
