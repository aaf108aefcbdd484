"""Small plots of the functions that a network is made of, each for where it first appears."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnn_edu.errors import ShapeError
from rnn_edu.figures.style import COLOURS, INK, MUTED, figure_of, new_axes
from rnn_edu.walkthrough.latex import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: In inches; narrow enough for a phone.
SIZE, TALL = (3.05, 2.4), (3.05, 4.6)
CURVE, SLOPE = COLOURS[0], COLOURS[1]


def tanh_curve(points: Sequence[float] = ()) -> Figure:
    """Tanh beside the line that leaves every number as it is.

    Args:
        points: numbers whose place on the curve is marked.
    """
    axes = _frame((-3, 3), "$a$")
    inputs = np.linspace(-3, 3, 241)
    axes.plot(inputs, np.tanh(inputs), color=CURVE, linestyle="-", label=r"$\tanh(a)$")
    axes.plot((-1.4, 1.4), (-1.4, 1.4), color=MUTED, linestyle=":", linewidth=1.2, label="$a$")
    axes.plot(points, np.tanh(points), "o", color=INK, markersize=5)
    axes.set_ylim(-1.45, 1.45)
    axes.set_yticks([-1, 0, 1])
    axes.legend(loc="upper left")
    return figure_of(axes)


def tanh_slopes(points: Sequence[float]) -> Figure:
    """Tanh with a tangent at each of some points, and its slope 1 - tanh² beside it.

    Args:
        points: where the tangents touch.
    """
    axes = _frame((-3, 3), "$a$")
    inputs = np.linspace(-3, 3, 241)
    axes.plot(inputs, np.tanh(inputs), color=CURVE, linestyle="-")
    for a in points:
        h = np.tanh(a)
        slope = 1 - h**2
        reach = np.array([-0.9, 0.9]) / np.sqrt(1 + slope**2)
        axes.plot(a + reach, h + slope * reach, color=SLOPE, linestyle="-", linewidth=1.6)
        axes.plot(a, h, "o", color=INK, markersize=5)
        axes.text(a + 0.12, h - 0.36, f"slope {slope:.2f}", color=SLOPE, fontsize=9)
    axes.set_ylim(-1.45, 1.45)
    axes.set_yticks([-1, 0, 1])
    axes.set_ylabel("$h$", rotation=0)
    return figure_of(axes)


def sigmoid_curve(points: Sequence[float] = ()) -> Figure:
    """The sigmoid, between 0 and 1.

    Args:
        points: scores whose place on the curve is marked, with the probability beside it.
    """
    axes = _frame((-6, 6), "score $z$")
    axes.plot(*_line(_sigmoid, -6, 6), color=CURVE, linestyle="-")
    axes.axhline(0.5, color=MUTED, linestyle=":", linewidth=1)
    for z in points:
        axes.plot(z, _sigmoid(z), "o", color=INK, markersize=5)
        axes.text(z + 0.35, _sigmoid(z) - 0.1, f"{_sigmoid(z):.2f}", fontsize=9)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1])
    axes.set_ylabel("probability")
    return figure_of(axes)


def surprise_curve(points: Mapping[str, float]) -> Figure:
    """Minus the logarithm of a probability: the loss of the right answer.

    Args:
        points: probabilities whose loss is marked, each with its name.
    """
    axes = _frame((0, 1.02), "probability $p$ of the right answer")
    axes.plot(*_line(lambda p: -np.log(p), 0.01, 1), color=CURVE, linestyle="-")
    for name, p in points.items():
        loss = -np.log(p)
        axes.plot(p, loss, "o", color=INK, markersize=5)
        side, higher = ("right", 0.75) if p > 0.6 else ("left", 0.15)
        axes.text(p + 0.02, loss + higher, f"{name}: {loss:.2f}", ha=side, fontsize=9)
    axes.set_ylim(-0.08, 4.7)
    axes.set_ylabel(r"loss $-\ln p$")
    return figure_of(axes)


def softmax_bars(scores: ArrayLike, names: Sequence[str]) -> Figure:
    """Softmax in two steps: scores, their exponentials, and shares that add up to 1.

    Args:
        scores: one for each name.
        names: written below the bars.

    Raises:
        ShapeError: the scores are not as many as the names.
    """
    import matplotlib.pyplot as plt

    z = np.asarray(scores, dtype=np.float64)
    if z.shape != (len(names),):
        raise ShapeError(f"there are {z.size} scores, but {len(names)} names were given.")
    powers = np.exp(z)
    figure, panels = plt.subplots(3, 1, figsize=TALL)
    steps = (("score $z$", z), ("$e^z$", powers), ("share $p$", powers / powers.sum()))
    for axes, (title, heights) in zip(panels, steps, strict=True):
        _bars(axes, title, heights, names)
    return figure


def _bars(axes: Axes, title: str, heights: NDArray[Any], names: Sequence[str]) -> None:
    axes.bar(range(len(names)), heights, color=CURVE, width=0.62)
    room = 0.22 * float(max(heights.max(), 0) - min(heights.min(), 0))
    for k, height in enumerate(heights):
        above = height >= 0
        gap, where = (0.15, "bottom") if above else (-0.15, "top")
        text = number_text(float(height), 2).replace("-", "\N{MINUS SIGN}")
        axes.text(k, height + gap * room, text, ha="center", va=where, fontsize=9)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.set_ylim(min(heights.min() - room, 0), max(heights.max() + room, 0))
    axes.set_title(title)
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _line(function: Callable[[Any], Any], low: float, high: float) -> tuple[Any, Any]:
    inputs = np.linspace(low, high, 241)
    return inputs, function(inputs)


def _frame(span: tuple[float, float], label: str) -> Axes:
    axes = new_axes(SIZE)
    axes.set_xlim(*span)
    axes.set_xlabel(label)
    return axes
