"""What a forecaster reads at a place in time, and what its answer is added to.

Everything here is cut from the numbers *before* an origin, so that nothing can come from after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_edu.errors import UsageError
from rnn_edu.series.scaling import month_on_a_circle
from rnn_edu.series.series import Array, check_count, check_length, checked

#: How the numbers are read: as they are; against the same step a season ago; against the last one.
LEVEL, SEASON, NOW = "level", "season", "now"


@dataclass(frozen=True)
class Reading:
    """A window of the last numbers, what they are compared with, and how far ahead one looks.

    Attributes:
        length: numbers in a window.
        horizon: steps ahead.
        against: ``"level"`` for the numbers as they are; ``"season"`` for what each is more than
            the one a season before; ``"now"`` for what each is more than the last one known.
        period: steps in a season.
        months: whether the place in the season stands beside each number, as a point on a circle.

    Raises:
        UsageError: a setting that cannot be, or a horizon beyond the season that is added again.
    """

    length: int
    horizon: int
    against: str = LEVEL
    period: int = 1
    months: bool = False

    def __post_init__(self) -> None:
        for name in ("length", "horizon", "period"):
            check_count(getattr(self, name), name)
        if self.against not in (LEVEL, SEASON, NOW):
            raise UsageError(
                f"against is {self.against!r}; it must be {LEVEL!r}, {SEASON!r} or {NOW!r}."
            )
        if self.against == SEASON and self.horizon > self.period:
            raise UsageError(
                f"{self.horizon} steps ahead reach beyond the season of {self.period} that is "
                "added again; take a shorter horizon."
            )

    @property
    def least(self) -> int:
        """How many numbers must be known."""
        return self.length + (self.period if self.against == SEASON else 0)

    @property
    def features(self) -> int:
        """How many numbers stand at each step of a window; with the month there are three."""
        return 3 if self.months else 1

    def window(self, past: Array) -> Array:
        """The last numbers as they are read, shape (length,).

        Args:
            past: everything known, the first number that of the start of a season.

        Raises:
            DataError: too little is known.

        Example:
            >>> reading = Reading(length=2, horizon=1, against="season", period=3)
            >>> reading.window(np.array([1.0, 2.0, 3.0, 4.0, 9.0]))
            array([3., 7.])
        """
        check_length(past, self.least, f"a window of {self.length}")
        last = past[len(past) - self.length :]
        if self.against == SEASON:
            return np.asarray(last - past[len(past) - self.least :][: self.length])
        return np.asarray(last - past[-1] if self.against == NOW else last)

    def base(self, past: Array) -> Array:
        """What the forecast is added to: known numbers, or zeros; shape (horizon,).

        Example:
            >>> Reading(2, 2, "season", period=3).base(np.array([1.0, 2.0, 3.0, 4.0, 9.0]))
            array([3., 4.])
        """
        if self.against == SEASON:
            return past[len(past) - self.period :][: self.horizon]
        return np.full(self.horizon, past[-1] if self.against == NOW else 0.0)

    def beside(self, past: Array) -> Array:
        """What stands beside the numbers of a window, shape (length, features - 1)."""
        steps = np.arange(len(past) - self.length, len(past))
        return month_on_a_circle(steps, self.period) if self.months else np.zeros((self.length, 0))

    def examples(self, training: Array) -> tuple[Array, Array, list[Array]]:
        """All windows of a training part, with what they should have said.

        Args:
            training: shape (steps,).

        Returns:
            Windows of shape (n, length), answers of shape (n, horizon), and for each the numbers
            that were known then.

        Raises:
            DataError: the training part is too short for one.

        Example:
            >>> x, y, _ = Reading(2, 1, "now").examples(np.array([1.0, 2.0, 4.0, 8.0]))
            >>> x.tolist(), y.tolist()
            ([[-1.0, 0.0], [-2.0, 0.0]], [[2.0], [4.0]])
        """
        what = f"a window of {self.least} with {self.horizon} to forecast"
        check_length(checked(training, "the training part"), self.least + self.horizon, what)
        origins = range(self.least, len(training) - self.horizon + 1)
        pasts = [training[:origin] for origin in origins]
        answers = [training[k : k + self.horizon] - self.base(training[:k]) for k in origins]
        return self.windows(pasts), np.stack(answers), pasts

    def windows(self, pasts: Sequence[Array]) -> Array:
        """The windows of several pasts, shape (pasts, length)."""
        return np.stack([self.window(past) for past in pasts])
