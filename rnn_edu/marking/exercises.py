"""Checks numbers that a reader calculated, in a notebook.

Example:
    >>> from rnn_edu.calculations import this_is_an_example
    >>> w = this_is_an_example()
    >>> check({("h", 1): [0.032988, 0.020997, 0.064909]}, w)
    All numbers are right.
    >>> check({("a", 2): [0.052, -0.082, -0.04], ("h", 2): [0.051953, -0.081817, -0.039979]}, w)
    0 of 6 are right, 3 follow from an earlier mistake, 3 are wrong.
    The first wrong number is a at t=2, unit 1: 0.052 is not what belongs there. It
    looks as if h_1, the state before, was left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.marking import Marks, blanks_of, mark
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.walkthrough import Key


def check(answers: Mapping[Key, ArrayLike], walkthrough: Walkthrough) -> Marks:
    """Says which of your numbers are right, and what went wrong first.

    A number that is right from your own earlier ones counts as following: the mistake was
    made before. Where a number is wrong, the step is calculated again under every known
    mistake, and the one that gives your number is named.

    Args:
        answers: your numbers by name, or by name and time step: ``{("h", 2): [0.1, 0.2]}``,
            each of the shape of its step. Write ``nan`` for a number that you leave blank.
        walkthrough: the calculation.

    Returns:
        The marks; a notebook shows them as sentences.

    Raises:
        NamingError: a name that the calculation does not have, or that is given and not
            calculated.
        ShapeError: numbers of another shape.
        NumberError: something that is not a number, or an infinite one.
    """
    given = {_step(walkthrough, key): value for key, value in answers.items()}
    steps = [step for step in walkthrough.steps if step in given]
    numbers = {step: _numbers(step, given[step]) for step in steps}
    blanks = blanks_of(steps)
    written = {b.number: float(numbers[b.quantity][b.index]) for b in blanks}
    known = {number: value for number, value in written.items() if not np.isnan(value)}
    return mark(walkthrough, blanks, known, numbered=False)


def _step(walkthrough: Walkthrough, key: Key) -> Quantity:
    quantity = walkthrough[key]
    if quantity.definition is None:
        raise NamingError(f"{quantity.title} is given; check a step that is calculated.")
    return quantity


def _numbers(step: Quantity, value: ArrayLike) -> np.ndarray:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NumberError(f"{step.title} must be numbers, but is {value!r}.") from None
    if numbers.size != step.value.size:
        raise ShapeError(
            f"{step.title} has {step.value.size} numbers, shape {step.shape}, but you gave "
            f"{numbers.size}, shape {numbers.shape}."
        )
    return numbers.reshape(step.shape)
