"""How good forecasts are, and how sure one can be of it."""

from __future__ import annotations

import numpy as np

from rnn_edu.errors import DataError, ShapeError
from rnn_edu.series.series import Array, check_length


def naive_error(training: Array, period: int = 1) -> float:
    """The mean absolute error of "as it was a season ago" within the training part.

    The yardstick of MASE (Hyndman and Koehler, 2006).

    Args:
        training: shape (steps,).
        period: steps in a season; 1 for "as it was one step ago".

    Raises:
        DataError: the training part repeats itself exactly, so that the yardstick is 0.

    Example:
        >>> naive_error(np.array([1.0, 3.0, 2.0]))
        1.5
    """
    check_length(training, period + 1, f"the yardstick of MASE with a season of {period}")
    error = float(np.abs(training[period:] - training[:-period]).mean())
    if error == 0:
        raise DataError(
            f"the training part repeats itself every {period} steps exactly, so that MASE would "
            "divide by 0; look at the absolute errors themselves."
        )
    return error


def mase(truth: Array, forecast: Array, yardstick: float) -> Array:
    """Mean absolute scaled error of each forecast: below 1 is better than the yardstick was.

    Args:
        truth: shape (..., horizon).
        forecast: of the same shape.
        yardstick: of the training part, from :func:`naive_error`.

    Returns:
        The mean over the last axis.

    Example:
        >>> mase(np.array([[2.0, 4.0]]), np.array([[3.0, 4.0]]), yardstick=0.5)
        array([1.])
    """
    _check_same(truth, forecast)
    return np.asarray(np.abs(truth - forecast).mean(axis=-1) / yardstick)


def smape(truth: Array, forecast: Array) -> Array:
    """Symmetric mean absolute percentage error, from 0 to 200; 0 where both are 0.

    Args:
        truth: shape (..., horizon).
        forecast: of the same shape.

    Returns:
        The mean over the last axis, in per cent.

    Example:
        >>> smape(np.array([100.0, 1.0]), np.array([110.0, 2.0])).round(2).item()
        38.1
    """
    _check_same(truth, forecast)
    size = np.abs(truth) + np.abs(forecast)
    ratio = np.abs(truth - forecast) / np.where(size == 0, 1.0, size)
    return np.asarray(200 * ratio.mean(axis=-1))


def interval(errors: Array) -> tuple[float, float]:
    """Student's interval for the mean over the origins: it should hold it in 95 of 100 cases.

    For two methods, hand over their differences, origin by origin. It takes the origins as
    independent. They are not quite: what was hard to forecast this year is often hard next year.

    Args:
        errors: one number for each origin, shape (origins,).

    Returns:
        The lower and the upper end.

    Example:
        >>> [round(end, 4) for end in interval(np.array([1.0, 2.0, 3.0]))]
        [-0.4841, 4.4841]
    """
    from statsmodels.stats.weightstats import DescrStatsW

    check_length(errors, 2, "an interval over origins")
    low, high = DescrStatsW(errors).tconfint_mean()
    return float(low), float(high)


def bootstrap_interval(errors: Array, draws: int = 4000, seed: int = 0) -> tuple[float, float]:
    """Where the mean lies in 95 of 100 samples of the origins, drawn with replacement.

    With few origins it is narrower than :func:`interval`, and holds the mean too seldom.

    Args:
        errors: one number for each origin, shape (origins,).
        draws: samples of the origins.
        seed: of the samples.

    Returns:
        The lower and the upper end.

    Example:
        >>> bootstrap_interval(np.array([1.0, 1.0, 1.0]))
        (1.0, 1.0)
    """
    check_length(errors, 2, "an interval over origins")
    rng = np.random.default_rng(seed)
    means = errors[rng.integers(0, len(errors), (draws, len(errors)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _check_same(truth: Array, forecast: Array) -> None:
    if np.shape(truth) != np.shape(forecast):
        raise ShapeError(
            f"the truth has the shape {np.shape(truth)}, the forecast {np.shape(forecast)}; they "
            "must be the same."
        )
