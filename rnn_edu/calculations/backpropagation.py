"""Backpropagation through time: every gradient of a small network, each on its own line.

The sentence and the three matrices are those of :mod:`.this_is_an_example`. The biases and
the column for the end of the sentence are this book's own, all of them different and none of
them zero, so that no mistake can hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.cells import simple_rnn_step
from rnn_edu.calculations.network import Network
from rnn_edu.calculations.this_is_an_example import (
    END,
    NETWORK,
    UNITS,
    W_HH,
    W_HY_WITH_END,
    W_XH,
    WORDS,
    next_word,
)
from rnn_edu.walkthrough import Quantity, Walkthrough, cross_entropy, softmax

ANSWERS = (*WORDS, END)
B_H = (0.011, -0.024, 0.017)
B_Y = (0.005, -0.013, 0.021, 0.008, -0.009)
WEIGHTS: tuple[ArrayLike, ...] = (W_XH, W_HH, B_H, W_HY_WITH_END, B_Y)

BACKPROPAGATION_NETWORK: Network = replace(NETWORK, outputs=5, use_bias=True, output_bias=True)


def backpropagation_through_time(weights: Sequence[ArrayLike] = WEIGHTS) -> Walkthrough:
    """Forward over the four words, then back: what goes through each step kept apart.

    Args:
        weights: ``W_xh`` (4, 3), ``W_hh`` (3, 3), ``b_h`` (3,), ``W_hy`` (3, 5), ``b_y`` (5,).

    Example:
        >>> w = backpropagation_through_time()
        >>> through_answer, through_time = w["d_h_via_z", 2].value, w["d_h_via_a", 2].value
        >>> bool(np.all(through_answer + through_time == w["d_h", 2].value))
        True
    """
    w = Walkthrough(
        "Backpropagation through time",
        note="From the loss of four guesses back to every weight that had a part in it.",
        key="backpropagation_through_time",
    )
    axes = ((WORDS, UNITS), (UNITS, UNITS), (UNITS,), (UNITS, ANSWERS), (ANSWERS,))
    names = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
    W_xh, W_hh, b_h, W_hy, b_y = (
        w.weight(name, value, labels=labels)
        for name, value, labels in zip(names, weights, axes, strict=True)
    )
    h = w.constant("h", np.zeros(3), t=0, note="nothing read yet", labels=(UNITS,))
    losses: list[Quantity] = []
    for t, word in enumerate(WORDS, start=1):
        x = w.one_hot("x", word, WORDS, t=t, note="the word, one-hot")
        h = simple_rnn_step(w, x, h, W_xh, W_hh, b_h, t=t)
        z = w.step("z", h @ W_hy + b_y, t=t, note="logits", labels=(ANSWERS,))
        p = w.step("p", softmax(z), t=t, role="output", note="probabilities", labels=(ANSWERS,))
        y = next_word(w, ANSWERS, t)
        losses.append(w.step("l", cross_entropy(y, p), t=t, role="loss", note="surprise"))
    mean = (losses[0] + losses[1] + losses[2] + losses[3]) / 4
    w.gradients(w.step("L", mean, role="loss", note="mean loss"), separate=True)
    return w
