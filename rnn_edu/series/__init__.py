"""Numbers over time: split, scaled, forecast with and without a network, and scored.

Nothing here starts Keras or statsmodels before it is needed.

>>> import numpy as np
>>> from rnn_edu.series import Reading, linear_autoregression
>>> doubling = linear_autoregression(2.0 ** np.arange(8), Reading(length=1, horizon=2))
>>> doubling(np.array([3.0])).round(6)
array([ 6., 12.])
"""

from __future__ import annotations

from rnn_edu.series.anomalies import typical_miss, unusual
from rnn_edu.series.baselines import (
    drift,
    exponential_smoothing,
    last_value,
    linear_autoregression,
    linear_direct,
    seasonal_naive,
)
from rnn_edu.series.comparison import (
    Task,
    baseline_forecasts,
    co2_task,
    scores,
    sunspots_task,
    with_horizon,
)
from rnn_edu.series.files import read_series
from rnn_edu.series.networks import Network, Recipe, forecaster, refit_network, train_network
from rnn_edu.series.reading import Reading
from rnn_edu.series.rolling import (
    Recursive,
    changed_by_the_future,
    rolling_forecasts,
    truths,
    with_another_future,
)
from rnn_edu.series.scaling import Scaling, month_on_a_circle
from rnn_edu.series.scores import bootstrap_interval, interval, mase, naive_error, smape
from rnn_edu.series.series import Series, checked
from rnn_edu.series.shipped import co2_by_month, co2_by_week, sunspots_by_year
from rnn_edu.series.splits import TimeSplit, rolling_origins, split_in_time

__all__ = [
    "Network",
    "Reading",
    "Recipe",
    "Recursive",
    "Scaling",
    "Series",
    "Task",
    "TimeSplit",
    "baseline_forecasts",
    "bootstrap_interval",
    "changed_by_the_future",
    "checked",
    "co2_by_month",
    "co2_by_week",
    "co2_task",
    "drift",
    "exponential_smoothing",
    "forecaster",
    "interval",
    "last_value",
    "linear_autoregression",
    "linear_direct",
    "mase",
    "month_on_a_circle",
    "naive_error",
    "read_series",
    "refit_network",
    "rolling_forecasts",
    "rolling_origins",
    "scores",
    "seasonal_naive",
    "smape",
    "split_in_time",
    "sunspots_by_year",
    "sunspots_task",
    "train_network",
    "truths",
    "typical_miss",
    "unusual",
    "with_another_future",
    "with_horizon",
]
