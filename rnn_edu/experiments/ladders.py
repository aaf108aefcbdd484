"""What the ladders share: every rung changes one thing, and two sets of seeds climb it.

A chapter speaks of the first set. The second has one purpose: to see whether what the chapter says
of the first comes out again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.checkpoints import Checkpoints

#: The seeds of both sets; none is in both.
SETS = {"first": (0, 1, 2, 3, 4), "second": (100, 101, 102, 103, 104)}

Figures = Mapping[str, float]
#: For each rung and set of seeds the figures, each with one value for every seed.
Ladder = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]


def climb(
    run: Callable[[int], Mapping[str, Figures]],
    checkpoints: Checkpoints,
    sets: Mapping[str, Sequence[int]] = SETS,
    **facts: Any,
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Runs every rung with every seed of both sets; what stands in the record.

    Args:
        run: gives the figures of each rung for a seed.
        checkpoints: where finished seeds are kept.
        sets: the seeds.
        **facts: what a finished seed depends on beside the seed.
    """
    ladder: dict[str, dict[str, dict[str, list[float]]]] = {}
    for name, seeds in sets.items():
        for seed in seeds:
            found = checkpoints.part({**facts, "seed": seed}, partial(_said, run, seed))
            for rung, figures in found.items():
                columns = ladder.setdefault(rung, {}).setdefault(name, {})
                for figure, value in figures.items():
                    columns.setdefault(figure, []).append(value)
    return ladder


def comes_out_again(ladder: Ladder, figure: str) -> dict[str, bool]:
    """For each rung whether the second set's mean lies between the first's lowest and highest.

    Example:
        >>> rung = {"first": {"accuracy": [0.6, 0.7]}, "second": {"accuracy": [0.6, 0.9]}}
        >>> comes_out_again({"one layer": rung}, "accuracy")
        {'one layer': False}
    """
    return {
        rung: min(sets["first"][figure])
        <= round(float(np.mean(sets["second"][figure])), 6)
        <= max(sets["first"][figure])
        for rung, sets in ladder.items()
    }


def one_of_two(
    right: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]
) -> tuple[int, int, float]:
    """Of the answers to the same questions those that only one of two models gets right.

    If the two were equally good, each of these would be a toss of a coin (McNemar's test).

    Returns:
        How many only the first gets right, how many only the second, and the lead of the second
        in standard errors.

    Example:
        >>> right, other = np.array([[1, 1, 0, 0, 0, 0], [1, 0, 1, 1, 1, 0]], bool)
        >>> one_of_two(right, other)
        (1, 3, 1.0)
    """
    lost, won = int(np.sum(right & ~other)), int(np.sum(other & ~right))
    return lost, won, round((won - lost) / max(1, won + lost) ** 0.5, 2)


def in_pairs(
    right: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_], than: str
) -> dict[str, float]:
    """What :func:`one_of_two` finds of a model and the one it is compared with, for a record.

    Example:
        >>> right, other = np.array([1, 0, 1, 1, 1, 0], bool), np.array([1, 1, 0, 0, 0, 0], bool)
        >>> in_pairs(right, other, "bag")
        {'lost_to_bag': 1, 'won_from_bag': 3, 'lead_over_bag': 1.0}
    """
    lost, won, lead = one_of_two(other, right)
    return {f"lost_to_{than}": lost, f"won_from_{than}": won, f"lead_over_{than}": lead}


def rounded(figures: Mapping[str, Any]) -> dict[str, float]:
    """The figures as plain numbers with four decimals, for a record.

    Example:
        >>> rounded({"loss": np.float32(0.123456)})
        {'loss': 0.1235}
    """
    return {name: round(float(value), 4) for name, value in figures.items()}


def _said(run: Callable[[int], Mapping[str, Figures]], seed: int) -> Mapping[str, Figures]:
    found = run(seed)
    print(f"seed {seed}:", {rung: dict(figures) for rung, figures in found.items()}, flush=True)
    return found
