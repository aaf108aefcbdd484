"""Draws the sheet with the blanks: each step beside the numbers of which it is made."""

from __future__ import annotations

from openpyxl.styles import Border, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.marking import Blank
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.cells import title_of
from rnn_edu.walkthrough.sheets.grid import Grid, Style
from rnn_edu.walkthrough.sheets.paging import ON_PAPER, cut_between
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.worksheets import beside
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.beside import Table
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.pages import head, put, put_given
from rnn_edu.worksheets.rows import StepRows

_WIDTHS = {f.NUMBER: 5, f.SYMBOL: 10, f.ANSWER: 14, f.MARK: 13, f.MARK + 1: 2}
_HELP_WIDTH, _ROW_HEIGHT = 50, 16
#: How wide the names of elements may be; characters of a note in the width of one of a number.
_ELEMENT_WIDTHS, _NOTE_CHARACTERS = (8.0, 18.0), 1.1
_BLANK_FILL = "FFF8D6"
_EDGE = Side(style="thin", color="B9A44C")
_AROUND_BLANK = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FREE = Protection(locked=False)
_BLANK = Style(styles.BODY, styles.fill(_BLANK_FILL), _AROUND_BLANK, styles.RIGHT, protection=_FREE)
#: Characters of a hint on a line, and the most lines that stay in view.
_HINT_CHARACTERS, _MOST_LINES = 140, 6


def draw_worksheet(form: Form, grid: Grid) -> None:
    """The progress on top, and below it the steps, each number in a row of its own."""
    sheet = grid.sheet
    for column, width in _widths(form).items():
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


def _widths(form: Form) -> dict[int, float]:
    """The columns on paper are as wide together as a page on which texts keep 9 points."""
    longest = max(len(_element(blank)) for blank in form.blanks)
    narrow, wide = _ELEMENT_WIDTHS
    left = _WIDTHS | {f.ELEMENT: min(max(narrow, 1.1 * longest + 2), wide)}
    each = (ON_PAPER - sum(left.values())) / form.across
    tables = dict.fromkeys(range(beside.FIRST, _last(form) + 1), each)
    return left | tables | {f.HELP - 1: 2, f.HELP: _HELP_WIDTH}


def _last(form: Form) -> int:
    """The last column on paper."""
    return beside.FIRST + form.across - 1


def _element(blank: Blank) -> str:
    """Which of the numbers of a step it is; empty where there is only one."""
    return title_of(blank.quantity, blank.index).partition(", ")[2]


def _protect(sheet: Worksheet) -> None:
    """Keeps formulas from being overwritten by accident; rows and columns can be resized."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _on_paper(form: Form, grid: Grid) -> None:
    """The blanks go on paper with the numbers beside them; what is said of them does not."""
    sheet = grid.sheet
    for row in range(f.HEADING_ROW, form.last_row + 1):
        # Said for each row, or programs would make their own of it, and their own pages.
        sheet.row_dimensions[row].height = sheet.row_dimensions[row].height or _ROW_HEIGHT
    sheet.freeze_panes = f"A{f.HEADING_ROW + 1}"
    sheet.print_title_rows = f"{f.HEADING_ROW}:{f.HEADING_ROW}"
    sheet.print_area = f"A1:{get_column_letter(_last(form))}{form.last_row}"
    cut_between(sheet, [step.first for step in form.steps], form.last_row, _last(form))


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
    for row, text in ((f.NAME.row, _what_to_write(form)), (f.BAR.row, _WHAT_MARKS_MEAN)):
        put(grid, row, _TO_THE_RIGHT, text, styles.SMALL, alignment=styles.LEFT)
    marker = f.MARKER
    put(grid, marker.row, marker.column, form.marker, styles.SMALL, alignment=styles.LEFT)


#: Of the texts above the steps, clear of the name and of the progress.
_TO_THE_RIGHT = beside.FIRST + 2


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
    _merge(grid.sheet, f.SAID, f.SAID.moved(0, _last(form) - f.SYMBOL))


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
        self._note()
        for row, blank in self.step.numbered():
            self._blank(row, blank.number, _element(blank))
        if self.step.own is not None:
            self._matrix_of_blanks(self.step.own)
        self._symbol()
        for table in self.step.tables:
            self._table(table)

    def _note(self) -> None:
        """What the step is, in two lines where it would run into the tables."""
        note, top = self.step.quantity.note, self.step.top
        put(self.grid, top, f.SYMBOL, note, styles.SMALL, alignment=styles.WRAPPED_MIDDLE)
        first = Place(f.WORKSHEET, top, f.SYMBOL)
        _merge(self.grid.sheet, first, first.moved(0, f.MARK - f.SYMBOL))
        widths = _widths(self.form)
        room = _NOTE_CHARACTERS * sum(widths[k] for k in range(f.SYMBOL, f.MARK + 1))
        if len(note) > room:
            self.grid.sheet.row_dimensions[top].height = 27

    def _heading(self) -> None:
        row = self.step.first
        put(self.grid, row, 1, self.step.heading, styles.SECTION, alignment=styles.LEFT)
        for column in range(1, _last(self.form) + 1):
            place = Place(f.WORKSHEET, row, column)
            self.grid.put(place, border=styles.UNDER_HEADER)
        self.grid.sheet.row_dimensions[row].height = 26

    def _blank(self, row: int, number: int, element: str) -> None:
        put(self.grid, row, f.NUMBER, number, styles.SMALL, alignment=styles.CENTRED)
        label = element or None
        put(self.grid, row, f.ELEMENT, label, styles.SMALL, alignment=styles.INDENTED)
        filled_in = (
            _BLANK if self.step.own is None else Style(styles.BODY, None, None, styles.RIGHT)
        )
        self.grid.put(Place(f.WORKSHEET, row, f.ANSWER), **filled_in._asdict())
        put(self.grid, row, f.MARK, None, styles.STRONG, alignment=styles.CENTRED)
        put(self.grid, row, f.HELP, None, styles.SMALL, alignment=styles.SHRUNK_LEFT)

    def _matrix_of_blanks(self, own: Table) -> None:
        """A matrix is filled in as it is written; the list beside it has the marks."""
        for below, column, _ in own.cells():
            place = Place(f.WORKSHEET, self.step.top + below, column)
            self.grid.put(place, **_BLANK._asdict())

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
        heading = top + table.down
        self._name_of(quantity, heading, table.left, 11)
        down, across = table.labels()
        for k, label in enumerate(across, start=table.left + 1):
            put(self.grid, heading, k, label, styles.HEADER, alignment=styles.SHRUNK_RIGHT)
        for k, label in enumerate(down, start=heading + 1):
            put(self.grid, k, table.left, label, styles.SMALL, alignment=styles.SHRUNK_RIGHT)
        if table is self.step.own:
            return
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


_COLOURS = (
    (f.RIGHT_MARK, styles.GOOD),
    (f.FOLLOWS_MARK, styles.WARNING),
    (f.ROUNDED_MARK, styles.WARNING),
    (f.IDLE_MARK, styles.WARNING),
    (f.WRONG_MARK, styles.BAD),
    (f.NO_NUMBER_MARK, styles.BAD),
)


def _colours(form: Form, sheet: Worksheet) -> None:
    """The colour of each mark, behind it and its number; in a matrix behind the number there."""
    top = f.HEADING_ROW + 1
    letters = get_column_letter(f.ANSWER), get_column_letter(f.MARK)
    areas = {f"{letters[0]}{top}:{letters[1]}{form.last_row}": f"${letters[1]}{top}"}
    areas |= dict(_matrix_and_mark(step) for step in form.steps if step.own is not None)
    for area, mark_there in areas.items():
        for mark, colour in _COLOURS:
            rule = styles.coloured_if(f'{mark_there}="{mark}"', colour)
            sheet.conditional_formatting.add(area, rule)


def _matrix_and_mark(step: StepRows) -> tuple[str, str]:
    """The cells of a matrix of blanks, and a formula for the mark of each."""
    assert step.own is not None
    places = [Place(f.WORKSHEET, step.top + below, k) for below, k, _ in step.own.cells()]
    marks = [
        Place(f.WORKSHEET, row, f.MARK).shown(column="$", row="$") for row, _ in step.numbered()
    ]
    first, columns = places[0], step.own.size[1]
    number = f"(ROW()-{first.row})*{columns}+COLUMN()-{first.column - 1}"
    area = f"{first.address}:{places[-1].address}"
    return area, f"INDEX({marks[0]}:{marks[-1]},{number})"
