"""How well a classifier answers, and where the border between two labels is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.own_texts.spread import Figure, mean_of

Array = npt.NDArray[Any]
HALF = 0.5


def answers(chances: Array, threshold: float = HALF) -> Array:
    """The number of the label that is answered for each row.

    With two labels, label 1 (the rarer one) is answered where its chance reaches the threshold.

    Example:
        >>> answers(np.array([[0.7, 0.3], [0.4, 0.6]]), 0.25).tolist()
        [1, 1]
    """
    if chances.shape[1] == 2:
        found: Array = (chances[:, 1] >= threshold).astype(np.int64)
    else:
        found = chances.argmax(axis=1)
    return found


def weights_of(labels: Array, balanced: bool) -> Array:
    """What each row counts in the share of right answers: 1, or less the more frequent its label.

    Example:
        >>> weights_of(np.array([0, 0, 0, 1]), balanced=True).round(3).tolist()
        [0.667, 0.667, 0.667, 2.0]
    """
    if not balanced:
        return np.ones(len(labels))
    kinds, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    each: Array = len(labels) / (len(kinds) * counts[place])
    return each


def best_threshold(chances: Array, labels: Array, balanced: bool) -> float:
    """The border that gives the largest share of right answers; among equals the one next to 1/2.

    Example:
        >>> chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.3, 0.7]])
        >>> round(best_threshold(chances, np.array([0, 0, 1, 1]), balanced=False), 2)
        0.3
    """
    if chances.shape[1] != 2:
        return HALF
    order = np.argsort(chances[:, 1])
    sorted_chances = chances[order, 1]
    weights = weights_of(labels, balanced)[order]
    ones = labels[order] == 1
    # With the border before row i: the zeros below it and the ones from it on are right.
    zeros_below = np.concatenate([[0.0], np.cumsum(weights * ~ones)])
    ones_above = (weights * ones).sum() - np.concatenate([[0.0], np.cumsum(weights * ones)])
    right = zeros_below + ones_above
    borders = np.concatenate([[0.0], sorted_chances, [1.0]])
    middles = (borders[:-1] + borders[1:]) / 2
    possible = np.concatenate([[True], np.diff(sorted_chances) > 0, [True]])
    best = possible & (right >= right[possible].max() - 1e-9)
    return float(min(middles[best], key=lambda border: abs(border - HALF)))


def share_right(given: Array, labels: Array, balanced: bool = False) -> Figure:
    """Share of right answers, with its margin; balanced, the mean of the shares of each label.

    Where all n answers are right, or none is, the margin is 3 / n, the rule of three: had three of
    n been wrong in the long run, a draw without any would be a matter of one in twenty.

    Example:
        >>> share_right(np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1]), balanced=True).value
        0.5
    """
    weights = weights_of(labels, balanced)
    right = given == labels
    if right.all() or not right.any():
        return Figure(float(right[0]), 3 / len(right))
    return mean_of(weights * right, weights)


def gain(given: Array, others: Array, labels: Array, balanced: bool = False) -> Figure:
    """By how much the share of right answers is larger than that of others, on the same rows."""
    weights = weights_of(labels, balanced)
    better = (given == labels).astype(float) - (others == labels)
    return mean_of(weights * better, weights)


def by_label(given: Array, labels: Array, names: Sequence[str]) -> list[dict[str, Any]]:
    """For each label: its rows, the share of them that was found, and how often it is right.

    Example:
        >>> by_label(np.array([0, 1, 1]), np.array([0, 0, 1]), ["no", "yes"])[1]
        {'label': 'yes', 'rows': 1, 'found': 1.0, 'right_when_said': 0.5}
    """
    rows = []
    for number, name in enumerate(names):
        is_it, said = labels == number, given == number
        both = int((is_it & said).sum())
        rows.append(
            {
                "label": name,
                "rows": int(is_it.sum()),
                "found": both / int(is_it.sum()) if is_it.any() else None,
                "right_when_said": both / int(said.sum()) if said.any() else None,
            }
        )
    return rows
