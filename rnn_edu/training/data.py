"""Examples on their way into training: checked, split, shuffled, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError

Array = npt.NDArray[Any]
Pair = tuple[Array, Array]


def check_pair(what: str, x: Array, y: Array) -> None:
    """Refuses data without examples, and labels that are more or fewer than the examples.

    Raises:
        UsageError: there is no example.
        ShapeError: the numbers differ.
    """
    if len(x) == 0:
        raise UsageError(f"{what} needs at least one example, but x has the shape {x.shape}.")
    if y.ndim == 0 or len(x) != len(y):
        raise ShapeError(
            f"{what}: x holds {len(x)} examples, but y has the shape {y.shape}; "
            "there must be one label for each example."
        )


def split(x: Array, y: Array, share: float) -> tuple[Pair, Pair]:
    """Cuts off the last examples for validation, as Keras does: before any shuffling.

    Args:
        x: examples.
        y: labels.
        share: the share that is cut off, between 0 and 1.

    Returns:
        The training pair and the validation pair.

    Raises:
        UsageError: the share leaves one side empty.

    Example:
        >>> train, validation = split(np.arange(10), np.arange(10), 0.2)
        >>> validation[0]
        array([8, 9])
    """
    if not 0.0 < share < 1.0:
        raise UsageError(f"fit: validation_split must be between 0 and 1, but is {share!r}.")
    at = int(np.floor(len(x) * (1.0 - share)))
    if at in (0, len(x)):
        raise UsageError(
            f"fit: validation_split={share} of {len(x)} examples leaves one side empty; "
            "give more examples, or validation_data."
        )
    return (x[:at], y[:at]), (x[at:], y[at:])


def batches(
    x: Array, y: Array, size: int, rng: np.random.Generator | None = None
) -> Iterator[Pair]:
    """Yields batches, in order or, with ``rng``, in random order; the last may be smaller.

    Example:
        >>> [b.tolist() for b, _ in batches(np.arange(5), np.arange(5), 2)]
        [[0, 1], [2, 3], [4]]
    """
    if rng is not None:
        order = rng.permutation(len(x))
        x, y = x[order], y[order]
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]


def check_batch_size(size: int | None) -> int:
    """Returns the batch size, 32 by default as in Keras.

    Raises:
        UsageError: it is not a whole number above 0.
    """
    if size is None:
        return 32
    if not isinstance(size, int | np.integer) or size < 1:
        raise UsageError(f"batch_size must be a whole number above 0, but is {size!r}.")
    return int(size)
