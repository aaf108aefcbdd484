"""Draws the sheets of a training run: Read me, Epoch viewer, Training, Check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.expressions import Index, Quantity
from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.charts import finish
from rnn_edu.walkthrough.sheets.grid import Grid, Style
from rnn_edu.walkthrough.sheets.loop_layout import (
    EPOCH_COLUMN,
    LABEL_ROW,
    NAME_ROW,
    START_ROW,
    SYMBOL_ROW,
    TRAINING,
    Column,
    LoopLayout,
    in_row,
)
from rnn_edu.walkthrough.sheets.loop_strip import LoopStrip
from rnn_edu.walkthrough.sheets.paging import ON_PAPER
from rnn_edu.walkthrough.sheets.places import CHECK, READ_ME, Area, Place
from rnn_edu.walkthrough.sheets.strip_page import colour_verdict
from rnn_edu.walkthrough.sheets.styles import GOOD, ROLE_COLOURS

VIEWER = "Epoch viewer"
FIRST_COLUMNS = ("L", "y_hat", "new_W_x", "new_W_h", "new_b", "new_W_hy", "new_b_y")
KEY = Place(READ_ME, 4, 2)
EPOCH, LOSS = Place(VIEWER, 4, 3), Place(VIEWER, 5, 3)
VERDICT, CHANGED = Place(CHECK, 4, 3), Place(CHECK, 5, 3)
VIEW_TOP, CHECK_TOP = 8, 8
EXACT = "0.000000000000"
#: Where the strip begins on each sheet of numbers.
STRIPS = {VIEWER: Place(VIEWER, 5, 5), TRAINING: Place(TRAINING, 4, 1)}


@dataclass(frozen=True)
class TrainingBook:
    """What the sheets show.

    Attributes:
        layout: where the numbers of the run lie.
        epochs: how many rows the run has.
        judged: the last weights according to the judge, in the order of the weights.
        judge_name: who gave them.
        tolerance: the largest difference that counts as a match.
        before: the loss after the last epoch, with the numbers that the file comes with.
        judge_source: when the judge was asked, where that was not just now.
    """

    layout: LoopLayout
    epochs: int
    judged: Sequence[np.ndarray]
    judge_name: str
    tolerance: float
    before: float
    judge_source: str = ""

    @property
    def strip(self) -> LoopStrip:
        """What stays in view on the sheets of numbers."""
        first = {name: self._first_column(name) for name in ("y_hat", "L")}
        return LoopStrip(first["y_hat"], first["L"], self.last_row, self.before)

    def _first_column(self, name: str) -> Column:
        return next(c for c in self.layout.columns if c.quantity.name == name)

    @property
    def title(self) -> str:
        """The heading of every sheet."""
        return self.layout.loop.walkthrough.title

    @property
    def last_row(self) -> int:
        """The row of the last epoch."""
        return START_ROW + self.epochs

    @property
    def table(self) -> Area:
        """The run: the row before the first epoch, and a row for each epoch."""
        last = Place(TRAINING, self.last_row, self.layout.columns[-1].number)
        return Area(Place(TRAINING, START_ROW, EPOCH_COLUMN), last)

    def names(self) -> dict[str, Area]:
        """Every defined name of the workbook."""
        cells = {"calculation": KEY, "epoch": EPOCH, "verdict": VERDICT, "changed": CHANGED}
        own = {name: Area(place, place) for name, place in cells.items()}
        return {**self.layout.names(), **own, "run": self.table}

    def weight_cells(self) -> Iterator[tuple[Quantity, Index, Column]]:
        """Each weight, and the column that holds it after every epoch."""
        loop = self.layout.loop
        columns = {(c.quantity, c.index): c for c in self.layout.columns}
        for weight in loop.walkthrough.weights:
            for index in np.ndindex(weight.shape):
                yield weight, index, columns[loop.carried[weight], index]

    def originals(self) -> Iterator[tuple[Place, float]]:
        """The cells that a reader may change, with what they held."""
        for quantity, index in self.layout.given_cells():
            yield self.layout.place(quantity, index), float(quantity.value[index])
        yield from self.layout.start_cells()


def _put(sheet: Worksheet, place: Place, value: object, font: Font, shown: str = "") -> None:
    cell = sheet[place.address]
    cell.value, cell.font = value, font
    if shown:
        cell.number_format = shown


def _heading(sheet: Worksheet, title: str, note: str) -> None:
    for row, (text, font) in enumerate(((title, styles.TITLE), (note, styles.SUBTITLE)), start=1):
        _put(sheet, Place(sheet.title, row, 1), text, font)
    sheet.row_dimensions[1].height = 30


# -- Read me ------------------------------------------------------------------------------


def draw_read_me(book: TrainingBook, sheet: Worksheet) -> None:
    """What the workbook is, how to play with it, and what the colours mean."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 88
    _heading(sheet, book.title, book.layout.loop.walkthrough.note)
    for row, (label, text) in enumerate(_explanations(book), start=4):
        _put(sheet, Place(READ_ME, row, 1), label, styles.STRONG)
        _put(sheet, Place(READ_ME, row, 2), text, styles.BODY)
        for column in "AB":
            sheet[f"{column}{row}"].alignment = styles.WRAPPED
        sheet.row_dimensions[row].height = 16 * (1 + len(text) // 88)
    styles.on_one_page(sheet)


def _explanations(book: TrainingBook) -> list[tuple[str, str]]:
    run = f"{book.epochs} rows of {len(book.layout.columns)} formulas"
    return [
        ("calculation", book.layout.loop.walkthrough.key),
        ("What it is", f"A whole training run in {run}; none of them is a stored result."),
        (VIEWER, "Type an epoch. The weights, the answers and the loss of that epoch appear."),
        ("The strip", "On both sheets of numbers it says the verdict, the first answer and the "
         "loss after the last epoch, the loss before your change, and the difference."),
        (TRAINING, "Each row reads the weights in the row above it, goes forward, goes back, and "
         "makes Adam's step. The formula of a column is the same in every row. On paper there are "
         "only the first columns."),
        ("Try it", "Change a weight in the row of epoch 0, or the learning rate, and the whole "
         "run follows. Undo brings it back."),
        (CHECK, f"The last weights beside those of {book.judge_name}. ALL MATCH: they agree. "
         "WEIGHTS CHANGED: you changed a number, so the comparison no longer applies. MISMATCH: "
         "nothing was changed, yet a number differs."),
        ("Colours", "Amber: weights. Blue: inputs. Green: labels. Grey: settings. Rose: loss. "
         "Lilac: gradients."),
        ("Licence", "Text: CC BY 4.0. Formulas and the code that wrote them: MIT."),
    ]  # fmt: skip


# -- Epoch viewer -------------------------------------------------------------------------


def draw_viewer(book: TrainingBook, sheet: Worksheet) -> None:
    """One epoch at a time: its weights, and a dot on the curve of the loss."""
    _heading(sheet, VIEWER, f"Type an epoch from 1 to {book.epochs} into the green cell.")
    for column, width in zip("ABCDEFGHI", (14, 20, 16, 16, 17, 14, 14, 14, 14), strict=True):
        sheet.column_dimensions[column].width = width
    book.strip.draw(sheet, STRIPS[VIEWER])
    _put(sheet, EPOCH.moved(0, -2), "epoch", styles.STRONG)
    _put(sheet, EPOCH, min(100, book.epochs), styles.STRONG, "0")
    sheet[EPOCH.address].fill = styles.fill(GOOD.fill)
    sheet[EPOCH.address].border = styles.AROUND_INPUT
    rule = DataValidation(type="whole", operator="between", formula1="1", formula2=str(book.epochs))
    rule.error, rule.showErrorMessage = f"Type a whole number from 1 to {book.epochs}.", True
    rule.add(EPOCH.address)
    sheet.add_data_validation(rule)
    shown = {(c.quantity.name, c.index): c for c in book.layout.columns}
    loss = next(c for (name, _), c in shown.items() if name == "L")
    _put(sheet, LOSS.moved(0, -2), "loss", styles.STRONG)
    _put(sheet, LOSS, _look_up(loss), styles.STRONG, "0.000000")
    _draw_view(book, sheet, [c for (name, _), c in shown.items() if name == "y_hat"])
    _draw_curve(book, sheet, loss)
    sheet.freeze_panes = f"A{VIEW_TOP}"


def _look_up(column: Column) -> str:
    return f"=VLOOKUP(epoch,run,{column.number},FALSE)"


def _draw_view(book: TrainingBook, sheet: Worksheet, answers: Sequence[Column]) -> None:
    titles = ("symbol", "element", "at the start", "after the epoch", "after the last")
    for k, text in enumerate(titles, start=1):
        _put(sheet, Place(VIEWER, VIEW_TOP - 1, k), text, styles.HEADER)
        sheet.cell(VIEW_TOP - 1, k).border = styles.UNDER_HEADER
        sheet.cell(VIEW_TOP - 1, k).alignment = styles.RIGHT if k > 2 else styles.LEFT
    row = VIEW_TOP
    for weight, _, column in book.weight_cells():
        letter = get_column_letter(column.number)
        _row_of_view(sheet, row, weight, column, f"={TRAINING}!${letter}${START_ROW}",
                     f"={TRAINING}!${letter}${book.last_row}")  # fmt: skip
        row += 1
    for column in answers:
        last = f"={TRAINING}!${get_column_letter(column.number)}${book.last_row}"
        _row_of_view(sheet, row, column.quantity, column, None, last)
        row += 1


def _row_of_view(
    sheet: Worksheet, row: int, quantity: Quantity, column: Column, first: str | None, last: str
) -> None:
    colour = ROLE_COLOURS[quantity.role]
    cell = sheet.cell(row, 1, symbols.rich(quantity, 11, colour.ink))
    cell.fill, cell.alignment = styles.fill(colour.fill), styles.CENTRED
    _put(sheet, Place(VIEWER, row, 2), column.label, styles.SMALL)
    for k, formula in enumerate((first, _look_up(column), last), start=3):
        _put(sheet, Place(VIEWER, row, k), formula, styles.BODY, "0.000000")
        sheet.cell(row, k).border = styles.UNDER_NUMBER


def _draw_curve(book: TrainingBook, sheet: Worksheet, loss: Column) -> None:
    assert sheet.parent is not None
    source: Worksheet = sheet.parent[TRAINING]
    chart = ScatterChart(scatterStyle="lineMarker")
    chart.style = 13
    first, last = START_ROW + 1, book.last_row
    epochs = Reference(source, EPOCH_COLUMN, first, EPOCH_COLUMN, last)
    losses = Reference(source, loss.number, first, loss.number, last)
    curve = Series(losses, epochs, title="loss")
    curve.marker, curve.smooth = Marker(symbol="none"), False
    curve.graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=styles.LINE_COLOURS[0], w=22000)
    )
    dot = Series(
        Reference(sheet, min_col=LOSS.column, min_row=LOSS.row),
        Reference(sheet, min_col=EPOCH.column, min_row=EPOCH.row),
        title="the epoch chosen",
    )
    filled = GraphicalProperties(solidFill=styles.LINE_COLOURS[1])
    dot.marker = Marker(symbol="circle", size=10, spPr=filled)
    dot.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.series.extend([curve, dot])
    finish(chart, "Loss at each epoch")
    chart.x_axis.number_format = "0"
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = 0, book.epochs
    chart.legend = Legend()
    chart.legend.position = "b"
    chart.x_axis.majorGridlines = None
    sheet.add_chart(chart, f"G{VIEW_TOP}")


# -- Training -----------------------------------------------------------------------------


def draw_training(book: TrainingBook, sheet: Worksheet) -> None:
    """What is given, the headings and the start; :func:`epochs` adds the formulas."""
    _heading(sheet, book.title, "Each row is an epoch, and starts from the weights above it.")
    layout = book.layout
    book.strip.draw(sheet, STRIPS[TRAINING])
    sheet.column_dimensions["A"].width = 17
    _draw_given(book, sheet)
    _put(sheet, Place(TRAINING, LABEL_ROW, EPOCH_COLUMN), "epoch", styles.HEADER)
    for quantity, columns in groupby(layout.columns, key=lambda c: c.quantity):
        _draw_headings(sheet, quantity, list(columns))
    for row in range(START_ROW, book.last_row + 1):
        _put(sheet, Place(TRAINING, row, EPOCH_COLUMN), row - START_ROW, styles.HEADER)
    weights = {column.number for _, _, column in book.weight_cells()}
    for place, value in layout.start_cells():
        role = "weight" if place.column in weights else "constant"
        _put_given(sheet, place, value, role)
    sheet.freeze_panes = f"{get_column_letter(EPOCH_COLUMN + 5)}{START_ROW + 1}"
    sheet.print_title_rows = f"{SYMBOL_ROW}:{LABEL_ROW}"
    sheet.print_area = f"A1:{get_column_letter(_last_on_paper(sheet))}{book.last_row}"


def _last_on_paper(sheet: Worksheet) -> int:
    """The last of the first columns that fit on a page together; all would be too small to read."""
    room, column = ON_PAPER, 0
    while room >= (width := sheet.column_dimensions[get_column_letter(column + 1)].width):
        room, column = room - width, column + 1
    return column


def epochs(book: TrainingBook, sheet: Worksheet) -> Grid:
    """The Training sheet with a row of formulas for each epoch."""
    grid = Grid.of(sheet)
    style = grid.palette.number(Style(number_format="0.000000"))
    for column, formula in book.layout.formulas().items():
        for row in range(START_ROW + 1, book.last_row + 1):
            grid.set(Place(TRAINING, row, column.number), in_row(formula, row), style)
    return grid


def _draw_given(book: TrainingBook, sheet: Worksheet) -> None:
    _put(sheet, Place(TRAINING, NAME_ROW, 1), "given", styles.HEADER)
    for quantity, index in book.layout.given_cells():
        place = book.layout.place(quantity, index)
        name = symbols.plain(quantity) if quantity.t is None else f"{quantity.name}_{quantity.t}"
        example = f" {index[0] + 1}" if len(quantity.shape) == 2 else ""
        _put(sheet, Place(TRAINING, NAME_ROW, place.column), name + example, styles.HEADER)
        _put_given(sheet, place, float(quantity.value[index]), quantity.role)


def _put_given(sheet: Worksheet, place: Place, value: float, role: str) -> None:
    _put(sheet, place, value, styles.BODY, "General")
    sheet[place.address].fill = styles.fill(ROLE_COLOURS[role].fill)
    sheet[place.address].border = styles.AROUND_INPUT


def _draw_headings(sheet: Worksheet, quantity: Quantity, columns: Sequence[Column]) -> None:
    weight = quantity.name.startswith("new_") and not quantity.name.startswith(("new_m", "new_v"))
    colour = ROLE_COLOURS["weight" if weight else quantity.role]
    for k, column in enumerate(columns):
        sheet.column_dimensions[get_column_letter(column.number)].width = 13
        top, below = sheet.cell(SYMBOL_ROW, column.number), sheet.cell(LABEL_ROW, column.number)
        top.fill = styles.fill(colour.fill)
        below.value, below.font, below.alignment = column.label, styles.SMALL, styles.RIGHT
        below.border = styles.UNDER_HEADER
        if k == 0:
            top.value, top.font = (
                _heading_text(quantity),
                Font(name=styles.TEXT_FACE, size=10, bold=True, color=colour.ink),
            )


def _heading_text(quantity: Quantity) -> str:
    """The symbol with its time in numbers: a row of the run holds all time steps."""
    return quantity.name if quantity.t is None else f"{quantity.name}, t={quantity.t}"


# -- Check --------------------------------------------------------------------------------


def draw_check(book: TrainingBook, sheet: Worksheet) -> None:
    """The last weights beside the judge's, the verdict, and what was given originally."""
    note = f"The weights after epoch {book.epochs} beside those of {book.judge_name}."
    _heading(sheet, CHECK, note)
    _put(sheet, Place(CHECK, 3, 1), book.judge_source or None, styles.SUBTITLE)
    for column, width in zip("ABCDEFGHI", (12, 20, 20, 20, 14, 12, 4, 14, 22), strict=True):
        sheet.column_dimensions[column].width = width
    _put(sheet, VERDICT.moved(0, -2), "verdict", styles.STRONG)
    _put(sheet, CHANGED.moved(0, -2), "numbers changed", styles.STRONG)
    titles = ("weight", "element", "spreadsheet", book.judge_name, "difference", "OK", "",
              "cell", "as it was")  # fmt: skip
    for k, text in enumerate(titles, start=1):
        _put(sheet, Place(CHECK, CHECK_TOP - 1, k), text, styles.HEADER)
        side = styles.RIGHT if k in (3, 4, 5, 9) else styles.CENTRED if k == 6 else styles.LEFT
        sheet.cell(CHECK_TOP - 1, k).alignment = side
    rows, originals = _draw_comparison(book, sheet), _draw_originals(book, sheet)
    changes = f"$J${CHECK_TOP}:$J${CHECK_TOP + originals - 1}"
    _put(sheet, CHANGED, f'=COUNTIF({changes},"changed")', styles.STRONG, "0")
    right = f'COUNTIF($F${CHECK_TOP}:$F${CHECK_TOP + rows - 1},"OK")={rows}'
    verdict = f'=IF(changed>0,"WEIGHTS CHANGED",IF({right},"ALL MATCH","MISMATCH"))'
    _put(sheet, VERDICT, verdict, styles.STRONG)
    colour_verdict(sheet, VERDICT)
    sheet.freeze_panes = f"A{CHECK_TOP}"


def _draw_comparison(book: TrainingBook, sheet: Worksheet) -> int:
    """A row for each weight after the last epoch; returns their number."""
    row = CHECK_TOP
    for weight, index, column in book.weight_cells():
        number = book.layout.loop.walkthrough.weights.index(weight)
        answer = float(book.judged[number][index])
        _put(sheet, Place(CHECK, row, 1), symbols.plain(weight), styles.STRONG)
        _put(sheet, Place(CHECK, row, 2), column.label, styles.SMALL)
        last = f"={TRAINING}!${get_column_letter(column.number)}${book.last_row}"
        _put(sheet, Place(CHECK, row, 3), last, styles.BODY, EXACT)
        _put(sheet, Place(CHECK, row, 4), answer, styles.BODY, EXACT)
        _put(sheet, Place(CHECK, row, 5), f"=ABS($C{row}-$D{row})", styles.BODY, "0.0E+00")
        verdict = f'=IF($E{row}<={book.tolerance!r},"OK","DIFFERS")'
        _put(sheet, Place(CHECK, row, 6), verdict.replace("e-", "E-"), styles.BODY)
        sheet.cell(row, 6).alignment = styles.CENTRED
        row += 1
    return row - CHECK_TOP


def _draw_originals(book: TrainingBook, sheet: Worksheet) -> int:
    """A row for each cell that a reader may change; returns their number."""
    row = CHECK_TOP
    for place, value in book.originals():
        address = f"{TRAINING}!{place.shown(column='$', row='$')}"
        _put(sheet, Place(CHECK, row, 8), place.address, styles.SMALL)
        _put(sheet, Place(CHECK, row, 9), value, styles.BODY, "General")
        _put(sheet, Place(CHECK, row, 10), f'=IF({address}=$I{row},"","changed")', styles.BODY)
        row += 1
    return row - CHECK_TOP


#: The sheets in their order, and what draws each.
SHEETS: dict[str, Callable[[TrainingBook, Worksheet], None]] = {
    READ_ME: draw_read_me,
    VIEWER: draw_viewer,
    TRAINING: draw_training,
    CHECK: draw_check,
}
