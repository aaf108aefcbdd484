"""A ladder of networks as rows of dots: one dot for each seed, and a line for what counts words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnn_edu.errors import ShapeError
from rnn_edu.figures.style import COLOURS, INK, MUTED, WIDTH, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, AROUND = 0.3, 1.15


def ladder(
    first: Mapping[str, Sequence[float]],
    known: Mapping[str, float],
    label: str,
    *,
    second: Mapping[str, Sequence[float]] | None = None,
) -> Axes:
    """The rungs from the top down, each seed a dot; a second set of seeds is drawn hollow below.

    Args:
        first: for each rung what its seeds reached.
        known: what stands beside the ladder, such as models that count, by name.
        label: what is measured.
        second: what other seeds reached on the same rungs.

    Raises:
        ShapeError: the second set is not of the same rungs.

    Example:
        >>> axes = ladder({"one word": [226, 225]}, {"bigrams": 289}, "perplexity")
        >>> [tick.get_text() for tick in axes.get_yticklabels()]
        ['one word']
    """
    if second is not None and set(second) != set(first):
        raise ShapeError(f"The second seeds are of {list(second)}, and not of {list(first)}.")
    axes = new_axes((WIDTH, ROW * len(first) + AROUND))
    places = list(range(len(first), 0, -1))
    for name, place in zip(first, places, strict=True):
        axes.axhline(place, color=MUTED, linewidth=0.3, zorder=0)
        _dots(axes, first[name], place + (0.13 if second else 0), COLOURS[0])
        _dots(axes, (second or {}).get(name, ()), place - 0.13, "none")
    for name, value in known.items():
        axes.axvline(value, color=MUTED, linestyle="--", linewidth=1.2, zorder=0)
        axes.text(value, len(first) + 0.65, name, color=INK, ha="center", va="bottom", fontsize=9)
    axes.set_yticks(places, list(first), fontsize=9)
    axes.set_ylim(0.4, len(first) + 0.6)
    axes.set_xlabel(label)
    return axes


def _dots(axes: Axes, values: Sequence[float], height: float, fill: str) -> None:
    heights = [height] * len(values)
    axes.scatter(values, heights, s=22, facecolors=fill, edgecolors=COLOURS[0], linewidths=1)
