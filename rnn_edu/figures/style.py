"""The book's figures: one style, and a few small drawings.

Figures are SVG with text as outlines and no date, so the same code gives the same file. They
are drawn in dark ink on nothing; the pages turn light and dark around for dark mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.latex import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED = "#1f2933", "#52606d"
#: In inches, the width up to which a phone shows letters of ten points, or of nine, readably.
WIDTH = 4.7
#: Lines, in this order; distinguishable without colour vision, and by their dashes.
COLOURS = ("#1f6feb", "#c2410c", "#0f766e", "#7c3aed", "#a16207", "#be185d")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
#: Negative, zero, positive: pale enough for dark numbers on top.
DIVERGING = ("#92c5de", "#ffffff", "#f4a582")

STYLE: dict[str, Any] = {
    "figure.facecolor": "none",
    "figure.figsize": (WIDTH, 3.0),
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "savefig.transparent": True,
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.fonttype": "path",
    "svg.hashsalt": "rnn-edu",
}


def use_house_style() -> None:
    """Sets the style of all figures that follow; in a notebook they become SVG."""
    import matplotlib.style
    from cycler import cycler

    lines = cycler(color=COLOURS, linestyle=DASHES)
    matplotlib.style.use({**STYLE, "axes.prop_cycle": lines})
    _svg_in_notebooks()


def _svg_in_notebooks() -> None:
    """SVG without date and program name, which would differ from run to run."""
    from IPython.core.getipython import get_ipython

    if get_ipython() is not None:
        from matplotlib_inline import backend_inline

        set_formats: Any = backend_inline.set_matplotlib_formats
        set_formats("svg", metadata={"Date": None, "Creator": None})


def heat_map(
    values: ArrayLike,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    title: str = "",
    limit: float | None = None,
    axes: Axes | None = None,
) -> Figure:
    """A matrix as coloured cells with its numbers written in.

    Args:
        values: a matrix, or a vector, which becomes one row.
        rows: name of each row.
        columns: name of each column.
        title: heading.
        limit: the size of number that gets the full colour; by default the largest there is.
        axes: where to draw; by default a new figure of fitting size.

    Raises:
        ShapeError: the names are not as many as the rows or columns.
    """
    matrix = np.atleast_2d(np.asarray(values, dtype=np.float64))
    _check_names(matrix, rows, columns)
    height, width = matrix.shape
    axes = axes or new_axes((1.6 + 0.9 * width, 0.9 + 0.42 * height))
    strongest = limit or float(np.abs(matrix).max()) or 1.0
    axes.imshow(matrix, cmap=_diverging(), vmin=-strongest, vmax=strongest, aspect="auto")
    for (row, column), value in np.ndenumerate(matrix):
        axes.text(column, row, number_text(value, 3), ha="center", va="center", color=INK)
    axes.set_xticks(range(width) if len(columns) else [], columns)
    axes.set_yticks(range(height) if len(rows) else [], rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    return figure_of(axes)


def _check_names(
    matrix: np.ndarray[Any, np.dtype[np.float64]], rows: Sequence[str], columns: Sequence[str]
) -> None:
    for names, size, what in ((rows, matrix.shape[0], "row"), (columns, matrix.shape[1], "column")):
        if len(names) not in (0, size):
            raise ShapeError(
                f"the heat map has {size} {what}s, but {len(names)} {what} names were given."
            )


def _diverging() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("rnn-edu", DIVERGING)


def new_axes(size: tuple[float, float]) -> Axes:
    """Axes in a figure of their own, of this size in inches, but no wider than :data:`WIDTH`."""
    import matplotlib.pyplot as plt

    width, height = size
    return plt.subplots(figsize=(min(width, WIDTH), height))[1]


def figure_of(axes: Axes) -> Figure:
    """The figure that some axes belong to."""
    from matplotlib.figure import Figure

    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def training_loss(
    losses: Sequence[float], *, label: str = "loss", title: str = "", axes: Axes | None = None
) -> Figure:
    """The loss after each epoch, as a line.

    Args:
        losses: one number for each epoch, such as ``history.history["loss"]``.
        label: what the line is called; several calls with the same axes share a legend.
        title: heading.
        axes: where to draw; by default a new figure.
    """
    axes = axes or new_axes((WIDTH, 2.7))
    axes.plot(range(1, len(losses) + 1), losses, label=label)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.set_title(title)
    if len(axes.lines) > 1:
        axes.legend()
    return figure_of(axes)


FILLS = {"input": "#d6e6f7", "state": "#cdeeea", "output": "#f7dcd8"}
#: Sizes in the drawing of a network; one unit is as high as three lines of text.
LINE, PADDING, GAP, BOX_WIDTH, COLUMN = 0.33, 0.24, 0.6, 1.5, 2.2
INCHES = 0.62


def unrolled_network(
    walkthrough: Walkthrough,
    *,
    names: Sequence[str] = ("x", "h", "p"),
    words: Sequence[str] = (),
    weights: Sequence[str] = (),
    digits: int | None = 3,
) -> Figure:
    """A recurrent network drawn once for each time step, with the numbers that flow.

    Time runs to the right. Each column shows, from bottom to top, the quantities ``names`` at
    one time; the second of them is handed on from step to step.

    Args:
        walkthrough: the calculation.
        names: from bottom to top; what is there only after the last step stands in the last
            column.
        words: written below each column; by default the words that were picked.
        weights: names of those that are written beside the arrows: one for each arrow of a
            column, from bottom to top, then one for the arrows to the right.
        digits: significant digits of the numbers; None draws the symbols alone.
    """
    times = [q.t for q in walkthrough.series(names[0]) if q.t]
    levels = _levels(walkthrough, names, times, digits)
    top = max(centre + height / 2 for centre, height in levels)
    axes = new_axes((INCHES * (COLUMN * len(times) + 0.4), INCHES * (top + 1.1)))
    axes.set_axis_off()
    axes.set_xlim(-COLUMN / 2, COLUMN * (len(times) - 0.5))
    axes.set_ylim(-0.7, top + 0.1)
    for column, t in enumerate(times):
        word = words[column] if words else _picked(walkthrough[names[0], t])
        axes.text(column * COLUMN, -0.4, word, ha="center", va="center", style="italic")
        boxes = [_at(walkthrough, name, t, last=t == times[-1]) for name in names]
        _draw_column(axes, column * COLUMN, boxes, levels, digits)
    for column in range(len(times) - 1):
        x, y = column * COLUMN + BOX_WIDTH / 2, levels[1][0]
        _arrow(axes, (x, y), (x + COLUMN - BOX_WIDTH, y))
    if weights:
        _name_arrows(axes, [walkthrough[name] for name in weights], levels, len(times))
    return figure_of(axes)


def _name_arrows(
    axes: Axes, weights: Sequence[Quantity], levels: Sequence[tuple[float, float]], columns: int
) -> None:
    """The symbol of a weight beside each arrow."""
    *upwards, sideways = (f"${weight.latex_symbol}$" for weight in weights)
    for column in range(columns):
        x = column * COLUMN
        for symbol, (centre, height) in zip(upwards, levels, strict=False):
            axes.text(x + 0.08, centre + (height + GAP) / 2, symbol, va="center", fontsize=9)
        if column:
            between = x - COLUMN / 2, levels[1][0] + 0.08
            axes.text(*between, sideways, ha="center", va="bottom", fontsize=9)


def _levels(
    w: Walkthrough, names: Sequence[str], times: Sequence[int], digits: int | None
) -> list[tuple[float, float]]:
    """Centre and height of each row of boxes, from bottom to top."""
    levels, bottom = [], 0.0
    for name in names:
        found = [_at(w, name, t, last=t == times[-1]) for t in times]
        lines = max((len(_lines(q, digits)) for q in found if q is not None), default=1)
        height = LINE * lines + PADDING
        levels.append((bottom + height / 2, height))
        bottom += height + GAP
    return levels


def _at(w: Walkthrough, name: str, t: int, *, last: bool) -> Quantity | None:
    if (name, t) in w:
        return w[name, t]
    return w[name] if last and name in w else None


def _picked(quantity: Quantity) -> str:
    return "" if quantity.choice is None else quantity.choice.picked


def _draw_column(
    axes: Axes,
    x: float,
    boxes: Sequence[Quantity | None],
    levels: Sequence[tuple[float, float]],
    digits: int | None,
) -> None:
    """The boxes of one time step, and an arrow from each to the one above it."""
    edge = None
    for quantity, (centre, height) in zip(boxes, levels, strict=True):
        if quantity is None:
            continue
        _draw_box(axes, (x, centre), height, quantity, digits)
        if edge is not None:
            _arrow(axes, (x, edge), (x, centre - height / 2))
        edge = centre + height / 2


def _lines(quantity: Quantity, digits: int | None) -> list[str]:
    symbol = f"${quantity.latex_symbol}$"
    if digits is None:
        return [symbol]
    return [symbol, *(number_text(float(v), digits) for v in quantity.value.ravel())]


def _draw_box(
    axes: Axes, centre: tuple[float, float], height: float, quantity: Quantity, digits: int | None
) -> None:
    """The symbol, and below it the numbers, one on each line."""
    from matplotlib.patches import Rectangle

    corner = centre[0] - BOX_WIDTH / 2, centre[1] - height / 2
    fill = FILLS.get(quantity.role, "#eceff1")
    axes.add_patch(Rectangle(corner, BOX_WIDTH, height, facecolor=fill, edgecolor=MUTED))
    lines = _lines(quantity, digits)
    for k, line in enumerate(lines):
        y = centre[1] + LINE * ((len(lines) - 1) / 2 - k)
        axes.text(centre[0], y, line, ha="center", va="center", fontsize=9 if k else 10.5)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": MUTED, "shrinkA": 0, "shrinkB": 0}
    )
