"""One time step of a layer, and one of its units, both picked from a list.

Forward has every step and every unit at once. Here stands one number at a time: what was read and
what was remembered, each beside its weights, the products, and their sum. All of it is looked up on
Forward, so that it follows the weights at once. Which layer that is, :mod:`.which_step` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.scalars import Cell, Scalar
from rnn_edu.walkthrough.sheets.cells import Content, LiveCell, Look, evaluate, number
from rnn_edu.walkthrough.sheets.formulas import Printer
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.picked import STEP, UNIT, Pick, Slot
from rnn_edu.walkthrough.sheets.places import ONE_STEP, Area, Place

NUMBER, SYMBOL, LABEL, VALUE, TIMES, FIRST_WEIGHT = range(1, 7)
FIRST_ROW = 9
#: The weights of so many units stand side by side; of more, those of the unit picked.
MOST_SIDE_BY_SIDE = 6
NAME = "one_step"


@dataclass
class Term:
    """A line of an operation.

    Attributes:
        value: a number that changes with the step; None for a bias, which stands alone.
        weight: what it is multiplied by; None in an operation that is no sum of products.
        row: its row.
    """

    value: Slot | None
    weight: Slot | None
    row: int = 0


@dataclass
class Part:
    """One operation of the step: a heading, a line for each of its numbers, and the result.

    Attributes:
        quantity: the step at the first time.
        element: which of its numbers, where the unit picked does not say so; else None.
        result: the number that it gives.
        tree: its formula; where it is no sum of numbers times weights, its cells are the lines.
        terms: its lines.
        top: the row of its heading.
    """

    quantity: Quantity
    result: Slot
    tree: Scalar
    terms: list[Term]
    element: tuple[int, ...] | None = None
    top: int = 0

    @property
    def weighted(self) -> bool:
        """Whether it is a sum of numbers times weights."""
        return self.terms[0].weight is not None

    @property
    def last(self) -> int:
        """The row of its result."""
        return self.top + self.weighted + len(self.terms) + 1


class OneStep:
    """What stands on the sheet.

    Args:
        layout: where all numbers lie.
        times: the steps to pick from.
        units: how many units there are.
        parts: the operations, from the first to the last.
        layer: the name of the layer that they are; empty where they belong to none.
    """

    def __init__(
        self, layout: Layout, times: list[int], units: int, parts: list[Part], layer: str = ""
    ) -> None:
        self.layout, self.times, self.units, self.parts = layout, times, units, parts
        self.layer = layer
        row = FIRST_ROW
        for part in parts:
            part.top = row
            for k, term in enumerate(part.terms, start=row + 1 + part.weighted):
                term.row = k
            row = part.last + 2

    @property
    def pick(self) -> Pick:
        """The step and the unit that are shown at first: the last, and the first."""
        return self.times[-1], 0

    @property
    def side_by_side(self) -> int:
        """How many columns of weights there are."""
        return self.units if self.units <= MOST_SIDE_BY_SIDE else 1

    @property
    def product(self) -> int:
        """The column of the products, after an arrow."""
        return FIRST_WEIGHT + self.side_by_side + 1

    @property
    def quantities(self) -> set[str]:
        """The names of what is calculated here."""
        return {part.quantity.name for part in self.parts}

    @property
    def names(self) -> dict[str, Area]:
        """The defined name of the whole."""
        last = Place(ONE_STEP, self.parts[-1].last, self.product)
        return {NAME: Area(Place(ONE_STEP, STEP.row, VALUE), last)}

    @cached_property
    def live_cells(self) -> list[LiveCell]:
        """Every formula, in an order in which they can be calculated."""
        return list(self._live_cells())

    def _live_cells(self) -> Iterator[LiveCell]:
        for part in self.parts:
            for term in part.terms:
                yield from self._line(part, term)
            yield self._result(part)

    def formula_texts(self) -> dict[Place, str]:
        """The formula of each result, and where it is shown as text."""
        results = {Place(ONE_STEP, part.last, self.product) for part in self.parts}
        return {
            cell.place.moved(0, 2): cell.formula
            for cell in self.live_cells
            if cell.place in results
        }

    # -- one line ------------------------------------------------------------------------

    def _line(self, part: Part, term: Term) -> Iterator[LiveCell]:
        title = f"{part.quantity.name} at one step, written out"
        value = Place(ONE_STEP, term.row, VALUE)
        if term.value is not None:
            start = term.value.value(self.pick)
            yield LiveCell(value, term.value.formula(), title, NAME, start, term.value.look)
        if term.weight is not None:
            yield from self._weights(term, term.weight, title)
            yield self._product(term, term.weight, title)

    def _weights(self, term: Term, weight: Slot, title: str) -> Iterator[LiveCell]:
        first = Place(ONE_STEP, term.row, FIRST_WEIGHT)
        if self.side_by_side < self.units:
            start = weight.value(self.pick)
            yield LiveCell(first, weight.formula(), title, NAME, start, weight.look)
            return
        for unit in range(self.units):
            pick = (self.times[0], unit)
            source, start = weight.places[pick], weight.value(pick)
            belongs = partial(_link, source)
            yield LiveCell(first.moved(0, unit), f"={source}", title, NAME, start, belongs)

    def _product(self, term: Term, weight: Slot, title: str) -> LiveCell:
        first = Place(ONE_STEP, term.row, FIRST_WEIGHT)
        chosen = first.address
        if self.side_by_side > 1:
            last = first.moved(0, self.units - 1)
            unit = UNIT.shown(column="$", row="$")
            chosen = f"INDEX({first.address}:{last.address},{unit})"
        value = Place(ONE_STEP, term.row, VALUE)
        factor = f"{value.address}*" if term.value is not None else ""
        start = weight.value(self.pick) * (term.value.value(self.pick) if term.value else 1.0)
        return LiveCell(
            Place(ONE_STEP, term.row, self.product),
            f"={factor}{chosen}",
            title,
            NAME,
            start,
            partial(self._multiplied, value if term.value is not None else None, first),
        )

    def _multiplied(self, value: Place | None, first: Place, look: Look) -> Content:
        unit = number(look(UNIT)) if self.side_by_side > 1 else 1.0
        if unit not in range(1, self.side_by_side + 1):
            return float("nan")
        weight = number(look(first.moved(0, int(unit) - 1)))
        return weight * (number(look(value)) if value is not None else 1.0)

    # -- the result ----------------------------------------------------------------------

    def _result(self, part: Part) -> LiveCell:
        place = Place(ONE_STEP, part.last, self.product)
        title, start = f"{part.quantity.name} at one step", part.result.value(self.pick)
        if part.weighted:
            products = [Place(ONE_STEP, term.row, self.product) for term in part.terms]
            formula = f"=SUM({products[0].address}:{products[-1].address})"
            return LiveCell(place, formula, title, NAME, start, partial(_sum, products))
        homes = {
            Cell(line, ()): Place(ONE_STEP, term.row, VALUE) for line, term in enumerate(part.terms)
        }
        formula = Printer(_Homes(homes), ONE_STEP, over_time=False).formula(part.tree, title)
        belongs = partial(_evaluated, part.tree, homes)
        return LiveCell(place, formula, title, NAME, start, belongs)


@dataclass(frozen=True)
class _Homes:
    """Where the numbers of a formula lie on this sheet, for the printer of formulas."""

    homes: dict[Cell, Place]

    def place(self, quantity: Any, index: tuple[int, ...]) -> Place:
        """The cell of one line."""
        return self.homes[Cell(quantity, index)]

    def mirrored(self, quantity: Any, index: tuple[int, ...]) -> Place | None:
        """None: nothing is transposed here."""
        return None

    def name_of(self, area: Area) -> str | None:
        """None: addresses are easier to follow on one screen."""
        return None


def _link(source: Place, look: Look) -> Content:
    return number(look(source))


def _sum(places: list[Place], look: Look) -> Content:
    return sum(number(look(place)) for place in places)


def _evaluated(tree: Scalar, homes: dict[Cell, Place], look: Look) -> Content:
    return evaluate(tree, lambda cell: number(look(homes[cell])))
