"""Draws the sheet One step: a picker, then each operation with its numbers, products and result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.scalars import Cell
from rnn_edu.walkthrough.sheets import one_step as o
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.equation import equation
from rnn_edu.walkthrough.sheets.grid import Grid, Held, Label
from rnn_edu.walkthrough.sheets.one_step import OneStep, Part, Term
from rnn_edu.walkthrough.sheets.paging import ON_PAPER, cut_between
from rnn_edu.walkthrough.sheets.picked import STEP, UNIT, Slot
from rnn_edu.walkthrough.sheets.places import ONE_STEP, Place
from rnn_edu.walkthrough.sheets.strip_page import draw_strip, link_to
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.walkthrough.symbols import Runs

_WIDTHS = {o.NUMBER: 5, o.SYMBOL: 11, o.LABEL: 14, o.VALUE: 13, o.TIMES: 5}
_NUMBER_WIDTH, _FORMULA_WIDTHS = 12, (30.0, 62.0)
_CIRCLED_ONE, _MOST_CIRCLED = 0x2460, 20
_SHOWN = "0.000000"
#: Of a formula as text, and of symbols, so many characters have room in a width of one.
_FORMULA_CHARACTERS, _SYMBOL_CHARACTERS = 0.8, 0.85


def draw_one_step(book: Book, grid: Grid) -> None:
    """Draws the whole sheet."""
    if book.one_step is not None:
        _Painter(book, book.one_step, grid).draw()


class _Painter:
    """Draws the sheet.

    Args:
        book: what there is to draw.
        step: what stands on this sheet.
        grid: the empty sheet.
    """

    def __init__(self, book: Book, step: OneStep, grid: Grid) -> None:
        self.book, self.step, self.grid, self.sheet = book, step, grid, grid.sheet
        self.formula_column = step.product + 2
        self.live = {cell.place: cell for cell in book.live if cell.place.sheet == ONE_STEP}

    def put(self, row: int, column: int, held: Held, **style: object) -> None:
        """Writes a cell; a text is no formula unless it is a live cell's."""
        text = Label(held) if isinstance(held, str) else held
        self.grid.put(Place(ONE_STEP, row, column), text, **style)

    def draw(self) -> None:
        """Draws everything."""
        self._columns()
        self._head()
        for number, part in enumerate(self.step.parts):
            self._part(number, part)
        self.sheet.freeze_panes = f"A{o.FIRST_ROW}"
        self.sheet.print_title_rows = "1:2"
        starts, last = [part.top for part in self.step.parts], self.step.parts[-1].last
        cut_between(self.sheet, starts, last, self.formula_column)
        columns = get_column_letter(self.formula_column)
        self.sheet.print_area = f"A1:{columns}{last}"

    def _columns(self) -> None:
        numbers = range(o.FIRST_WEIGHT, self.step.product + 1)
        widths: dict[int, float] = {**_WIDTHS, **dict.fromkeys(numbers, _NUMBER_WIDTH)}
        widths[o.SYMBOL] = max(widths[o.SYMBOL], self._symbol_width())
        room = ON_PAPER - sum(widths.values()) - 2
        longest = min(max(_FORMULA_WIDTHS[0], room), _FORMULA_WIDTHS[1])
        widths |= {self.step.product + 1: 2, self.formula_column: longest}
        for column, width in widths.items():
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def _symbol_width(self) -> float:
        slots = [
            slot
            for part in self.step.parts
            for slot in (part.result, *(term.value or term.weight for term in part.terms))
        ]
        return symbols.column_width(self._pieces(slot) for slot in slots if slot)

    def _head(self) -> None:
        title = f"{self.book.walkthrough.title}: one step"
        self.put(1, 1, title, font=styles.TITLE, alignment=styles.LEFT)
        self.put(2, 1, self._what(), font=styles.SUBTITLE, alignment=styles.LEFT)
        steps, units = self.step.times, range(1, self.step.units + 1)
        self._picker(STEP, "step", '"t = "0', self.step.pick[0], steps)
        self._picker(UNIT, "unit", "0", self.step.pick[1] + 1, units)
        hint = "Pick a step and a unit from the lists; change weights and words on Forward."
        if len(steps) == 1:
            hint = "The last step: each step has formulas of its own. Change weights on Forward."
        self.put(STEP.row - 1, o.FIRST_WEIGHT, hint, font=styles.SMALL, alignment=styles.LEFT)
        self.sheet.row_dimensions[1].height = 30
        for row, (sheet, holds) in enumerate(self._elsewhere(), start=STEP.row):
            link_to(self.grid, Place(ONE_STEP, row, o.FIRST_WEIGHT), sheet, f"→ {sheet}: {holds}")
        draw_strip(self.book.strips[ONE_STEP], self.grid)

    def _what(self) -> str:
        """What is here, for which steps."""
        first, last = self.step.times[0], self.step.times[-1]
        when = f"step {last}" if first == last else f"one of the steps {first} to {last}"
        whole = f"The layer {self.step.layer}" if self.step.layer else "What is calculated"
        return f"{whole} at {when}: each number beside those that it is made of."

    def _elsewhere(self) -> Iterator[tuple[str, str]]:
        """Where the rest of the calculation is, and what that is."""
        steps = self.book.walkthrough.steps
        left = [q for q in steps if q.name not in self.step.quantities and q.role != "gradient"]
        held = [q.origin.layer if q.origin else symbols.plain(q) for q in left if q.role != "loss"]
        names = [name for name in dict.fromkeys(held) if name not in ("loss", self.step.layer)]
        told = [*names, *(["the loss"] if any(q.role == "loss" for q in left) else [])]
        yield "Forward", ", ".join(told) or "all steps side by side"
        if "Gradients" in self.book.sheets:
            yield "Gradients", "how the loss changes with each of these numbers"

    def _picker(
        self, place: Place, label: str, shown: str, held: int, options: Sequence[int]
    ) -> None:
        few = f"{label}, of {len(options)}" if len(options) > 1 else f"{label} (one)"
        self.put(place.row, o.SYMBOL, few, font=styles.STRONG, alignment=styles.LEFT)
        self.put(
            place.row,
            place.column,
            held,
            font=styles.STRONG,
            fill=styles.fill(ROLE_COLOURS["output"].fill),
            border=styles.AROUND_INPUT,
            alignment=styles.CENTRED,
            number_format=shown,
        )
        listed = f'"{",".join(map(str, options))}"'
        rule = DataValidation(
            type="list",
            formula1=listed,
            allow_blank=False,
            showErrorMessage=True,
            errorTitle="Not in the list",
            error=f"Pick one of {options[0]} to {options[-1]}.",
        )
        rule.add(place.address)
        self.sheet.add_data_validation(rule)

    # -- an operation --------------------------------------------------------------------

    def _part(self, number: int, part: Part) -> None:
        self._title(number, part)
        if part.weighted:
            self._headings(part)
        for term, before in zip(part.terms, [None, *part.terms], strict=False):
            self._line(term, before)
        self._result(part)
        if part.weighted and self.step.side_by_side > 1:
            self._highlight(part)

    def _title(self, number: int, part: Part) -> None:
        sign = chr(_CIRCLED_ONE + number) if number < _MOST_CIRCLED else str(number + 1)
        for column in range(o.NUMBER, self.formula_column + 1):
            self.put(part.top, column, None, border=styles.UNDER_HEADER)
        self.put(part.top, o.NUMBER, sign, font=styles.SECTION, alignment=styles.CENTRED)
        self._symbol(part.top, part.result)
        note = re.sub(r" at t=\d+", "", part.quantity.note) or part.quantity.role
        if part.element:
            note = f"{note}: {_label(part.quantity, part.element)}"
        self.put(part.top, o.LABEL, note, font=styles.STRONG, alignment=styles.INDENTED)
        self.sheet.row_dimensions[part.top].height = 24

    def _headings(self, part: Part) -> None:
        units = _labels(part.quantity, self.step.units)
        shown = units if self.step.side_by_side > 1 or self.step.units == 1 else ["unit picked"]
        headings = {o.VALUE: "number", self.step.product: "product"}
        headings |= {o.FIRST_WEIGHT + k: label for k, label in enumerate(shown)}
        for column, text in headings.items():
            self.put(part.top + 1, column, text, font=styles.HEADER, alignment=styles.RIGHT)

    def _line(self, term: Term, before: Term | None) -> None:
        slot = term.value or term.weight
        assert slot is not None
        previous = None if before is None else before.value or before.weight
        if previous is None or _quantity(previous) is not _quantity(slot):
            self._symbol(term.row, slot)
        if term.value is not None:
            cell = slot.cells[slot.first]
            label = _label(cell.quantity, cell.index) if _stays(slot) else ""
            self.put(term.row, o.LABEL, label, font=styles.SMALL, alignment=styles.INDENTED)
            self._number(term.row, o.VALUE, _quantity(slot).role)
        if term.weight is not None:
            self._weights(term)

    def _weights(self, term: Term) -> None:
        if term.value is not None:
            self.put(term.row, o.TIMES, "·", font=styles.STRONG, alignment=styles.CENTRED)
        for k in range(self.step.side_by_side):
            self._number(term.row, o.FIRST_WEIGHT + k, "weight")
        self._arrow(term.row)
        self._number(term.row, self.step.product, "computed")

    def _arrow(self, row: int) -> None:
        column = self.step.product - 1
        self.put(row, column, "→", font=styles.HEADER, alignment=styles.CENTRED)

    def _number(self, row: int, column: int, role: str, *, bold: bool = False) -> None:
        place = Place(ONE_STEP, row, column)
        self.grid.put(
            place,
            self.live[place].formula,
            font=styles.STRONG if bold else styles.BODY,
            fill=styles.fill(ROLE_COLOURS[role].fill),
            border=styles.AROUND_INPUT,
            alignment=styles.RIGHT,
            number_format=_SHOWN,
        )

    def _result(self, part: Part) -> None:
        place = Place(ONE_STEP, part.last, self.step.product)
        self._symbol(part.last, part.result)
        lines = [1 if part.weighted else self._equation(part), self._lines_of_formula(place)]
        if part.weighted:
            said = "the sum of the products"
            self.put(part.last, o.LABEL, said, font=styles.SMALL, alignment=styles.INDENTED)
        self.sheet.row_dimensions[part.last].height = max(18.0, 15.5 * max(lines))
        self._arrow(part.last)
        self._number(part.last, self.step.product, part.quantity.role, bold=True)
        self.grid.put(
            Place(ONE_STEP, part.last, self.formula_column),
            f"=_xlfn.FORMULATEXT({place.address})",
            font=styles.FORMULA,
            alignment=styles.INDENTED_WRAPPED,
        )

    def _lines_of_formula(self, place: Place) -> int:
        width = self.sheet.column_dimensions[get_column_letter(self.formula_column)].width
        return -(-len(self.live[place].formula) // int(width * _FORMULA_CHARACTERS))

    def _equation(self, part: Part) -> int:
        """The result as a formula in symbols, across the columns; gives back how many lines."""
        first = Place(ONE_STEP, part.last, o.LABEL)
        last = Place(ONE_STEP, part.last, self.step.product - 2)
        pieces = [("= ", None), *equation(part.tree, self._writer(part))]
        text = symbols.rich_text(pieces, 11, styles.INK)
        self.grid.put(first, text, font=styles.STRONG, alignment=styles.INDENTED_WRAPPED)
        self.sheet.merge_cells(f"{first.address}:{last.address}")
        across = range(first.column, last.column + 1)
        room = sum(self.sheet.column_dimensions[get_column_letter(k)].width for k in across)
        return -(-sum(len(piece) for piece, _ in pieces) // int(room * _SYMBOL_CHARACTERS))

    def _writer(self, part: Part) -> Callable[[Cell], Runs]:
        """What writes the symbol of a line in a formula, with its element where that stays."""

        def written(line: Cell) -> Runs:
            slot = part.terms[line.quantity].value
            assert slot is not None
            cell = slot.cells[slot.first]
            label = _label(cell.quantity, cell.index) if _stays(slot) else ""
            return [*self._pieces(slot), *([(f"[{label}]", None)] if label else [])]

        return written

    def _pieces(self, slot: Slot) -> Runs:
        """The symbol at whatever step; of another step than the one picked, with the distance."""
        quantity = _quantity(slot)
        pieces = symbols.runs(quantity)
        distance = (quantity.t or 0) - slot.last[0]
        if quantity.t is not None and distance:
            pieces = [(re.sub(r"\bt\Z", f"t{distance:+d}", text), kind) for text, kind in pieces]
        return pieces

    def _symbol(self, row: int, slot: Slot) -> None:
        colour = ROLE_COLOURS[_quantity(slot).role]
        self.grid.put(
            Place(ONE_STEP, row, o.SYMBOL),
            symbols.rich_text(self._pieces(slot), 12, colour.ink),
            font=styles.symbol_font(12, colour.ink),
            fill=styles.fill(colour.fill),
            alignment=styles.CENTRED,
        )

    def _highlight(self, part: Part) -> None:
        """The weights of the unit picked."""
        first = Place(ONE_STEP, part.terms[0].row, o.FIRST_WEIGHT)
        last = Place(ONE_STEP, part.terms[-1].row, o.FIRST_WEIGHT + self.step.units - 1)
        unit = UNIT.shown(column="$", row="$")
        rule = styles.coloured_if(f"COLUMN({first.address})-{o.TIMES}={unit}", styles.WARNING)
        self.sheet.conditional_formatting.add(f"{first.address}:{last.address}", rule)


def _quantity(slot: Slot) -> Quantity:
    # At the first step what is remembered is a starting value; later it is a state.
    quantity: Quantity = slot.cells[slot.last].quantity
    return quantity


def _stays(slot: Slot) -> bool:
    """Whether it is the same element at every step and for every unit."""
    return len({cell.index for cell in slot.cells.values()}) == 1


def _label(quantity: Quantity, index: tuple[int, ...]) -> str:
    if quantity.value.size == 1:
        return ""
    names = quantity.labels or ((),) * len(index)
    return ", ".join(axis[k] if axis else str(k + 1) for axis, k in zip(names, index, strict=True))


def _labels(quantity: Quantity, units: int) -> list[str]:
    if quantity.labels:
        return list(quantity.labels[0])
    return [f"unit {k + 1}" for k in range(units)]
