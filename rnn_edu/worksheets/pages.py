"""Draws the sheets of a worksheet."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from openpyxl.cell.cell import Cell
from openpyxl.styles import Border, Font, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.cells import title_of
from rnn_edu.walkthrough.sheets.paging import cut_between
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.sections import named_parts, parts_text
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.form import Form, Row
from rnn_edu.worksheets.texts import explanations

_WIDTHS = {f.NUMBER: 6, f.SYMBOL: 15, f.ELEMENT: 24, f.ANSWER: 17, f.MARK: 13, f.HELP: 84}
_BLANK_FILL = "FFF8D6"
_EDGE = Side(style="thin", color="B9A44C")
_AROUND_BLANK = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FREE = Protection(locked=False)
_LABEL_COLUMN, _FIRST_COLUMN = 2, 3


def _put(sheet: Worksheet, row: int, column: int, value: Any, font: Font, **style: object) -> None:
    cell = sheet.cell(row, column)
    cell.value, cell.font = value, font
    for name, setting in style.items():
        setattr(cell, name, setting)


def _head(sheet: Worksheet, title: str, note: str) -> None:
    _put(sheet, 1, 1, title, styles.TITLE, alignment=styles.LEFT)
    _put(sheet, 2, 1, note, styles.SUBTITLE, alignment=styles.LEFT)
    sheet.row_dimensions[1].height = 30


def protect(sheet: Worksheet) -> None:
    """Keeps formulas from being overwritten by accident; rows and columns can be resized."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


# -- Read me ---------------------------------------------------------------------------------


def draw_read_me(form: Form, sheet: Worksheet) -> None:
    """What the worksheet is, and how to fill it in."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 96
    _head(sheet, f"{form.walkthrough.title}: a worksheet", form.walkthrough.note)
    for row, (label, text) in enumerate(explanations(form), start=4):
        _put(sheet, row, 1, label, styles.STRONG, alignment=styles.WRAPPED)
        _put(sheet, row, 2, text, styles.BODY, alignment=styles.WRAPPED)
        sheet.row_dimensions[row].height = 15.5 * -(-len(text) // 98) + 6
    styles.on_one_page(sheet)


# -- Given -----------------------------------------------------------------------------------


def draw_given(form: Form, sheet: Worksheet) -> None:
    """Weights, inputs and the steps that are calculated already."""
    sheet.column_dimensions["A"].width = 12
    longest = max(
        (len(label) for q in form.shown for axis in q.labels for label in axis), default=0
    )
    sheet.column_dimensions["B"].width = max(12, longest + 2)
    for column in range(_FIRST_COLUMN, _FIRST_COLUMN + 12):
        sheet.column_dimensions[get_column_letter(column)].width = max(15, longest + 1)
    _head(sheet, "Given", "Everything that you need to start with. Nothing to fill in here.")
    row, starts = 4, list[int]()
    # Two digits more than are asked for, so that the reader's roundings do not add up.
    exact = "0." + "0" * (form.tolerance.decimals + 2)
    parts = named_parts(form.walkthrough)
    for series in _series(form.shown):
        # Hints name the parts of a weight, so that they have to be found here.
        named = parts_text(series[0], parts[series[0]]) if series[0] in parts else ""
        starts.append(row)
        row = _draw_series(sheet, series, row, exact, named) + 1
    sheet.freeze_panes = "A3"
    cut_between(sheet, starts, row)


def _series(quantities: Iterable[Quantity]) -> list[list[Quantity]]:
    """Each weight alone, and what changes over time together."""
    found: dict[tuple[str, int | None], list[Quantity]] = {}
    for quantity in quantities:
        # A matrix at each time step would not fit into a column: it stands alone.
        flat = quantity.t is not None and len(quantity.shape) < 2
        found.setdefault((quantity.name, None if flat else quantity.t), []).append(quantity)
    return [sorted(series, key=lambda q: q.t or 0) for series in found.values()]


def _draw_series(sheet: Worksheet, series: list[Quantity], row: int, exact: str, named: str) -> int:
    """A small table under its symbol, steps in the format ``exact``; returns the row below."""
    lead = next((q for q in series if q.role != "constant"), series[0])
    _caption(sheet, row, lead, named, over_time=len(series) > 1)
    flat = lead.t is not None and len(lead.shape) < 2
    grid = [(q, _cells_over_time(q)) for q in series] if flat else [(lead, _cells(lead))]
    columns = [(q, labels, *column) for q, (labels, several) in grid for column in several]
    row += any(head for _, _, head, _ in columns)
    for k, (quantity, labels, head, numbers) in enumerate(columns):
        column = _FIRST_COLUMN + k
        if head:
            _put(sheet, row, column, head, styles.HEADER, alignment=styles.RIGHT)
        for down, (label, value) in enumerate(zip(labels, numbers, strict=True), start=1):
            _put(sheet, row + down, _LABEL_COLUMN, label, styles.SMALL, alignment=styles.RIGHT)
            cell = _number(sheet, Place(sheet.title, row + down, column), value, quantity)
            if quantity.definition is not None:
                cell.number_format = exact
    return row + len(columns[0][1]) + 1


def _caption(sheet: Worksheet, row: int, lead: Quantity, named: str, *, over_time: bool) -> None:
    """The symbol in its colour, and what it means."""
    colour = ROLE_COLOURS[lead.role]
    name = symbols.rich(lead if over_time else _of_one_step(lead), 12, colour.ink)
    ink = Font(name=styles.TEXT_FACE, size=12, bold=True, color=colour.ink)
    _put(sheet, row, 1, name, ink, fill=styles.fill(colour.fill), alignment=styles.CENTRED)
    meaning = "; ".join(filter(None, (lead.note or lead.role, named)))
    if over_time:
        meaning = re.sub(r" at t=\d+", "", meaning) + "; one column for each time step"
    _put(sheet, row, _LABEL_COLUMN, meaning, styles.SMALL, alignment=styles.INDENTED)


Columns = tuple[list[str], list[tuple[str, list[float]]]]


def _cells_over_time(quantity: Quantity) -> Columns:
    """One column with the elements of a vector, headed by its time step and its word."""
    words = quantity.choice.picked if quantity.choice else ""
    head = f"t = {quantity.t}" + (f", {words}" if words else "")
    values = [float(v) for v in quantity.value.reshape(-1)]
    if quantity.labels:
        return list(quantity.labels[0]), [(head, values)]
    return [str(k + 1) if len(values) > 1 else "" for k in range(len(values))], [(head, values)]


def _cells(quantity: Quantity) -> Columns:
    """A matrix with its rows and columns named; a vector as a single row."""
    table = np.atleast_2d(quantity.value)
    rows, columns = (
        list(axis)
        for axis in (quantity.labels if len(quantity.labels) == 2 else _axes(quantity, table))
    )
    return rows, [(name, [float(v) for v in table[:, k]]) for k, name in enumerate(columns)]


def _axes(quantity: Quantity, table: np.ndarray) -> tuple[list[str], list[str]]:
    rows, columns = table.shape
    named = list(quantity.labels[0]) if quantity.labels else None
    numbered = [str(k + 1) if columns > 1 else "" for k in range(columns)]
    return [str(k + 1) if rows > 1 else "" for k in range(rows)], named or numbered


def _number(sheet: Worksheet, place: Place, value: float, quantity: Quantity) -> Cell:
    cell: Cell = sheet[place.address]
    cell.value, cell.font, cell.alignment = value, styles.BODY, styles.RIGHT
    cell.fill = styles.fill(ROLE_COLOURS[quantity.role].fill)
    cell.border = styles.AROUND_INPUT
    cell.number_format = styles.number_format(quantity.value, given=True)
    return cell


# -- Worksheet -------------------------------------------------------------------------------


def draw_worksheet(form: Form, sheet: Worksheet) -> None:
    """The progress on top, and below it a row for each number to fill in."""
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    _progress(form, sheet)
    for column, text in f.HEADINGS.items():
        centred = column in (f.SYMBOL, f.MARK)
        side = {f.ANSWER: styles.RIGHT, f.NUMBER: styles.CENTRED}.get(column, styles.INDENTED)
        _put(
            sheet,
            f.HEADING_ROW,
            column,
            text,
            styles.HEADER,
            border=styles.UNDER_HEADER,
            alignment=styles.CENTRED if centred else side,
        )
    for row in form.rows:
        if row.blank is None:
            _section(sheet, row)
        else:
            _blank(sheet, row)
    for place, formula in form.worksheet_formulas():
        sheet[place.address].value = formula
    _colours(form, sheet)
    sheet.freeze_panes = f"A{f.HEADING_ROW + 1}"
    sheet.print_title_rows = f"{f.HEADING_ROW}:{f.HEADING_ROW}"
    protect(sheet)


def _progress(form: Form, sheet: Worksheet) -> None:
    _head(sheet, form.walkthrough.title, form.walkthrough.note)
    for place, label in (
        (f.NAME, "Your name"),
        (f.PROGRESS, "Progress"),
        (f.BAR, ""),
        (f.FIRST, ""),
    ):
        _put(sheet, place.row, 1, label, styles.BODY, alignment=styles.LEFT)
        bar = Font(name=styles.FORMULA_FACE, size=11, color=styles.GOOD.ink)
        font = bar if place == f.BAR else styles.STRONG
        _put(sheet, place.row, place.column, None, font, alignment=styles.LEFT)
    for column in (f.NAME.column, f.NAME.column + 1):
        cell = sheet.cell(f.NAME.row, column)
        cell.fill, cell.border, cell.protection = styles.fill(_BLANK_FILL), _AROUND_BLANK, _FREE
    sheet.merge_cells(
        start_row=f.NAME.row,
        end_row=f.NAME.row,
        start_column=f.NAME.column,
        end_column=f.NAME.column + 1,
    )
    for row, text in enumerate(_LEGEND, start=f.NAME.row):
        _put(sheet, row, f.HELP, text, styles.SMALL, alignment=styles.INDENTED)
    marker = f.MARKER
    _put(sheet, marker.row, marker.column, form.marker, styles.SMALL, alignment=styles.LEFT)


_LEGEND = (
    "Type your numbers into the yellow cells, or formulas. Read me says with how many decimals.",
    f"{f.RIGHT_MARK}: the number that belongs there.",
    f"{f.FOLLOWS_MARK}: right from your own earlier numbers; the mistake is further up.",
    f"{f.WRONG_MARK}: look again. Type ? for the formula, ?? for the formula with numbers.",
)


def _section(sheet: Worksheet, row: Row) -> None:
    _put(sheet, row.row, 1, row.heading, styles.SECTION, alignment=styles.LEFT)
    for column in _WIDTHS:
        sheet.cell(row.row, column).border = styles.UNDER_HEADER
    sheet.row_dimensions[row.row].height = 26


def _blank(sheet: Worksheet, row: Row) -> None:
    assert row.blank is not None
    quantity = row.blank.quantity
    colour = ROLE_COLOURS[quantity.role]
    element = title_of(quantity, row.blank.index).partition(", ")[2]
    ink = Font(name=styles.TEXT_FACE, size=11, bold=True, color=colour.ink)
    at = row.row
    _put(sheet, at, f.NUMBER, row.blank.number, styles.SMALL, alignment=styles.CENTRED)
    _put(
        sheet,
        at,
        f.SYMBOL,
        symbols.rich(_of_one_step(quantity), 11, colour.ink),
        ink,
        fill=styles.fill(colour.fill),
        alignment=styles.CENTRED,
    )
    _put(sheet, at, f.ELEMENT, element or None, styles.SMALL, alignment=styles.INDENTED)
    _put(
        sheet,
        at,
        f.ANSWER,
        None,
        styles.BODY,
        fill=styles.fill(_BLANK_FILL),
        border=_AROUND_BLANK,
        alignment=styles.RIGHT,
        protection=_FREE,
    )
    _put(sheet, at, f.MARK, None, styles.STRONG, alignment=styles.CENTRED)
    _put(sheet, at, f.HELP, None, styles.SMALL, alignment=styles.INDENTED)


def _of_one_step(quantity: Quantity) -> Quantity:
    """The same without its time step, so that its symbol keeps its number."""
    twin = copy.copy(quantity)
    twin.t = None
    return twin


def _colours(form: Form, sheet: Worksheet) -> None:
    top = f.HEADING_ROW + 1
    letters = get_column_letter(f.ANSWER), get_column_letter(f.MARK)
    area = f"{letters[0]}{top}:{letters[1]}{form.last_row}"
    for mark, colour in (
        (f.RIGHT_MARK, styles.GOOD),
        (f.FOLLOWS_MARK, styles.WARNING),
        (f.ROUNDED_MARK, styles.WARNING),
        (f.WRONG_MARK, styles.BAD),
        (f.NO_NUMBER_MARK, styles.BAD),
    ):
        rule = styles.coloured_if(f'${letters[1]}{top}="{mark}"', colour)
        sheet.conditional_formatting.add(area, rule)


# -- Scratch and key -------------------------------------------------------------------------


def draw_scratch(_: Form, sheet: Worksheet) -> None:
    """An empty sheet."""
    _head(sheet, "Scratch", "Room for your own workings. Nothing here is marked.")
    sheet.sheet_view.showGridLines = True


def draw_key(form: Form, sheet: Worksheet) -> None:
    """What belongs into each blank, out of sight but not secret."""
    _head(sheet, "Key", "What belongs into each blank. Hidden so that nobody sees it too early.")
    headings = {
        f.KEY_NUMBER: "no.",
        f.KEY_TITLE: "what",
        f.KEY_RIGHT: "right",
        f.KEY_USED: "used further on",
        f.KEY_BELONGS: "from your numbers",
        f.KEY_FORMULA: "?",
        f.KEY_NUMBERS: "??",
        f.KEY_WRONG: "wrong",
        f.KEY_DECIMALS: "decimals right",
        f.KEY_OWN: "from your numbers",
        f.KEY_DIGITS: "decimals written",
        f.KEY_BEFORE: "before the activation",
        f.KEY_UNACTIVATED: "decimals of that",
    }
    for column, text in headings.items():
        _put(sheet, f.KEY_TOP - 1, column, text, styles.HEADER)
    for place, content in form.key_cells():
        _put(sheet, place.row, place.column, content, styles.SMALL)
    sheet.sheet_state = "veryHidden"
