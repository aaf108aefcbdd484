"""Drawings of batches: sentences padded at either end, and a text cut for a stateful layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_edu.figures.diagrams import GATE_FILL, PLAIN_FILL, Canvas, Point
from rnn_edu.figures.style import FILLS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How high a row of boxes is, and how wide a box for a word and for a letter.
ROW, WORD, LETTER = 0.72, 1.05, 0.5
#: Where the batches begin, beside the names of the rows, and how far they stand apart.
LEFT, GAP = 1.1, 0.9
PARTS = (FILLS["input"], GATE_FILL, FILLS["state"], FILLS["output"])


def padded_batch(sentences: Sequence[Sequence[str]], padding: str = "·") -> Figure:
    """The same sentences as a batch twice: with the padding behind, and in front.

    Args:
        sentences: the words of each.
        padding: what stands in the empty places.

    Example:
        >>> figure = padded_batch([["not", "good"], ["good"]])
        >>> [text.get_text() for text in figure.axes[0].texts][:3]
        ['padding behind', 'not', 'good']
    """
    longest = max(map(len, sentences))
    width, block = longest * WORD, len(sentences) * ROW + 0.8
    canvas = Canvas(width + 1.4, 2 * block)
    for bottom, title, behind in ((block, "padding behind", True), (0, "padding in front", False)):
        canvas.write((width / 2, bottom + block - 0.35), title, fontsize=9)
        for row, words in enumerate(sentences):
            empty = [padding] * (longest - len(words))
            height = bottom + (len(sentences) - row - 0.5) * ROW
            _row(canvas, [*words, *empty] if behind else [*empty, *words], height, padding)
            canvas.arrow((width + 0.05, height), (width + 0.55, height))
            canvas.write((width + 0.95, height), "state", fontsize=9)
    return canvas.figure


def _row(canvas: Canvas, words: Sequence[str], height: float, padding: str) -> None:
    for place, word in enumerate(words):
        fill = PLAIN_FILL if word == padding else FILLS["input"]
        canvas.box(((place + 0.5) * WORD + 0.05, height), word, fill, WORD - 0.1, ROW - 0.14)


def stateful_batches(text: str, rows: int, steps: int) -> Figure:
    """A text cut into as many parts as a batch has rows, and the batches made of them.

    Args:
        text: the letters.
        rows: how many rows a batch has.
        steps: how many letters of each row a batch holds.

    Example:
        >>> figure = stateful_batches("to be or not to be", rows=2, steps=4)
        >>> [text.get_text() for text in figure.axes[0].texts][-2:]
        ['batch 1', 'batch 2']
    """
    part = (len(text) - 1) // rows
    batches = part // steps
    wide = LEFT + batches * (steps * LETTER + GAP)
    canvas = Canvas(max(len(text) * LETTER, wide) + 0.2, rows * ROW + 1.9)
    for place, letter in enumerate(text):
        row, within = divmod(place, part)
        used = row < rows and within < batches * steps
        fill = PARTS[row % len(PARTS)] if used else PLAIN_FILL
        _letter(canvas, letter, (0.1 + (place + 0.5) * LETTER, rows * ROW + 1.4), fill)
    for batch in range(batches):
        for row in range(rows):
            start = row * part + batch * steps
            height = (rows - row - 0.5) * ROW
            fill, last = PARTS[row % len(PARTS)], batch + 1 == batches
            _window(canvas, text[start : start + steps], (_left(batch, steps), height), fill, last)
    for row in range(rows):
        canvas.write((LEFT / 2, (rows - row - 0.5) * ROW), f"row {row + 1}", fontsize=9)
    for batch in range(batches):
        middle = _left(batch, steps) + steps * LETTER / 2
        canvas.write((middle, rows * ROW + 0.35), f"batch {batch + 1}", fontsize=9)
    return canvas.figure


def _left(batch: int, steps: int) -> float:
    """Where the boxes of a batch begin."""
    return LEFT + batch * (steps * LETTER + GAP)


def _window(canvas: Canvas, letters: str, corner: Point, fill: str, last: bool) -> None:
    """The letters of one row of a batch, and the arrow to the next batch."""
    left, height = corner
    for k, letter in enumerate(letters):
        _letter(canvas, letter, (left + (k + 0.5) * LETTER, height), fill)
    if not last:
        end = left + len(letters) * LETTER
        canvas.arrow((end + 0.05, height), (end + GAP - 0.05, height))


def _letter(canvas: Canvas, letter: str, centre: Point, fill: str) -> None:
    canvas.box(centre, "␣" if letter == " " else letter, fill, LETTER - 0.06, LETTER)
