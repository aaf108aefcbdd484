"""One time step of the recurrent layer, and one of its units, both picked from a list.

Forward has every step and every unit at once. Here stands one number at a time: what was read and
what was remembered, each beside its weights, the products, and their sum. All of it is looked up on
Forward, so that it follows the weights at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.scalars import Cell, Dot, Operation, Scalar
from rnn_edu.walkthrough.sheets.blocks import OVER_TIME
from rnn_edu.walkthrough.sheets.cells import Content, LiveCell, Look, evaluate, number
from rnn_edu.walkthrough.sheets.formulas import Printer, addends
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.picked import STEP, UNIT, Pick, Slot, consecutive, slots_of
from rnn_edu.walkthrough.sheets.places import FORWARD, ONE_STEP, Area, Place

NUMBER, SYMBOL, LABEL, VALUE, TIMES, FIRST_WEIGHT = range(1, 7)
FIRST_ROW = 9
#: The weights of so many units stand side by side; of more, those of the unit picked.
MOST_SIDE_BY_SIDE = 6
#: More would be no single look.
MOST_UNITS, MOST_STEPS, MOST_ROWS = 32, 32, 150
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
        result: the number that it gives.
        tree: its formula at the first step, for the first unit.
        terms: its lines.
        top: the row of its heading.
    """

    quantity: Quantity
    result: Slot
    tree: Scalar
    terms: list[Term]
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
    """

    def __init__(self, layout: Layout, times: list[int], units: int, parts: list[Part]) -> None:
        self.layout, self.times, self.units, self.parts = layout, times, units, parts
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
        places = {term.value.cells[term.value.first]: term.row for term in part.terms if term.value}
        homes = {cell: Place(ONE_STEP, row, VALUE) for cell, row in places.items()}
        formula = Printer(_Homes(homes), ONE_STEP, over_time=False).formula(part.tree, title)
        belongs = partial(_evaluated, part.tree, homes)
        return LiveCell(place, formula, title, NAME, start, belongs)


@dataclass(frozen=True)
class _Homes:
    """Where the numbers of a formula lie on this sheet, for the printer of formulas."""

    homes: dict[Cell, Place]

    def place(self, quantity: Quantity, index: tuple[int, ...]) -> Place:
        """The cell of one number."""
        return self.homes[Cell(quantity, index)]

    def mirrored(self, quantity: Quantity, index: tuple[int, ...]) -> Place | None:
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


# -- which step, and of what it consists -----------------------------------------------------


def one_step(layout: Layout) -> OneStep | None:
    """The sheet for the first recurrent layer; None where there is none that fits on it."""
    steps = _of_the_layer(layout)
    names = list(dict.fromkeys(q.name for q in steps))
    by_name = {name: {q.t: q for q in steps if q.name == name} for name in names}
    common = set.intersection(*(set(found) for found in by_name.values())) if names else set()
    times = sorted(t for t in common if t is not None)
    if not consecutive(times) or len(times) > MOST_STEPS:
        return None
    units = steps[0].value.size
    parts = [_part(layout, [by_name[name][t] for t in times]) for name in names]
    known = [part for part in parts if part is not None]
    rows = sum(len(part.terms) + 4 for part in known)
    if len(known) < len(parts) or rows > MOST_ROWS:
        return None
    return OneStep(layout, times, units, known)


def _of_the_layer(layout: Layout) -> list[Quantity]:
    """The steps of the first layer that has a state, in the order of calculation."""
    over_time = [
        q
        for q in layout.walkthrough.steps
        if q.t is not None and q.origin is not None and q.role not in ("gradient", "loss")
        and layout.block(q).form == OVER_TIME and layout.block(q).sheet == FORWARD
    ]  # fmt: skip
    state = next((q for q in over_time if q.role == "state"), None)
    if state is None or len(state.shape) > 1 or state.value.size > MOST_UNITS:
        return []
    assert state.origin is not None
    layer = state.origin.layer
    own = [q for q in over_time if q.origin is not None and q.origin.layer == layer]
    return own if all(q.shape == state.shape for q in own) else []


def _part(layout: Layout, steps: list[Quantity]) -> Part | None:
    """One operation at all its steps; None where its formula is not the same at each."""
    picks = {
        (step.t or 0, unit): (step, index)
        for step in steps
        for unit, index in enumerate(np.ndindex(step.shape))
    }
    trees = {pick: q.definition.scalar(index) for pick, (q, index) in picks.items() if q.definition}
    slots = slots_of(trees, layout)
    if not slots:
        return None
    cells = {pick: Cell(*known) for pick, known in picks.items()}
    places = {pick: layout.place(*known) for pick, known in picks.items()}
    result, tree = Slot(cells, places), next(iter(trees.values()))
    if result.moves() is None:
        return None
    terms = _weighted(tree, slots)
    if terms is None:
        terms = [Term(slot, None) for slot in {s.cells[s.first]: s for s in slots}.values()]
    return Part(steps[0], result, tree, terms)


def _weighted(tree: Scalar, slots: list[Slot]) -> list[Term] | None:
    """The lines of a sum of numbers times weights; None for anything else."""
    terms: list[Term] = []
    waiting = iter(slots)
    for addend in addends(tree):
        match addend:
            case Cell():
                terms.append(Term(None, next(waiting)))
            case Operation("*", Cell(), Cell()):
                terms.append(Term(next(waiting), next(waiting)))
            case Dot(pairs) if all(isinstance(x, Cell) for pair in pairs for x in pair):
                terms += [Term(next(waiting), next(waiting)) for _ in pairs]
            case _:
                return None
    fits = all(
        term.weight is not None
        and term.weight.is_weight
        and (term.value is None or not term.value.is_weight)
        for term in terms
    )
    return terms if fits and any(term.value for term in terms) else None
