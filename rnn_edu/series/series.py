"""A series: numbers at equal distances in time, with what one has to know about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, ShapeError, UsageError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """Numbers at equal distances in time.

    Attributes:
        name: what was measured.
        unit: of the numbers.
        values: shape (steps,), finite.
        start: the year of the first number, with its month as a fraction.
        per_year: numbers in a year.
        period: steps after which a season comes back; 1 where there is no season.
        source: where the numbers come from, and what their licence is.

    Raises:
        DataError: a value is missing or infinite.
    """

    name: str
    unit: str
    values: Array
    start: float
    per_year: int = 1
    period: int = 1
    source: str = ""

    def __post_init__(self) -> None:
        checked(self.values, self.name)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def times(self) -> Array:
        """The year of each number, shape (steps,)."""
        return self.start + np.arange(len(self.values)) / self.per_year

    def before(self, year: float) -> int:
        """How many numbers were measured before a year.

        Example:
            >>> Series("rain", "mm", np.arange(24.0), start=2000, per_year=12).before(2001)
            12
        """
        return int(np.searchsorted(self.times, year - 1e-9))


def checked(values: npt.ArrayLike | Sequence[object], name: str = "the series") -> Array:
    """The values as finite numbers of float64, in a row.

    Args:
        values: numbers, or text that holds a number each.
        name: what messages call them.

    Returns:
        Shape (steps,).

    Raises:
        ShapeError: they do not stand in one row.
        DataError: one is no number, missing or infinite; the message says at which place.

    Example:
        >>> checked(["316.1", 317.3])
        array([316.1, 317.3])
    """
    row = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    if row.ndim != 1:
        raise ShapeError(
            f"{name} has the shape {row.shape}; a series is one row of numbers, shape (steps,)."
        )
    numbers = np.array([_number(value, k, name) for k, value in enumerate(row)])
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        more = f" and at {len(bad) - 1} other places" if len(bad) > 1 else ""
        raise DataError(
            f"{name} has no number at place {bad[0]}{more} (places count from 0); a gap must be "
            "filled from values before it, or the series be cut there."
        )
    return numbers


def _number(value: object, place: int, name: str) -> float:
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return np.nan
    try:
        if isinstance(text, str) and "_" in text:  # Python's float would take 1_000 for 1000
            raise ValueError
        return float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise DataError(
            f"{name} has {value!r:.40} at place {place} (places count from 0), which is no number"
            f"{_comma_of(text)}."
        ) from None


def _comma_of(text: object) -> str:
    """What to do about a decimal comma, where that is what stands in the way."""
    number = isinstance(text, str) and re.fullmatch(r"[-+]?\d*,\d+", text)
    return "; write a decimal point in place of the comma" if number else ""


def check_length(values: Array, least: int, what: str) -> None:
    """Raises DataError unless there are enough numbers.

    Args:
        values: shape (steps,).
        least: how many are needed.
        what: what they are needed for.
    """
    if len(values) < least:
        raise DataError(
            f"{what} needs at least {least} numbers in a row, but there are {len(values)}; take a "
            "longer series, or a shorter window or horizon."
        )


def check_count(number: int, name: str) -> None:
    """Raises UsageError unless a count is a whole number of at least 1."""
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 1:
        raise UsageError(f"{name} is {number!r}; it must be a whole number of at least 1.")
