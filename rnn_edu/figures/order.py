"""Drawings for the opening chapter: the shapes of tasks, a box for each word, and the loop.

Boxes, arrows and words in the book's figure style; see :mod:`rnn_edu.figures.style` for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_edu.figures.diagrams import PLAIN_FILL, Canvas
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOX, COLUMN, RISE = 0.7, 1.05, 1.25


@dataclass(frozen=True)
class TaskShape:
    """At which of its steps a network reads and answers.

    Attributes:
        title: its name.
        reads: for each step whether there is an input.
        answers: for each step whether there is an output.
    """

    title: str
    reads: Sequence[bool]
    answers: Sequence[bool]


SHAPES = (
    TaskShape("one to one", [True], [True]),
    TaskShape("one to many", [True, False, False], [True, True, True]),
    TaskShape("many to one", [True, True, True], [False, False, True]),
    TaskShape("many to many,\nword by word", [True, True, True], [True, True, True]),
    TaskShape(
        "many to many,\nfirst read, then write",
        [True, True, True, False, False],
        [False, False, False, True, True],
    ),
)


def task_shapes() -> Figure:
    """Five ways in which inputs and outputs can go together, from bottom to top as one reads."""
    canvas = Canvas(9.8, 8.8, inches=0.5)
    for shape, corner in zip(
        SHAPES, ((0.6, 4.7), (2.9, 4.7), (6.5, 4.7), (0.6, 0.1), (5.0, 0.1)), strict=True
    ):
        _draw_shape(canvas, shape, corner)
    return canvas.figure


def _draw_shape(canvas: Canvas, shape: TaskShape, corner: tuple[float, float]) -> None:
    """The steps of one shape side by side; each state hands on to the next."""
    left, low = corner
    middle = low + 0.4 + RISE
    place = left - BOX / 2, low + 3.55
    canvas.axes.text(*place, shape.title, fontweight="bold", fontsize=9, va="bottom")
    for step, (reads, answers) in enumerate(zip(shape.reads, shape.answers, strict=True)):
        x = left + step * COLUMN
        canvas.box((x, middle), "", FILLS["state"], BOX, BOX)
        if step:
            canvas.arrow((x - COLUMN + BOX / 2, middle), (x - BOX / 2, middle))
        if reads:
            canvas.box((x, middle - RISE), "", FILLS["input"], BOX, BOX)
            canvas.arrow((x, middle - RISE + BOX / 2), (x, middle - BOX / 2))
        if answers:
            canvas.box((x, middle + RISE), "", FILLS["output"], BOX, BOX)
            canvas.arrow((x, middle + BOX / 2), (x, middle + RISE - BOX / 2))


def box_for_each_word(words: Sequence[str], answer: str) -> Figure:
    """A feed-forward network with an input box of its own for each word.

    Args:
        words: what is read, in order.
        answer: what it should answer, written above.
    """
    width = 2.2 * len(words)
    canvas = Canvas(width, 4.6)
    centre = width / 2
    canvas.box((centre, 2.45), "hidden layer", FILLS["state"], 2.4, 0.8)
    canvas.box((centre, 3.95), answer, FILLS["output"], 1.8, 0.8)
    canvas.arrow((centre, 2.85), (centre, 3.55))
    for place, word in enumerate(words):
        x = 2.2 * (place + 0.5)
        canvas.box((x, 0.95), word, FILLS["input"], 1.8, 0.8)
        canvas.write((x, 0.25), f"place {place + 1}", fontsize=9)
        canvas.arrow((x, 1.35), (centre + 0.3 * (x - centre), 2.05))
    return canvas.figure


def loop_and_unrolled(words: Sequence[str]) -> Figure:
    """The same network twice: folded, with a loop, and unrolled over the words.

    Args:
        words: what is read, one word for each step.
    """
    canvas = Canvas(4.6 + 2.3 * len(words), 4.4)
    _draw_step(canvas, 1.3, "$x$", "$p$")
    canvas.arrow((1.85, 2.2), (2.5, 2.2), (2.5, 3.0), (0.1, 3.0), (0.1, 2.2), (0.75, 2.2))
    canvas.write((2.75, 2.65), "$h$")
    canvas.write((3.35, 2.2), "$=$", fontsize=16)
    for t, word in enumerate(words, start=1):
        x = 2.3 * t + 2.9
        _draw_step(canvas, x, f"$x_{t}$", f"$p_{t}$")
        canvas.write((x, 0.2), word, style="italic")
        canvas.arrow((x - 1.75 if t > 1 else x - 1.2, 2.2), (x - 0.55, 2.2))
        canvas.write((x - 1.15 if t > 1 else x - 0.95, 2.5), f"$h_{t - 1}$")
    return canvas.figure


def _draw_step(canvas: Canvas, x: float, read: str, answer: str) -> None:
    canvas.box((x, 0.9), read, FILLS["input"], 1.1, 0.7)
    canvas.box((x, 2.2), "$f$", PLAIN_FILL, 1.1, 0.8)
    canvas.box((x, 3.8), answer, FILLS["output"], 1.1, 0.7)
    canvas.arrow((x, 1.25), (x, 1.8))
    canvas.arrow((x, 2.6), (x, 3.45))
