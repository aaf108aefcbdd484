"""A drawing of all ways through a word, frame by frame, as CTC adds them up.

Boxes, arrows and words in the book's figure style; see :mod:`rnn_edu.figures.style` for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]
COLUMN, ROW, LEFT = 1.5, 0.95, 1.5
WIDTH, HEIGHT = 1.0, 0.56


def ctc_paths(
    places: Sequence[str], follows: Array, sums: Array, *, marked: Sequence[int] = ()
) -> Figure:
    """Places of a word below each other, frames beside each other, an arrow for each way on.

    Args:
        places: what is heard at each place, shape (places,).
        follows: 1 where one may go from a place (row) to another (column), shape (places, places).
        sums: the forward sums, written into the boxes; where one is 0 there is no box; shape
            (frames, places).
        marked: the places of one path, a place for each frame, which are coloured.
    """
    steps, count = sums.shape
    canvas = Canvas(LEFT + COLUMN * (steps - 1) + 1.0, ROW * count + 0.7)
    points = [
        [(LEFT + COLUMN * t, ROW * (count - 0.5 - place)) for place in range(count)]
        for t in range(steps)
    ]
    for place, name in enumerate(places):
        canvas.write((0.5, points[0][place][1]), name)
    for t in range(steps):
        canvas.write((points[t][0][0], ROW * count + 0.3), f"frame {t + 1}", fontsize=9)
        for place in np.flatnonzero(sums[t]).tolist():
            if t:
                _arrows(canvas, points[t - 1], points[t][place], follows[:, place], sums[t - 1])
            on_path = len(marked) > t and marked[t] == place
            fill = GATE_FILL if on_path else PLAIN_FILL
            canvas.box(points[t][place], f"{sums[t, place]:.4f}", fill, WIDTH, HEIGHT)
    return canvas.figure


def _arrows(
    canvas: Canvas,
    before: Sequence[tuple[float, float]],
    to: tuple[float, float],
    follows: Array,
    sums: Array,
) -> None:
    """From every place of the frame before from which one may go on to this one."""
    for place in np.flatnonzero(follows * sums).tolist():
        x, y = before[place]
        canvas.arrow((x + WIDTH / 2, y), (to[0] - WIDTH / 2, to[1]))
