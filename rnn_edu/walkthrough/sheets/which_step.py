"""Which operations stand on the sheet One step, and for which steps they are the same.

They are those of the first layer that has a state; where no layer has one, all that is calculated
step by step. An operation is looked up for whatever step and unit is picked, which needs the same
formula at each: where the first step has another one it cannot be picked, and where every step has
its own, as in a scan, the last one stands there alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.scalars import (
    Cell,
    Dot,
    Operation,
    Scalar,
    with_cells,
)
from rnn_edu.walkthrough.sheets.blocks import OVER_TIME, Index
from rnn_edu.walkthrough.sheets.formulas import addends
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.one_step import OneStep, Part, Term
from rnn_edu.walkthrough.sheets.picked import Slot, consecutive, leaves, slots_of
from rnn_edu.walkthrough.sheets.places import FORWARD

#: More would be no single look.
MOST_UNITS, MOST_STEPS, MOST_ROWS = 32, 32, 150


def one_step(layout: Layout) -> OneStep | None:
    """The sheet of a calculation; None where nothing of it fits."""
    steps = _of_the_layer(layout)
    if not steps or steps[0].value.size > MOST_UNITS or _operations(steps) > MOST_ROWS // 5:
        return None
    if _rows_at_least(steps) > MOST_ROWS:
        return None
    origin = steps[0].origin
    layer = origin.layer if origin is not None and origin.layer != "loss" else ""
    alone = {q.origin.layer for q in steps if q.origin is not None} == {layer}
    for times in _times(steps):
        parts = _all_that_fit(_parts(layout, steps, times))
        if parts:
            return OneStep(layout, times, steps[0].value.size, parts, layer if alone else "")
    return None


def _all_that_fit(parts: Iterator[Part | None]) -> list[Part]:
    """All operations, or none where one is missing or the rows are too many; asked no further."""
    known: list[Part] = []
    rows = 0
    for part in parts:
        rows += len(part.terms) + 4 if part is not None else 0
        if part is None or rows > MOST_ROWS:
            return []
        known.append(part)
    return known


def _of_the_layer(layout: Layout) -> list[Quantity]:
    """The steps of the first layer that has a state, in the order of calculation; else all."""
    over_time = [
        q
        for q in layout.walkthrough.steps
        if q.t is not None and q.role not in ("gradient", "loss")
        and layout.block(q).form == OVER_TIME and layout.block(q).sheet == FORWARD
    ]  # fmt: skip
    state = next((q for q in over_time if q.role == "state"), None)
    if state is None or state.origin is None:
        return over_time
    layer = state.origin.layer
    return [q for q in over_time if q.origin is not None and q.origin.layer == layer]


def _operations(steps: Sequence[Quantity]) -> int:
    """How many there would be: one for all units, or one for each number of another shape."""
    shapes = {q.name: q.shape for q in steps}.values()
    return sum(1 if shape == steps[0].shape else math.prod(shape) for shape in shapes)


def _rows_at_least(steps: Sequence[Quantity]) -> int:
    """The rows that are needed whatever can be picked: for each two numbers a line, and four."""
    trees = {
        q.name: q.definition.scalar((0,) * len(q.shape)) for q in steps if q.definition is not None
    }
    read = ({(cell.quantity, cell.index) for cell in leaves(tree)} for tree in trees.values())
    return sum(4 + math.ceil(len(cells) / 2) for cells in read)


def _times(steps: Sequence[Quantity]) -> Iterator[list[int]]:
    """Which steps could be picked, the most first: all, all but the first, or the last alone."""
    names = dict.fromkeys(q.name for q in steps)
    found = [{q.t for q in steps if q.name == name and q.t is not None} for name in names]
    common = sorted(set.intersection(*found))
    if consecutive(common) and len(common) <= MOST_STEPS:
        yield common
        if len(common) > 2:
            yield common[1:]
    yield [max(set.union(*found))]


def _parts(
    layout: Layout, steps: Sequence[Quantity], times: Sequence[int]
) -> Iterator[Part | None]:
    """The operations at these steps; None for one that has not the same formula at each."""
    shape = steps[0].shape
    for name in dict.fromkeys(q.name for q in steps if q.t in times):
        series = sorted((q for q in steps if q.name == name), key=lambda q: q.t or 0)
        chosen = [q for q in series if q.t in times]
        if chosen[0].shape == shape:
            yield _part(layout, chosen, list(np.ndindex(shape)), None)
            continue
        for index in np.ndindex(chosen[0].shape):
            yield _part(layout, chosen, [index] * int(np.prod(shape)), index)


def _part(
    layout: Layout, steps: Sequence[Quantity], units: Sequence[Index], element: Index | None
) -> Part | None:
    """One operation at all its steps; None where its formula is not the same at each.

    Args:
        layout: where all numbers lie.
        steps: the quantity at each of the steps.
        units: which of its numbers stands there for each unit.
        element: the same number for all of them, or None.
    """
    picks = {
        (step.t or 0, unit): (step, index) for step in steps for unit, index in enumerate(units)
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
        listed = _listed(slots)
        lines = [next(k for k, one in enumerate(listed) if one.cells == s.cells) for s in slots]
        return Part(steps[0], result, _of_lines(tree, iter(lines)), _terms(listed), element)
    return Part(steps[0], result, tree, terms, element)


def _terms(slots: Sequence[Slot]) -> list[Term]:
    return [Term(slot, None) for slot in slots]


def _listed(slots: Sequence[Slot]) -> list[Slot]:
    """Each number once; those of one vector in its order, else as the formula goes."""
    found = {tuple(slot.cells.items()): slot for slot in slots}
    if len({slot.cells[slot.first].quantity for slot in slots}) == 1:
        return sorted(found.values(), key=lambda slot: slot.cells[slot.first].index)
    return list(found.values())


def _of_lines(tree: Scalar, lines: Iterator[int]) -> Scalar:
    """The formula with the numbers of lines in the place of its cells, from left to right.

    A cell alone would not say which line it is: the element of the unit picked is at first the
    same as the first element, and at another pick it is not.
    """
    numbered: Scalar = with_cells(tree, lambda _: Cell(next(lines), ()))
    return numbered


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
