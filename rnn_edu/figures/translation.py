"""Drawings of networks that read first and write then, and of the ways to write.

Boxes, arrows and words in the book's figure style; see :mod:`rnn_edu.figures.style` for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Narrow enough for a phone.
COLUMN, LOW, STATE, LOOK, HIGH = 0.86, 0.6, 1.8, 3.1, 4.3
WORD, HIDDEN = 0.8, 0.64
#: Size of a word in the tree, and the distance of two rows of it.
BOX, ROW, DEPTH = 0.96, 0.74, 1.58

Tree = Mapping[tuple[str, ...], Mapping[str, float]]


def read_then_write(
    read: Sequence[str], fed: Sequence[str], written: Sequence[str], *, looking: int | None = None
) -> Figure:
    """A network that reads, and one that writes from where the first one stopped.

    Args:
        read: the words that are read.
        fed: what the second network reads at each step.
        written: what it writes at each step.
        looking: the step of the second network, from 0, that is drawn looking back at all states
            of the first; None for a network without attention.
    """
    steps = len(read)
    height = HIGH if looking is not None else LOOK
    canvas = Canvas(COLUMN * (steps + len(written)), height + 0.6)
    for t, word in enumerate(read):
        _step(canvas, t, word, f"$h^{{(1)}}_{t + 1}$")
    for t, (word, answer) in enumerate(zip(fed, written, strict=True)):
        middle = _step(canvas, steps + t, word, f"$h^{{(2)}}_{t + 1}$")
        canvas.box((middle, height), answer, FILLS["output"], WORD, 0.7)
        canvas.arrow((middle, STATE + 0.4), (middle, height - 0.35))
    if looking is not None:
        _look_back(canvas, steps, steps + looking)
    return canvas.figure


def _step(canvas: Canvas, place: int, word: str, symbol: str) -> float:
    """A word below a state, and the arrow from the state before; returns their middle."""
    middle = COLUMN * (place + 0.5)
    canvas.box((middle, LOW), word, FILLS["input"], WORD, 0.7)
    canvas.box((middle, STATE), symbol, FILLS["state"], HIDDEN, 0.8)
    canvas.arrow((middle, LOW + 0.35), (middle, STATE - 0.4))
    if place:
        canvas.arrow((middle - COLUMN + HIDDEN / 2, STATE), (middle - HIDDEN / 2, STATE))
    return middle


def _look_back(canvas: Canvas, steps: int, place: int) -> None:
    """A mixture of all states that were read, on its way to one written word."""
    middle, mixture = COLUMN * (place + 0.5), COLUMN * steps / 2
    canvas.box((mixture, LOOK), "context", GATE_FILL, 1.2, 0.7)
    for t in range(steps):
        canvas.arrow((COLUMN * (t + 0.5), STATE + 0.4), (mixture + 0.3 * (t - 1), LOOK - 0.35))
    canvas.arrow((mixture + 0.6, LOOK), (middle - 0.1, HIGH - 0.35))


def tree_of_choices(tree: Tree, marked: Sequence[Sequence[str]] = ()) -> Figure:
    """All that can be written, as a tree that grows to the right, with the chance of each word.

    Args:
        tree: for each beginning the words that can follow, with their chances.
        marked: sequences whose words are coloured.
    """
    depth = 1 + max(map(len, tree))
    rows = _leaves(tree, ())
    canvas = Canvas(0.7 + DEPTH * depth, ROW * rows + 0.2)
    beginnings = {tuple(words[:k]) for words in marked for k in range(1, len(words) + 1)}
    _grow(canvas, tree, (), ROW * rows + 0.1, beginnings)
    return canvas.figure


def _leaves(tree: Tree, words: tuple[str, ...]) -> int:
    return sum(_leaves(tree, (*words, word)) for word in tree.get(words, {})) or 1


def _grow(
    canvas: Canvas,
    tree: Tree,
    words: tuple[str, ...],
    top: float,
    marked: set[tuple[str, ...]],
) -> float:
    """Draws a beginning and what follows it, below ``top``; returns the height of its middle."""
    y = top - ROW * _leaves(tree, words) / 2
    x = 0.15 + DEPTH * len(words)
    for word, chance in tree.get(words, {}).items():
        longer = (*words, word)
        end = _grow(canvas, tree, longer, top, marked)
        top -= ROW * _leaves(tree, longer)
        start, stop = x + (BOX / 2 if words else 0.05), x + DEPTH - BOX / 2
        canvas.arrow((start, y), (stop, end))
        # Above an arrow that rises, below one that falls.
        place = (start + stop) / 2 - 0.1, (y + end) / 2 + (0.26 if end > y else -0.26)
        canvas.write(place, f"{chance:g}", fontsize=9)
    if words:
        fill = FILLS["output"] if words in marked else PLAIN_FILL
        canvas.box((x, y), words[-1], fill, BOX, 0.56)
    return y
