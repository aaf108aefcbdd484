"""Words beside points, each on the side where it hides the least."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

#: From the point to the word, in points of 1/72 inch; the first is taken where all are as good.
SIDES = [side for side in product((3, 0, -3), (3, 0, -3)) if side != (0, 0)]
#: How large the words are, in the same unit.
LETTERS = 9
HORIZONTAL = {3: "left", 0: "center", -3: "right"}
VERTICAL = {3: "bottom", 0: "center", -3: "top"}


def label_points(
    axes: Axes, places: npt.NDArray[np.float64], words: Sequence[str], colour: str
) -> list[Annotation]:
    """Writes a word beside each point; one after the other takes the best place that is left.

    Args:
        axes: with its points drawn, so that its limits are known.
        places: shape ``(words, 2)``.
        words: one for each point.
        colour: of the words.

    Returns:
        The texts, in the order of the words.
    """
    axes.autoscale_view()
    points = axes.transData.transform(places)
    taken: list[Bbox] = []
    labels = []
    for word, place in zip(words, places, strict=True):
        label = axes.annotate(
            word, place, SIDES[0], textcoords="offset points", fontsize=LETTERS, color=colour
        )
        hidden = [_hidden(_box_at(label, side), taken, points) for side in SIDES]
        taken.append(_box_at(label, SIDES[int(np.argmin(hidden))]))
        labels.append(label)
    return labels


def _box_at(label: Annotation, side: tuple[int, int]) -> Bbox:
    """Moves a label to one side of its point; returns the pixels that it covers there."""
    label.set_position(side)
    label.set(ha=HORIZONTAL[side[0]], va=VERTICAL[side[1]])
    return label.get_window_extent()


def _hidden(box: Bbox, taken: Sequence[Bbox], points: npt.NDArray[np.float64]) -> float:
    """Pixels of other words below a box; a point counts as much as a letter."""
    common = [box.intersection(box, other) for other in taken]
    words = sum(shared.width * shared.height for shared in common if shared is not None)
    return float(words + box.height**2 * box.count_contains(points))
