"""Sequences of different lengths made one array, as Keras's ``pad_sequences`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError

Side = Literal["pre", "post"]


def pad_sequences(
    sequences: Sequence[Sequence[Any] | npt.NDArray[Any]],
    maxlen: int | None = None,
    dtype: npt.DTypeLike = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float = 0.0,
) -> npt.NDArray[Any]:
    """Sequences as the rows of one array, filled up or cut to one length.

    Names, order and defaults of the arguments are those of ``keras.utils.pad_sequences``.

    Args:
        sequences: numbers, or rows of numbers of one shape, in each.
        maxlen: the length wanted; None takes the longest.
        dtype: type of the result.
        padding: ``"pre"`` fills up in front, ``"post"`` behind.
        truncating: ``"pre"`` drops the first elements of what is too long, ``"post"`` the last.
        value: what to fill with.

    Returns:
        Array of shape ``(len(sequences), maxlen, ...)``.

    Raises:
        UsageError: no sequences, a side that is neither of the two, or ``maxlen`` below 1.
        ShapeError: the elements differ in shape.

    Example:
        >>> pad_sequences([[1], [2, 3, 4]], maxlen=2).tolist()
        [[0, 1], [3, 4]]
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise UsageError(f'{name} is {side!r}; it can be "pre" or "post".')
    if not len(sequences):
        raise UsageError("There are no sequences to pad.")
    if maxlen is not None and maxlen < 1:
        raise UsageError(f"maxlen is {maxlen}; a padded sequence has at least 1 element.")
    lengths = np.array([len(s) for s in sequences])
    width = int(lengths.max() if maxlen is None else maxlen)
    flat = _joined(sequences)
    padded = np.full((len(sequences), width, *flat.shape[1:]), value, dtype=dtype)
    padded[_filled(lengths, width, padding)] = flat[_kept(lengths, width, truncating)]
    return padded


def _joined(sequences: Sequence[Any]) -> npt.NDArray[Any]:
    arrays = [np.asarray(s) for s in sequences if len(s)]
    shapes = sorted({a.shape[1:] for a in arrays})
    if len(shapes) > 1:
        raise ShapeError(
            f"The elements of the sequences differ in shape: {shapes[0]} and {shapes[1]}."
        )
    return np.concatenate(arrays) if arrays else np.zeros(0)


def _filled(lengths: npt.NDArray[Any], width: int, padding: Side) -> npt.NDArray[np.bool_]:
    """Which places of the result hold an element."""
    places = np.arange(width)
    if padding == "post":
        return places < lengths[:, None]
    return places >= width - lengths[:, None]


def _kept(lengths: npt.NDArray[Any], width: int, truncating: Side) -> npt.NDArray[np.bool_]:
    """Which of the joined elements are kept."""
    stops = np.cumsum(lengths)
    place = np.arange(stops[-1]) - np.repeat(stops - lengths, lengths)
    if truncating == "post":
        kept: npt.NDArray[np.bool_] = place < width
    else:
        kept = place >= np.repeat(lengths - width, lengths)
    return kept
