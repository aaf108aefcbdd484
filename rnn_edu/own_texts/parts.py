"""Three parts of a reader's texts: to learn from, to choose by, and to be asked once at the end."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError

IntArray = npt.NDArray[np.int64]
#: Of all rows, for the validation part, and once more for the held-out part.
SHARE = 0.1


@dataclass(frozen=True)
class Parts:
    """Row numbers.

    Attributes:
        train: what is learned from.
        validation: what settings, epochs and thresholds are chosen by.
        held_out: what the figures of the report are of.
    """

    train: IntArray
    validation: IntArray
    held_out: IntArray

    def all(self) -> tuple[IntArray, IntArray, IntArray]:
        """The three, in their order."""
        return self.train, self.validation, self.held_out


def in_order(rows: int, share: float = SHARE, what: str = "The rows") -> Parts:
    """The last rows are held out, those before them are for validation.

    Args:
        rows: how many there are.
        share: of the rows, for validation and once more for the held-out part.
        what: the rows as the beginning of a sentence.

    Raises:
        DataError: there are too few rows.

    Example:
        >>> [part.tolist() for part in in_order(5, 0.2).all()]
        [[0, 1, 2], [3], [4]]
    """
    aside = max(1, round(share * rows))
    if rows < 3 or 2 * aside >= rows:
        raise DataError(f"{what} are only {rows} in number, too few for three parts; give more.")
    order = np.arange(rows)
    return Parts(order[: -2 * aside], order[-2 * aside : -aside], order[-aside:])


def at_random(
    groups: Sequence[Hashable],
    seed: int,
    share: float = SHARE,
    what: str = "The different texts or groups",
) -> Parts:
    """Groups drawn at random; the rows of one group are never parted.

    Args:
        groups: for each row what it belongs to.
        seed: of the draw.
        share: of the groups, for validation and once more for the held-out part.
        what: the groups as the beginning of a sentence.

    Raises:
        DataError: there are too few groups.
    """
    numbers: dict[Hashable, int] = {}
    of_row = np.array([numbers.setdefault(group, len(numbers)) for group in groups])
    drawn = in_order(len(numbers), share, what)
    place = np.random.default_rng(seed).permutation(len(numbers))
    where = place[of_row]
    train, validation, held_out = (np.flatnonzero(np.isin(where, part)) for part in drawn.all())
    return Parts(train, validation, held_out)
