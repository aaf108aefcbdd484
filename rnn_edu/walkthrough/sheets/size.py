"""How large a workbook will be, known before any of it is made."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_edu.errors import UsageError
from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.sheets.blocks import OVER_TIME, TRANSPOSED, WORDS
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.limits import MOST_COLUMNS, MOST_ROWS
from rnn_edu.walkthrough.sheets.which_step import one_step
from rnn_edu.walkthrough.walkthrough import Walkthrough

#: Columns beside the numbers (a gap, the formula as text, the note), and rows that are no numbers.
_COLUMNS_BESIDE, _ROWS_AROUND = 3, 40
#: What one cell takes, measured with the workbooks of LSTM layers on a machine of 2 cores.
_SECONDS_PER_CELL, _BYTES_PER_CELL = 6e-5, 11
#: On the Check sheet a computed number has 3 labels, an answer and 3 formulas, a given one 3
#: labels, the original and 2 formulas.
_CHECKED, _ORIGINAL = (7, 3), (6, 2)
#: The strip on each sheet of numbers repeats the verdict and the answer, and compares the loss.
_STRIP_FORMULAS = 4


@dataclass(frozen=True)
class Size:
    """How large a workbook will be, roughly.

    Attributes:
        cells: how many cells it has.
        formulas: how many of them hold a formula.
        seconds: how long writing takes.
        bytes: how large the file is.
    """

    cells: int
    formulas: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        return (
            f"about {self.cells:,} cells, {self.formulas:,} of them formulas; "
            f"about {max(1, round(self.seconds)):,} s and {max(0.1, self.bytes / 1e6):,.1f} MB"
        )


def expected_size(walkthrough: Walkthrough) -> Size:
    """How large the workbook of a walkthrough will be, and how long it takes to write.

    Raises:
        UsageError: it is larger than a sheet of Excel.
    """
    layout = Layout(walkthrough)
    require_room(layout)
    given, computed = _numbers(walkthrough)
    copied = sum(_copied(layout))
    formulas = computed + copied + _CHECKED[1] * _steps(walkthrough) + _ORIGINAL[1] * given
    step = one_step(layout)
    shown = _STRIP_FORMULAS * (len(layout.sections) + (step is not None))
    formulas += shown + (len(step.live_cells) if step else 0)
    rows = sum(block.rows for block in layout.blocks)
    cells = given + computed + copied + _CHECKED[0] * _steps(walkthrough) + _ORIGINAL[0] * given
    cells += 3 * rows + 3 * shown + (2 * len(step.live_cells) if step else 0)
    return Size(cells, formulas, _SECONDS_PER_CELL * cells, _BYTES_PER_CELL * cells)


def _numbers(walkthrough: Walkthrough) -> tuple[int, int]:
    """How many cells the reader may change, and how many numbers are calculated."""
    given = computed = 0
    for quantity in walkthrough.quantities:
        if _is_given(quantity):
            given += quantity.value.size
        else:
            computed += quantity.value.size
            given += quantity.choice is not None
    return given, computed


def _is_given(quantity: Quantity) -> bool:
    return quantity.definition is None and quantity.choice is None


def _steps(walkthrough: Walkthrough) -> int:
    return sum(quantity.value.size for quantity in walkthrough.steps)


def _copied(layout: Layout) -> list[int]:
    """The sizes of what stands on the sheets besides: transposed weights, numbers of words."""
    return [
        len(block.words) if block.form == WORDS else block.quantities[0].value.size
        for block in layout.blocks
        if block.form in (WORDS, TRANSPOSED)
    ]


def require_room(layout: Layout) -> None:
    """Raises UsageError if a sheet of Excel has less room than a calculation needs."""
    walkthrough = layout.walkthrough
    checked = max(_steps(walkthrough), _numbers(walkthrough)[0])
    rows = max(checked, *layout.bottom.values()) + _ROWS_AROUND
    columns = layout.width + _COLUMNS_BESIDE
    for found, most, what in ((columns, MOST_COLUMNS, "columns"), (rows, MOST_ROWS, "rows")):
        if found > most:
            steps = f" for {len(layout.times):,} time steps" if _is_long(layout) else ""
            raise UsageError(
                f'"{walkthrough.title}" needs {found:,} {what} on a sheet{steps}, but Excel has '
                f"{most:,}; take fewer time steps or fewer units."
            )


def _is_long(layout: Layout) -> bool:
    """Whether the time steps are what makes the sheets wide."""
    widest = max((b.shape[1] for b in layout.blocks if b.form != OVER_TIME), default=0)
    return len(layout.times) > widest
