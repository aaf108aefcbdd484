"""The two tasks of the chapter, the forecasts without a network, and the scores of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rnn_edu.series.baselines import (
    drift,
    exponential_smoothing,
    last_value,
    linear_autoregression,
    linear_direct,
    seasonal_naive,
)
from rnn_edu.series.reading import LEVEL, SEASON, Reading
from rnn_edu.series.rolling import Forecaster, Origins, rolling_forecasts, truths
from rnn_edu.series.scores import mase, naive_error, smape
from rnn_edu.series.series import Array, Series
from rnn_edu.series.shipped import co2_by_month, sunspots_by_year
from rnn_edu.series.splits import rolling_origins


@dataclass(frozen=True)
class Task:
    """A series, where its training part ends, and what is read and asked for.

    Attributes:
        series: the numbers.
        training: how many of them are for training.
        reading: what linear models and networks read; the horizon of all.
        cycle: steps after which the season, or a cycle of about this length, comes back.
    """

    series: Series
    training: int
    reading: Reading
    cycle: int

    @property
    def known(self) -> Array:
        """The training part."""
        return self.series.values[: self.training]

    @property
    def yardstick(self) -> float:
        """What MASE divides by."""
        return naive_error(self.known, self.series.period)

    @property
    def origins(self) -> Origins:
        """Every place in the test part with a whole horizon after it."""
        return rolling_origins(len(self.series), self.training, self.reading.horizon)

    @property
    def apart(self) -> slice:
        """Of the origins those that are a horizon apart, so that no step is forecast twice."""
        return slice(None, None, self.reading.horizon)


def co2_task() -> Task:
    """Twelve months of carbon dioxide from the 24 before; trained to the end of 1985.

    Example:
        >>> task = co2_task()
        >>> task.training, len(task.origins), len(task.origins[task.apart])
        (252, 181, 16)
    """
    series = co2_by_month()
    reading = Reading(length=24, horizon=12, against=SEASON, period=12)
    return Task(series, series.before(1986), reading, cycle=12)


def sunspots_task() -> Task:
    """Five years of sunspots from the eleven before; trained to the end of 1899.

    Example:
        >>> task = sunspots_task()
        >>> task.training, len(task.origins), len(task.origins[task.apart])
        (200, 105, 21)
    """
    series = sunspots_by_year()
    return Task(series, series.before(1900), Reading(11, 5, LEVEL), cycle=11)


TASKS: Mapping[str, Callable[[], Task]] = {"sunspots": sunspots_task, "co2": co2_task}


def baselines(task: Task) -> dict[str, Forecaster]:
    """Seven forecasts without a network, fitted on the training part where there is something to.

    Example:
        >>> list(baselines(sunspots_task()))[:3]
        ['last value', 'a season ago', 'drift']
    """
    known, reading, horizon = task.known, task.reading, task.reading.horizon
    period = task.series.period
    seasonal = period > 1
    return {
        "last value": last_value(horizon),
        "a season ago": seasonal_naive(horizon, task.cycle),
        "drift": drift(horizon),
        "exponential smoothing": exponential_smoothing(known, horizon, period, trend=seasonal),
        "damped trend": exponential_smoothing(known, horizon, period, damped=True),
        "linear, recursive": linear_autoregression(known, reading),
        "linear, direct": linear_direct(known, reading),
    }


def scores(task: Task, forecasts: Array) -> dict[str, Any]:
    """What is kept of a forecaster.

    Args:
        task: the task.
        forecasts: from all its origins, shape (origins, horizon).

    Returns:
        ``one_step``: the scaled error of the first step at each origin. ``mase`` and ``smape``: at
        each of the origins that are a horizon apart. ``by_step``: the mean scaled error so many
        steps ahead, over all origins.
    """
    truth = truths(task.series.values, task.origins, task.reading.horizon)
    errors = np.abs(truth - forecasts) / task.yardstick
    return {
        "one_step": errors[:, 0],
        "mase": mase(truth, forecasts, task.yardstick)[task.apart],
        "smape": smape(truth, forecasts)[task.apart],
        "by_step": errors.mean(axis=0),
    }


def baseline_forecasts(task: Task) -> dict[str, Array]:
    """The forecasts of all baselines from all origins, each of shape (origins, horizon)."""
    return {
        name: rolling_forecasts(forecast, task.series.values, task.origins)
        for name, forecast in baselines(task).items()
    }


def with_horizon(task: Task, horizon: int) -> Task:
    """The same task with another horizon."""
    return replace(task, reading=replace(task.reading, horizon=horizon))
