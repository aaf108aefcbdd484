"""Draws the sheets around the blanks: Read me, Given, Scratch, and the hidden Key."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.grid import Grid, Held, Label
from rnn_edu.walkthrough.sheets.paging import cut_between
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.sections import named_parts, parts_text
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.texts import explanations

_LABEL_COLUMN, _FIRST_COLUMN = 2, 3


def put(grid: Grid, row: int, column: int, held: Held, font: Font, **style: object) -> None:
    """Writes into a cell of a sheet; a text is never taken for a formula."""
    text = Label(held) if isinstance(held, str) else held
    grid.put(Place(grid.sheet.title, row, column), text, font=font, **style)


def head(grid: Grid, title: str, note: str) -> None:
    """The title of a sheet, and a line below it."""
    put(grid, 1, 1, title, styles.TITLE, alignment=styles.LEFT)
    put(grid, 2, 1, note, styles.SUBTITLE, alignment=styles.LEFT)
    grid.sheet.row_dimensions[1].height = 30


# -- Read me ---------------------------------------------------------------------------------


def draw_read_me(form: Form, grid: Grid) -> None:
    """What the worksheet is, and how to fill it in."""
    grid.sheet.column_dimensions["A"].width, grid.sheet.column_dimensions["B"].width = 20, 96
    head(grid, f"{form.walkthrough.title}: a worksheet", form.walkthrough.note)
    for row, (label, text) in enumerate(explanations(form), start=4):
        put(grid, row, 1, label, styles.STRONG, alignment=styles.WRAPPED)
        put(grid, row, 2, text, styles.BODY, alignment=styles.WRAPPED)
        grid.sheet.row_dimensions[row].height = 15.5 * -(-len(text) // 98) + 6
    styles.on_one_page(grid.sheet)


# -- Given -----------------------------------------------------------------------------------


def draw_given(form: Form, grid: Grid) -> None:
    """Weights, inputs and the steps that are calculated already."""
    grid.sheet.column_dimensions["A"].width = 12
    longest = max(
        (len(label) for q in form.shown for axis in q.labels for label in axis), default=0
    )
    grid.sheet.column_dimensions["B"].width = max(12, longest + 2)
    for column in range(_FIRST_COLUMN, _FIRST_COLUMN + 12):
        grid.sheet.column_dimensions[get_column_letter(column)].width = max(12, longest + 1)
    head(grid, "Given", "Everything that you need to start with. Nothing to fill in here.")
    row, starts = 4, list[int]()
    # Two digits more than are asked for, so that the reader's roundings do not add up.
    exact = "0." + "0" * (form.tolerance.decimals + 2)
    parts = named_parts(form.walkthrough)
    for series in _series(form.shown):
        # Hints name the parts of a weight, so that they have to be found here.
        named = parts_text(series[0], parts[series[0]]) if series[0] in parts else ""
        starts.append(row)
        row = _draw_series(grid, series, row, exact, named) + 1
    grid.sheet.freeze_panes = "A3"
    grid.sheet.print_title_rows = "1:2"
    cut_between(grid.sheet, starts, row, grid.last_column)


def _series(quantities: Iterable[Quantity]) -> list[list[Quantity]]:
    """Each weight alone, and what changes over time together."""
    found: dict[tuple[str, int | None], list[Quantity]] = {}
    for quantity in quantities:
        # A matrix at each time step would not fit into a column: it stands alone.
        flat = quantity.t is not None and len(quantity.shape) < 2
        found.setdefault((quantity.name, None if flat else quantity.t), []).append(quantity)
    return [sorted(series, key=lambda q: q.t or 0) for series in found.values()]


def _draw_series(grid: Grid, series: list[Quantity], row: int, exact: str, named: str) -> int:
    """A small table under its symbol, steps in the format ``exact``; returns the row below."""
    lead = next((q for q in series if q.role != "constant"), series[0])
    _caption(grid, row, lead, named, series)
    flat = lead.t is not None and len(lead.shape) < 2
    tables = [(q, _cells_over_time(q)) for q in series] if flat else [(lead, _cells(lead))]
    columns = [(q, labels, *column) for q, (labels, several) in tables for column in several]
    row += any(heading for _, _, heading, _ in columns)
    for k, (quantity, labels, heading, numbers) in enumerate(columns):
        column = _FIRST_COLUMN + k
        if heading:
            put(grid, row, column, heading, styles.HEADER, alignment=styles.RIGHT)
        shown = styles.number_format(quantity.value, given=True)
        for down, (label, value) in enumerate(zip(labels, numbers, strict=True), start=1):
            put(grid, row + down, _LABEL_COLUMN, label, styles.SMALL, alignment=styles.RIGHT)
            shown = exact if quantity.definition is not None else shown
            put_given(grid, row + down, column, value, quantity, shown)
    return row + len(columns[0][1]) + 1


def _caption(grid: Grid, row: int, lead: Quantity, named: str, series: list[Quantity]) -> None:
    """The symbol in its colour, and what it means."""
    over_time = len(series) > 1
    colour = ROLE_COLOURS[lead.role]
    name = symbols.rich(lead if over_time else symbols.of_one_step(lead), 12, colour.ink)
    ink = styles.symbol_font(12, colour.ink)
    put(grid, row, 1, name, ink, fill=styles.fill(colour.fill), alignment=styles.CENTRED)
    meaning = "; ".join(filter(None, (_meaning(lead, series), named)))
    if over_time:
        meaning += "; one column for each time step"
    put(grid, row, _LABEL_COLUMN, meaning, styles.SMALL, alignment=styles.INDENTED)


def _meaning(lead: Quantity, series: list[Quantity]) -> str:
    """The words for a series; where steps have words of their own, those of the others, too."""
    if len(series) == 1:
        return lead.note or lead.role
    steps = [q.note or q.role for q in series if q.role == lead.role]
    notes = list(dict.fromkeys(re.sub(r" at t=\d+", "", note) for note in steps))
    if len({note.rpartition(" ")[0] for note in notes}) == 1:
        return ", ".join([notes[0], *(note.rpartition(" ")[2] for note in notes[1:])])
    return "; then ".join(notes[:2])


Columns = tuple[list[str], list[tuple[str, list[float]]]]


def _cells_over_time(quantity: Quantity) -> Columns:
    """One column with the elements of a vector, headed by its time step and its word."""
    words = quantity.choice.picked if quantity.choice else ""
    heading = f"t = {quantity.t}" + (f", {words}" if words else "")
    values = [float(v) for v in quantity.value.reshape(-1)]
    if quantity.labels:
        return list(quantity.labels[0]), [(heading, values)]
    numbered = [str(k + 1) if len(values) > 1 else "" for k in range(len(values))]
    return numbered, [(heading, values)]


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


def put_given(
    grid: Grid, row: int, column: int, value: float, quantity: Quantity, shown: str
) -> None:
    """Writes a number that is given, in the colour of its role."""
    put(
        grid,
        row,
        column,
        value,
        styles.BODY,
        fill=styles.fill(ROLE_COLOURS[quantity.role].fill),
        border=styles.AROUND_INPUT,
        alignment=styles.SHRUNK_RIGHT,
        number_format=shown,
    )


# -- Scratch and key -------------------------------------------------------------------------


def draw_scratch(_: Form, grid: Grid) -> None:
    """An empty sheet."""
    head(grid, "Scratch", "Room for your own workings. Nothing here is marked.")
    grid.sheet.sheet_view.showGridLines = True


def draw_key(form: Form, grid: Grid) -> None:
    """What belongs into each blank, out of sight but not secret."""
    head(grid, "Key", "What belongs into each blank. Hidden so that nobody sees it too early.")
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
        f.KEY_ASKING: "a hint is asked for",
        f.KEY_HINT: "that hint",
        f.KEY_MARK: "mark",
        f.KEY_IDLE: "no credit",
        f.KEY_SPOILT: "wrong in this step",
        f.KEY_AFTER: "wrong before it",
        f.KEY_MIDDLE: "the middle number fits",
    }
    for column, text in headings.items():
        put(grid, f.KEY_TOP - 1, column, text, styles.HEADER)
    for place, content in form.key_cells:
        grid.put(place, content, font=styles.SMALL)
    grid.sheet.sheet_state = "veryHidden"
