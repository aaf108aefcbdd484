"""The same calculation with other weights, for each student of a class.

A seed gives the weights: two decimals, no two the same, none near zero. Weights are drawn until
what is asked for can be told apart and is worth calculating: no number with too few digits, no
activation so far out that it hardly changes, and none so near zero that leaving it out would not
be seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnn_edu.errors import RnnEduError, UsageError
from rnn_edu.marking.scene import is_activation, tolerance_for
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.walkthrough.functions import Apply
from rnn_edu.walkthrough.replay import Replay
from rnn_edu.worksheets.asked import asked_steps

Flags: TypeAlias = NDArray[np.bool_]

#: How many draws are looked at; the first that is good in every number is taken, else the best.
TRIES = 60
#: The share of the numbers that may be less than good.
MOST_POOR = 0.1
#: Two decimals, from 0.11 to 0.95; where there are more weights than that, three.
_TWO, _THREE = range(11, 96), range(101, 1000)
#: In units of the last decimal: the least size of a number, and the least that tells two apart.
_LEAST, _APART = 20, 4
#: Beyond it, tanh and sigmoid hardly change any more.
_FAR_OUT = 3.0


def seed_for(name: str, calculation: str, class_seed: int) -> int:
    """The seed of a student's numbers: always the same for the same name and class.

    Example:
        >>> seed_for("Ada", "lstm_two_documents", 0) == seed_for("Ada", "lstm_two_documents", 1)
        False
    """
    text = f"{class_seed}\n{calculation}\n{name}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def with_own_numbers(
    walkthrough: Walkthrough, seed: int, decimals: int | None = None
) -> Walkthrough:
    """The same calculation with the weights that a seed gives.

    Args:
        walkthrough: the calculation.
        seed: of the weights.
        decimals: how many are asked for; None for as many as suit the numbers.

    Raises:
        UsageError: it has nothing to draw, or no draw gives numbers that are worth calculating.

    Example:
        >>> from rnn_edu.calculations import CALCULATIONS
        >>> w = CALCULATIONS["simple_rnn_two_documents"].build()
        >>> own = with_own_numbers(w, seed=1, decimals=4)
        >>> own["W_xh"].value.tolist() == with_own_numbers(w, 1, 4)["W_xh"].value.tolist()
        True
        >>> own["W_xh"].value.tolist() == with_own_numbers(w, 2, 4)["W_xh"].value.tolist()
        False
    """
    drawn = _drawn_anew(walkthrough)
    if not drawn:
        raise UsageError(
            f'"{walkthrough.title}" has neither weights nor numbers that are read, so all students '
            "get the same."
        )
    replay, asked = Replay(walkthrough), asked_steps(walkthrough)
    unit = 10.0 ** -(decimals or tolerance_for(asked).decimals)
    best, fewest = None, 1.0
    for weights in _draws(drawn, seed):
        poor = _share_of_poor(replay, asked, weights, unit)
        if poor < fewest:
            best, fewest = weights, poor
        if poor == 0:
            break
    if best is None or fewest > MOST_POOR:
        raise UsageError(
            f'other weights for "{walkthrough.title}" were drawn {TRIES} times, and always gave '
            f"answers that are too small for the decimals asked for, the same, or all near the "
            "ends of an activation; ask for more decimals, or give all students the same numbers."
        )
    return walkthrough.with_values({(q.name, q.t): values for q, values in best.items()})


def _drawn_anew(walkthrough: Walkthrough) -> list[Quantity]:
    """The weights; of a calculation without any, the numbers that it reads."""
    inputs = [q for q in walkthrough.of_role("input") if q.definition is None and not q.choice]
    return list(walkthrough.weights) or inputs


def _draws(weights: Sequence[Quantity], seed: int) -> Iterator[dict[Quantity, Array]]:
    """One set of weights after another; what is positive throughout, such as a scale, stays so."""
    random = np.random.default_rng(seed)
    sizes = [q.value.size for q in weights]
    sized = np.array(_TWO) / 100 if sum(sizes) <= len(_TWO) else np.array(_THREE) / 1000
    for _ in range(TRIES):
        # More weights than there are numbers: some are there twice.
        rounds = -(-sum(sizes) // len(sized))
        drawn = np.concatenate([random.permutation(sized) for _ in range(rounds)])[: sum(sizes)]
        signs = random.choice((-1.0, 1.0), size=sum(sizes))
        pieces = zip(
            weights,
            np.split(drawn, np.cumsum(sizes)[:-1]),
            np.split(signs, np.cumsum(sizes)[:-1]),
            strict=True,
        )
        yield {
            q: (size if _only_positive(q) else size * sign).reshape(q.shape)
            for q, size, sign in pieces
        }


def _only_positive(weight: Quantity) -> bool:
    return weight.value.size > 1 and bool(np.all(weight.value > 0))


def _share_of_poor(
    replay: Replay, asked: Sequence[Quantity], weights: Mapping[Quantity, Array], unit: float
) -> float:
    """The share of the numbers asked for that are not worth calculating with these weights."""
    try:
        with np.errstate(all="ignore"):
            values = replay(weights)
            judge = _Judge(values, unit)
            poor = np.concatenate([judge.poor(step).reshape(-1) for step in asked])
    except (RnnEduError, ArithmeticError):
        return 1.0
    return float(np.mean(poor))


@dataclass(frozen=True)
class _Judge:
    """Says which numbers of a step are poor.

    Attributes:
        values: the value of each quantity.
        unit: one in the last decimal asked for.
    """

    values: Mapping[Quantity, Array]
    unit: float

    def poor(self, step: Quantity) -> Flags:
        """True for each number that is."""
        value = np.asarray(self.values[step])
        # What is the same in the book depends on no weight, or is zero for a reason, as by a mask.
        meant = value == step.value
        small = ~(np.abs(value) >= _LEAST * self.unit) & ~meant
        alike, hidden = self._alike(value, meant), self._hidden(step, value)
        poor: Flags = small | ~np.isfinite(value) | alike | hidden
        return poor

    def _alike(self, value: Array, meant: Flags) -> Flags:
        """Numbers of one step that are the same as a neighbour, as far as decimals tell."""
        flat = value.reshape(-1)
        gaps = np.abs(flat[:, None] - flat[None, :]) + np.eye(flat.size)
        return (gaps < _APART * self.unit).any(axis=1).reshape(value.shape) & ~meant

    def _hidden(self, step: Quantity, value: Array) -> Flags:
        """Activations far out, and those that are nearly what stands before them."""
        definition = step.definition
        if not isinstance(definition, Apply) or not is_activation(definition.function):
            return np.zeros(value.shape, bool)
        inner = definition.operands[0]
        if not isinstance(inner, Quantity) or definition.function.base not in ("tanh", "sigmoid"):
            return np.zeros(value.shape, bool)
        before = np.asarray(self.values[inner])
        return (np.abs(before) > _FAR_OUT) | (np.abs(before - value) < _APART * self.unit)
