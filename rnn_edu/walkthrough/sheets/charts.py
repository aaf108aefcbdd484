"""The charts below the tables: states over time, gates at each step, the answer as bars."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.layout import Layout as ChartLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.walkthrough.sheets import styles, symbols
from rnn_edu.walkthrough.sheets.blocks import FIRST_COLUMN, LABEL_COLUMN, OVER_TIME, Block
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.places import FORWARD, Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS

#: Colours that stay apart for readers who see few colours (after Okabe and Ito).
LINE_COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9")
CHART_ROWS = 17
WIDTH_CM, HEIGHT_CM = 15, 7.6


def draw_charts(book: Book, sheet: Worksheet) -> list[int]:
    """Draws what suits the walkthrough below the tables of the Forward sheet.

    Returns:
        The row in which each picture begins.
    """
    row = book.layout.bottom[FORWARD] + 2
    starts = []
    if book.answers:
        starts.append(book.answers.top)
        _draw_answers(book, sheet)
        row = max(row + CHART_ROWS, book.answers.cell(book.answers.block.lead.value.size).row + 1)
    anchor = row
    states = _blocks(book, ("state", "cell state"))
    gates = _blocks(book, ("gate",))
    if states:
        chart = LineChart()
        _fill(book, sheet, chart, states, "State over time")
        sheet.add_chart(chart, f"A{anchor}")
        starts.append(anchor)
    if gates and all(block.rows == 1 for block in gates):
        bars = BarChart()
        _fill(book, sheet, bars, gates, "How far the gates are open")
        bars.y_axis.scaling.min, bars.y_axis.scaling.max = 0, 1
        sheet.add_chart(bars, Place(FORWARD, anchor + CHART_ROWS, 1).address)
        starts.append(anchor + CHART_ROWS)
    return starts


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
            name = symbols.plain_text(symbols.runs_over_time(block.changing))
            name += f", {label}" if label else ""
            series = SeriesFactory(values, title=name)
            colour = LINE_COLOURS[number % len(LINE_COLOURS)]
            _paint(series, colour, lines=isinstance(chart, LineChart))
            chart.series.append(series)
            number += 1
    chart.set_categories(_steps(book, sheet, blocks[0], columns))
    finish(chart, title)
    chart.legend = Legend()
    chart.legend.position = "b"


def _steps(book: Book, sheet: Worksheet, block: Block, columns: list[int]) -> Reference:
    """The heading of a block, completed to all the time steps of a chart, as names below it."""
    heading = book.layout.heading_row(block)
    for t, column in book.layout.times.items():
        cell = sheet.cell(heading, column)
        if column in columns and cell.value is None:
            cell.value, cell.number_format = t, '"t = "0'
            cell.font, cell.alignment = styles.HEADER, styles.RIGHT
    return Reference(sheet, columns[0], heading, columns[-1], heading)


def _paint(series: Series, colour: str, *, lines: bool) -> None:
    if not lines:
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        return
    line = LineProperties(solidFill=colour, w=22000)
    series.graphicalProperties = GraphicalProperties(ln=line)
    series.marker = Marker(symbol="circle", size=6, spPr=_filled(colour))
    series.smooth = False


def _filled(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))


def finish(chart: LineChart | BarChart | ScatterChart, title: str) -> None:
    """Title, size, axes and typeface: what all charts share."""
    chart.title = _title(title)
    chart.width, chart.height = WIDTH_CM, HEIGHT_CM
    # openpyxl marks the axes as deleted unless told otherwise, and Excel then hides them.
    chart.x_axis.delete = chart.y_axis.delete = False
    grid = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE, w=6350))
    chart.y_axis.majorGridlines = ChartLines(spPr=grid)
    chart.y_axis.number_format = "0.00"
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.number_format = '"t = "0'
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = _plain_text()


def _title(text: str) -> Title:
    """A title in the size of a section's, not in openpyxl's headline size."""
    face = _face(1200, bold=True)
    run = RegularTextRun(rPr=face, t=text)
    title = Title(overlay=False, layout=ChartLayout())
    title.tx = Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=face), r=[run])]))
    return title


def _plain_text() -> RichText:
    properties = ParagraphProperties(defRPr=_face(900, bold=False))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=_face(900, bold=False))])


def _face(size: int, *, bold: bool) -> CharacterProperties:
    latin = Font(typeface=styles.TEXT_FACE)
    return CharacterProperties(latin=latin, sz=size, b=bold, solidFill=styles.INK)


def _draw_answers(book: Book, sheet: Worksheet) -> None:
    """The table of the answer at one step, and its bars."""
    table = book.answers
    assert table is not None
    colour = ROLE_COLOURS["output"]
    title = sheet.cell(table.top, 1, "The answer at one step")
    title.font = styles.SECTION
    sheet.row_dimensions[table.top].height = 24
    note = sheet.cell(table.top, FIRST_COLUMN + 2, "pick the step from the list")
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
    series = SeriesFactory(values, title="probability")
    series.graphicalProperties = GraphicalProperties(solidFill=LINE_COLOURS[0])
    chart.series.append(series)
    chart.set_categories(Reference(sheet, LABEL_COLUMN, first_row, LABEL_COLUMN, last_row))
    finish(chart, "Probability of each word at the step picked")
    chart.legend = None
    chart.gapWidth = 60
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    sheet.add_chart(chart, f"E{table.top + 1}")
