"""Forecasts that need no network. Each is fitted once, on the training part, and then reads on.

Every function returns a forecaster: given all numbers up to an origin, it says the next ones.
Nothing that it has fitted changes after the training part, so that it can be set beside a network
that was trained once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_edu.errors import DataError
from rnn_edu.series.reading import Reading
from rnn_edu.series.rolling import Forecaster, Recursive
from rnn_edu.series.series import Array, check_count, check_length


def last_value(horizon: int) -> Forecaster:
    """As it is now, so it stays.

    Example:
        >>> last_value(horizon=3)(np.array([4.0, 7.0]))
        array([7., 7., 7.])
    """
    return lambda past: np.repeat(past[-1:], horizon)


def seasonal_naive(horizon: int, period: int) -> Forecaster:
    """As it was a season ago, so it will be.

    Example:
        >>> seasonal_naive(horizon=3, period=2)(np.array([1.0, 5.0, 2.0, 6.0]))
        array([2., 6., 2.])
    """
    check_count(period, "period")

    def forecast(past: Array) -> Array:
        check_length(past, period, f"a season of {period}")
        return np.resize(past[-period:], horizon)

    return forecast


def drift(horizon: int) -> Forecaster:
    """On along the straight line from the first number to the last.

    Example:
        >>> drift(horizon=2)(np.array([1.0, 5.0, 3.0]))
        array([4., 5.])
    """

    def forecast(past: Array) -> Array:
        check_length(past, 2, "a straight line")
        slope = (past[-1] - past[0]) / (len(past) - 1)
        return np.asarray(past[-1] + slope * np.arange(1, horizon + 1))

    return forecast


def linear_direct(training: Array, reading: Reading) -> Forecaster:
    """Each step ahead as a weighted sum of the numbers that are read, with weights of its own.

    The weights are those of least squares over all windows of the training part.

    Args:
        training: shape (steps,).
        reading: what is read.

    Raises:
        DataError: the training part has too few windows for so many weights, or is constant.

    Example:
        >>> doubling = linear_direct(2.0 ** np.arange(9), Reading(length=1, horizon=3))
        >>> doubling(np.array([3.0])).round(6)
        array([ 6., 12., 24.])
    """
    _check_not_constant(training)
    # With fewer windows than weights, many sums would fit exactly.
    least = reading.least + reading.length * reading.features + reading.horizon + 1
    check_length(training, least, f"a weighted sum of {reading.length} numbers")
    _, answers, pasts = reading.examples(training)
    weights = np.linalg.lstsq(_terms(reading, pasts), answers, rcond=None)[0]
    return lambda past: np.asarray(reading.base(past) + (_terms(reading, [past]) @ weights)[0])


def linear_autoregression(training: Array, reading: Reading) -> Forecaster:
    """As :func:`linear_direct` for one step; for more steps it reads its own answers.

    Source: Yule (1927), who forecast the sunspots so.

    Example:
        >>> doubling = linear_autoregression(2.0 ** np.arange(8), Reading(length=1, horizon=3))
        >>> doubling(np.array([3.0])).round(6)
        array([ 6., 12., 24.])
    """
    one_step = linear_direct(training, replace(reading, horizon=1))
    return Recursive(one_step, reading.horizon)


def _terms(reading: Reading, pasts: Sequence[Array]) -> Array:
    """What the weights are for: 1, the numbers of the window, and the months where asked for."""
    months = [reading.beside(past)[-1] for past in pasts]
    return np.column_stack([np.ones(len(pasts)), reading.windows(pasts), np.stack(months)])


def _check_not_constant(training: Array) -> None:
    if len(training) > 1 and np.ptp(training) == 0:
        raise DataError(
            f"all {len(training)} numbers of the training part are {training[0]:g}; from a "
            "constant no weights can be learned, and its forecast is itself."
        )


def exponential_smoothing(
    training: Array, horizon: int, period: int = 1, *, trend: bool = True, damped: bool = False
) -> Forecaster:
    """Level, trend and season, each a running average, as statsmodels fits them.

    Args:
        training: shape (steps,).
        horizon: how many are said.
        period: steps in a season; 1 for no season.
        trend: whether there is one.
        damped: whether the trend fades out.

    Raises:
        DataError: the training part has not two seasons.
    """
    check_length(training, max(10, 2 * period), "exponential smoothing")
    kind = {
        "trend": "add" if trend else None,
        "damped_trend": damped,
        "seasonal": "add" if period > 1 else None,
        "seasonal_periods": period if period > 1 else None,
    }
    fitted = _smoothing(training, kind, {"initialization_method": "estimated"}).fit()
    rates, start = _as_fitted(fitted.params, kind)

    def forecast(past: Array) -> Array:
        known = {"initialization_method": "known", **start}
        model = _smoothing(past, kind, known).fit(**rates, optimized=False)
        return np.asarray(model.forecast(horizon))

    return forecast


def _smoothing(values: Array, kind: dict[str, Any], start: dict[str, Any]) -> Any:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    return ExponentialSmoothing(values, **kind, **start)


def _as_fitted(
    parameters: dict[str, Any], kind: dict[str, Any]
) -> tuple[dict[str, float], dict[str, Any]]:
    """The rates and the starts that were found, under the names of the arguments."""
    rates = {"smoothing_level": parameters["smoothing_level"]}
    start = {"initial_level": parameters["initial_level"]}
    if kind["trend"]:
        rates["smoothing_trend"] = parameters["smoothing_trend"]
        start["initial_trend"] = parameters["initial_trend"]
    if kind["damped_trend"]:
        rates["damping_trend"] = parameters["damping_trend"]
    if kind["seasonal"]:
        rates["smoothing_seasonal"] = parameters["smoothing_seasonal"]
        start["initial_seasonal"] = parameters["initial_seasons"]
    return rates, start
