"""Gates and states over a text, as heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.figures.style import WIDTH, new_axes
from rnn_edu.inside.gates import LSTM, Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: What a cell does at each step, in the order in which it is calculated.
_GATES = {gate.letter: gate.meaning for gate in LSTM.gates}
PARTS = (
    ("i", _GATES["i"]),
    ("f", _GATES["f"]),
    ("candidate", _GATES["c"]),
    ("c", "cell state"),
    ("o", _GATES["o"]),
    ("h", "hidden state"),
)


def text_map(
    values: npt.ArrayLike,
    text: Sequence[str],
    *,
    rows: Sequence[str] = (),
    title: str = "",
    limit: float | None = None,
    axes: Axes | None = None,
) -> Figure:
    """One row for each cell, one column for each character, with a scale beside it.

    Below stand the words.

    Args:
        values: shape ``(rows, places)``.
        text: the character of each column.
        rows: the name of each row; none leaves the rows without names.
        title: heading.
        limit: the size of number that gets the full colour; by default the largest there is.
        axes: where to draw; by default a new figure.

    Raises:
        ShapeError: text or names are not as many as the columns or rows.
    """
    matrix = np.asarray(values, np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(text) or len(rows) not in (0, len(matrix)):
        raise ShapeError(
            f"A map of {len(text)} characters and {len(rows)} named rows does not fit values of "
            f"the shape {matrix.shape}."
        )
    axes = axes or new_axes((WIDTH, 1.6 + 0.24 * len(matrix) if len(rows) else 4.6))
    strongest = limit or float(np.abs(matrix).max()) or 1.0
    shades = axes.imshow(matrix, cmap="PuOr_r", vmin=-strongest, vmax=strongest, aspect="auto")
    _name_words(axes, text)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.colorbar(shades, ax=axes, pad=0.01)
    return figure


def cell_map(reading: Reading, text: Sequence[str], cell: int) -> Figure:
    """Everything that one cell does over a text: six rows, from the input gate to the output.

    Args:
        reading: of the whole text.
        text: the characters read.
        cell: its index; the title counts from 1.

    Raises:
        ShapeError: the reading has another number of steps than the text has characters.
    """
    rows = [getattr(reading, part)[:, cell] for part, _ in PARTS]
    names = [name for _, name in PARTS]
    return text_map(np.array(rows), text, rows=names, title=f"Cell {cell + 1}")


def _name_words(axes: Axes, text: Sequence[str]) -> None:
    """Writes each word of the text below its characters, upright so that all have room."""
    ends = [k for k, character in enumerate(text) if character in " \n"]
    places, words = [], []
    for first, end in pairwise([-1, *ends, len(text)]):
        if word := "".join(text[first + 1 : end + 1]).strip(" ").replace("\n", "⏎"):
            places.append((first + end) / 2)
            words.append(word)
    axes.set_xticks(places, words, fontsize=9, rotation=90)
