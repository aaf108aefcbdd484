"""The charts below the tables: states over time, gates at each step, the answer as bars."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.layout import FIRST_COLUMN, LABEL_COLUMN, OVER_TIME, Block
from rnn_edu.walkthrough.sheets.places import FORWARD, Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS

#: Colours that stay apart for readers who see few colours (after Okabe and Ito).
LINE_COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9")
CHART_ROWS = 17
WIDTH_CM, HEIGHT_CM = 15.0, 7.6


def draw_charts(book: Book, sheet: Worksheet) -> None:
    """Draws what suits the walkthrough below the tables of the Forward sheet."""
    row = book.layout.bottom[FORWARD] + 2
    if book.answers:
        _draw_answers(book, sheet)
        row = max(row + CHART_ROWS, book.answers.cell(book.answers.block.lead.value.size).row + 1)
    anchor = row
    states = _blocks(book, ("state", "cell state"))
    gates = _blocks(book, ("gate",))
    if states:
        chart = LineChart()
        _fill(book, sheet, chart, states, "State over time")
        sheet.add_chart(chart, f"A{anchor}")
    if gates and all(block.rows == 1 for block in gates):
        bars = BarChart()
        _fill(book, sheet, bars, gates, "How far the gates are open")
        bars.y_axis.scaling.min, bars.y_axis.scaling.max = 0, 1
        column = Place(FORWARD, anchor, book.formula_column)
        sheet.add_chart(bars, column.address)


def _blocks(book: Book, roles: tuple[str, ...]) -> list[Block]:
    """The blocks of some roles that have at least two time steps."""
    return [
        b
        for b in book.layout.blocks
        if b.form == OVER_TIME and b.lead.role in roles and len(b.quantities) > 1
    ]


def _fill(
    book: Book, sheet: Worksheet, chart: LineChart | BarChart, blocks: list[Block], title: str
) -> None:
    """One line, or one row of bars, for each element."""
    columns = sorted({book.layout.column(q) for b in blocks for q in b.quantities})
    number = 0
    for block in blocks:
        for k, label in enumerate(block.labels()):
            row = block.top + k
            values = Reference(sheet, columns[0], row, columns[-1], row)
            name = symbols.plain(block.lead) + (f", {label}" if label else "")
            series = Series(values, title=name)
            colour = LINE_COLOURS[number % len(LINE_COLOURS)]
            _paint(series, colour, lines=isinstance(chart, LineChart))
            chart.series.append(series)
            number += 1
    heading = book.layout.heading_row(blocks[0])
    chart.set_categories(Reference(sheet, columns[0], heading, columns[-1], heading))
    _finish(chart, title)
    chart.legend.position = "r"


def _paint(series: Series, colour: str, *, lines: bool) -> None:
    if not lines:
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        return
    series.graphicalProperties.line.solidFill = colour
    series.graphicalProperties.line.width = 22000
    series.marker.symbol = "circle"
    series.marker.size = 6
    series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
    series.marker.graphicalProperties.line.solidFill = colour
    series.smooth = False


def _finish(chart: LineChart | BarChart, title: str) -> None:
    chart.title = title
    chart.title.overlay = False
    chart.width, chart.height = WIDTH_CM, HEIGHT_CM
    # openpyxl marks the axes as deleted unless told otherwise, and Excel then hides them.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_thin())
    chart.y_axis.number_format = "0.00"
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.number_format = '"t = "0'


def _thin() -> object:
    from openpyxl.drawing.line import LineProperties

    return LineProperties(solidFill=styles.LINE, w=6350)


def _draw_answers(book: Book, sheet: Worksheet) -> None:
    """The table of the answer at one step, and its bars."""
    table = book.answers
    assert table is not None
    colour = ROLE_COLOURS["output"]
    title = sheet.cell(table.top, 1, "The answer at one step")
    title.font = styles.SECTION
    note = sheet.cell(table.top, book.formula_column, "pick the step from the list")
    note.font = styles.SMALL
    label = sheet[table.picked.moved(0, LABEL_COLUMN - FIRST_COLUMN).address]
    label.value, label.font, label.alignment = "step", styles.SMALL, styles.RIGHT
    picked = sheet[table.picked.address]
    picked.value, picked.number_format = table.first_step, '"t = "0'
    picked.font, picked.alignment = styles.STRONG, styles.CENTRED
    picked.fill, picked.border = styles.fill(colour.fill), styles.AROUND_INPUT
    steps = ",".join(str(q.t) for q in table.steps)
    rule = DataValidation(type="list", formula1=f'"{steps}"', allow_blank=False)
    rule.add(table.picked.address)
    sheet.add_data_validation(rule)
    for k, (live, text) in enumerate(zip(table.live_cells(), table.block.labels(), strict=True)):
        name = sheet[table.cell(k).moved(0, LABEL_COLUMN - FIRST_COLUMN).address]
        name.value, name.font, name.alignment = text, styles.SMALL, styles.RIGHT
        cell = sheet[live.place.address]
        cell.value, cell.font, cell.number_format = live.formula, styles.BODY, "0.000000"
        cell.border, cell.alignment = styles.UNDER_NUMBER, styles.RIGHT
    _draw_bars(book, sheet)


def _draw_bars(book: Book, sheet: Worksheet) -> None:
    table = book.answers
    assert table is not None
    last = table.block.lead.value.size - 1
    chart = BarChart()
    column, first_row, last_row = FIRST_COLUMN, table.cell(0).row, table.cell(last).row
    values = Reference(sheet, column, first_row, column, last_row)
    series = Series(values, title="probability")
    series.graphicalProperties = GraphicalProperties(solidFill=LINE_COLOURS[0])
    chart.series.append(series)
    chart.set_categories(Reference(sheet, LABEL_COLUMN, first_row, LABEL_COLUMN, last_row))
    _finish(chart, "Probability of each word at the step picked")
    chart.legend = None
    chart.gapWidth = 60
    chart.y_axis.scaling.min = 0
    sheet.add_chart(chart, f"E{table.top + 1}")
