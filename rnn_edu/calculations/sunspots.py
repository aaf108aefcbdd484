"""Four years of sunspots are read, and the fifth is forecast: scaled, read, answered, unscaled.

The years are 1896 to 1899, the last of the training part of chapter 21, and the target is 1900, the
first year after it. The numbers are real: yearly sunspot numbers of the National Geophysical Data
Center, in the public domain; :mod:`rnn_edu.series.shipped` has the whole series.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.networks import Dense, Input, Network, Normalization, SimpleRNN
from rnn_edu.walkthrough import Walkthrough

YEARS = (1896, 1897, 1898, 1899)
SUNSPOTS = (41.8, 26.2, 26.7, 12.1)
SUNSPOTS_NEXT = 9.5
#: Of 1700 to 1899, rounded to whole numbers.
MEAN, SPREAD = 44.0, 35.0
#: Trained in float64 by ``rnn_edu.training``: seed 2, 200 steps of Adam with the learning rate
#: 0.03 on all windows of four years from 1700 to 1899, then rounded to two decimals. W_xh, W_hh,
#: b_h, W_hy, b_y.
SUNSPOT_WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.74, -0.72]],
    [[0.09, 1.39], [-0.14, -0.06]],
    [0.18, 0.72],
    [[1.25], [-1.57]],
    [0.84],
)
SUNSPOT_NETWORK = Network.sequential(
    Input((None, 1)),
    Normalization(MEAN, SPREAD**2, name="past"),
    SimpleRNN(2),
    Dense(1, name="answer"),
    Normalization(MEAN, SPREAD**2, invert=True, name="unscale"),
    loss="mean_squared_error",
)
NOTES = {
    "input": {
        "input": "sunspot number of the year",
        **{f"input at t={t}": f"sunspot number of {year}" for t, year in enumerate(YEARS, 1)},
    },
    "past": {
        "output": "the year, scaled",
        "mean at start": "mean of the training part: it is subtracted from what is read",
        "spread at start": "spread of the training part: what is read is divided by it",
    },
    "answer": {"output": "the forecast, still scaled"},
    "unscale": {
        "output": "the forecast as a sunspot number",
        "mean at start": "the same mean: on the way back it is added",
        "spread at start": "the same spread: on the way back the forecast is multiplied by it",
    },
    "loss": {
        "target": f"sunspot number of {YEARS[-1] + 1}",
        "total": "the square of the sunspots by which it misses",
    },
}


def sunspots_one_step(
    weights: Sequence[ArrayLike] = SUNSPOT_WEIGHTS, heard: Sequence[float] = SUNSPOTS
) -> Walkthrough:
    """Scaling, SimpleRNN(2), Dense(1) and the way back, over some years of sunspots.

    Args:
        weights: shapes (1, 2), (2, 2), (2,), (2, 1) and (1,).
        heard: the sunspot numbers, one a year.

    Example:
        >>> sunspots_one_step()["y_hat"].value.round(4).tolist()
        [10.3976]
    """
    return SUNSPOT_NETWORK.walkthrough(
        weights,
        np.reshape(heard, (-1, 1)),
        [SUNSPOTS_NEXT],
        title="Sunspots, one year ahead",
        note="Reads four years of sunspots and forecasts the next one.",
        key="sunspots_one_step",
        notes=NOTES,
    )
