r"""How far a figure may be off because other texts might have been held out.

A mean over N words of n sentences, :math:`L = \sum_i s_i / N` with :math:`s_i` the sum over
sentence i of :math:`n_i` words, has about the standard error
:math:`\sqrt{\sum_i (s_i - L n_i)^2} / N`, since sentences, and not words, are drawn independently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: So many standard errors on each side hold 95 % of the draws.
WIDE = 1.96


@dataclass(frozen=True)
class Figure:
    """A mean and how far it may be off.

    Attributes:
        value: the mean.
        margin: half the width of its 95 % interval; infinite if it is of one text alone.
    """

    value: float
    margin: float

    def __str__(self) -> str:
        if np.isinf(self.margin):
            return f"{self.value:.3f} (no margin: it is of one text alone)"
        return f"{self.value:.3f} ± {self.margin:.3f}"


def mean_of(sums: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> Figure:
    """The mean over all parts of all sentences, with its margin.

    Args:
        sums: for each sentence (or text) the sum over its words, shape ``(n,)``.
        counts: words of each sentence; 1 each without.

    Example:
        >>> str(mean_of([1, 0, 1, 1]))
        '0.750 ± 0.424'
        >>> str(mean_of([6], [4]))
        '1.500 (no margin: it is of one text alone)'
    """
    s = np.asarray(sums, dtype=np.float64)
    n = np.ones_like(s) if counts is None else np.asarray(counts, dtype=np.float64)
    mean = s.sum() / n.sum()
    if len(s) < 2:
        return Figure(float(mean), np.inf)
    error = np.sqrt(np.square(s - mean * n).sum()) / n.sum()
    return Figure(float(mean), float(WIDE * error))
