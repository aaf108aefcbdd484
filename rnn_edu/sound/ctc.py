"""CTC by plain Python: what a path comes to, all paths, and the forward sums in logarithms.

Labels are numbers from 1 on; 0 is the blank (Graves and others, 2006).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError

Array = npt.NDArray[np.float64]
BLANK = 0


def collapse(path: Sequence[int]) -> tuple[int, ...]:
    """What a path comes to: equal neighbours become one, then the blanks go.

    Example:
        >>> collapse([1, 1, 0, 1, 2, 2]), collapse([0, 0])
        ((1, 1, 2), ())
    """
    return tuple(sign for sign, _ in groupby(path) if sign != BLANK)


def paths(labels: Sequence[int], steps: int) -> Iterator[tuple[int, ...]]:
    """Every path of so many steps that comes to the labels, found by trying all.

    Args:
        labels: numbers from 1 on.
        steps: of a path; the work grows as their power.

    Example:
        >>> list(paths([1, 2], 3))[:2], len(list(paths([1, 2], 4)))
        ([(0, 1, 2), (1, 0, 2)], 15)
    """
    signs = sorted({BLANK, *labels})
    wanted = tuple(labels)
    return (path for path in product(signs, repeat=steps) if collapse(path) == wanted)


def places(labels: Sequence[int]) -> list[int]:
    """The labels with a blank before, between and behind them.

    Example:
        >>> places([1, 2])
        [0, 1, 0, 2, 0]
    """
    return [BLANK, *(sign for label in labels for sign in (label, BLANK))]


def fewest_steps(labels: Sequence[int]) -> int:
    """How many steps a path needs: one for each label, and a blank between two equal ones.

    Example:
        >>> fewest_steps([1, 2]), fewest_steps([1, 1, 2])
        (2, 4)
    """
    return len(labels) + sum(a == b for a, b in pairwise(labels))


def log_chance(chances: Array, labels: Sequence[int]) -> float:
    """The logarithm of the chance of the labels, by forward sums that never leave the logarithms.

    Args:
        chances: logarithms of the chances of each sign, the blank first, shape (steps, signs).
        labels: numbers from 1 on.

    Returns:
        Minus infinity where no path comes to the labels.

    Raises:
        ShapeError: the chances are no table with a row for each step.
        UsageError: a label is no number of a column.

    Example:
        >>> p = np.array([[0.6, 0.4], [0.6, 0.4]])
        >>> round(float(np.exp(log_chance(np.log(p), [1]))), 6)
        0.64
    """
    if chances.ndim != 2 or not len(chances):
        raise ShapeError(f"The chances have the shape {chances.shape}, not (steps, signs).")
    if any(label not in range(1, chances.shape[1]) for label in labels):
        raise UsageError(
            f"The labels are numbers from 1 to {chances.shape[1] - 1} here, not {list(labels)}."
        )
    signs = np.array(places(labels))
    alpha = np.full(len(signs), -np.inf)
    alpha[:2] = chances[0, signs[:2]]
    leaps = np.zeros(len(signs), dtype=bool)
    leaps[2:] = (signs[2:] != BLANK) & (signs[2:] != signs[:-2])
    for row in chances[1:]:
        before = np.concatenate([[-np.inf, -np.inf], alpha])
        leapt = np.where(leaps, before[:-2], -np.inf)
        alpha = np.logaddexp(np.logaddexp(alpha, before[1:-1]), leapt) + row[signs]
    return float(np.logaddexp.reduce(alpha[-2:]))
