"""Drawings of a linear recurrence as a scan: what is joined with what, round by round."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rnn_edu.errors import UsageError
from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS, COLUMN, ROW = 8, 1.12, 1.15
LEFT, BOX, HEIGHT = 2.15, 0.9, 0.56


def scan_rounds(way: str) -> Figure:
    """Eight steps, by one of the three ways; rounds from top to bottom, time to the right.

    A box of a map names the steps that it covers, and is pale where it was finished before; a
    box of a state names the state.

    Args:
        way: ``"one by one"``, ``"Hillis-Steele"`` or ``"Blelloch"``.

    Raises:
        UsageError: another way.
    """
    if way not in _DRAWN:
        raise UsageError(f"there is no drawing of the way {way!r}; use one of {', '.join(_DRAWN)}.")
    rows, draw = _DRAWN[way]
    drawing = _Drawing(rows)
    for t in range(1, STEPS + 1):
        drawing.map(t, 0, t, t)
    drawing.name(0, "maps")
    draw(drawing)
    return drawing.canvas.figure


class _Drawing:
    """Boxes by time and row."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.canvas = Canvas(LEFT + COLUMN * STEPS + 0.1, ROW * (rows + 1) - 0.45)

    def at(self, t: float, row: float) -> tuple[float, float]:
        return LEFT + COLUMN * (t - 0.5), ROW * (self.rows - row) + 0.35

    def map(self, t: int, row: int, first: int, last: int, *, done: bool = False) -> None:
        text = str(first) if first == last else f"{first}–{last}"
        fill = PLAIN_FILL if done else FILLS["input"] if row == 0 else GATE_FILL
        self.canvas.box(self.at(t, row), text, fill, BOX, HEIGHT)

    def state(self, t: float, row: int, label: int) -> None:
        self.canvas.box(self.at(t, row), f"$h_{label}$", FILLS["state"], BOX, HEIGHT)

    def line(self, start: tuple[float, int], end: tuple[float, int]) -> None:
        (x, y), (u, v) = self.at(*start), self.at(*end)
        self.canvas.arrow((x, y - HEIGHT / 2), (u, v + HEIGHT / 2))

    def name(self, row: float, text: str) -> None:
        self.canvas.write((0.5, self.at(1, row)[1]), text, fontsize=9)


def _chain(drawing: _Drawing) -> None:
    drawing.name(1, "states")
    drawing.state(0, 1, 0)
    for t in range(1, STEPS + 1):
        drawing.state(t, 1, t)
        drawing.line((t, 0), (t, 1))
        x, y = drawing.at(t, 1)
        drawing.canvas.arrow((x - COLUMN + BOX / 2, y), (x - BOX / 2, y))


def _grid(drawing: _Drawing) -> None:
    for k in range(3):
        reach = 2**k
        drawing.name(k + 1, f"round {k + 1}")
        for t in range(1, STEPS + 1):
            drawing.map(t, k + 1, max(1, t + 1 - 2 * reach), t, done=t <= reach)
            drawing.line((t, k), (t, k + 1))
            if t > reach:
                drawing.line((t - reach, k), (t, k + 1))
    drawing.name(4, "round 4")
    for t in range(1, STEPS + 1):
        drawing.state(t, 4, t)
        drawing.line((t, 3), (t, 4))


def _tree(drawing: _Drawing) -> None:
    for k in (1, 2, 3):
        drawing.name(k, f"up {k}")
        for t in range(2**k, STEPS + 1, 2**k):
            drawing.map(t, k, t - 2**k + 1, t)
            drawing.line((t, k - 1), (t, k))
            drawing.line((t - 2 ** (k - 1), k - 1), (t, k))
    for k in (1, 2, 3):
        drawing.name(k + 3, f"down {k}")
    _down(drawing)


def _down(drawing: _Drawing) -> None:
    """The states, each below the one that it is made of."""
    row_of = {0: 3, STEPS: 4, 4: 4, 2: 5, 6: 5, 1: 6, 3: 6, 5: 6, 7: 6}
    drawing.state(0, 3, 0)
    for t, row in row_of.items():
        if t == 0:
            continue
        drawing.state(t, row, t)
        before = t - (t & -t)
        (x, y), (u, v) = drawing.at(before, row_of[before]), drawing.at(t, row)
        drawing.canvas.arrow((x, y - HEIGHT / 2), (u - BOX / 2 + 0.08, v + HEIGHT / 2))


_DRAWN: dict[str, tuple[int, Callable[[_Drawing], None]]] = {
    "one by one": (1, _chain),
    "Hillis-Steele": (4, _grid),
    "Blelloch": (6, _tree),
}
