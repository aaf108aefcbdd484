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
from rnn_edu.walkthrough.sheets.answer_table import AnswerTable
from rnn_edu.walkthrough.sheets.blocks import (
    FIRST_COLUMN,
    LABEL_COLUMN,
    OVER_TIME,
    SYMBOL_COLUMN,
    Block,
)
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.grid import Grid, Label
from rnn_edu.walkthrough.sheets.limits import MOST_LINES, MOST_LISTED
from rnn_edu.walkthrough.sheets.places import FORWARD, Place
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.walkthrough.symbols import plain_text

CHART_ROWS = 17
WIDTH_CM, HEIGHT_CM = 15, 7.6


def draw_charts(book: Book, grid: Grid) -> list[int]:
    """Draws what suits the walkthrough below the tables of the Forward sheet.

    Returns:
        The row in which each picture begins.
    """
    row = book.layout.bottom[FORWARD] + 2
    starts = []
    if book.answers:
        starts.append(book.answers.top)
        _draw_answers(book, grid)
        row = max(row + CHART_ROWS, book.answers.cell(book.answers.block.lead.value.size).row + 1)
    anchor = row
    states = _blocks(book, ("state", "cell state"))
    gates = _blocks(book, ("gate",))
    if states:
        chart = LineChart()
        _fill(book, grid, chart, states, "State over time")
        grid.sheet.add_chart(chart, f"A{anchor}")
        starts.append(anchor)
    if gates and all(block.rows == 1 for block in gates):
        bars = BarChart()
        _fill(book, grid, bars, gates, "How far the gates are open")
        bars.y_axis.scaling.min, bars.y_axis.scaling.max = 0, 1
        grid.sheet.add_chart(bars, Place(FORWARD, anchor + CHART_ROWS, 1).address)
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
    book: Book, grid: Grid, chart: LineChart | BarChart, blocks: list[Block], title: str
) -> None:
    """One line, or one row of bars, for each element; of very many the first ones."""
    columns = sorted({book.layout.column(q) for b in blocks for q in b.quantities})
    rows = [
        (block.top + k, f"{name}, {label}" if label else name)
        for block in blocks
        for name in [plain_text(symbols.runs_over_time(block.changing))]
        for k, label in enumerate(block.labels())
    ]
    for number, (row, name) in enumerate(rows[:MOST_LINES]):
        values = Reference(grid.sheet, columns[0], row, columns[-1], row)
        series = SeriesFactory(values, title=name)
        colour = styles.LINE_COLOURS[number % len(styles.LINE_COLOURS)]
        _paint(series, colour, lines=isinstance(chart, LineChart))
        chart.series.append(series)
    chart.set_categories(_steps(book, grid, blocks[0], columns))
    finish(chart, title if len(rows) <= MOST_LINES else f"{title}: the first {MOST_LINES} rows")
    chart.legend = Legend()
    chart.legend.position = "b"


def _steps(book: Book, grid: Grid, block: Block, columns: list[int]) -> Reference:
    """The heading of a block, completed to all the time steps of a chart, as names below it."""
    heading = book.layout.heading_row(block)
    for t, column in book.layout.times.items():
        place = Place(FORWARD, heading, column)
        if column in columns and grid.held(place) is None:
            shown = '"t = "0'
            grid.put(place, t, number_format=shown, font=styles.HEADER, alignment=styles.RIGHT)
    return Reference(grid.sheet, columns[0], heading, columns[-1], heading)


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


def _draw_answers(book: Book, grid: Grid) -> None:
    """The table of the answer at one step, and its bars."""
    table = book.answers
    assert table is not None
    title = Place(FORWARD, table.top, SYMBOL_COLUMN)
    grid.put(title, "The answer at one step", font=styles.SECTION)
    grid.sheet.row_dimensions[table.top].height = 24
    note = Place(FORWARD, table.top, FIRST_COLUMN + 2)
    grid.put(note, "pick the step from the list", font=styles.SMALL)
    label = table.picked.moved(0, LABEL_COLUMN - FIRST_COLUMN)
    grid.put(label, "step", font=styles.SMALL, alignment=styles.RIGHT)
    grid.put(
        table.picked,
        table.first_step,
        number_format='"t = "0',
        font=styles.STRONG,
        alignment=styles.CENTRED,
        fill=styles.fill(ROLE_COLOURS["output"].fill),
        border=styles.AROUND_INPUT,
    )
    grid.sheet.add_data_validation(_steps_to_pick(book, table))
    for k, (live, text) in enumerate(zip(table.live_cells(), table.block.labels(), strict=True)):
        name = table.cell(k).moved(0, LABEL_COLUMN - FIRST_COLUMN)
        grid.put(name, Label(text), font=styles.SMALL, alignment=styles.RIGHT)
        grid.put(
            live.place,
            live.formula,
            font=styles.BODY,
            number_format="0.000000",
            border=styles.UNDER_NUMBER,
            alignment=styles.RIGHT,
        )
    _draw_bars(table, grid.sheet)


def _steps_to_pick(book: Book, table: AnswerTable) -> DataValidation:
    """The list of the steps; where it is too long for a rule, the headings above them."""
    heading = book.layout.heading_row(table.block)
    columns = sorted(book.layout.column(q) for q in table.steps)
    first, last = (
        Place(FORWARD, heading, column).shown(column="$", row="$")
        for column in (columns[0], columns[-1])
    )
    listed = f'"{",".join(str(q.t) for q in table.steps)}"'
    source = listed if len(listed) <= MOST_LISTED else f"{first}:{last}"
    rule = DataValidation(type="list", formula1=source, allow_blank=False)
    rule.add(table.picked.address)
    return rule


def _draw_bars(table: AnswerTable, sheet: Worksheet) -> None:
    last = table.block.lead.value.size - 1
    chart = BarChart()
    column, first_row, last_row = FIRST_COLUMN, table.cell(0).row, table.cell(last).row
    values = Reference(sheet, column, first_row, column, last_row)
    series = SeriesFactory(values, title="probability")
    series.graphicalProperties = GraphicalProperties(solidFill=styles.LINE_COLOURS[0])
    chart.series.append(series)
    chart.set_categories(Reference(sheet, LABEL_COLUMN, first_row, LABEL_COLUMN, last_row))
    finish(chart, "Probability of each answer at the step picked")
    chart.legend = None
    chart.gapWidth = 60
    # From 0, so that a bar is as long as its number says, up to what the largest needs.
    chart.y_axis.scaling.min = 0
    sheet.add_chart(chart, f"E{table.top + 1}")
