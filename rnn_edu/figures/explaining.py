"""A drawing of what the command ``explain`` makes of a model file and an example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 12.4
#: The middles of the three columns: what goes in, what is made of it, what comes out.
IN, MADE, OUT = 1.75, 6.15, 10.55


def from_file_to_page(given: Sequence[str], files: Sequence[str]) -> Figure:
    """Files that go in, the calculation with its judges, and the files that come out.

    Args:
        given: names of what is read.
        files: names of what is written.
    """
    rows = max(len(given), len(files), 3)
    canvas = Canvas(WIDTH, float(rows))
    middle = rows / 2
    canvas.box((MADE, middle), "every number\nby hand", FILLS["state"], 2.8, 1.0)
    canvas.box((MADE, rows - 0.5), "the judges", GATE_FILL, 2.8)
    canvas.arrow((MADE, rows - 0.9), (MADE, middle + 0.5))
    for name, height in zip(given, _heights(len(given), rows), strict=True):
        canvas.box((IN, height), name, FILLS["input"], 3.4)
        canvas.arrow((IN + 1.7, height), (MADE - 1.4, middle))
    for name, height in zip(files, _heights(len(files), rows), strict=True):
        canvas.box((OUT, height), name, PLAIN_FILL, 3.6)
        canvas.arrow((MADE + 1.4, middle), (OUT - 1.8, height))
    return canvas.figure


def _heights(count: int, rows: int) -> list[float]:
    """The middles of ``count`` boxes, spread over the rows, from the top down."""
    return [rows * (1 - (k + 0.5) / count) for k in range(count)]
