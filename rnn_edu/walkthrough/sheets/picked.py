"""A number of Forward at whatever time step, and of whatever unit, the reader picks.

The same formula holds at every step and for every unit; only the places of its numbers move, one
column for a step, one row or column for a unit. So a look-up by two positions finds each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnn_edu.walkthrough.scalars import Call, Cell, Number, Operation, Scalar, parts_of_tree
from rnn_edu.walkthrough.sheets.cells import Content, Look, number
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.places import ONE_STEP, Area, Place

#: Where the step and the unit are picked.
STEP, UNIT = Place(ONE_STEP, 4, 4), Place(ONE_STEP, 5, 4)

Pick = tuple[int, int]
Move = tuple[int, int]
_ALONG_STEPS, _ALONG_UNITS, _STAYS = (0, 1), ((0, 1), (1, 0)), (0, 0)


@dataclass(frozen=True)
class Slot:
    """A number in the formula of a step, at every time step and for every unit.

    Attributes:
        cells: which number it is, by step and unit; both in order, units counted from 0.
        places: where it lies.
    """

    cells: dict[Pick, Cell]
    places: dict[Pick, Place]

    @property
    def first(self) -> Pick:
        """The first step and unit."""
        return next(iter(self.places))

    @property
    def last(self) -> Pick:
        """The last step and unit."""
        return next(reversed(self.places))

    def value(self, pick: Pick) -> float:
        """The number itself."""
        cell = self.cells[pick]
        return float(cell.quantity.value[cell.index])

    def moves(self) -> tuple[Move, Move] | None:
        """Rows and columns from a step to the next, and from a unit to the next; None: uneven."""
        (t, u), (last_t, last_u) = self.first, self.last
        start = self.places[t, u]
        by_step = _move(start, self.places[t + 1, u]) if last_t > t else _STAYS
        by_unit = _move(start, self.places[t, u + 1]) if last_u > u else _STAYS
        even = all(
            place == start.moved(*_plus(_times(by_step, s - t), _times(by_unit, v - u)))
            for (s, v), place in self.places.items()
        )
        fits = by_step in (_STAYS, _ALONG_STEPS) and by_unit in (_STAYS, *_ALONG_UNITS)
        crossed = by_step == by_unit == _ALONG_STEPS
        return (by_step, by_unit) if even and fits and not crossed else None

    @property
    def is_weight(self) -> bool:
        """Whether it is the same number at every step, and given."""
        moves = self.moves()
        cell = self.cells[self.first]
        return moves is not None and moves[0] == _STAYS and cell.quantity.role == "weight"

    def formula(self) -> str:
        """The formula that looks it up, with its ``=``."""
        moves = self.moves()
        assert moves is not None
        first = self.first[0]
        step = STEP.shown(column="$", row="$") + (f"-{first - 1}" if first > 1 else "")
        step = step if first >= 1 else f"{step}+{1 - first}"
        wanted = [UNIT.shown(column="$", row="$")] if moves[1] != _STAYS else []
        wanted += [step] if moves[0] != _STAYS else []
        area = Area(self.places[self.first], self.places[self.last])
        return f"=INDEX({','.join([str(area), *wanted])})" if wanted else f"={area}"

    def look(self, look: Look) -> Content:
        """What belongs in the cell that looks it up."""
        step, unit = number(look(STEP)), number(look(UNIT))
        place = (
            self.places.get((int(step), int(unit) - 1)) if step == step and unit == unit else None
        )
        return number(look(place)) if place is not None else float("nan")


def _move(start: Place, end: Place) -> Move:
    return end.row - start.row, end.column - start.column


def _times(move: Move, count: int) -> Move:
    return move[0] * count, move[1] * count


def _plus(one: Move, other: Move) -> Move:
    return one[0] + other[0], one[1] + other[1]


def slots_of(trees: dict[Pick, Scalar], layout: Layout) -> list[Slot] | None:
    """The numbers of a formula from left to right; None where it is not the same everywhere."""
    if len({_form(tree) for tree in trees.values()}) > 1:
        return None
    read = {pick: leaves(tree) for pick, tree in trees.items()}
    count = len(next(iter(read.values())))
    slots = []
    for k in range(count):
        cells = {pick: found[k] for pick, found in read.items()}
        places = {pick: layout.place(c.quantity, c.index) for pick, c in cells.items()}
        slots.append(Slot(cells, places))
    return slots if all(slot.moves() is not None for slot in slots) else None


def leaves(tree: Scalar) -> list[Cell]:
    """The cells of a tree from left to right, as often as they are there."""
    if isinstance(tree, Cell):
        return [tree]
    return [cell for part in parts_of_tree(tree) for cell in leaves(part)]


def _form(tree: Scalar) -> object:
    """What a tree is apart from which cells it reads."""
    match tree:
        case Cell():
            return "cell"
        case Number(value):
            return value
        case Call(function, _):
            said: object = function
        case Operation(operator, _, _):
            said = operator
        case _:
            said = type(tree).__name__
    return said, tuple(map(_form, parts_of_tree(tree)))


def consecutive(times: Sequence[int]) -> bool:
    """Whether no step is left out."""
    return list(times) == list(range(times[0], times[-1] + 1)) if times else False
