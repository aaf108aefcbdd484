"""Drawings for the closing chapter: who sees whom while a sequence is read, and shared batches.

Boxes, arrows and words in the book's figure style; see :mod:`rnn_edu.figures.style` for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORDS, COLUMN, PANEL = 4, 1.35, 5.7
LOW, HIGH = 0.9, 3.1


def three_ways_to_read() -> Figure:
    """A recurrent layer, a convolution over three neighbours and self-attention, side by side."""
    canvas = Canvas(3 * PANEL, 4.4)
    for number, title in enumerate(("recurrent layer", "convolution", "self-attention")):
        left = number * PANEL + 0.15
        canvas.write((left + COLUMN * WORDS / 2, 4.1), title, weight="bold")
        _draw_panel(canvas, left, title)
    return canvas.figure


def _draw_panel(canvas: Canvas, left: float, title: str) -> None:
    """Inputs below, results above, and an arrow for each input that a result is made from."""
    middles = [left + COLUMN * (t + 0.5) for t in range(WORDS)]
    for t, middle in enumerate(middles):
        for other in _seen(title, t):
            canvas.arrow((middles[other], LOW + 0.36), (middle, HIGH - 0.36))
        if title == "recurrent layer" and t:
            canvas.arrow((middles[t - 1] + 0.45, HIGH), (middle - 0.45, HIGH))
    for t, middle in enumerate(middles, start=1):
        canvas.box((middle, LOW), f"$x_{t}$", FILLS["input"], 0.9, 0.72)
        canvas.box((middle, HIGH), f"$h_{t}$", FILLS["state"], 0.9, 0.72)


def _seen(title: str, t: int) -> range:
    """The inputs that the result of step t looks at itself."""
    if title == "recurrent layer":
        return range(t, t + 1)
    if title == "convolution":
        return range(max(t - 1, 0), min(t + 2, WORDS))
    return range(WORDS)


def shared_batch(counts: Sequence[Sequence[int]]) -> Figure:
    """A batch that shrinks from step to step, its sentences dealt out to workers.

    Args:
        counts: for each worker how many words each of its sentences has, the longest first.
    """
    rows = sorted(
        ((length, worker) for worker, lengths in enumerate(counts) for length in lengths),
        key=lambda row: (-row[0], row[1]),
    )
    steps = rows[0][0]
    canvas = Canvas(steps + 3.2, len(rows) * 0.75 + 0.9)
    fills = (FILLS["state"], GATE_FILL, FILLS["input"], PLAIN_FILL)
    for t in range(steps):
        canvas.write((2.9 + t, len(rows) * 0.75 + 0.55), f"step {t + 1}", fontsize=9)
    for row, (length, worker) in enumerate(rows):
        height = (len(rows) - row - 0.5) * 0.75 + 0.1
        canvas.write((1.15, height), f"worker {worker}")
        for t in range(length):
            canvas.box((2.9 + t, height), str(worker), fills[worker % len(fills)], 0.9, 0.6)
    return canvas.figure
