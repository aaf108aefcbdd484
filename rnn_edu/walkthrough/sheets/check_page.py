"""Draws the Check sheet."""

from __future__ import annotations

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets import check_sheet as check
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.cells import title_of
from rnn_edu.walkthrough.sheets.places import CHECK, Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.walkthrough.sheets.tables import colour_verdict

_WIDTHS = (14, 6, 24, 18, 18, 11, 9, 3, 14, 6, 24, 14, 14, 9)
_EXACT = "0.000000000000"


def draw_check(book: Book, sheet: Worksheet) -> None:
    """Draws the verdict, the comparison with the judge, and the original weights."""
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _summary(book, sheet)
    _headings(book, sheet)
    for row, judged in enumerate(book.check.judged):
        place = book.check.place(row, check.SYMBOL)
        _label(sheet, place, judged.quantity, judged.index)
        answer = sheet[book.check.place(row, check.THEIRS).address]
        answer.value, answer.number_format, answer.font = judged.answer, _EXACT, styles.BODY
        answer.alignment = styles.RIGHT
    for row, given in enumerate(book.given):
        _label(sheet, book.check.place(row, check.ORIGINAL_SYMBOL), given.quantity, given.index)
        original = sheet[book.check.place(row, check.ORIGINAL).address]
        original.value = given.value if given.value != "" else None
        original.alignment, original.font = styles.RIGHT, styles.BODY
    _formulas(book, sheet)
    _conditions(book, sheet)
    sheet.freeze_panes = f"A{check.TABLE_TOP}"
    sheet.print_title_rows = f"{check.TABLE_TOP - 1}:{check.TABLE_TOP - 1}"


def _summary(book: Book, sheet: Worksheet) -> None:
    name = book.check.judge_name
    sheet["A1"], sheet["A1"].font = "Check", styles.TITLE
    sheet["A2"] = (
        f"Every number of this workbook beside the one that {name} gave for the original weights."
        if book.judged
        else "Every number of this workbook beside the one that NumPy calculated for the original "
        "weights. Keras was not asked when this copy was written."
    )
    sheet["A2"].font = styles.SUBTITLE
    sheet.row_dimensions[1].height = 30
    for place, text in (
        (check.VERDICT, "Verdict"),
        (check.LARGEST, "Largest difference"),
        (check.TOLERANCE, "Tolerance"),
        (check.COMPARED, "Numbers compared"),
        (check.CHANGED, "Changed by you"),
    ):
        label = sheet[place.moved(0, -2).address]
        label.value, label.font, label.alignment = text, styles.BODY, styles.LEFT
    sheet[check.TOLERANCE.address] = book.check.tolerance
    for place, shown in (
        (check.LARGEST, "0.0E+00"),
        (check.TOLERANCE, "0.0E+00"),
        (check.COMPARED, "0"),
        (check.CHANGED, "0"),
    ):
        cell = sheet[place.address]
        cell.number_format, cell.font, cell.alignment = shown, styles.STRONG, styles.CENTRED
    verdict = sheet[check.VERDICT.address]
    verdict.font, verdict.alignment = styles.STRONG, styles.CENTRED
    sheet.row_dimensions[check.VERDICT.row].height = 22
    colour_verdict(sheet, check.VERDICT)
    for row, text in enumerate(_explanations(name)):
        cell = sheet.cell(check.VERDICT.row + row, check.HERE, text)
        cell.font, cell.alignment = styles.SMALL, styles.INDENTED


def _explanations(name: str) -> tuple[str, ...]:
    return (
        f"ALL MATCH: every number agrees with {name} within the tolerance "
        "(relative, for numbers above 1).",
        f"WEIGHTS CHANGED: you changed something, so the answers of {name} no longer apply. "
        "That is what the sheet is for.",
        "MISMATCH: nothing was changed, but a number differs; a formula must have been altered.",
        "To have a changed copy checked: python -m rnn_edu check FILE.xlsx",
    )


def _headings(book: Book, sheet: Worksheet) -> None:
    name = book.check.judge_name
    left = ("symbol", "t", "element", "spreadsheet", name, "difference", "")
    right = ("symbol", "t", "element", "now", "original", "changed")
    row = check.TABLE_TOP - 1
    for start, texts in ((check.SYMBOL, left), (check.ORIGINAL_SYMBOL, right)):
        for k, text in enumerate(texts):
            cell = sheet.cell(row, start + k, text)
            cell.font, cell.border = styles.HEADER, styles.UNDER_HEADER
            cell.alignment = (
                (styles.CENTRED, styles.CENTRED, styles.LEFT)[k] if k < 3 else styles.RIGHT
            )
    sheet.row_dimensions[row].height = 20


def _label(
    sheet: Worksheet, place: Place, quantity: Quantity, index: tuple[int, ...] | None
) -> None:
    """Symbol, time step and element at the start of a row."""
    colour = ROLE_COLOURS[quantity.role]
    symbol = sheet[place.address]
    symbol.value = symbols.rich(quantity, 11, colour.ink)
    symbol.fill, symbol.alignment = styles.fill(colour.fill), styles.CENTRED
    symbol.font = Font(name=styles.TEXT_FACE, size=11, bold=True, color=colour.ink)
    time = sheet[place.moved(0, 1).address]
    time.value, time.font, time.alignment = quantity.t, styles.SMALL, styles.CENTRED
    element = sheet[place.moved(0, 2).address]
    element.value = "word" if index is None else title_of(quantity, index).partition(", ")[2]
    element.font, element.alignment = styles.SMALL, styles.LEFT


def _formulas(book: Book, sheet: Worksheet) -> None:
    formats = {
        check.HERE: _EXACT,
        check.DIFFERENCE: "0.0E+00",
        check.NOW: "General",
        check.IS_CHANGED: '"yes";;"–"',
    }
    for live in book.check.live_cells():
        cell = sheet[live.place.address]
        cell.value = live.formula
        if live.place.row >= check.TABLE_TOP:
            cell.font = styles.BODY
            cell.alignment = styles.CENTRED if live.place.column == check.OK else styles.RIGHT
            cell.number_format = formats.get(live.place.column, "General")


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
