"""Writes a worksheet: drawn, recalculated by a spreadsheet engine, checked, moved into place."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from rnn_edu.errors import ComparisonError, WorkbookError
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.recalculate import Values, recalculate
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.cached_values import with_values
from rnn_edu.walkthrough.sheets.carried import carry
from rnn_edu.walkthrough.sheets.grid import Grid, Label, Palette
from rnn_edu.walkthrough.sheets.limits import MOST_CHARACTERS
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.storage import to_json
from rnn_edu.walkthrough.workbook import agrees
from rnn_edu.whole_files import write_bytes
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets import pages, sheet_page
from rnn_edu.worksheets.form import Form

_DRAW: dict[str, Callable[[Form, Grid], None]] = {
    f.READ_ME: pages.draw_read_me,
    f.GIVEN: pages.draw_given,
    f.WORKSHEET: sheet_page.draw_worksheet,
    f.SCRATCH: pages.draw_scratch,
    f.KEY: pages.draw_key,
}
_TAB_COLOURS = {f.READ_ME: "6B7480", f.GIVEN: "B07B12", f.WORKSHEET: "0072B2", f.SCRATCH: "9AA3AD"}


def write_worksheet(
    walkthrough: Walkthrough,
    path: str | Path,
    *,
    decimals: int | None = None,
    seed: int | None = None,
    name: str = "",
) -> Path:
    """Writes a worksheet with a blank for each number that is asked for.

    Before it is written, IronCalc recalculates it: with nothing filled in, the hidden formulas
    must give what NumPy gives. The same walkthrough always gives the same bytes.

    Args:
        walkthrough: the calculation, which travels in the file, so that
            :func:`rnn_edu.worksheets.check_worksheet` can mark what is returned.
        path: where to write; an existing file is replaced in one go.
        decimals: with how many each number is to be written; None for six, or eight where most
            are small.
        seed: which own numbers these are, to be told in the file; None for the book's.
        name: of the student for whom it is.

    Returns:
        The path.

    Raises:
        ComparisonError: IronCalc and NumPy disagree about a number; nothing is written.
        UsageError: the calculation has no step to ask for.
        WorkbookError: a formula is too long for Excel, or the path cannot be written.
    """
    form = Form(walkthrough, decimals, seed=seed, name=name)
    raw, grids = _drawn(form)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        draft.write_bytes(with_values(raw, list(f.SHEETS), None, grids))
        values = recalculate([draft])[0]
    _compare(form, values)
    shown = {place: values.get((place.sheet, place.address), "") for place, _ in _formulas(form)}
    target = Path(path)
    write_bytes(target, with_values(raw, list(f.SHEETS), shown, grids), WorkbookError)
    return target


def _formulas(form: Form) -> Iterator[tuple[Place, str]]:
    """Every cell with a formula."""
    for place, content in (*form.key_cells, *form.worksheet_formulas):
        if isinstance(content, str) and content.startswith("=") and not isinstance(content, Label):
            yield place, content


def _compare(form: Form, values: Values) -> None:
    """Requires that the hidden formulas give the right numbers while nothing is filled in."""
    for blank in form.blanks:
        used = form.place(blank.quantity, blank.index)
        place = Place(f.KEY, used.row, f.KEY_BELONGS)
        found = values.get((place.sheet, place.address), "")
        if not agrees(found, blank.value):
            raise ComparisonError(
                f'the worksheet "{form.walkthrough.title}" was not written: recalculated by '
                f"IronCalc, {place} ({blank.title}) shows {found!r}, but {blank.value!r} belongs "
                "there."
            )


def _drawn(form: Form) -> tuple[bytes, dict[str, Grid]]:
    """The worksheet as openpyxl saves it, and the cells of its sheets, which it does not know."""
    for place, formula in _formulas(form):
        if len(formula) > MOST_CHARACTERS:
            raise WorkbookError(
                f"the formula of {place} has {len(formula)} characters; Excel takes at most "
                f"{MOST_CHARACTERS}. Split the step into smaller ones."
            )
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = [workbook.create_sheet(name) for name in f.SHEETS]
    palette = Palette(sheets[0])
    grids = {sheet.title: Grid(sheet, palette) for sheet in sheets}
    for name, grid in grids.items():
        styles.set_page(grid.sheet)
        grid.sheet.sheet_properties.tabColor = _TAB_COLOURS.get(name)
        _DRAW[name](form, grid)
    carry(workbook, to_json(form.walkthrough))
    workbook.properties.title = f"{form.walkthrough.title}: a worksheet"
    workbook.properties.creator = "rnn_edu"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue(), grids
