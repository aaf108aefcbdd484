"""Many texts written at once, each from a window of words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.text.sampling import greedy, sample

IntArray = npt.NDArray[np.int64]


def write_rows(
    predict: Callable[[IntArray], npt.ArrayLike],
    starts: npt.ArrayLike,
    count: int,
    random: np.random.Generator | None = None,
    **choice: Any,
) -> IntArray:
    """Continues every window by ``count`` words; the window slides along by one word each time.

    Args:
        predict: from windows of shape ``(texts, length)`` the chances of the next word of each,
            shape ``(texts, words)``.
        starts: the first windows, shape ``(texts, length)``.
        count: words to add to each.
        random: the source of chance; None always takes the likeliest word.
        **choice: ``temperature``, ``top_k``, ``top_p``, ``exclude``, as for
            :func:`rnn_edu.text.adjust`; without chance only ``exclude``.

    Returns:
        The new words, shape ``(texts, count)``.

    Raises:
        ShapeError: ``starts`` is no table of windows.

    Example:
        >>> def alternate(windows):
        ...     return np.eye(2)[1 - windows[:, -1]]
        >>> write_rows(alternate, [[0, 1], [1, 0]], count=3).tolist()
        [[0, 1, 0], [1, 0, 1]]
    """
    windows = np.asarray(starts, dtype=np.int64)
    if windows.ndim != 2 or not windows.size:
        raise ShapeError(
            f"Windows to continue have the shape (texts, length); these have {windows.shape}."
        )
    written = []
    for _ in range(count):
        chances = np.asarray(predict(windows), dtype=np.float64)
        new = greedy(chances, **choice) if random is None else sample(chances, random, **choice)
        written.append(new)
        windows = np.column_stack([windows[:, 1:], new])
    return np.array(written, dtype=np.int64).reshape(count, len(windows)).T
