"""Backpropagation through time: every gradient of a small network, each on its own line.

The sentence and the three matrices are those of :mod:`.this_is_an_example`. The biases and
the column for the end of the sentence are this book's own, all of them different and none of
them zero, so that no mistake can hide.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.calculations.this_is_an_example import (
    END,
    UNITS,
    W_HH,
    W_HY_WITH_END,
    W_XH,
    WORDS,
    next_words,
)
from rnn_edu.networks import Dense, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

ANSWERS = (*WORDS, END)
B_H = (0.011, -0.024, 0.017)
B_Y = (0.005, -0.013, 0.021, 0.008, -0.009)
WEIGHTS: tuple[ArrayLike, ...] = (W_XH, W_HH, B_H, W_HY_WITH_END, B_Y)

BACKPROPAGATION_NETWORK = Network.sequential(
    Input((None, len(WORDS))),
    SimpleRNN(len(UNITS), return_sequences=True),
    Dense(len(ANSWERS), "softmax"),
    loss="categorical_crossentropy",
)


def backpropagation_through_time(weights: Sequence[ArrayLike] = WEIGHTS) -> Walkthrough:
    """Forward over the four words, then back: what goes through each step kept apart.

    Args:
        weights: ``W_xh`` (4, 3), ``W_hh`` (3, 3), ``b_h`` (3,), ``W_hy`` (3, 5), ``b_y`` (5,).

    Example:
        >>> w = backpropagation_through_time()
        >>> through_answer, through_time = w["d_h_via_z", 2].value, w["d_h_via_a", 2].value
        >>> bool((through_answer + through_time == w["d_h", 2].value).all())
        True
    """
    return BACKPROPAGATION_NETWORK.walkthrough(
        weights,
        Words(WORDS, WORDS),
        next_words(ANSWERS),
        title="Backpropagation through time",
        note="From the loss of four guesses back to every weight that had a part in it.",
        key="backpropagation_through_time",
        answers=ANSWERS,
        separate=True,
    )
