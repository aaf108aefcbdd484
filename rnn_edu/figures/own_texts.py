"""Drawings for a reader's own texts: three parts, and figures with their margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.errors import ShapeError
from rnn_edu.figures.diagrams import PLAIN_FILL, Canvas
from rnn_edu.figures.style import COLOURS, FILLS, INK, MUTED, WIDTH, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNITS = 9.8
#: Of the three boxes, about as the parts are; what each is for stands below.
BOXES = (
    (0.1, 4.5, "input", "learned from", "weights, vocabulary,\ncounts"),
    (4.8, 2.5, "state", "chosen by", "epochs, rate,\nthreshold, model"),
    (7.5, 2.2, "output", "held out", "asked once,\nat the end"),
)


def three_parts(sizes: Sequence[int]) -> Figure:
    """A text in three parts, and what each is for.

    Args:
        sizes: sentences to learn from, to choose by, and held out.
    """
    if len(sizes) != len(BOXES):
        raise ShapeError(f"{len(sizes)} sizes were given for the three parts.")
    canvas = Canvas(UNITS, 3.0)
    for (left, width, fill, name, use), size in zip(BOXES, sizes, strict=True):
        middle = left + width / 2
        canvas.box((middle, 2.3), f"{name}\n{size:,}", FILLS.get(fill, PLAIN_FILL), width, 1.0)
        canvas.write((middle, 0.9), use)
    return canvas.figure


def with_margins(
    figures: Mapping[str, tuple[float, float]],
    known: Mapping[str, float],
    label: str,
    most: float = np.inf,
) -> Axes:
    """Figures as points with their margins, from the top down, and known values as lines.

    Args:
        figures: a value and its margin for each name.
        known: values that no data are needed for, by their name.
        label: what is measured.
        most: no margin is drawn beyond this value.
    """
    ax = new_axes((WIDTH, 0.45 * len(figures) + 1.3))
    places = range(len(figures), 0, -1)
    values, margins = np.array(list(figures.values())).T
    reach = [margins, np.minimum(margins, most - values)]
    ax.errorbar(
        values, list(places), xerr=reach, fmt="o", capsize=4, color=COLOURS[0], linestyle="none"
    )
    for name, value in known.items():
        ax.axvline(value, color=MUTED, linestyle="--", linewidth=1.2)
        ax.text(value, len(figures) + 0.75, name, color=INK, ha="center", va="bottom", fontsize=9)
    ax.set_yticks(list(places), list(figures))
    ax.set_ylim(0.4, len(figures) + 0.7)
    ax.set_xlabel(label)
    return ax
