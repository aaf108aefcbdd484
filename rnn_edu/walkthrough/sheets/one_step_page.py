"""Draws the sheet One step: a picker, then each operation with its numbers, products and result."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import one_step as o
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.grid import Grid, Held, Label
from rnn_edu.walkthrough.sheets.one_step import OneStep, Part, Term
from rnn_edu.walkthrough.sheets.paging import ON_PAPER, cut_between
from rnn_edu.walkthrough.sheets.picked import STEP, UNIT, Slot
from rnn_edu.walkthrough.sheets.places import ONE_STEP, Place
from rnn_edu.walkthrough.sheets.strip_page import draw_strip, link_to
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS

_WIDTHS = {o.NUMBER: 5, o.SYMBOL: 11, o.LABEL: 14, o.VALUE: 13, o.TIMES: 5}
_NUMBER_WIDTH, _FORMULA_WIDTHS = 12, (30.0, 62.0)
_CIRCLED_ONE, _MOST_CIRCLED = 0x2460, 20
_SHOWN = "0.000000"


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
        room = ON_PAPER - sum(widths.values()) - 2
        longest = min(max(_FORMULA_WIDTHS[0], room), _FORMULA_WIDTHS[1])
        widths |= {self.step.product + 1: 2, self.formula_column: longest}
        for column, width in widths.items():
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def _head(self) -> None:
        title = f"{self.book.walkthrough.title}: one step"
        self.put(1, 1, title, font=styles.TITLE, alignment=styles.LEFT)
        note = "One time step and one unit: what is read and remembered, its weights, their sum."
        self.put(2, 1, note, font=styles.SUBTITLE, alignment=styles.LEFT)
        self._picker(STEP, "step", '"t = "0', self.step.pick[0], self.step.times)
        units = range(1, self.step.units + 1)
        self._picker(UNIT, "unit", "0", self.step.pick[1] + 1, units)
        hint = "Pick a step and a unit from the lists; change weights and words on Forward."
        self.put(STEP.row, o.FIRST_WEIGHT, hint, font=styles.SMALL, alignment=styles.LEFT)
        self.sheet.row_dimensions[1].height = 30
        link_to(self.grid, Place(ONE_STEP, UNIT.row, o.FIRST_WEIGHT), "Forward", "→ Forward")
        draw_strip(self.book.strips[ONE_STEP], self.grid)

    def _picker(
        self, place: Place, label: str, shown: str, held: int, options: Sequence[int]
    ) -> None:
        self.put(place.row, o.SYMBOL, label, font=styles.STRONG, alignment=styles.LEFT)
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
            label = _label(cell.quantity, cell.index) if slot.moves() == ((0, 1), (0, 0)) else ""
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
        self._symbol(part.last, part.result)
        said = "the sum of the products" if part.weighted else "calculated from the numbers above"
        self.put(part.last, o.LABEL, said, font=styles.SMALL, alignment=styles.INDENTED)
        self._arrow(part.last)
        self._number(part.last, self.step.product, part.quantity.role, bold=True)
        place = Place(ONE_STEP, part.last, self.step.product)
        self.grid.put(
            Place(ONE_STEP, part.last, self.formula_column),
            f"=_xlfn.FORMULATEXT({place.address})",
            font=styles.FORMULA,
            alignment=styles.SHRUNK_LEFT,
        )

    def _symbol(self, row: int, slot: Slot) -> None:
        quantity = _quantity(slot)
        colour = ROLE_COLOURS[quantity.role]
        pieces = symbols.runs(quantity)
        distance = (quantity.t or 0) - slot.last[0]
        if quantity.t is not None and distance:
            pieces = [(re.sub(r"\bt\Z", f"t{distance:+d}", text), kind) for text, kind in pieces]
        self.grid.put(
            Place(ONE_STEP, row, o.SYMBOL),
            symbols.rich_text(pieces, 12, colour.ink),
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


def _label(quantity: Quantity, index: tuple[int, ...]) -> str:
    if quantity.labels:
        return quantity.labels[0][index[0]]
    return str(index[0] + 1) if quantity.value.size > 1 else ""


def _labels(quantity: Quantity, units: int) -> list[str]:
    if quantity.labels:
        return list(quantity.labels[0])
    return [f"unit {k + 1}" for k in range(units)]
