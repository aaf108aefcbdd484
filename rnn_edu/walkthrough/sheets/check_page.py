"""Draws the Check sheet."""

from __future__ import annotations

from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import check_sheet as check
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.cells import title_of
from rnn_edu.walkthrough.sheets.grid import Grid, Label, Style
from rnn_edu.walkthrough.sheets.places import CHECK, Place
from rnn_edu.walkthrough.sheets.strip_page import colour_verdict
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS

_WIDTHS = (12, 5, 19, 16.5, 16.5, 11, 9, 2, 12, 5, 19, 12, 12, 9)
_EXACT = "0.000000000000"


def draw_check(book: Book, grid: Grid) -> None:
    """Draws the verdict, the comparison with the judge, and the original weights."""
    sheet = grid.sheet
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _summary(book, grid)
    _headings(book, grid)
    labels = _Labels(grid)
    answer = grid.palette.number(_shown_as(_EXACT))
    for row, judged in enumerate(book.check.judged):
        labels.put(book.check.place(row, check.SYMBOL), judged.quantity, judged.index)
        grid.set(book.check.place(row, check.THEIRS), judged.answer, answer)
    original = grid.palette.number(_shown_as(None))
    for row, given in enumerate(book.given):
        labels.put(book.check.place(row, check.ORIGINAL_SYMBOL), given.quantity, given.index)
        grid.set(book.check.place(row, check.ORIGINAL), given.value, original)
    _formulas(book, grid)
    _conditions(book, sheet)
    sheet.freeze_panes = f"A{check.TABLE_TOP}"
    sheet.print_title_rows = f"{check.TABLE_TOP - 1}:{check.TABLE_TOP - 1}"


def _shown_as(number_format: str | None, alignment: Alignment = styles.RIGHT) -> Style:
    return Style(styles.BODY, alignment=alignment, number_format=number_format)


def _summary(book: Book, grid: Grid) -> None:
    name, sheet = book.check.judge_name, grid.sheet
    grid.put(Place(CHECK, 1, 1), "Check", font=styles.TITLE)
    about = (
        f"Every number of this workbook beside the one that {name} gave for the original weights."
        if book.judged
        else "Every number of this workbook beside the one that NumPy calculated for the original "
        "weights. Keras was not asked when this copy was written."
    )
    grid.put(Place(CHECK, 2, 1), about, font=styles.SUBTITLE)
    grid.put(Place(CHECK, 3, 1), Label(book.judge_source) or None, font=styles.SUBTITLE)
    sheet.row_dimensions[1].height = 30
    for place, text in (
        (check.VERDICT, "Verdict"),
        (check.LARGEST, "Largest difference"),
        (check.TOLERANCE, "Tolerance"),
        (check.COMPARED, "Numbers compared"),
        (check.CHANGED, "Changed by you"),
        (check.UNJUDGED, "Not judged"),
    ):
        grid.put(place.moved(0, -2), text, font=styles.BODY, alignment=styles.LEFT)
    grid.put(check.TOLERANCE, book.check.tolerance)
    grid.put(check.UNJUDGED, sum(step.value.size for step in book.check.not_judged))
    for place, shown in (
        (check.LARGEST, "0.0E+00"),
        (check.TOLERANCE, "0.0E+00"),
        (check.COMPARED, "0"),
        (check.CHANGED, "0"),
        (check.UNJUDGED, "0"),
    ):
        grid.put(place, font=styles.STRONG, alignment=styles.CENTRED, number_format=shown)
    grid.put(check.VERDICT, font=styles.STRONG, alignment=styles.CENTRED)
    sheet.row_dimensions[check.VERDICT.row].height = 22
    colour_verdict(sheet, check.VERDICT)
    for row, text in enumerate(_explanations(book.check)):
        place = Place(CHECK, check.VERDICT.row + row, check.HERE)
        grid.put(place, text, font=styles.SMALL, alignment=styles.INDENTED)


def _explanations(sheet: check.CheckSheet) -> tuple[str, ...]:
    name = sheet.judge_name
    whole = "every number" if not sheet.not_judged else "every number that was judged"
    left = list(dict.fromkeys(step.name for step in sheet.not_judged))
    shown = ", ".join(left[:8]) + (", …" if len(left) > 8 else "")
    return (
        f"{sheet.match}: {whole} agrees with {name} within the tolerance "
        "(relative, for numbers above 1).",
        f"WEIGHTS CHANGED: you changed something, so the answers of {name} no longer apply. "
        "That is what the sheet is for.",
        "MISMATCH: nothing was changed, but a number differs; a formula must have been altered.",
        "To have a changed copy checked: python -m rnn_edu check FILE.xlsx",
        "",
        f"{name} was not asked for {shown}; it has no such value." if left else "",
    )


def _headings(book: Book, grid: Grid) -> None:
    name = book.check.judge_name
    left = ("symbol", "t", "element", "spreadsheet", name, "difference", "")
    right = ("symbol", "t", "element", "now", "original", "changed")
    row = check.TABLE_TOP - 1
    for start, texts in ((check.SYMBOL, left), (check.ORIGINAL_SYMBOL, right)):
        for k, text in enumerate(texts):
            aligned = (*_LABEL_ALIGNMENTS, *[styles.RIGHT] * len(texts))[k]
            place = Place(CHECK, row, start + k)
            border = styles.UNDER_HEADER
            grid.put(place, text, font=styles.HEADER, border=border, alignment=aligned)
    grid.sheet.row_dimensions[row].height = 20


_LABEL_ALIGNMENTS = (styles.CENTRED, styles.CENTRED, styles.LEFT)


class _Labels:
    """Writes symbol, time step and element at the start of a row."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._symbols: dict[Quantity, tuple[CellRichText, int]] = {}
        self._small, self._left = (
            grid.palette.number(Style(styles.SMALL, alignment=alignment))
            for alignment in (styles.CENTRED, styles.SHRUNK_LEFT)
        )

    def put(self, place: Place, quantity: Quantity, index: tuple[int, ...] | None) -> None:
        """Writes the three cells from ``place`` to the right."""
        if quantity not in self._symbols:
            self._symbols[quantity] = self._symbol(quantity)
        self.grid.set(place, *self._symbols[quantity])
        self.grid.set(place.moved(0, 1), quantity.t, self._small)
        element = "word" if index is None else title_of(quantity, index).partition(", ")[2]
        self.grid.set(place.moved(0, 2), element, self._left)

    def _symbol(self, quantity: Quantity) -> tuple[CellRichText, int]:
        colour = ROLE_COLOURS[quantity.role]
        style = Style(
            styles.symbol_font(11, colour.ink),
            styles.fill(colour.fill),
            alignment=styles.CENTRED,
        )
        return symbols.rich(quantity, 11, colour.ink), self.grid.palette.number(style)


def _formulas(book: Book, grid: Grid) -> None:
    formats = {
        check.HERE: _EXACT,
        check.DIFFERENCE: "0.0E+00",
        check.NOW: "General",
        check.IS_CHANGED: '"yes";;"–"',
        check.OK: "General",
    }
    numbers = {
        column: grid.palette.number(
            _shown_as(shown, styles.CENTRED if column == check.OK else styles.RIGHT)
        )
        for column, shown in formats.items()
    }
    for live in book.check_cells:
        if live.place.row >= check.TABLE_TOP:
            grid.set(live.place, live.formula, numbers[live.place.column])
        else:
            grid.put(live.place, live.formula)


def _conditions(book: Book, sheet: Worksheet) -> None:
    last = check.TABLE_TOP + max(len(book.check.judged), len(book.given)) - 1
    top = Place(CHECK, check.TABLE_TOP, check.OK)
    flag = Place(CHECK, check.TABLE_TOP, check.IS_CHANGED)
    for place, formula, colour in (
        (top, f'{top.shown(column="$")}="OK"', styles.GOOD),
        (top, f'{top.shown(column="$")}="differs"', styles.BAD),
        (flag, f"{flag.shown(column='$')}=1", styles.WARNING),
    ):
        area = f"{place.address}:{place.moved(last - place.row, 0).address}"
        sheet.conditional_formatting.add(area, styles.coloured_if(formula, colour))
