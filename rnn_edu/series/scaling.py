"""Numbers of a handy size, and back: mean 0 and spread 1 on the training part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError
from rnn_edu.series.series import Array, check_length, checked


@dataclass(frozen=True)
class Scaling:
    """Subtracts a mean and divides by a spread.

    Attributes:
        mean: what becomes 0.
        spread: what becomes 1, above 0.

    Example:
        >>> scaling = Scaling(mean=44.0, spread=35.0)
        >>> scaling.scale(np.array([79.0]))
        array([1.])
        >>> scaling.unscale(np.array([1.0]))
        array([79.])
    """

    mean: float
    spread: float

    @classmethod
    def of(cls, training: npt.ArrayLike) -> Scaling:
        """Mean and standard deviation of the training part, and of nothing else.

        Args:
            training: shape (steps,).

        Raises:
            ShapeError: they do not stand in one row.
            DataError: one is no number or missing, or all are the same, so that there is no spread
                to divide by.

        Example:
            >>> Scaling.of(np.array([2.0, 4.0]))
            Scaling(mean=3.0, spread=1.0)
        """
        row = checked(training, "the training part")
        check_length(row, 2, "a scaling")
        if np.ptp(row) == 0:
            raise DataError(
                f"all {len(row)} numbers of the training part are {row[0]:g}; a constant cannot be "
                "scaled, and its forecast is itself."
            )
        return cls(float(row.mean()), float(row.std()))

    def scale(self, values: Array) -> Array:
        """From the unit of the series to numbers near 0."""
        return (values - self.mean) / self.spread

    def unscale(self, values: Array) -> Array:
        """Back into the unit of the series."""
        return self.mean + self.spread * values


def month_on_a_circle(steps: npt.ArrayLike, period: int = 12) -> Array:
    """The place in the season as a point on a circle, so that December is beside January.

    Args:
        steps: numbers of steps, counted from the start of a season, shape (n,).
        period: steps in a season.

    Returns:
        Sine and cosine, shape (n, 2). The future's are known as well as the past's.

    Example:
        >>> month_on_a_circle(np.array([0, 3])).round(6)
        array([[0., 1.],
               [1., 0.]])
    """
    angle = 2 * np.pi * np.asarray(steps) / period
    return np.column_stack([np.sin(angle), np.cos(angle)])
