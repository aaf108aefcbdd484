r"""Which cell follows which feature: every cell against every feature, and what chance reaches.

The correlation of two columns of n numbers is :math:`r = \frac1n \sum_t u_t v_t`, where u and v are
the columns with their mean taken off and divided by their standard deviation. It is 1 or -1 where
one is a straight function of the other.

With many cells, some cell always looks well. What the best one reaches where there is nothing to
find is measured by pulling features and cells apart (Westfall and Young, 1993): a feature is moved
along the text, so that it keeps its runs, but no longer belongs to the places that the cells have
read. Each feature is measured on its own, for luck differs between them: one that comes back in a
regular rhythm, as the place in a line does, still fits in part after it was moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NumberError, ShapeError, UsageError

FloatArray = npt.NDArray[np.float64]
#: A column whose spread is smaller than this share of its size counts as constant.
SMALLEST_SPREAD = 1e-12


@dataclass(frozen=True)
class Best:
    """The cell that follows a feature most closely."""

    feature: str
    cell: int
    r: float


@dataclass(frozen=True)
class Correlations:
    """The correlation of every feature with every cell.

    Attributes:
        features: their names.
        r: shape ``(features, cells)``.
    """

    features: tuple[str, ...]
    r: FloatArray

    def best(self) -> list[Best]:
        """For each feature the cell with the largest correlation, whatever its sign."""
        cells = np.abs(self.r).argmax(axis=1)
        return [
            Best(feature, int(cell), float(row[cell]))
            for feature, cell, row in zip(self.features, cells, self.r, strict=True)
        ]

    def of(self, feature: str, cell: int) -> float:
        """One correlation."""
        return float(self.r[self.features.index(feature), cell])

    def strongest(self) -> float:
        """The largest size of all correlations."""
        return float(np.abs(self.r).max())


def correlate(states: npt.ArrayLike, features: Mapping[str, npt.ArrayLike]) -> Correlations:
    """Correlates every column of ``states`` with every feature.

    Args:
        states: shape ``(places, cells)``.
        features: arrays of shape ``(places,)`` by name.

    Raises:
        ShapeError: a feature has another number of places than the states.
        NumberError: a feature or a cell never varies, so that its correlation is undefined.

    Example:
        >>> found = correlate([[0.0, 1.0], [1.0, 1.5], [2.0, 0.5]], {"up": [1, 2, 3]})
        >>> found.r.round(4).tolist()
        [[1.0, -0.5]]
    """
    cells = _standard_cells(states)
    columns = _standard_features(features, len(cells))
    return Correlations(tuple(features), columns.T @ cells / len(cells))


def strongest_by_chance(
    states: npt.ArrayLike,
    features: Mapping[str, npt.ArrayLike],
    *,
    rounds: int,
    seed: int,
    shuffle: bool = False,
) -> dict[str, FloatArray]:
    """For each feature the largest correlation with any cell, after the two were pulled apart.

    Args:
        states: shape ``(places, cells)``.
        features: arrays of shape ``(places,)`` by name.
        rounds: how often to pull them apart and look again.
        seed: where chance starts.
        shuffle: put the places of the features into any order, instead of moving them along. That
            tears their runs to pieces and makes chance look weaker than it is.

    Returns:
        For each feature by name, the largest size of r in each round, shape ``(rounds,)``.

    Raises:
        ShapeError: a feature has another number of places than the states.
        NumberError: a feature or a cell never varies.
        UsageError: there is no round, or the text is too short to be moved.

    Example:
        >>> ups, downs = [0, 0, 0, 0, 1, 1, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0]
        >>> luck = strongest_by_chance([[up] for up in ups], {"alike": ups, "fast": downs},
        ...                            rounds=3, seed=0)
        >>> {name: largest.shape for name, largest in luck.items()}
        {'alike': (3,), 'fast': (3,)}
    """
    cells = _standard_cells(states)
    columns = _standard_features(features, len(cells))
    if rounds < 1 or len(cells) < 4:
        raise UsageError(
            f"Chance needs at least 1 round and 4 places; there are {rounds} rounds and "
            f"{len(cells)} places."
        )
    random = np.random.default_rng(seed)
    orders = (_order(random, len(cells), shuffle) for _ in range(rounds))
    largest = [np.abs(columns[order].T @ cells).max(axis=1) / len(cells) for order in orders]
    return dict(zip(features, np.transpose(largest), strict=True))


def _order(random: np.random.Generator, places: int, shuffle: bool) -> npt.NDArray[np.int64]:
    """A new order of the places: any, or moved along by at least a quarter of the text."""
    if shuffle:
        return random.permutation(places)
    return np.roll(np.arange(places), random.integers(places // 4, 1 + places - places // 4))


def _standard_cells(states: npt.ArrayLike) -> FloatArray:
    cells = np.asarray(states, np.float64)
    if cells.ndim != 2 or cells.size == 0:
        raise ShapeError(f"States have the shape (places, cells); these have {cells.shape}.")
    return _standard(cells, [f"cell {cell}" for cell in range(cells.shape[1])])


def _standard_features(features: Mapping[str, npt.ArrayLike], places: int) -> FloatArray:
    columns = {name: np.asarray(column, np.float64) for name, column in features.items()}
    if not columns:
        raise ShapeError("There is no feature to correlate the cells with.")
    for name, column in columns.items():
        if column.shape != (places,):
            raise ShapeError(
                f"The feature {name!r} has the shape {column.shape}, but the states were read at "
                f"{places} places."
            )
    return _standard(np.stack(list(columns.values()), axis=1), [f"feature {n!r}" for n in columns])


def _standard(columns: FloatArray, names: list[str]) -> FloatArray:
    """Each column with the mean 0 and the standard deviation 1."""
    spread = columns.std(axis=0)
    for name, size, deviation, first in zip(
        names, np.abs(columns).max(axis=0), spread, columns[0], strict=True
    ):
        if not deviation > SMALLEST_SPREAD * size:
            raise NumberError(
                f"The {name} is {first:.6g} at all {len(columns)} places, so its correlation is "
                "undefined; read a longer text, or leave it out."
            )
    standard: FloatArray = (columns - columns.mean(axis=0)) / spread
    return standard
