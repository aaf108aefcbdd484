"""Reads the workbook of a training run back and says what still holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnn_edu.errors import DataError, WorkbookError
from rnn_edu.walkthrough.recalculate import Values, recalculate
from rnn_edu.walkthrough.replay import Loop
from rnn_edu.walkthrough.sheets import loop_pages as pages
from rnn_edu.walkthrough.sheets.carried import carried_text
from rnn_edu.walkthrough.sheets.cells import Content
from rnn_edu.walkthrough.sheets.found import FoundWorkbook
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.walkthrough.sheets.loop_layout import START_ROW, TRAINING, Column, LoopLayout, in_row
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.storage import loop_from_json
from rnn_edu.walkthrough.tolerances import RUN_TOLERANCE
from rnn_edu.walkthrough.walkthrough import Key
from rnn_edu.walkthrough.workbook import agrees


@dataclass(frozen=True)
class WrongCell:
    """The first cell of a run that is not what belongs there."""

    place: Place
    title: str
    held: Content
    formula: str

    def __str__(self) -> str:
        found = "is empty" if self.held == "" else f"holds {self.held}"
        return f"{self.place} ({self.title}) {found}; the formula {self.formula} belongs there."


@dataclass(frozen=True)
class TrainingReport:
    """What :func:`check_training_workbook` found.

    Attributes:
        file: the name of the file.
        title: the run that it holds.
        changed: how many of the given numbers were changed.
        formulas: how many formulas belong into the run.
        first: the first wrong cell, in order of calculation, or None.
        verdict: what the Check sheet says.
        largest: the largest difference from NumPy, where no formula is wrong.
    """

    file: str
    title: str
    changed: int
    formulas: int
    first: WrongCell | None
    verdict: str
    largest: float

    @property
    def ok(self) -> bool:
        """Whether every formula holds."""
        return self.first is None

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.title}.", f"Given numbers changed: {self.changed}."]
        if self.first is None:
            lines.append(
                f"{TRAINING}: all {self.formulas} formulas hold; largest difference from NumPy "
                f"{self.largest:.1e}."
            )
        else:
            lines.append(f"{TRAINING}: a formula is wrong. First: {self.first}")
        return "\n".join([*lines, f"The verdict on the Check sheet is {self.verdict}."])


def carried_run(path: str | Path) -> tuple[Loop, int] | None:
    """The training run that a workbook carries, and its epochs; None where it carries none.

    Raises:
        WorkbookError: the file is not a workbook, or the run was changed, or cannot be read.
    """
    file = Path(path)
    return run_in(FoundWorkbook(file, load(file)))


def run_in(found: FoundWorkbook) -> tuple[Loop, int] | None:
    """:func:`carried_run` for a workbook that is open already."""
    file, workbook = found.file, found.workbook
    text = carried_text(workbook, file)
    try:
        run = None if text is None else loop_from_json(text)
    except DataError as error:
        raise WorkbookError(f"{file.name}: {error}") from None
    if run is not None and TRAINING in workbook and run[1] > workbook[TRAINING].max_row:
        raise WorkbookError(
            f"{file.name} carries a run of {run[1]} epochs, but its sheet {TRAINING} has only "
            f"{workbook[TRAINING].max_row} rows; take a fresh copy of the file."
        )
    return run


def check_training_workbook(path: str | Path, loop: Loop, epochs: int) -> TrainingReport:
    """Reads the workbook of a training run back, also one with another start or learning rate.

    Args:
        path: the workbook.
        loop: the run as it was written: :func:`carried_run`, or the book's.
        epochs: how many rows it has.

    Raises:
        WorkbookError: the file is not such a workbook, lacks a sheet, or holds something else
            where a number belongs.
    """
    file = Path(path)
    return check_found_training(FoundWorkbook(file, load(file)), loop, epochs)


def check_found_training(found: FoundWorkbook, loop: Loop, epochs: int) -> TrainingReport:
    """:func:`check_training_workbook` for a workbook that is open already."""
    found.require_sheets(list(pages.SHEETS))
    layout = LoopLayout(loop, pages.FIRST_COLUMNS)
    given, changed = _given(found, layout)
    formulas = layout.formulas()
    first = next(_wrong_formulas(found, formulas, epochs), None)
    found.require_calculable()
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.xlsx"
        bare.write_bytes(found.bare_copy())
        values = recalculate([bare])[0]
    largest = 0.0
    if first is None:
        first, largest = _compared(formulas, loop.with_values(given), epochs, values)
    verdict = str(values.get((pages.VERDICT.sheet, pages.VERDICT.address), ""))
    count = len(formulas) * epochs
    return TrainingReport(
        found.file.name, loop.walkthrough.title, changed, count, first, verdict, largest
    )


def _given(found: FoundWorkbook, layout: LoopLayout) -> tuple[dict[Key, np.ndarray], int]:
    """The numbers that a reader may change, as the file holds them, and how many differ."""
    values: dict[Key, np.ndarray] = {}
    changed = 0
    for quantity in (*layout.given, *layout.loop.carried):
        array = np.empty(quantity.shape)
        for index in np.ndindex(quantity.shape):
            place = layout.place(quantity, index)
            held = found.content(place)
            if not isinstance(held, float):
                raise WorkbookError(
                    f"{found.file.name}: {place} ({quantity.title}) holds {held!r} where a number "
                    "belongs; type a number."
                )
            array[index] = held
        # openpyxl stores sixteen digits of a number, one fewer than some numbers have.
        changed += int(np.sum(~np.isclose(array, quantity.value, rtol=1e-15, atol=0)))
        values[quantity.name, quantity.t] = array
    return values, changed


def _wrong_formulas(
    found: FoundWorkbook, formulas: Mapping[Column, str], epochs: int
) -> Iterator[WrongCell]:
    for epoch in range(1, epochs + 1):
        for column, pattern in formulas.items():
            place = Place(TRAINING, START_ROW + epoch, column.number)
            held, wanted = found.content(place), in_row(pattern, place.row)
            if held != wanted:
                yield WrongCell(place, f"{column.quantity.title}, epoch {epoch}", held, wanted)


def _compared(
    formulas: Mapping[Column, str], loop: Loop, epochs: int, values: Values
) -> tuple[WrongCell | None, float]:
    """The largest difference from NumPy, and a cell that differs too much."""
    largest = 0.0
    for epoch, run in enumerate(loop.rounds(epochs), start=1):
        by_key = {(q.name, q.t): value for q, value in run.items()}
        for column, pattern in formulas.items():
            place = Place(TRAINING, START_ROW + epoch, column.number)
            shown = values.get((TRAINING, place.address), "")
            wanted = float(by_key[column.quantity.name, column.quantity.t][column.index])
            if not agrees(shown, wanted, RUN_TOLERANCE):
                title = f"{column.quantity.title}, epoch {epoch}"
                return WrongCell(place, title, shown, in_row(pattern, place.row)), largest
            largest = max(largest, abs(float(shown) - wanted))
    return None, largest
