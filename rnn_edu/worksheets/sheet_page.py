"""Draws the sheet with the blanks: each step beside the numbers of which it is made."""

from __future__ import annotations

from openpyxl.styles import Border, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.cells import title_of
from rnn_edu.walkthrough.sheets.grid import Grid, Style
from rnn_edu.walkthrough.sheets.paging import cut_between
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.worksheets import beside
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.beside import Table
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.pages import head, put, put_given
from rnn_edu.worksheets.rows import StepRows

_WIDTHS = {f.NUMBER: 5, f.SYMBOL: 10, f.ELEMENT: 22, f.ANSWER: 14, f.MARK: 13, f.HELP: 50}
_BESIDE_WIDTH = 11.5
_BLANK_FILL = "FFF8D6"
_EDGE = Side(style="thin", color="B9A44C")
_AROUND_BLANK = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FREE = Protection(locked=False)
#: Characters of a hint on a line, and the most lines that stay in view.
_HINT_CHARACTERS, _MOST_LINES = 104, 6


def draw_worksheet(form: Form, grid: Grid) -> None:
    """The progress on top, and below it the steps, each number in a row of its own."""
    sheet = grid.sheet
    last = max((table.after for step in form.steps for table in step.tables), default=beside.FIRST)
    widths = _WIDTHS | {f.HELP + 1: 2} | dict.fromkeys(range(beside.FIRST, last), _BESIDE_WIDTH)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    _progress(form, grid)
    _headings(grid)
    for step in form.steps:
        _Step(form, grid, step).draw()
    for place, formula in form.worksheet_formulas:
        grid.put(place, formula)
    _colours(form, sheet)
    _on_paper(form, grid)
    _protect(sheet)


def _protect(sheet: Worksheet) -> None:
    """Keeps formulas from being overwritten by accident; rows and columns can be resized."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _on_paper(form: Form, grid: Grid) -> None:
    """The blanks go on paper, and the sheet Given has the numbers beside them."""
    sheet = grid.sheet
    sheet.freeze_panes = f"A{f.HEADING_ROW + 1}"
    sheet.print_title_rows = f"{f.HEADING_ROW}:{f.HEADING_ROW}"
    sheet.print_area = f"A1:{get_column_letter(f.HELP)}{form.last_row}"
    cut_between(sheet, [step.first for step in form.steps], form.last_row, f.HELP)


def _progress(form: Form, grid: Grid) -> None:
    """What stays in view: the name, how far the learner has come, and the hint asked for."""
    head(grid, form.walkthrough.title, form.walkthrough.note)
    for place, label in (
        (f.NAME, "Your name"),
        (f.PROGRESS, "Progress"),
        (f.FIRST, ""),
        (f.SAID, "Hint"),
    ):
        put(grid, place.row, 1, label, styles.BODY, alignment=styles.LEFT)
        font = styles.BODY if place == f.SAID else styles.STRONG
        put(grid, place.row, place.column, None, font, alignment=styles.LEFT)
    grid.put(f.BAR, font=styles.BAR, alignment=styles.LEFT)
    _name(form, grid)
    _hint(form, grid)
    for row, text in ((f.NAME.row, _what_to_write(form)), (f.FIRST.row, _WHAT_MARKS_MEAN)):
        put(grid, row, f.HELP, text, styles.SMALL, alignment=styles.LEFT)
    marker = f.MARKER
    put(grid, marker.row, marker.column, form.marker, styles.SMALL, alignment=styles.LEFT)


def _what_to_write(form: Form) -> str:
    return f"Yellow: your numbers, with {form.tolerance.decimals} decimals, or formulas."


_WHAT_MARKS_MEAN = "What ✓ right, ≈ follows and ✗ wrong mean: see Read me."


def _name(form: Form, grid: Grid) -> None:
    for place in (f.NAME, f.NAME.moved(0, 1)):
        held = form.name or None if place == f.NAME else None
        put(
            grid,
            place.row,
            place.column,
            held,
            styles.STRONG,
            fill=styles.fill(_BLANK_FILL),
            border=_AROUND_BLANK,
            protection=_FREE,
        )
    _merge(grid.sheet, f.NAME, f.NAME.moved(0, 1))


def _hint(form: Form, grid: Grid) -> None:
    """One hint at a time, as long as it is, in rows that stay in view."""
    longest = max(len(text) for b in form.blanks for text in (form.hint(b), form.long_hint(b)))
    lines = min(_MOST_LINES, max(2, -(-longest // _HINT_CHARACTERS)))
    grid.sheet.row_dimensions[f.SAID.row].height = 15 * lines
    grid.put(f.SAID, alignment=styles.WRAPPED, fill=styles.fill("F3F5F7"))
    _merge(grid.sheet, f.SAID, f.SAID.moved(0, f.HELP - f.SYMBOL))


def _headings(grid: Grid) -> None:
    sides = {f.NUMBER: styles.CENTRED, f.SYMBOL: styles.CENTRED, f.MARK: styles.CENTRED}
    sides[f.ANSWER] = styles.RIGHT
    for column, text in f.HEADINGS.items():
        put(
            grid,
            f.HEADING_ROW,
            column,
            text,
            styles.HEADER,
            border=styles.UNDER_HEADER,
            alignment=sides.get(column, styles.INDENTED),
        )
    put(
        grid,
        f.HEADING_ROW,
        beside.FIRST,
        "what it is made of",
        styles.HEADER,
        alignment=styles.LEFT,
    )


class _Step:
    """Draws the blanks of a step, and beside them what they are made of.

    Args:
        form: the worksheet.
        grid: its sheet.
        step: the rows of the step.
    """

    def __init__(self, form: Form, grid: Grid, step: StepRows) -> None:
        self.form, self.grid, self.step = form, grid, step
        self.colour = ROLE_COLOURS[step.quantity.role]

    def draw(self) -> None:
        """Draws everything."""
        if self.step.heading:
            self._heading()
        note = self.step.quantity.note
        put(self.grid, self.step.top, f.SYMBOL, note, styles.SMALL, alignment=styles.LEFT)
        for row, blank in self.step.numbered():
            element = title_of(blank.quantity, blank.index).partition(", ")[2]
            self._blank(row, blank.number, element)
        self._symbol()
        for table in self.step.tables:
            self._table(table)

    def _heading(self) -> None:
        row = self.step.first
        put(self.grid, row, 1, self.step.heading, styles.SECTION, alignment=styles.LEFT)
        for column in _WIDTHS:
            place = Place(f.WORKSHEET, row, column)
            self.grid.put(place, border=styles.UNDER_HEADER)
        self.grid.sheet.row_dimensions[row].height = 26

    def _blank(self, row: int, number: int, element: str) -> None:
        put(self.grid, row, f.NUMBER, number, styles.SMALL, alignment=styles.CENTRED)
        label = element or None
        put(self.grid, row, f.ELEMENT, label, styles.SMALL, alignment=styles.INDENTED)
        style = Style(
            styles.BODY,
            styles.fill(_BLANK_FILL),
            _AROUND_BLANK,
            styles.RIGHT,
            protection=_FREE,
        )
        self.grid.put(Place(f.WORKSHEET, row, f.ANSWER), **style._asdict())
        put(self.grid, row, f.MARK, None, styles.STRONG, alignment=styles.CENTRED)
        put(self.grid, row, f.HELP, None, styles.SMALL, alignment=styles.SHRUNK_LEFT)

    def _symbol(self) -> None:
        """The symbol once for all elements, as wide as the column of blanks is long."""
        top, last = self.step.top + 1, self.step.top + len(self.step.blanks)
        fill = styles.fill(self.colour.fill)
        for row in range(top, last + 1):
            self.grid.put(Place(f.WORKSHEET, row, f.SYMBOL), fill=fill)
        self._name_of(self.step.quantity, top, f.SYMBOL, 12)
        if last > top:
            first = Place(f.WORKSHEET, top, f.SYMBOL)
            _merge(self.grid.sheet, first, first.moved(last - top, 0))

    def _name_of(self, quantity: Quantity, row: int, column: int, size: float) -> None:
        colour = ROLE_COLOURS[quantity.role]
        name = symbols.rich(symbols.of_one_step(quantity), size, colour.ink)
        ink = styles.symbol_font(size, colour.ink)
        put(self.grid, row, column, name, ink, alignment=styles.CENTRED)

    def _table(self, table: Table) -> None:
        quantity, top = table.quantity, self.step.top
        self._name_of(quantity, top, table.left, 11)
        down, across = table.labels()
        for k, label in enumerate(across, start=table.left + 1):
            put(self.grid, top, k, label, styles.HEADER, alignment=styles.SHRUNK_RIGHT)
        for k, label in enumerate(down, start=top + 1):
            put(self.grid, k, table.left, label, styles.SMALL, alignment=styles.SHRUNK_RIGHT)
        given = quantity in self.form.shown
        shown = self._format(quantity)
        for below, column, index in table.cells():
            if given:
                value = float(quantity.value[index])
                put_given(self.grid, top + below, column, value, quantity, shown)
                continue
            style = Style(styles.BODY, None, styles.AROUND_INPUT, styles.SHRUNK_RIGHT)
            self.grid.put(Place(f.WORKSHEET, top + below, column), **style._asdict())

    def _format(self, quantity: Quantity) -> str:
        """All digits of what is given; of what was calculated two more than are asked for."""
        if quantity.definition is None:
            return styles.number_format(quantity.value, given=True)
        return "0." + "0" * (self.form.tolerance.decimals + 2)


def _merge(sheet: Worksheet, first: Place, last: Place) -> None:
    sheet.merge_cells(f"{first.address}:{last.address}")


def _colours(form: Form, sheet: Worksheet) -> None:
    top = f.HEADING_ROW + 1
    letters = get_column_letter(f.ANSWER), get_column_letter(f.MARK)
    area = f"{letters[0]}{top}:{letters[1]}{form.last_row}"
    for mark, colour in (
        (f.RIGHT_MARK, styles.GOOD),
        (f.FOLLOWS_MARK, styles.WARNING),
        (f.ROUNDED_MARK, styles.WARNING),
        (f.IDLE_MARK, styles.WARNING),
        (f.WRONG_MARK, styles.BAD),
        (f.NO_NUMBER_MARK, styles.BAD),
    ):
        rule = styles.coloured_if(f'${letters[1]}{top}="{mark}"', colour)
        sheet.conditional_formatting.add(area, rule)
