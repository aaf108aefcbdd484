"""Formulas from stored data: operations by their names from a table, and nothing else.

Sizes are counted before an array is made, so that no data can ask for more memory or time than
the bounds of this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough.arrays import OneHot, Reshape
from rnn_edu.walkthrough.checked import MOST_AXES, MOST_NUMBERS, Checked
from rnn_edu.walkthrough.expressions import (
    Expression,
    Literal,
    Place,
    Quantity,
    Slice,
    Spread,
    Sum,
)
from rnn_edu.walkthrough.functions import named
from rnn_edu.walkthrough.widget import PLAIN_OPERATIONS, SUMS

#: Quantities, entries of a formula, and places in a list of them.
MOST_QUANTITIES = 50_000
#: Operations inside each other; not many more can be written within Python's limit of recursion.
DEEPEST = 450
#: Numbers that go into operations, each counted every time: a bound on the time that it takes.
MOST_WORK = 1_000_000_000

_PLAIN: Mapping[str, Callable[..., Expression]] = {
    name: kind for kind, name in PLAIN_OPERATIONS.items()
}
_WITH_SETTINGS = frozenset(
    {*SUMS.values(), "spread", "spread_down", "reshape", "one_hot", "slice", "place"}
)
_AXES = {name: axis for axis, name in SUMS.items()}
_OF_TWO = frozenset({"add", "subtract", "multiply", "divide", "matmul", "outer"})
_OF_SEVERAL = frozenset({"add_all", "concatenate", "stack", "maximum", "maximum_shared"})

Rest: TypeAlias = Sequence[object]


class FormulaReader:
    """Makes expressions of stored formulas.

    Attributes:
        known: the quantities that a formula may use, by their places.
    """

    def __init__(self) -> None:
        self.known: list[Quantity] = []
        self._numbers = self._work = 0

    def charge(self, entry: Checked, numbers: int, work: int = 0) -> None:
        """Counts the numbers that are about to be made; too many are refused beforehand."""
        self._numbers += numbers
        self._work += numbers + work
        if self._numbers > MOST_NUMBERS or self._work > MOST_WORK:
            raise entry.refusal(f"more than {MOST_NUMBERS:,} numbers would have to be calculated")

    def quantity(self, entry: Checked, place: object) -> Quantity:
        """The quantity at a place, which must lie before the one that is being read."""
        where = entry.integer_in("a place", place, 0, MOST_QUANTITIES)
        if where >= len(self.known):
            raise entry.refusal(f"it uses the quantity {where}, which is not before it")
        return self.known[where]

    def formula(self, entry: Checked, data: object, depth: int = DEEPEST) -> Expression:
        """A formula, evaluated.

        Raises:
            DataError: it is not in the format, or too large.
            RnnEduError: operands do not fit, or the numbers have no result.
        """
        if isinstance(data, int):
            return self.quantity(entry, data)
        if not depth:
            raise entry.refusal(f"more than {DEEPEST} operations stand inside each other")
        name, *rest = entry.items_in("a formula", data, MOST_QUANTITIES) or [None]
        if name == "number":
            return Literal(entry.number_in("number", *_one(entry, name, rest)))
        make = _operation(entry, name)
        operands: list[Expression] = []
        for operand in rest[:1] if name in _WITH_SETTINGS else rest:
            operands.append(self.formula(entry, operand, depth - 1))
        _require_count(entry, name, operands)
        if make is None:
            return self._with_settings(entry, name, operands[0], rest[1:])
        self.charge(entry, *_sizes(name, operands))
        if name == "add_all" and len({operand.shape for operand in operands}) > 1:
            raise entry.refusal("add_all has operands of different shapes")
        return make(*operands)

    def _with_settings(self, entry: Checked, name: str, u: Expression, rest: Rest) -> Expression:
        match name:
            case "spread" | "spread_down" | "reshape":
                shape = entry.shape_in(f"the shape of {name}", *_one(entry, name, rest))
                self.charge(entry, math.prod(shape))
                return Reshape(u, shape) if name == "reshape" else _spread(entry, name, u, shape)
            case "one_hot":
                size = entry.integer_in("a size", *_one(entry, name, rest), 1, MOST_NUMBERS)
                self.charge(entry, size)
                return OneHot(u, size)
            case "slice":
                part, *symbol = rest if len(rest) == 2 else _one(entry, name, rest)
                texts = [entry.text_in("a symbol", text) for text in symbol]
                return Slice(u, self._part(entry, part, u.value.size), *texts)
            case "place":
                part, whole = rest if len(rest) == 2 else (None, None)
                shape = entry.shape_in("the shape of place", whole)
                return Place(u, self._part(entry, part, math.prod(shape)), shape)
        if rest:
            raise entry.refusal(f"{name} takes one operand")
        self.charge(entry, u.value.size)
        return Sum(u, axis=_AXES[name])

    def _part(self, entry: Checked, data: object, size: int) -> tuple[Any, ...]:
        """An index of NumPy's, charged for what it may make of an array of this size."""
        key = tuple(_axis(entry, axis) for axis in entry.items_in("a part", data, MOST_AXES + 1))
        lists = [len(axis) for axis in key if isinstance(axis, list)]
        if lists and sum(isinstance(axis, (list, int)) for axis in key) > 1:
            raise entry.refusal("a list of places stands beside a number or another list")
        self.charge(entry, size * max([1, *lists]), size)
        return key


def _spread(entry: Checked, name: str, u: Expression, shape: tuple[int, ...]) -> Spread:
    if name == "spread":
        return Spread(u, shape)
    if len(u.shape) != 1 or len(shape) != 2 or u.shape[0] != shape[0]:
        raise entry.refusal(f"a vector {u.shape} does not go down the rows of {shape}")
    return Spread(u, shape, down=True)


def _axis(entry: Checked, data: object) -> Any:
    """A number, a range, some places, or all axes between."""
    if data == "...":
        return ...
    if isinstance(data, list) and len(data) in (2, 3):
        return slice(*(None if end is None else _index(entry, end) for end in data))
    if isinstance(data, dict) and set(data) == {"at"}:
        places = entry.items_in("places", data["at"], MOST_QUANTITIES)
        return [_index(entry, place) for place in places]
    return _index(entry, data)


def _index(entry: Checked, value: object) -> int:
    return entry.integer_in("a place in a part", value, -MOST_NUMBERS, MOST_NUMBERS)


def _operation(entry: Checked, name: object) -> Callable[..., Expression] | None:
    """What makes an operation of its operands; None where it needs more than these."""
    if isinstance(name, str) and name in _WITH_SETTINGS:
        return None
    if isinstance(name, str) and name in _PLAIN:
        return _PLAIN[name]
    try:
        return named(entry.text_in("the name of an operation", name, 255))
    except (UsageError, OverflowError):
        raise entry.refusal(f"the operation {name!r} is not known") from None


def _require_count(entry: Checked, name: str, operands: Sequence[Expression]) -> None:
    wanted = 2 if name in _OF_TWO else 1
    if len(operands) < wanted or (len(operands) > wanted and name not in _OF_SEVERAL):
        raise entry.refusal(f"{name} takes {wanted} operand(s), but has {len(operands)}")


def _one(entry: Checked, name: str, rest: Rest) -> tuple[object]:
    if len(rest) != 1:
        raise entry.refusal(f"{name} takes one setting, but has {len(rest)}")
    return (rest[0],)


def _sizes(name: str, operands: Sequence[Expression]) -> tuple[int, int]:
    """At most how many numbers an operation makes, and how many go into it."""
    sizes = [operand.value.size for operand in operands]
    u, v = operands[0], operands[-1]
    if name == "outer":
        return math.prod(sizes), 0
    if name == "matmul" and u.shape and v.shape:
        rows, columns = u.value.size // u.shape[-1], v.value.size // v.shape[0]
        return rows * columns, rows * v.value.size
    return (sum(sizes) if name in ("concatenate", "stack") else max(sizes)), sum(sizes)
