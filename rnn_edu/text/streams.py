"""A long text as batches for a stateful layer, in which every row goes on where it ended.

Keras hands the state of row r of a batch to row r of the next one. So the text is cut into as
many parts as a batch has rows, and each part into windows; a batch holds one window of each part.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, NumberError, ShapeError, UsageError

IntArray = npt.NDArray[np.int64]


def stateful_windows(stream: npt.ArrayLike, rows: int, steps: int) -> tuple[IntArray, IntArray]:
    """Windows of a text in the order in which ``fit(batch_size=rows, shuffle=False)`` needs them.

    Each target is the element after its input. What does not fill a window in every part is left
    out at the end of each part.

    Args:
        stream: the numbers of the words or characters, in order, shape ``(length,)``.
        rows: how many rows a batch has, which is how many parts the text is cut into.
        steps: how many elements a window has.

    Returns:
        Inputs and targets, each of shape ``(batches * rows, steps)``.

    Raises:
        UsageError: ``rows`` or ``steps`` is no whole number from 1 up.
        ShapeError: the stream is not one row of numbers.
        NumberError: it holds something that is no whole number.
        DataError: it is too short for one window in each row.

    Example:
        >>> x, y = stateful_windows(range(9), rows=2, steps=2)
        >>> x.tolist()
        [[0, 1], [4, 5], [2, 3], [6, 7]]
        >>> y.tolist()
        [[1, 2], [5, 6], [3, 4], [7, 8]]
    """
    for name, number in (("rows", rows), ("steps", steps)):
        _check_count(name, number)
    numbers = _numbers(stream)
    part = (len(numbers) - 1) // rows
    batches = part // steps
    if batches < 1:
        raise DataError(
            f"the stream has {len(numbers)} elements; {rows} row(s) of {steps} step(s) and the "
            f"element after the last one need {rows * steps + 1}. Take fewer rows or steps."
        )
    starts = np.arange(batches)[:, None] * steps + np.arange(rows) * part
    places = starts.reshape(-1, 1) + np.arange(steps)
    return numbers[places], numbers[places + 1]


def check_continues(x: npt.ArrayLike, y: npt.ArrayLike, rows: int) -> None:
    """Raises unless each row goes on where the same row of the batch before ended.

    A target is the element after its input, so row r of a batch must begin with the last target
    of row r of the batch before. Where the same element stands by chance, a wrong hand-over is not
    seen; the others of the same batches are.

    Args:
        x: inputs of shape ``(batches * rows, steps)``, in the order of training.
        y: their targets, of the same shape.
        rows: how many rows a batch has.

    Raises:
        UsageError: ``rows`` is no whole number from 1 up.
        ShapeError: the shapes differ, or the last batch would not be full.
        DataError: a row begins with another element; the first such row is named, and what the
            order looks like.

    Example:
        >>> x, y = stateful_windows(range(9), rows=2, steps=2)
        >>> check_continues(x, y, rows=2)
        >>> check_continues(x[[0, 2, 1, 3]], y[[0, 2, 1, 3]], rows=2)
        Traceback (most recent call last):
        ...
        rnn_edu.errors.DataError: row 1 of batch 2 begins with 4, but row 1 of batch 1 ended ...
    """
    _check_count("rows", rows)
    inputs, targets = np.asarray(x), np.asarray(y)
    if inputs.ndim != 2 or inputs.shape != targets.shape or len(inputs) % rows:
        raise ShapeError(
            f"inputs and targets must both have the shape (batches * {rows}, steps); they have "
            f"{inputs.shape} and {targets.shape}."
        )
    ended, begins = targets[:-rows, -1], inputs[rows:, 0]
    broken = np.flatnonzero(ended != begins)
    if not len(broken):
        return
    batch, row = divmod(int(broken[0]), rows)
    raise DataError(
        f"row {row + 1} of batch {batch + 2} begins with {begins[broken[0]]}, but row {row + 1} of "
        f"batch {batch + 1} ended before {ended[broken[0]]}: its state would be carried into "
        f"another part of the text ({len(broken)} of {len(ended)} hand-overs). "
        f"{_what_it_looks_like(inputs, targets)}"
    )


def _what_it_looks_like(inputs: npt.NDArray[np.generic], targets: npt.NDArray[np.generic]) -> str:
    """Which mistake the order looks like, and what to do."""
    if np.array_equal(targets[:-1, -1], inputs[1:, 0]):
        return (
            "The windows lie in the order of the text, so that each goes on in the next ROW; lay "
            "them out with rnn_edu.text.stateful_windows."
        )
    return "Were the windows shuffled? Lay them out anew, and train with shuffle=False."


def _check_count(name: str, number: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise UsageError(f"{name} must be a whole number from 1 up, not {number!r}.")


def _numbers(stream: npt.ArrayLike) -> IntArray:
    """The stream as whole numbers."""
    numbers = np.asarray(stream)
    if numbers.ndim != 1:
        raise ShapeError(
            f"a stream is one row of numbers of the shape (length,), but it has {numbers.shape}."
        )
    if numbers.size and numbers.dtype.kind not in "iu":
        raise NumberError(
            f"a stream holds the numbers of words or characters, but its type is {numbers.dtype}; "
            "number the text first, as with rnn_edu.text.Vocabulary."
        )
    return numbers.astype(np.int64)
