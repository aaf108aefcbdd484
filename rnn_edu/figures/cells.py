"""Drawings of single cells with the numbers of a walkthrough written in.

Both draw networks with one unit, where every quantity is a single number. Time and data run
from left to right and from bottom to top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_edu.errors import ShapeError
from rnn_edu.figures.style import FILLS, MUTED, new_axes
from rnn_edu.networks.cells import CELLS
from rnn_edu.networks.decoder import COLOURS as GATE_COLOURS
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.latex import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]

WHITE, PLAIN = "#ffffff", "#eceff1"
LSTM_GATES = CELLS["LSTM"].gates
FILL_OF_GATE = dict(zip((gate.letter for gate in LSTM_GATES), GATE_COLOURS, strict=True))
BOX = (1.5, 0.8)


def number_of(quantity: Quantity, digits: int | None) -> str:
    """The one number of a quantity as text; empty where no digits are wanted.

    Raises:
        ShapeError: the quantity holds more than one number.
    """
    if quantity.value.size != 1:
        raise ShapeError(
            f"{quantity.title} has the shape {quantity.shape}; "
            "this drawing is for networks with one unit and one input."
        )
    return "" if digits is None else _text(quantity.value.item(), digits)


def _text(number: float, digits: int) -> str:
    """A number with the sign that is as wide as a plus."""
    return number_text(float(number), digits).replace("-", "\N{MINUS SIGN}")


# -- SimpleRNN(1) -----------------------------------------------------------------------

STEP, RISE = 3.0, 2.0


def one_unit(walkthrough: Walkthrough, *, digits: int | None = 3) -> Figure:
    """A SimpleRNN with one unit, drawn once for each time step, its weights on the arrows.

    Args:
        walkthrough: a calculation with the names of
            :func:`rnn_edu.calculations.simple_rnn_two_documents`.
        digits: significant digits of the numbers; None draws the symbols alone.

    Raises:
        ShapeError: there is more than one unit or input.
        NamingError: the walkthrough lacks one of the names.
    """
    times = walkthrough.times[1:]
    axes = _canvas((STEP * (len(times) + 0.45) + 0.9, 6.2), 0.68)
    axes.set_xlim(-0.9, STEP * (len(times) + 0.45))
    axes.set_ylim(-0.9, 2 * RISE + 1.3)
    _box(axes, (0, RISE), walkthrough["h", 0], digits, FILLS["state"])
    for t in times:
        _one_step(axes, walkthrough, t, digits)
    last = STEP * len(times)
    _box(axes, (last, 2 * RISE), walkthrough["y_hat"], digits, FILLS["output"])
    _weight_arrow(axes, walkthrough["W_hy"], (last, RISE), (last, 2 * RISE), digits)
    _bias(axes, walkthrough["b_y"], (last, 2 * RISE), digits)
    return _figure(axes)


def _one_step(axes: Axes, w: Walkthrough, t: int, digits: int | None) -> None:
    """The boxes of x_t and h_t, and the arrows that lead to h_t."""
    here, below, before = (STEP * t, RISE), (STEP * t, 0.0), (STEP * (t - 1), RISE)
    _box(axes, below, w["x", t], digits, FILLS["input"])
    _box(axes, here, w["h", t], digits, FILLS["state"])
    _weight_arrow(axes, w["W_xh"], below, here, digits)
    _weight_arrow(axes, w["W_hh"], before, here, digits)
    _bias(axes, w["b_h"], here, digits)
    choice = w["x", t].choice
    if choice is not None:
        word = choice.picked or "(padding)"
        axes.text(below[0], -0.65, word, ha="center", va="center", style="italic")


def _weight_arrow(
    axes: Axes, weight: Quantity, start: Point, end: Point, digits: int | None
) -> None:
    """An arrow between two boxes, upwards or to the right, with its weight beside it."""
    upwards = start[0] == end[0]
    dx, dy = (0.0, BOX[1] / 2) if upwards else (BOX[0] / 2, 0.0)
    _arrow(axes, (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy))
    label = _label(weight, digits)
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    if upwards:
        axes.text(middle[0] + 0.12, middle[1], label, ha="left", va="center", fontsize=9)
    else:
        axes.text(middle[0], middle[1] + 0.14, label, ha="center", va="bottom", fontsize=9)


def _bias(axes: Axes, bias: Quantity, box: Point, digits: int | None) -> None:
    """A slanting arrow into the upper left corner of a box: nothing feeds a bias."""
    start = box[0] - BOX[0] / 2 - 0.45, box[1] + BOX[1] / 2 + 0.45
    _arrow(axes, start, (box[0] - BOX[0] / 2, box[1] + BOX[1] / 2))
    axes.text(start[0], start[1] + 0.06, _label(bias, digits), ha="center", va="bottom", fontsize=9)


# -- LSTM(1) ----------------------------------------------------------------------------

CELL_LINE, GATE_LINE, BUS = 5.0, 1.9, 0.55
#: Half the width and half the height of a sign, in units.
ACROSS, RADIUS = 0.38, 0.24
#: Its size in points of 1/72 inch.
SIGN = 21
#: Where the gates stand; the forget gate comes first, because it acts first on the cell state.
GATE_AT = {"f": 2.5, "i": 4.5, "c": 6.1, "o": 8.1}
KEEP, ADD, WRITE, SHOW = (2.5, CELL_LINE), (5.3, CELL_LINE), (5.3, 3.7), (9.9, 3.0)
GATE_NAMES = {"i": "i", "f": "f", "c": "c_tilde", "o": "o"}
GATE_WORDS = {gate.letter: gate.meaning for gate in LSTM_GATES}


def lstm_cell(walkthrough: Walkthrough, t: int, *, digits: int | None = 3) -> Figure:
    """One step of an LSTM with one unit: four gates around a memory.

    The memory is the line along the top. Signs in circles are the operations; the number of
    each result stands beside its arrow.

    Args:
        walkthrough: a calculation with the names of
            :func:`rnn_edu.calculations.lstm_two_documents`.
        t: the time step.
        digits: significant digits of the numbers; None draws the symbols alone.

    Raises:
        ShapeError: there is more than one unit or input.
        NamingError: the walkthrough lacks one of the names, or the time.
    """
    axes = _canvas((12.3, 6.3), 0.62)
    axes.set_xlim(-0.1, 12.1)
    axes.set_ylim(-0.7, 5.6)
    _memory(axes, walkthrough, t, digits)
    _gates(axes, walkthrough, t, digits)
    _writing(axes, walkthrough, t, digits)
    _showing(axes, walkthrough, t, digits)
    return _figure(axes)


def _memory(axes: Axes, w: Walkthrough, t: int, digits: int | None) -> None:
    """The cell state on its way from c_(t-1) to c_t: keep a part, add something."""
    before, after = (0.7, CELL_LINE), (11.3, CELL_LINE)
    _box(axes, before, w["c", t - 1], digits, PLAIN)
    _arrow(axes, (before[0] + BOX[0] / 2, CELL_LINE), (KEEP[0] - ACROSS, CELL_LINE))
    _arrow(axes, (KEEP[0] + ACROSS, CELL_LINE), (ADD[0] - ACROSS, CELL_LINE))
    _arrow(axes, (ADD[0] + ACROSS, CELL_LINE), (after[0] - BOX[0] / 2, CELL_LINE))
    _sign(axes, KEEP, r"$\times$")
    _sign(axes, ADD, "+")
    _box(axes, after, w["c", t], digits, PLAIN)
    kept = _product(w["f", t], w["c", t - 1], digits)
    _note(axes, (3.9, CELL_LINE + 0.2), "kept", kept)


def _gates(axes: Axes, w: Walkthrough, t: int, digits: int | None) -> None:
    """The four gates, all of them fed by x_t and h_(t-1)."""
    for y, quantity, fill in ((BUS + 0.5, w["h", t - 1], "state"), (BUS - 0.5, w["x", t], "input")):
        _box(axes, (0.7, y), quantity, digits, FILLS[fill])
        _line(axes, ((0.7 + BOX[0] / 2, y), (1.7, y), (1.7, BUS), (GATE_AT["o"], BUS)))
    for gate, x in GATE_AT.items():
        _arrow(axes, (x, BUS), (x, GATE_LINE - 0.5))
        _box(axes, (x, GATE_LINE), w[GATE_NAMES[gate], t], digits, FILL_OF_GATE[gate], height=1.0)
        function = r"$\tanh$" if gate == "c" else r"$\sigma$"
        axes.text(x + 0.1, GATE_LINE - 0.75, function, ha="left", va="center", fontsize=9)
        words = GATE_WORDS[gate].replace(" ", "\n")
        axes.text(x, BUS - 0.12, words, ha="center", va="top", fontsize=9)
    top = GATE_LINE + 0.5
    _arrow(axes, (GATE_AT["f"], top), (KEEP[0], CELL_LINE - RADIUS))


def _writing(axes: Axes, w: Walkthrough, t: int, digits: int | None) -> None:
    """Input gate times candidate, on its way up into the memory."""
    x, y = WRITE
    for gate, side in (("i", -ACROSS), ("c", ACROSS)):
        start = GATE_AT[gate]
        _bent_arrow(axes, ((start, GATE_LINE + 0.5), (start, y), (x + side, y)))
    _sign(axes, WRITE, r"$\times$")
    _arrow(axes, (x, y + RADIUS), (x, ADD[1] - RADIUS))
    written = _product(w["i", t], w["c_tilde", t], digits)
    _note(axes, (x + 0.12, 4.35), "new", written, side="left")


def _showing(axes: Axes, w: Walkthrough, t: int, digits: int | None) -> None:
    """Output gate times tanh of the memory: the hidden state."""
    x, y = SHOW
    squash = (x, 4.1)
    _arrow(axes, (x, CELL_LINE), (x, squash[1] + 0.2))
    axes.text(*squash, r"$\tanh$", ha="center", va="center", fontsize=10)
    _arrow(axes, (x, squash[1] - 0.2), (x, y + RADIUS))
    _bent_arrow(axes, ((GATE_AT["o"], GATE_LINE + 0.5), (GATE_AT["o"], y), (x - ACROSS, y)))
    _sign(axes, SHOW, r"$\times$")
    _arrow(axes, (x + ACROSS, y), (11.3 - BOX[0] / 2, y))
    _box(axes, (11.3, y), w["h", t], digits, FILLS["state"])


def _product(left: Quantity, right: Quantity, digits: int | None) -> str:
    return "" if digits is None else _text((left.value * right.value).item(), digits)


def _note(axes: Axes, place: Point, word: str, number: str, side: str = "center") -> None:
    axes.text(*place, f"{word} {number}".rstrip(), ha=side, va="center", fontsize=9)


# -- what both are made of --------------------------------------------------------------


def _canvas(size: Point, inches: float) -> Axes:
    """Axes without frame, as wide as a phone can show; where that is too narrow, units are."""
    axes = new_axes((size[0] * inches, size[1] * inches))
    axes.set_axis_off()
    return axes


def _box(
    axes: Axes,
    centre: Point,
    quantity: Quantity,
    digits: int | None,
    fill: str,
    height: float = BOX[1],
) -> None:
    """A rounded box with the symbol, and below it the number."""
    from matplotlib.patches import FancyBboxPatch

    corner = centre[0] - BOX[0] / 2, centre[1] - height / 2
    style = "round,pad=0,rounding_size=0.12"
    axes.add_patch(
        FancyBboxPatch(corner, BOX[0], height, boxstyle=style, facecolor=fill, edgecolor=MUTED)
    )
    number = number_of(quantity, digits)
    symbol = f"${quantity.latex_symbol}$"
    axes.text(
        *centre, f"{symbol}\n{number}".rstrip(), ha="center", va="center", fontsize=9.5, zorder=3
    )


def _label(quantity: Quantity, digits: int | None) -> str:
    number = number_of(quantity, digits)
    return f"${quantity.latex_symbol}$" + (f" = {number}" if number else "")


def _sign(axes: Axes, centre: Point, text: str) -> None:
    """An operation in a circle."""
    axes.plot(*centre, "o", markersize=SIGN, color=WHITE, markeredgecolor=MUTED, zorder=2)
    axes.text(*centre, text, ha="center", va="center", fontsize=11, zorder=3)


def _arrow(axes: Axes, start: Point, end: Point) -> None:
    axes.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": MUTED, "shrinkA": 0, "shrinkB": 0}
    )


def _bent_arrow(axes: Axes, points: Sequence[Point]) -> None:
    """A line through the points; its last piece is an arrow."""
    _line(axes, points[:-1])
    _arrow(axes, points[-2], points[-1])


def _line(axes: Axes, points: Sequence[Point]) -> None:
    xs, ys = zip(*points, strict=True)
    axes.plot(xs, ys, color=MUTED, linewidth=1, linestyle="-")


def _figure(axes: Axes) -> Figure:
    from matplotlib.figure import Figure

    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure
