"""The way back: gradients in a drawn network, and the shapes in its equations.

The drawing of one unit has the number of each box above and its gradient below it, in red, with
red arrows from the loss to the first word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_edu.figures.cells import number_of
from rnn_edu.figures.diagrams import Canvas
from rnn_edu.figures.style import FILLS, INK, MUTED
from rnn_edu.walkthrough import Quantity, Walkthrough

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Point = tuple[float, float]

BACK = "#b91c1c"
STEP, WIDTH, HEIGHT = 2.6, 1.42, 1.05
FIRST = 0.75
INPUT, SUM, STATE, SCORE, ANSWER, LOSS = (0.7 + 1.8 * k for k in range(6))


def one_unit_backward(walkthrough: Walkthrough, *, digits: int = 3) -> Figure:
    """A SimpleRNN with one unit: forward in grey, back in red, number and gradient in each box.

    Args:
        walkthrough: a calculation with the names and gradients of
            :func:`rnn_edu.calculations.simple_rnn_two_documents`.
        digits: significant digits of the numbers.

    Raises:
        ShapeError: there is more than one unit or input.
        NamingError: the walkthrough lacks one of the names.
    """
    times = walkthrough.times[1:]
    last = STEP * (len(times) - 1) + FIRST
    canvas = Canvas(last + 1.2, LOSS + 0.7)
    for t in times:
        _one_step(canvas, walkthrough, t, digits)
    names = (("z", SCORE), ("y_hat", ANSWER), ("L", LOSS))
    for name, height in names:
        role = "output" if name == "y_hat" else ""
        _box(canvas, (last, height), walkthrough[name], walkthrough[f"d_{name}"], role, digits)
    for low, high, slope in (
        (STATE, SCORE, "$W_{hy}$"),
        (SCORE, ANSWER, r"$\hat{y}(1-\hat{y})$"),
        (ANSWER, LOSS, r"$-1/\hat{y}$"),
    ):
        _both_ways(canvas, (last, low), (last, high), slope)
    return canvas.figure


def _one_step(canvas: Canvas, w: Walkthrough, t: int, digits: int) -> None:
    """The boxes of one word from bottom to top, and the arrows from the step before."""
    x = STEP * (t - 1) + FIRST
    _box(canvas, (x, INPUT), w["x", t], None, "input", digits)
    _box(canvas, (x, SUM), w["a", t], w["d_a", t], "", digits)
    _box(canvas, (x, STATE), w["h", t], w["d_h", t], "state", digits)
    canvas.arrow((x, INPUT + HEIGHT / 2), (x, SUM - HEIGHT / 2))
    _both_ways(canvas, (x, SUM), (x, STATE), f"$1-h_{t}^2$")
    if t > 1:
        _across(canvas, (x - STEP, STATE), (x, SUM))


def _box(
    canvas: Canvas, at: Point, value: Quantity, gradient: Quantity | None, role: str, digits: int
) -> None:
    """Symbol and number above; below, in red, how the loss changes with it."""
    canvas.box(at, "", FILLS.get(role, "#eceff1"), WIDTH, HEIGHT)
    shown = f"${value.latex_symbol}$ = {number_of(value, digits)}"
    height = at[1] + (0.24 if gradient is not None else 0)
    canvas.axes.text(at[0], height, shown, ha="center", va="center", color=INK, fontsize=9.5)
    if gradient is not None:
        below = number_of(gradient, digits)
        canvas.axes.text(
            at[0], at[1] - 0.24, below, ha="center", va="center", color=BACK, fontsize=9.5
        )


def _both_ways(canvas: Canvas, low: Point, high: Point, slope: str) -> None:
    """An arrow up, and a red one down with the slope that is multiplied on the way."""
    bottom, top = low[1] + HEIGHT / 2, high[1] - HEIGHT / 2
    canvas.arrow((low[0] - 0.22, bottom), (low[0] - 0.22, top))
    _red(canvas, (low[0] + 0.22, top), (low[0] + 0.22, bottom))
    canvas.axes.text(low[0] + 0.36, (bottom + top) / 2, slope, va="center", color=BACK, fontsize=9)


def _across(canvas: Canvas, before: Point, after: Point) -> None:
    """From a state to the next sum, and back."""
    start = before[0] + WIDTH / 2, before[1] - 0.1
    end = after[0] - WIDTH / 2, after[1] + 0.1
    canvas.arrow((start[0], start[1] - 0.35), (end[0], end[1] - 0.35))
    _red(canvas, (end[0], end[1] + 0.35), (start[0], start[1] + 0.35))
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    canvas.axes.text(
        middle[0] + 0.05,
        middle[1] + 0.62,
        "$W_{hh}$",
        color=BACK,
        fontsize=9,
        va="bottom",
    )


def _red(canvas: Canvas, start: Point, end: Point) -> None:
    style = {"arrowstyle": "-|>", "color": BACK, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.6}
    canvas.axes.annotate("", end, start, arrowprops=style)


@dataclass(frozen=True)
class Matrix:
    """One matrix of an equation, to be drawn as large as it is.

    Attributes:
        symbol: in mathematics, without dollar signs.
        rows: how many.
        columns: how many.
        role: "given" or "gradient", which chooses the colour.
    """

    symbol: str
    rows: int
    columns: int
    role: str = "given"


CELL, ROLES = 0.26, {"given": "#eceff1", "gradient": "#f7dcd8"}


def shapes_of(equations: Sequence[Sequence[Matrix | str]]) -> Figure:
    """Equations between matrices, each matrix a grid of as many rows and columns as it has.

    Args:
        equations: one line each: matrices, and between them the signs.
    """
    widths = [sum(_width(part) for part in line) for line in equations]
    heights = [max(part.rows for part in line if isinstance(part, Matrix)) for line in equations]
    tall = [CELL * rows + 1.35 for rows in heights]
    canvas = Canvas(max(widths) + 0.2, sum(tall))
    top = sum(tall)
    for line, height in zip(equations, tall, strict=True):
        _equation(canvas, line, top - height / 2)
        top -= height
    return canvas.figure


def _width(part: Matrix | str) -> float:
    return 0.42 if isinstance(part, str) else max(CELL * part.columns, 0.8) + 0.2


def _equation(canvas: Canvas, line: Sequence[Matrix | str], middle: float) -> None:
    x = 0.1
    for part in line:
        centre = x + _width(part) / 2, middle
        if isinstance(part, str):
            canvas.write(centre, part, fontsize=12)
        else:
            _grid(canvas, part, centre)
        x += _width(part)


def _grid(canvas: Canvas, matrix: Matrix, centre: Point) -> None:
    """The cells, the symbol above them and the shape below."""
    from matplotlib.patches import Rectangle

    width, height = CELL * matrix.columns, CELL * matrix.rows
    left, low = centre[0] - width / 2, centre[1] - height / 2
    for k in range(matrix.rows * matrix.columns):
        row, column = divmod(k, matrix.columns)
        corner = left + CELL * column, low + CELL * row
        canvas.axes.add_patch(
            Rectangle(
                corner, CELL, CELL, facecolor=ROLES[matrix.role], edgecolor=MUTED, linewidth=0.7
            )
        )
    canvas.write((centre[0], low + height + 0.33), f"${matrix.symbol}$", fontsize=10)
    shape = rf"{matrix.rows} $\times$ {matrix.columns}"
    canvas.write((centre[0], low - 0.22), shape, fontsize=9)
