"""The spreadsheet formula of one number, printed from its scalar tree.

A sum of products becomes ``SUMPRODUCT`` where both sides are columns, or rows, of cells that
touch; anything else is written out. A cell of a time step is addressed so that the formula
can be filled to the right (``E$9``); everything else by its name, or absolutely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.functions import Function, named
from rnn_edu.walkthrough.latex import ATOM, PRODUCT, SUM, Printed, join
from rnn_edu.walkthrough.scalars import (
    ONE,
    Call,
    Cell,
    Dot,
    Largest,
    Number,
    Operation,
    Scalar,
    Total,
)
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.limits import MOST_ARGUMENTS, require_takeable
from rnn_edu.walkthrough.sheets.places import Area, Place, quoted

#: The most functions of single cells that are written out; of more, the cells are multiplied by 1,
#: since IronCalc takes a single cell of a range that stands alone in a function.
MOST_WRITTEN = 24


@dataclass(frozen=True)
class Range:
    """Cells of one row or one column that touch, first to last."""

    cells: tuple[Cell, ...]
    upright: bool
    mirrored: bool = False


Term = Scalar | Range


def formula_of(layout: Layout, quantity: Quantity, index: tuple[int, ...]) -> str:
    """The formula of one element of a step, with its ``=``.

    Raises:
        WorkbookError: it is longer than Excel allows.
    """
    assert quantity.definition is not None
    return printer_of(layout, quantity).formula(quantity.definition.scalar(index), quantity.title)


def printer_of(layout: Layout, quantity: Quantity) -> Printer:
    """The printer for the elements of a step."""
    return Printer(layout, layout.block(quantity).sheet, over_time=quantity.t is not None)


def number(value: float) -> str:
    """A number as a formula writes it, exact to the last bit.

    Example:
        >>> number(4.0), number(1e-07), number(0.1)
        ('4', '1E-07', '0.1')
    """
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value).upper()


class Positions(Protocol):
    """What a printer asks of a layout."""

    def place(self, quantity: Quantity, index: tuple[int, ...]) -> Place:
        """The cell of one element."""
        ...

    def mirrored(self, quantity: Quantity, index: tuple[int, ...]) -> Place | None:
        """The cell of one element in a transposed copy, if there is one."""
        ...

    def name_of(self, area: Area) -> str | None:
        """The defined name of exactly this area."""
        ...


class Printer:
    """Prints scalar trees for the cells of one sheet.

    Args:
        layout: where each quantity lies.
        sheet: the sheet on which the formula stands.
        over_time: whether it stands in the column of a time step, and is filled to the right.
    """

    def __init__(self, layout: Positions, sheet: str, *, over_time: bool) -> None:
        self.layout, self.sheet, self.over_time = layout, sheet, over_time
        self._in_long_sum = False
        # Sums that elements share, such as that below a softmax, are printed once. The trees are
        # kept with their texts, so that no other one takes their place in the memory.
        self._sums: dict[int, tuple[Term, Printed]] = {}

    def formula(self, tree: Scalar, title: str) -> str:
        """The formula of one number, with its ``=``.

        Raises:
            WorkbookError: Excel does not take it; ``title`` says what it is of.
        """
        formula = "=" + self.printed(tree).text
        require_takeable(formula, title)
        return formula

    def printed(self, term: Term) -> Printed:
        """The text of a scalar or of a range inside an aggregate."""
        if not isinstance(term, Total | Dot | Largest):
            return self._print(term)
        if id(term) not in self._sums:
            self._sums[id(term)] = (term, self._print(term))
        return self._sums[id(term)][1]

    def _print(self, term: Term) -> Printed:
        match term:
            case Number(value):
                return Printed(number(value), PRODUCT if value < 0 else ATOM)
            case Cell():
                return Printed.atom(self._reference(term))
            case Range():
                return Printed.atom(self._range(term))
            case Call(function, argument):
                return self._call(named(function), argument)
            case Operation("+"):
                return self._sum(addends(term), shortest=3)
            case Operation(operator, left, right):
                return _joined(self.printed(left), operator, self.printed(right))
            case Total(terms):
                return self._sum(terms, shortest=2)
            case Dot(pairs):
                return self._sum([Operation("*", a, b) for a, b in pairs], shortest=2)
            case Largest(terms):
                self._in_long_sum = False
                whole = self.vectorised(terms)
                inner = [whole] if isinstance(whole, Range) else list(terms)
                return Printed.atom(_largest([self.printed(t).text for t in inner]))

    def _call(self, function: Function, argument: Term) -> Printed:
        """A function of the spreadsheet, or what the function is defined by."""
        if function.base == "negate":
            return _negate(self.printed(argument))
        if function.sheet:
            return Printed.atom(function.sheet_text(self.printed(argument).text))
        return self.printed(function.of(argument))

    # -- sums ---------------------------------------------------------------------------

    def _sum(self, terms: Sequence[Scalar], shortest: int) -> Printed:
        """Terms joined by +; neighbours that form a row or column become one aggregate."""
        whole: Printed | None = None
        start = 0
        while start < len(terms):
            self._in_long_sum = len(terms) > MOST_WRITTEN
            stop, vector = self._run(terms, start)
            if vector is not None and stop - start >= shortest:
                piece = self._aggregate(vector)
            else:
                stop, piece = start + 1, self.printed(terms[start])
            whole = piece if whole is None else _plus(whole, piece)
            start = stop
        assert whole is not None
        return whole

    def _run(self, terms: Sequence[Scalar], start: int) -> tuple[int, Term | None]:
        """The longest run of terms from ``start`` that can be calculated as one array.

        The beginning of such a run is one too, so its end is found by halving.
        """
        whole = self._vector(terms[start:])
        if whole is not None:
            return len(terms), whole
        longest, found, too_long = start + 1, None, len(terms)
        middle = min(start + 2, too_long)
        while longest < middle < too_long:
            vector = self._vector(terms[start:middle])
            if vector is None:
                too_long = middle
            else:
                longest, found = middle, vector
            middle = (longest + too_long) // 2 if found is not None else longest
        return longest, found

    def _vector(self, terms: Sequence[Scalar]) -> Term | None:
        """Two terms or more as one array of ranges, or None."""
        if len(terms) < 2:
            return None
        if len(terms) > 2 and self._vector(terms[:2]) is None:
            return None
        # Back through time the terms come in the opposite order of the cells.
        for run in (terms, terms[::-1]):
            vector = self.vectorised(run)
            if vector is not None and _ranges(vector):
                return vector
        return None

    def _aggregate(self, vector: Term) -> Printed:
        match vector:
            case Range():
                return Printed.atom(f"SUM({self.printed(vector).text})")
            case Operation("*", left, right) if _ranges(left) and _ranges(right):
                pair = ",".join(self.printed(side).text for side in (left, right))
                return Printed.atom(f"SUMPRODUCT({pair})")
            case _:
                inner = self.printed(vector)
                if inner.text.startswith("-") and inner.precedence == PRODUCT:
                    return Printed(f"-SUMPRODUCT({inner.text[1:]})", PRODUCT)
                return Printed.atom(f"SUMPRODUCT({inner.text})")

    def vectorised(self, terms: Sequence[Scalar]) -> Term | None:
        """Several scalars of one form as one term over ranges, or None where they differ."""
        return _checked(self._vectorised(tuple(terms)))

    def _vectorised(self, terms: tuple[Scalar, ...]) -> Term | None:
        first = terms[0]
        if all(term == first for term in terms):
            return first
        if any(type(term) is not type(first) for term in terms):
            return None
        match first:
            case Cell():
                return self._touching([t for t in terms if isinstance(t, Cell)])
            case Call(function, _) if named(function).elementwise:
                calls = [t for t in terms if isinstance(t, Call)]
                inner = self._vectorised(tuple(c.argument for c in calls))
                same = all(c.function == function for c in calls)
                # IronCalc takes a single cell of a range that stands alone in a function.
                bare = isinstance(inner, Range) and function != "negate"
                if bare and self._in_long_sum:
                    inner, bare = Operation("*", inner, ONE), False  # type: ignore[arg-type]
                if inner is None or bare or not same:
                    return None
                return Call(function, inner)  # type: ignore[arg-type]
            case Operation(operator, _, _):
                steps = [t for t in terms if isinstance(t, Operation)]
                left = self._vectorised(tuple(s.left for s in steps))
                right = self._vectorised(tuple(s.right for s in steps))
                same = all(s.operator == operator for s in steps)
                if left is None or right is None or not same:
                    return None
                return Operation(operator, left, right)  # type: ignore[arg-type]
            case _:
                return None

    def _touching(self, cells: Sequence[Cell]) -> Range | None:
        """The cells as a range, where they lie side by side in order."""
        places = [self.layout.place(c.quantity, c.index) for c in cells]
        if _in_line(places, rows=1):
            return Range(tuple(cells), upright=True)
        mirrored = [self.layout.mirrored(c.quantity, c.index) for c in cells]
        known = [p for p in mirrored if p is not None]
        if len(known) == len(cells) and _in_line(known, rows=1):
            return Range(tuple(cells), upright=True, mirrored=True)
        return Range(tuple(cells), upright=False) if _in_line(places, rows=0) else None

    # -- addresses ----------------------------------------------------------------------

    def _reference(self, cell: Cell) -> str:
        place = self.layout.place(cell.quantity, cell.index)
        if self._moves_along(cell.quantity):
            return self._prefix(place) + place.shown(row="$")
        return self._fixed(Area(place, place))

    def _range(self, cells: Range) -> str:
        places = [self._where(cell, cells.mirrored) for cell in (cells.cells[0], cells.cells[-1])]
        if self._moves_along(cells.cells[0].quantity):
            corners = ":".join(place.shown(row="$") for place in places)
            return self._prefix(places[0]) + corners
        return self._fixed(Area(places[0], places[1]))

    def _where(self, cell: Cell, mirrored: bool) -> Place:
        mirror = self.layout.mirrored(cell.quantity, cell.index) if mirrored else None
        return mirror or self.layout.place(cell.quantity, cell.index)

    def _moves_along(self, quantity: Quantity) -> bool:
        return self.over_time and quantity.t is not None

    def _fixed(self, area: Area) -> str:
        name = self.layout.name_of(area)
        if name is not None:
            return name
        corners = [area.first] if area.first == area.last else [area.first, area.last]
        return self._prefix(area.first) + ":".join(p.shown(column="$", row="$") for p in corners)

    def _prefix(self, place: Place) -> str:
        return "" if place.sheet == self.sheet else f"{quoted(place.sheet)}!"


def addends(scalar: Scalar) -> list[Scalar]:
    """The terms of a + b + c + ..., from left to right."""
    found: list[Scalar] = []
    waiting = [scalar]
    while waiting:
        term = waiting.pop()
        if isinstance(term, Operation) and term.operator == "+":
            waiting += [term.right, term.left]
        else:
            found.append(term)
    return found


def _in_line(places: Sequence[Place], *, rows: int) -> bool:
    """Whether each place is the neighbour of the one before: below it, or to its right."""
    sheet, row, column = places[0]
    across = 1 - rows
    return all(p == (sheet, row + rows * k, column + across * k) for k, p in enumerate(places))


def _ranges(term: Term) -> list[Range]:
    """The ranges that a term is written with."""
    match term:
        case Range():
            return [term]
        case Call(_, argument):
            return _ranges(argument)
        case Operation(_, left, right):
            return [*_ranges(left), *_ranges(right)]
        case _:
            return []


def _checked(term: Term | None) -> Term | None:
    """The term, if its ranges all point the same way."""
    if term is None or len({r.upright for r in _ranges(term)}) > 1:
        return None
    return term


def _largest(texts: Sequence[str]) -> str:
    """The largest of some numbers; of many, the largest of the largest of each part."""
    if len(texts) <= MOST_ARGUMENTS:
        return f"MAX({','.join(texts)})"
    starts = range(0, len(texts), MOST_ARGUMENTS)
    return _largest([_largest(texts[k : k + MOST_ARGUMENTS]) for k in starts])


def _negate(x: Printed) -> Printed:
    """Minus x; the minus of a product stands before its first factor, and two vanish."""
    if x.precedence == SUM:
        return Printed(f"-({x.text})", PRODUCT)
    return Printed(x.text[1:] if x.text.startswith("-") else f"-{x.text}", PRODUCT)


def _joined(left: Printed, operator: str, right: Printed) -> Printed:
    """Two pieces with a sign between them; a right-hand piece with a minus gets brackets."""
    guarded = Printed(right.text, SUM) if right.text.startswith("-") else right
    return join(left, operator, guarded, operator)


def _plus(left: Printed, right: Printed) -> Printed:
    """The sum of two pieces; a piece that starts with a minus brings its own sign."""
    return Printed(left.text + ("" if right.text.startswith("-") else "+") + right.text, SUM)
