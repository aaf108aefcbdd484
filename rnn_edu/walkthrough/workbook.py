"""A walkthrough as an Excel workbook with live formulas, checked before it is written."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import openpyxl
from numpy.typing import ArrayLike
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from rnn_edu.errors import ComparisonError, WorkbookError
from rnn_edu.walkthrough.recalculate import Values, recalculate
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.cached_values import with_values
from rnn_edu.walkthrough.sheets.carried import carry
from rnn_edu.walkthrough.sheets.cells import (
    Content,
    LiveCell,
    beyond_a_spreadsheet,
    live_cells,
    title_of,
)
from rnn_edu.walkthrough.sheets.charts import CHART_ROWS, draw_charts
from rnn_edu.walkthrough.sheets.check_page import draw_check
from rnn_edu.walkthrough.sheets.grid import Grid, Palette
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.one_step_page import draw_one_step
from rnn_edu.walkthrough.sheets.paging import cut_between
from rnn_edu.walkthrough.sheets.places import CHECK, FORWARD, ONE_STEP, READ_ME, Place
from rnn_edu.walkthrough.sheets.read_me import draw_read_me
from rnn_edu.walkthrough.sheets.size import expected_size as expected_size
from rnn_edu.walkthrough.sheets.tables import draw_tables
from rnn_edu.walkthrough.storage import to_json
from rnn_edu.walkthrough.tolerances import ENGINE_TOLERANCE, JUDGE_TOLERANCE
from rnn_edu.walkthrough.walkthrough import Walkthrough
from rnn_edu.whole_files import write_bytes

#: Is told how much is done, and of how much.
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class CellDifference:
    """A cell that does not show what belongs there."""

    cell: LiveCell
    shown: Content

    def __str__(self) -> str:
        return (
            f"{self.cell.place} ({self.cell.title}) shows {_shown(self.shown)}, "
            f"but {_shown(self.cell.value)} belongs there"
        )


@dataclass(frozen=True)
class Verification:
    """How the formulas of a workbook, recalculated, compare with NumPy.

    Attributes:
        compared: number of formula cells compared.
        largest: the largest difference between two numbers.
        first: the first cell, in order of calculation, that differs by more than allowed.
    """

    compared: int
    largest: float
    first: CellDifference | None

    @property
    def ok(self) -> bool:
        """Whether every cell agrees."""
        return self.first is None

    def __str__(self) -> str:
        found = f"{self.compared} formulas compared, largest difference {self.largest:.1e}"
        return found if self.first is None else f"{found}; {self.first}"


def _shown(content: Content) -> str:
    return repr(content) if content != "" else "nothing"


def agrees(shown: Content, wanted: Content, tolerance: float = ENGINE_TOLERANCE) -> bool:
    """Whether two cell contents are the same, numbers within the tolerance.

    Example:
        >>> agrees(1.0, 1.0 + 1e-13), agrees("#DIV/0!", 1.0), agrees("OK", "OK")
        (True, False, True)
    """
    if isinstance(shown, float) and isinstance(wanted, float):
        return abs(shown - wanted) <= tolerance * max(1.0, abs(wanted))
    return shown == wanted


def verify_workbook(walkthrough: Walkthrough, values: Values) -> Verification:
    """Compares every formula cell of a recalculated workbook with NumPy.

    Args:
        walkthrough: the calculation, with the weights and words of the workbook.
        values: what :func:`rnn_edu.walkthrough.recalculate.recalculate` gave for it.
    """
    return compare_cells(live_cells(Layout(walkthrough)), values)


def compare_cells(cells: Iterable[LiveCell], values: Values) -> Verification:
    """Compares cells with what they should show."""
    compared, largest, first = 0, 0.0, None
    for cell in cells:
        shown = values.get((cell.place.sheet, cell.place.address), "")
        compared += 1
        if isinstance(shown, float) and isinstance(cell.value, float):
            largest = max(largest, abs(shown - cell.value))
        if first is None and not agrees(shown, cell.value, ENGINE_TOLERANCE * cell.scale):
            first = CellDifference(cell, shown)
    return Verification(compared, largest, first)


def write_workbook(
    walkthrough: Walkthrough,
    path: str | Path,
    *,
    judge: Mapping[tuple[str, int | None], ArrayLike] | None = None,
    judge_name: str = "Keras",
    judge_source: str = "",
    tolerance: float = JUDGE_TOLERANCE,
    progress: Progress | None = None,
) -> Path:
    """Writes a workbook with a live formula for every computed number.

    Before it is written, IronCalc recalculates it, and every cell is compared with NumPy. The
    values found are stored beside the formulas, so that previewers show them too. The same
    walkthrough always gives the same bytes.

    Args:
        walkthrough: the calculation.
        path: where to write; an existing file is replaced in one go.
        judge: independent values by (name, t), for the Check sheet; without them the sheet
            compares with NumPy's and says so.
        judge_name: who gave those values.
        judge_source: a sentence for the Check sheet, where they were not asked for just now.
        tolerance: the largest difference from the judge that counts as a match.
        progress: is told how much of the work is done, and of how much: ``progress(300, 1000)``;
            ``expected_size`` says beforehand how long it will take.

    Returns:
        The path.

    Raises:
        ComparisonError: IronCalc and NumPy disagree about a cell; nothing is written.
        UsageError: it needs more rows or columns than a sheet has.
        WorkbookError: a formula does not fit a spreadsheet, or the path cannot be written.
        ShapeError: the judge's values have another shape.
    """
    stages = Stages(sum(step.value.size for step in walkthrough.steps), progress)
    _require_sizes(walkthrough)
    book = Book(walkthrough, judge, judge_name, tolerance, stages.formulas_written, judge_source)
    target = Path(path)
    write_bytes(target, finished(book, stages), WorkbookError)
    return target


class Stages:
    """Says how far the work has come: a half are the formulas, which are counted one by one.

    Args:
        formulas: how many computed numbers there are.
        progress: whom to tell.
    """

    def __init__(self, formulas: int = 0, progress: Progress | None = None) -> None:
        self.done, self.whole, self.progress = 0, 2 * max(formulas, 1), progress

    def formulas_written(self, count: int) -> None:
        """So many more formulas are written."""
        self._say(self.done + count)

    def reached(self, share: float) -> None:
        """So large a part of the whole work is done."""
        self._say(round(share * self.whole))

    def _say(self, done: int) -> None:
        self.done = done
        if self.progress is not None:
            self.progress(done, self.whole)


def finished(book: Book, stages: Stages | None = None) -> bytes:
    """The workbook as bytes, recalculated, compared and with values beside its formulas."""
    stages = stages or Stages()
    frame, grids = _drawn(book)
    sheets = book.all_sheets
    stages.reached(0.6)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        draft.write_bytes(with_values(frame, sheets, None, grids))
        stages.reached(0.7)
        values = recalculate([draft])[0]
    stages.reached(0.9)
    verification = compare_cells(book.live, values)
    if verification.first is not None:
        raise ComparisonError(
            f'"{book.walkthrough.title}" was not written: recalculated by IronCalc, '
            f"{verification.first}."
        )
    shown: dict[Place, Content] = {
        cell.place: values[cell.place.sheet, cell.place.address] for cell in book.live
    }
    del values
    whole = with_values(frame, sheets, {**shown, **book.formula_texts}, grids)
    stages.reached(1.0)
    return whole


def _require_sizes(walkthrough: Walkthrough) -> None:
    """Refuses numbers that NumPy avoids but Excel would have to hold, such as EXP(800)."""
    found = beyond_a_spreadsheet(walkthrough)
    if found is not None:
        place = Layout(walkthrough).place(*found)
        raise WorkbookError(
            f"{place} ({title_of(*found)}) cannot be calculated in a spreadsheet: a number on "
            "the way is larger than 1e308, such as EXP(710). Use smaller weights or inputs."
        )


def _drawn(book: Book) -> tuple[bytes, dict[str, Grid]]:
    """The workbook as openpyxl saves it, and the cells of the sheets that it knows without."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name in book.all_sheets:
        sheet = workbook.create_sheet(name)
        styles.set_page(sheet)
        sheet.sheet_properties.tabColor = styles.TAB_COLOURS[name]
    draw_read_me(book, workbook[READ_ME])
    palette = Palette(workbook[READ_ME])
    grids = {name: Grid(workbook[name], palette) for name in book.all_sheets if name != READ_ME}
    if book.one_step is not None:
        draw_one_step(book, grids[ONE_STEP])
    on_paper = {name: draw_tables(book, grids[name]) for name in book.sheets}
    charts = draw_charts(book, grids[FORWARD])
    for name in book.sheets:
        starts = [*book.layout.starts(name), *(charts if name == FORWARD else [])]
        last = starts[-1] + CHART_ROWS if name == FORWARD and charts else book.layout.bottom[name]
        if name == FORWARD and book.answers:
            last = max(last, book.answers.cell(book.answers.block.lead.value.size).row)
        cut_between(workbook[name], starts, last, on_paper[name])
        workbook[name].print_area = f"A1:{get_column_letter(on_paper[name])}{last}"
    draw_check(book, grids[CHECK])
    for name, area in book.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=str(area))
    carry(workbook, to_json(book.walkthrough))
    workbook.properties.title = book.walkthrough.title
    workbook.properties.creator = "rnn_edu"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue(), grids
