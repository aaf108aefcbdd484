"""Forecasts from many places in time, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from rnn_edu.series.series import Array, check_count, checked

#: From everything known, shape (steps,), to the numbers that follow, shape (horizon,).
Forecaster: TypeAlias = Callable[[Array], Array]
Origins: TypeAlias = Sequence[int] | npt.NDArray[np.int64]


def rolling_forecasts(forecast: Forecaster, values: Array, origins: Origins) -> Array:
    """The forecasts from each origin; a forecaster is handed nothing from an origin onwards.

    Args:
        forecast: the forecaster; where it can answer for many at once, it is asked so.
        values: the whole series, shape (steps,).
        origins: how many numbers are known at each.

    Returns:
        Shape (origins, horizon).

    Raises:
        DataError: a value is missing or infinite.

    Example:
        >>> last_two_again = lambda past: past[-2:]
        >>> rolling_forecasts(last_two_again, np.array([1.0, 2.0, 3.0, 4.0]), [2, 3])
        array([[1., 2.],
               [2., 3.]])
    """
    checked(values)
    return ask_all(forecast, [values[:origin].copy() for origin in origins])


def ask_all(forecast: Forecaster, pasts: Sequence[Array]) -> Array:
    """The forecasts from several pasts, shape (pasts, horizon)."""
    many: Callable[[Sequence[Array]], Array] | None = getattr(forecast, "many", None)
    return many(pasts) if many else np.stack([forecast(past) for past in pasts])


def truths(values: Array, origins: Origins, horizon: int) -> Array:
    """What came after each origin, shape (origins, horizon).

    Example:
        >>> truths(np.arange(5.0), [1, 3], 2)
        array([[1., 2.],
               [3., 4.]])
    """
    return np.stack([values[origin : origin + horizon] for origin in origins])


def changed_by_the_future(
    feature: Callable[[Array], Array], values: Array, origin: int, seed: int = 0
) -> npt.NDArray[np.int64]:
    """The places before an origin at which a feature knew something from after it.

    The numbers from the origin onwards are shuffled and doubled, since a mean over all of them
    survives shuffling alone, and the feature is calculated again. What was made from the past
    cannot have changed.

    Args:
        feature: from a whole series to one number, or one row, for each of its places.
        values: the series, shape (steps,).
        origin: how many of its numbers are known.
        seed: of the shuffling.

    Example:
        >>> smooth = lambda v: np.convolve(v, np.ones(3) / 3, mode="same")  # sees the next one
        >>> changed_by_the_future(smooth, np.arange(9.0) ** 2, origin=5)
        array([4])
    """
    other = with_another_future(values, origin, seed)
    before, after = (np.asarray(feature(v))[:origin].reshape(origin, -1) for v in (values, other))
    same = (before == after) | (np.isnan(before) & np.isnan(after))
    return np.flatnonzero(~same.all(axis=1))


def with_another_future(values: Array, origin: int, seed: int = 0) -> Array:
    """The same past, and its future shuffled and doubled.

    Example:
        >>> with_another_future(np.array([1.0, 2.0, 3.0, 4.0]), origin=2, seed=1).tolist()
        [1.0, 2.0, 6.0, 8.0]
    """
    future = np.random.default_rng(seed).permutation(values[origin:])
    return np.concatenate([values[:origin], 2 * future])


@dataclass(frozen=True)
class Recursive:
    """Many steps from a forecaster of one: it reads its own answers as if they had been measured.

    Attributes:
        one_step: says the next number.
        horizon: how many are said.

    Example:
        >>> doubling = Recursive(lambda past: 2 * past[-1:], horizon=3)
        >>> doubling(np.array([1.0, 5.0]))
        array([10., 20., 40.])
    """

    one_step: Forecaster
    horizon: int

    def __post_init__(self) -> None:
        check_count(self.horizon, "horizon")

    def __call__(self, past: Array) -> Array:
        """From one past to the next numbers, shape (horizon,)."""
        return np.asarray(self.many([past])[0])

    def many(self, pasts: Sequence[Array]) -> Array:
        """From several pasts at once, shape (pasts, horizon)."""
        known = list(pasts)
        for _ in range(self.horizon):
            said = ask_all(self.one_step, known)
            known = [np.append(past, one[0]) for past, one in zip(known, said, strict=True)]
        return np.stack([past[len(past) - self.horizon :] for past in known])
