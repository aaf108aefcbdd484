"""Drawings about words: sentences as a tree of beginnings, and words as points on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.figures.diagrams import Canvas
from rnn_edu.figures.point_labels import label_points
from rnn_edu.figures.style import COLOURS, FILLS, INK, WIDTH, new_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMN, ROW, BOX_WIDTH = 2.5, 1.05, 1.5
MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass
class Branch:
    """A word of the tree: how often its beginning occurs, and what follows it."""

    word: str
    count: int = 0
    after: dict[str, Branch] = field(default_factory=dict)

    def leaves(self) -> int:
        """Rows that it takes in a drawing."""
        return sum(branch.leaves() for branch in self.after.values()) or 1


def tree_of(sentences: Sequence[Sequence[str]]) -> Branch:
    """All beginnings of the sentences as one tree; all sentences begin with the same word.

    Raises:
        UsageError: there is no sentence, or the first words differ.

    Example:
        >>> tree = tree_of([["to", "be"], ["to", "see"], ["to", "be"]])
        >>> {word: branch.count for word, branch in tree.after.items()}
        {'be': 2, 'see': 1}
    """
    firsts = {sentence[0] for sentence in sentences}
    if len(firsts) != 1:
        raise UsageError(
            f"the tree has one root, but the sentences begin with {len(firsts)} different words."
        )
    root = Branch(firsts.pop())
    for sentence in sentences:
        branch = root
        branch.count += 1
        for word in sentence[1:]:
            branch = branch.after.setdefault(word, Branch(word))
            branch.count += 1
    return root


def beginnings_tree(sentences: Sequence[Sequence[str]]) -> Figure:
    """Sentences that share beginnings, as a tree that grows to the right.

    Where a word has several successors, each arrow says how often it was taken.

    Args:
        sentences: lists of words, all with the same first word.
    """
    root = tree_of(sentences)
    depth = max(len(sentence) for sentence in sentences)
    canvas = Canvas(COLUMN * depth, ROW * root.leaves())
    _grow(canvas, root, COLUMN / 2, ROW * root.leaves())
    return canvas.figure


def _grow(canvas: Canvas, branch: Branch, x: float, top: float) -> float:
    """Draws a branch and what follows it, below ``top``; returns the height of its box."""
    y = top - ROW * branch.leaves() / 2
    fill = FILLS["state"] if branch.after else FILLS["output"]
    for following in branch.after.values():
        end = _grow(canvas, following, x + COLUMN, top)
        top -= ROW * following.leaves()
        start, stop = (x + BOX_WIDTH / 2, y), (x + COLUMN - BOX_WIDTH / 2, end)
        canvas.arrow(start, stop)
        if len(branch.after) > 1:
            place = start[0] + 0.25, (y + end) / 2 + 0.1 * np.sign(end - y)
            canvas.write(place, f"{following.count} of {branch.count}", fontsize=9)
    canvas.box((x, y), branch.word, fill, BOX_WIDTH, 0.6)
    return y


def word_map(
    points: ArrayLike, words: Sequence[str], groups: Mapping[str, Sequence[str]] | None = None
) -> Figure:
    """Words at their places in the plane, each group with a colour and a marker of its own.

    Args:
        points: shape (words, 2).
        words: the word of each point.
        groups: the words of each group by its name; None draws all alike.

    Raises:
        ShapeError: there is not one point with two numbers for each word.
        NamingError: a group names a word that is not among ``words``.
    """
    places = np.asarray(points, dtype=np.float64)
    if places.shape != (len(words), 2):
        raise ShapeError(
            f"{len(words)} words need points of the shape ({len(words)}, 2); "
            f"these have {places.shape}."
        )
    row = {word: k for k, word in enumerate(words)}
    for word in (word for members in (groups or {}).values() for word in members):
        if word not in row:
            raise NamingError(f"the group names {word!r}, which is not one of the words drawn.")
    axes = new_axes((WIDTH, 4.2))
    named = groups or {"": words}
    for k, (name, members) in enumerate(named.items()):
        chosen = places[[row[word] for word in members]]
        colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        axes.scatter(
            chosen[:, 0], chosen[:, 1], s=22, color=colour, marker=marker, label=name or None
        )
    axes.margins(0.12)
    label_points(axes, places, words, INK)
    if groups:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
