"""What was so far from its forecast that somebody should look at it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError
from rnn_edu.series.series import Array, check_length

#: Of a normal distribution: its standard deviation over the median distance from its median.
NORMAL = 1.4826


def typical_miss(residuals: Array) -> float:
    """The spread of forecasting errors by the median distance, which a few wild ones cannot move.

    Args:
        residuals: truth minus forecast, of a stretch that counts as usual, shape (steps,).

    Raises:
        DataError: at least half of them are the same number.

    Example:
        >>> round(typical_miss(np.array([-1.0, 0.0, 1.0, 100.0, 0.5])), 4)
        0.7413
    """
    check_length(residuals, 3, "a typical miss")
    spread = float(NORMAL * np.median(np.abs(residuals - np.median(residuals))))
    if spread == 0:
        raise DataError(
            "at least half of the residuals are the same number, so that there is no typical miss "
            "to compare with."
        )
    return spread


def unusual(residuals: Array, usual: Array, times: float = 4.0) -> npt.NDArray[np.int64]:
    """The places whose forecast missed by more than some typical misses.

    Args:
        residuals: truth minus forecast, shape (steps,).
        usual: residuals of the training part, from which the typical miss is taken.
        times: how many typical misses are too many.

    Raises:
        UsageError: ``times`` is not above 0.

    Example:
        >>> unusual(np.array([0.2, 9.0, -0.4]), usual=np.array([-1.0, 0.0, 1.0, 0.5]))
        array([1])
    """
    if not times > 0:
        raise UsageError(f"times is {times}; it must be above 0.")
    return np.flatnonzero(np.abs(residuals - np.median(usual)) > times * typical_miss(usual))
