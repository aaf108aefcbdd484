"""A whole training run as a workbook: every number of every epoch in a live cell."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import openpyxl
from numpy.typing import ArrayLike
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook.defined_name import DefinedName

from rnn_edu.errors import ComparisonError, ShapeError, UsageError, WorkbookError
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.replay import Loop
from rnn_edu.walkthrough.sheets import loop_pages as pages
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.cached_values import with_values
from rnn_edu.walkthrough.sheets.carried import carry
from rnn_edu.walkthrough.sheets.cells import Content
from rnn_edu.walkthrough.sheets.grid import Grid
from rnn_edu.walkthrough.sheets.loop_layout import START_ROW, TRAINING, LoopLayout
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.storage import loop_to_json
from rnn_edu.walkthrough.tolerances import RUN_TOLERANCE
from rnn_edu.whole_files import write_bytes


def write_training_workbook(
    loop: Loop,
    epochs: int,
    path: str | Path,
    *,
    judge: Sequence[ArrayLike] | None = None,
    judge_name: str = "Keras",
    judge_source: str = "",
    tolerance: float = RUN_TOLERANCE,
) -> Path:
    """Writes a training run with a live formula for every number of every epoch.

    The sheets: Read me, Epoch viewer (type an epoch, see its weights, answers and loss, and a dot
    on the loss curve), Training (a row for each epoch), Check (the last weights beside the
    judge's). IronCalc recalculates all of it first, and each cell is compared with NumPy.

    Args:
        loop: one epoch, and what it hands on; its weights are carried to steps ``new_...``.
        epochs: how many rows.
        path: where to write; an existing file is replaced in one go.
        judge: the weights after the last epoch according to a judge, in the order of
            ``get_weights()``; None for NumPy's own.
        judge_name: who gave them.
        judge_source: a sentence for the Check sheet, where they were not asked for just now.
        tolerance: the largest difference from the judge that counts as a match.

    Raises:
        ComparisonError: IronCalc and NumPy disagree; nothing is written.
        ShapeError: the judge's weights have other shapes.
        UsageError: fewer than two epochs.
        WorkbookError: the path cannot be written.
    """
    if epochs < 2:
        raise UsageError(f"a training run needs at least 2 epochs, but {epochs} were asked for.")
    layout = LoopLayout(loop, pages.FIRST_COLUMNS)
    run = list(loop.rounds(epochs))
    last = [run[-1][loop.carried[weight]] for weight in loop.walkthrough.weights]
    judged = last if judge is None else [np.asarray(value, dtype=np.float64) for value in judge]
    _check_shapes(loop, judged)
    loss = next(q for q in loop.walkthrough.steps if q.name == "L")
    judge_name = judge_name if judge is not None else "NumPy"
    book = pages.TrainingBook(
        layout, epochs, judged, judge_name, tolerance, float(run[-1][loss]), judge_source
    )
    expected: dict[Place, float] = {
        Place(TRAINING, START_ROW + epoch, column.number): float(
            values[column.quantity][column.index]
        )
        for epoch, values in enumerate(run, start=1)
        for column in layout.columns
    }
    target = Path(path)
    write_bytes(target, _finished(book, expected), WorkbookError)
    return target


def _check_shapes(loop: Loop, judged: Sequence[np.ndarray]) -> None:
    wanted = [q.shape for q in loop.walkthrough.weights]
    found = [value.shape for value in judged]
    if found != wanted:
        raise ShapeError(
            f"the judge's weights have the shapes {', '.join(map(str, found))}; "
            f"the run has {', '.join(map(str, wanted))}."
        )


def _finished(book: pages.TrainingBook, expected: Mapping[Place, float]) -> bytes:
    """The workbook as bytes, recalculated, compared, with values beside its formulas."""
    raw, grids = _drawn(book)
    sheets = list(pages.SHEETS)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        draft.write_bytes(with_values(raw, sheets, None, grids))
        values = recalculate([draft])[0]
    shown: dict[Place, Content] = {
        Place(sheet, *_row_and_column(address)): value for (sheet, address), value in values.items()
    }
    for place, wanted in expected.items():
        found = shown.get(place, "")
        if not isinstance(found, float) or abs(found - wanted) > RUN_TOLERANCE * max(
            1, abs(wanted)
        ):
            raise ComparisonError(
                f'"{book.title}" was not written: recalculated by IronCalc, {place} shows '
                f"{found!r}, but NumPy gives {wanted!r}."
            )
    return with_values(raw, sheets, shown, grids)


def _row_and_column(address: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address)
    return row, column


def _drawn(book: pages.TrainingBook) -> tuple[bytes, dict[str, Grid]]:
    """The workbook as openpyxl saves it, and the cells of the sheet that is written apart."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name in pages.SHEETS:
        styles.set_page(workbook.create_sheet(name))
    for name, draw in pages.SHEETS.items():
        draw(book, workbook[name])
    for name, area in book.names().items():
        workbook.defined_names[name] = DefinedName(name, attr_text=str(area))
    carry(workbook, loop_to_json(book.layout.loop, book.epochs))
    workbook.properties.title, workbook.properties.creator = book.title, "rnn_edu"
    grids = {TRAINING: pages.epochs(book, workbook[TRAINING])}
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue(), grids
