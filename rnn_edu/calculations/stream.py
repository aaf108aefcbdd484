"""A stream of numbers, read in one go or in two windows, the second one from a given state.

One unit reads a number at each step and guesses the next one. Where the stream is cut, the state
is handed over as a number, and the gradient ends: the gradient of the second window by the state
that it starts from says what would have gone on into the first. The numbers are this book's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError
from rnn_edu.networks import Dense, Input, Network, SimpleRNN
from rnn_edu.walkthrough import Walkthrough

STREAM = (0.9, 0.4, -0.3, -0.8, -0.5, 0.2, 0.7)
WINDOW = 3
#: Kernel, recurrent kernel and bias of the reader, then kernel and bias of the answer.
WEIGHTS: tuple[ArrayLike, ...] = ([[0.6]], [[0.85]], [0.05], [[0.75]], [-0.1])
#: Name of the recurrent layer.
READER = "simple_rnn"
STREAM_NETWORK = Network.sequential(
    Input((None, 1)),
    SimpleRNN(1, return_sequences=True),
    Dense(1),
    loss="mean_squared_error",
    reduction="sum",
)


def whole_stream(
    weights: Sequence[ArrayLike] = WEIGHTS, stream: Sequence[float] = STREAM
) -> Walkthrough:
    """SimpleRNN(1) and Dense(1) over a whole stream, each number guessed from those before it.

    Args:
        weights: shapes (1, 1), (1, 1), (1,), (1, 1) and (1,).
        stream: at least two numbers; the last one is a target only.

    Raises:
        ShapeError: there are fewer than two.

    Example:
        >>> w = whole_stream()
        >>> w["h", 3].value.round(6).tolist(), float(w["L"].value.round(6))
        ([0.384206], 2.612384)
    """
    return _read(
        weights,
        stream,
        None,
        title="A stream in one go",
        note="Six numbers, each to be guessed from those before it: the gradient goes all the way.",
        key="whole_stream",
    )


def second_window(
    weights: Sequence[ArrayLike] = WEIGHTS, stream: Sequence[float] = STREAM
) -> Walkthrough:
    """The second window of a stream, from the state with which the first one ended.

    Args:
        weights: as in :func:`whole_stream`.
        stream: more than ``WINDOW`` numbers and one.

    Example:
        >>> w = second_window()
        >>> w["h", 0].value.round(6).tolist(), w["d_h", 0].value.round(6).tolist()
        ([0.384206], [-0.823225])
    """
    first = stream_window(0, weights=weights, stream=stream)
    start = first["h", WINDOW].value
    return _read(
        weights,
        stream[WINDOW:],
        start,
        title="The second window of a stream",
        note="Three more numbers, read from the state with which the window before them ended.",
        key="second_window",
    )


def stream_window(
    number: int,
    start: ArrayLike | None = None,
    *,
    weights: Sequence[ArrayLike] = WEIGHTS,
    stream: Sequence[float] = STREAM,
) -> Walkthrough:
    """One window of a stream, as long as ``WINDOW``, from any state.

    Args:
        number: which window, counted from 0.
        start: the state, shape (1,); zeros by default.
        weights: as in :func:`whole_stream`.
        stream: the numbers.
    """
    piece = stream[number * WINDOW : (number + 1) * WINDOW + 1]
    return _read(weights, piece, start, title=f"Window {number + 1} of a stream")


def _read(
    weights: Sequence[ArrayLike],
    stream: Sequence[float],
    start: ArrayLike | None,
    title: str,
    note: str = "",
    key: str = "",
) -> Walkthrough:
    """The stream from a state; the gradients of its loss by the weights and by that state."""
    if len(stream) < 2:
        raise ShapeError(f"a stream has at least two numbers, but {len(stream)} are given.")
    numbers = np.reshape(stream, (-1, 1))
    given = {} if start is None else {READER: {"h": start}}
    notes = {
        READER: {"h at start": "nothing read yet" if start is None else "the window before"},
        "loss": {"target": "the next number", "step": "squared distance from it"},
    }
    w = STREAM_NETWORK.walkthrough(
        weights,
        numbers[:-1],
        numbers[1:],
        title=title,
        note=note,
        key=key,
        gradients=False,
        starts=given,
        notes=notes,
    )
    w.gradients(w["L"], [*w.weights, w["h", 0]])
    return w
