"""The recurrence h_t = a_t h_{t-1} + b_t: one step after the other, or as a scan.

One step is a map h -> a h + b, written (a, b). Two maps after each other are again such a map::

    (a_2, b_2) after (a_1, b_1)  =  (a_2 a_1,  a_2 b_1 + b_2)

so neighbours can be joined before any state is known, many pairs at once. What happens at once is
a *round*; what has to be calculated in all is counted in *joins*, an application of a map to a
state counted as one.

Sources: Hillis and Steele, *Data parallel algorithms* (1986); Blelloch, *Prefix sums and their
applications* (1990).

>>> import numpy as np
>>> a, b = np.full(8, 0.5), np.ones(8)
>>> [(float(found.states[-1]), found.rounds) for found in (scan(a, b, way=way) for way in WAYS)]
[(1.9921875, 8), (1.9921875, 4), (1.9921875, 6)]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Scanned:
    """The states of a linear recurrence, and what they took.

    Attributes:
        states: h_1 to h_T, of the shape of ``b``.
        rounds: how many rounds had to wait for one another.
        joins: how many joins and applications were made in all, for each number of a state.
    """

    states: Array
    rounds: int
    joins: int


def one_by_one(a: Array, b: Array, start: Array) -> Scanned:
    """Each state from the one before: T rounds, T applications."""
    states, h = np.empty_like(b), start
    for t in range(len(b)):
        h = a[t] * h + b[t]
        states[t] = h
    return Scanned(states, len(b), len(b))


def hillis_steele(a: Array, b: Array, start: Array) -> Scanned:
    """Every map joined with the one 1, 2, 4, ... steps before it; then all applied to the start.

    After k rounds the map at t reaches back over 2^k steps.
    """
    a, b, reach, rounds, joins = a.copy(), b.copy(), 1, 0, 0
    while reach < len(b):
        b[reach:] = a[reach:] * b[:-reach] + b[reach:]
        a[reach:] = a[reach:] * a[:-reach]
        joins += len(b) - reach
        reach, rounds = 2 * reach, rounds + 1
    return Scanned(a * start + b, rounds + 1, joins + len(b))


def blelloch(a: Array, b: Array, start: Array) -> Scanned:
    """Up a tree, where pairs of maps are joined, and down again, where states are handed on.

    On the way up every node gets the map over all steps below it. On the way down every node is
    told the state before its first step; its left half starts from the same state, its right half
    from what the left half's map makes of it.
    """
    levels = [_padded(a, b)]
    while len(levels[-1][1]) > 1:
        levels.append(_joined(*levels[-1]))
    padded = len(levels[0][1])
    before = np.broadcast_to(start, b.shape[1:])[np.newaxis]
    for low in reversed(levels[:-1]):
        before = _handed_down(*low, before)
    whole_a, whole_b = levels[-1]
    after = np.concatenate([before[1:], whole_a * start + whole_b])
    # The state after all steps is made of the whole map, beside the first round down.
    return Scanned(after[: len(b)], max(1, 2 * (len(levels) - 1)), 2 * padded - 1)


def _padded(a: Array, b: Array) -> tuple[Array, Array]:
    """As many maps as a power of two: those at the end leave the state as it is."""
    count = 1 << (len(b) - 1).bit_length()
    more = (count - len(b), *b.shape[1:])
    return np.concatenate([a, np.ones(more, a.dtype)]), np.concatenate([b, np.zeros(more, b.dtype)])


def _joined(a: Array, b: Array) -> tuple[Array, Array]:
    """The maps of two steps each."""
    return a[1::2] * a[::2], a[1::2] * b[::2] + b[1::2]


def _handed_down(a: Array, b: Array, before: Array) -> Array:
    """The state before each half, from the state before each whole."""
    halves = np.empty_like(b)
    halves[::2] = before
    halves[1::2] = a[::2] * before + b[::2]
    return halves


#: The ways to calculate a scan, by name.
WAYS: dict[str, Callable[[Array, Array, Array], Scanned]] = {
    "one by one": one_by_one,
    "Hillis-Steele": hillis_steele,
    "Blelloch": blelloch,
}


def scan(
    a: npt.ArrayLike, b: npt.ArrayLike, start: npt.ArrayLike = 0.0, *, way: str = "Blelloch"
) -> Scanned:
    """All states of h_t = a_t h_{t-1} + b_t.

    Args:
        a: what each step keeps, shape (T, ...).
        b: what each step adds, of the same shape.
        start: h_0, of the shape of one step, or a single number.
        way: one of :data:`WAYS`; all give the same states, but for rounding.

    Raises:
        ShapeError: ``a`` and ``b`` differ in their shapes, have no steps, or ``start`` does not
            fit.
        NamingError: there is no such way.

    Example:
        >>> scan([0.5, 0.5, 2.0], [1.0, 0.0, 1.0]).states.tolist()
        [1.0, 0.5, 2.0]
    """
    found = look_up("way of calculating a scan", way, WAYS)
    keep, new = np.asarray(a), np.asarray(b)
    if keep.dtype.kind != "f" or new.dtype != keep.dtype:
        keep, new = keep.astype(np.float64), new.astype(np.float64)
    if keep.shape != new.shape or keep.ndim == 0 or len(keep) == 0:
        raise ShapeError(
            f"a scan needs an a and a b for each step, in arrays of one shape (steps, ...); "
            f"given are {keep.shape} and {new.shape}."
        )
    first = np.asarray(start, keep.dtype)
    if first.shape not in ((), keep.shape[1:]):
        raise ShapeError(
            f"the start of a scan must be one number or have the shape {keep.shape[1:]} of one "
            f"step, but has {first.shape}."
        )
    return found(keep, new, first)
