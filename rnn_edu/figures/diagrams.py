"""Drawings of what has no numbers yet: the inside of a GRU, and layers in both directions.

Boxes, arrows and words in the book's figure style; see :mod:`rnn_edu.figures.style` for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rnn_edu.figures.style import FILLS, INK, MUTED, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]

GATE_FILL, PLAIN_FILL = "#fbe3cf", "#eceff1"
INCHES = 0.68


class Canvas:
    """Axes without a frame, as wide as a phone can show; where that is too narrow, units are.

    Args:
        width: in units.
        height: in units.
        inches: the height of a unit.
    """

    def __init__(self, width: float, height: float, inches: float = INCHES) -> None:
        self.axes: Axes = new_axes((INCHES * width, inches * height))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)

    @property
    def figure(self) -> Figure:
        """The figure to show."""
        from matplotlib.figure import Figure

        figure = self.axes.get_figure(root=True)
        assert isinstance(figure, Figure)
        return figure

    def box(
        self, centre: Point, text: str, fill: str, width: float = 1.5, height: float = 0.8
    ) -> None:
        """A box with a line of text or two, its middle at ``centre``."""
        from matplotlib.patches import FancyBboxPatch

        corner = centre[0] - width / 2, centre[1] - height / 2
        style = "round,pad=0,rounding_size=0.12"
        self.axes.add_patch(
            FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=fill, edgecolor=MUTED)
        )
        self.write(centre, text)

    def write(self, centre: Point, text: str, **style: Any) -> None:
        """Text around ``centre``."""
        self.axes.text(*centre, text, ha="center", va="center", color=INK, **style)

    def arrow(self, *points: Point) -> None:
        """A line through ``points`` with a head at its end."""
        for start, end in pairwise(points[:-1]):
            self.axes.plot(*zip(start, end, strict=True), color=MUTED, linestyle="-", linewidth=1)
        style = {"arrowstyle": "-|>", "color": MUTED, "shrinkA": 0, "shrinkB": 0}
        self.axes.annotate("", points[-1], points[-2], arrowprops=style)


def gru_cell() -> Figure:
    """One step of a GRU: two gates, a candidate, and the mixture of old and new."""
    canvas = Canvas(12.2, 4.9)
    old, new = FILLS["state"], FILLS["state"]
    canvas.box((0.95, 4.2), "$h_{t-1}$", old)
    canvas.box((0.95, 0.7), "$x_t$", FILLS["input"])
    canvas.box((4.2, 3.0), "$z_t$\nupdate\ngate", GATE_FILL, 1.9, 1.1)
    canvas.box((4.2, 1.75), "$r_t$\nreset\ngate", GATE_FILL, 1.9, 1.1)
    canvas.box((7.2, 0.7), r"$\tilde{h}_t$" + "\ncandidate", PLAIN_FILL, 2.2, 1.0)
    canvas.box((9.1, 3.0), "mixture", PLAIN_FILL, 1.7, 0.9)
    canvas.box((11.35, 3.0), "$h_t$", new)
    _into_the_gates(canvas)
    _into_the_mixture(canvas)
    return canvas.figure


def _into_the_gates(canvas: Canvas) -> None:
    for height in (3.0, 1.75):
        canvas.arrow((1.7, 4.1), (3.25, height + 0.2))
        canvas.arrow((1.7, 0.8), (3.25, height - 0.2))
    canvas.arrow((1.7, 0.7), (6.1, 0.7))
    canvas.arrow((1.7, 4.2), (6.4, 4.2), (6.4, 1.2))
    canvas.arrow((5.15, 1.75), (6.4, 1.75))
    canvas.write((6.75, 1.95), r"$\odot$", fontsize=12)


def _into_the_mixture(canvas: Canvas) -> None:
    canvas.arrow((6.4, 4.2), (9.1, 4.2), (9.1, 3.45))
    canvas.arrow((5.15, 3.0), (8.25, 3.0))
    canvas.arrow((8.3, 0.7), (9.1, 0.7), (9.1, 2.55))
    canvas.arrow((9.95, 3.0), (10.6, 3.0))
    canvas.write((9.5, 3.82), r"$z_t$")
    canvas.write((9.7, 2.0), r"$1 - z_t$")


def both_directions(words: Sequence[str], *, second_layer: bool = False) -> Figure:
    """A layer that reads forwards, its twin that reads backwards, and their joined states.

    Args:
        words: one for each time step, written below.
        second_layer: whether a further layer reads the joined states.
    """
    column, steps = 2.5, len(words)
    canvas = Canvas(column * steps, 7.4 if second_layer else 5.9)
    for t, word in enumerate(words, start=1):
        middle = column * (t - 0.5)
        canvas.write((middle, 0.25), word, style="italic")
        _draw_time_step(canvas, middle, t)
        if second_layer:
            canvas.box((middle, 6.9), f"$h^{{(2)}}_{t}$", FILLS["state"], 1.1, 0.7)
            canvas.arrow((middle, 5.65), (middle, 6.55))
    for t in range(1, steps):
        left, right = column * (t - 0.5), column * (t + 0.5)
        canvas.arrow((left + 0.03, 2.3), (right - 0.97, 2.3))
        canvas.arrow((right - 0.03, 3.7), (left + 0.97, 3.7))
        if second_layer:
            canvas.arrow((left + 0.55, 6.9), (right - 0.55, 6.9))
    return canvas.figure


def _draw_time_step(canvas: Canvas, middle: float, t: int) -> None:
    canvas.box((middle, 0.95), f"$x_{t}$", FILLS["input"], 1.1, 0.7)
    canvas.box((middle - 0.47, 2.3), rf"$\overrightarrow{{h}}_{t}$", FILLS["state"], 1.0, 0.8)
    canvas.box((middle + 0.47, 3.7), rf"$\overleftarrow{{h}}_{t}$", GATE_FILL, 1.0, 0.8)
    canvas.box((middle, 5.3), f"$m_{t}$", PLAIN_FILL, 1.1, 0.7)
    for side, low, high in ((-0.35, 1.9, 2.7), (0.35, 3.3, 4.1)):
        canvas.arrow((middle + side, 1.3), (middle + side, low))
        canvas.arrow((middle + side, high), (middle + side, 4.95))
