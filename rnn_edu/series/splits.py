"""Training and test in time, and the places in time from which forecasts are made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError
from rnn_edu.series.series import Array, check_count


class TimeSplit(NamedTuple):
    """What was known, and what came afterwards."""

    training: Array
    test: Array


def split_in_time(values: Array, training: int) -> TimeSplit:
    """The first numbers for training, all later ones for the test.

    Args:
        values: shape (steps,).
        training: how many are for training.

    Raises:
        UsageError: the number is no whole one, or one of the two parts would be empty.

    Example:
        >>> split_in_time(np.arange(5.0), 3).test
        array([3., 4.])
    """
    check_count(training, "training")
    if training >= len(values):
        raise UsageError(
            f"{training} of {len(values)} numbers for training leaves nothing on one side; take 1 "
            f"to {len(values) - 1}."
        )
    return TimeSplit(values[:training], values[training:])


def rolling_origins(length: int, first: int, horizon: int, step: int = 1) -> npt.NDArray[np.int64]:
    """The places from which one looks ahead: all before them is known, ``horizon`` steps follow.

    Args:
        length: of the series.
        first: of the origins; the numbers before it are those of the training part.
        horizon: steps that are forecast.
        step: from one origin to the next. With ``step`` equal to ``horizon`` no step of the test
            is forecast twice.

    Raises:
        DataError: not even one origin has ``horizon`` steps behind it.

    Example:
        >>> rolling_origins(length=10, first=4, horizon=3, step=3)
        array([4, 7])
    """
    for number, name in ((first, "first"), (horizon, "horizon"), (step, "step")):
        check_count(number, name)
    if first + horizon > length:
        raise DataError(
            f"after the {first} numbers of the training part {length - first} are left, too few "
            f"for a forecast of {horizon} steps; take a longer test part or a shorter horizon."
        )
    return np.arange(first, length - horizon + 1, step)
