"""A loss with a cliff: one recurrent unit that is left to itself for many steps.

Source: the picture follows the idea of Pascanu, Mikolov and Bengio (2013), who drew the loss
of one recurrent unit over its two parameters; the unit and the numbers here are this book's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.layers.base import Array

STEPS, START, TARGET = 50, 0.5, -0.7


def loss_of_one_unit(
    W_hh: ArrayLike, b_h: ArrayLike, *, steps: int = STEPS, start: float = START
) -> tuple[Array, Array]:
    """h_t = tanh(h_(t-1) W_hh + b_h) from ``start``, and how far the last h is from the target.

    The derivatives go forwards with the state: what changes h_t is the parameter in step t
    itself, and its effect on h_(t-1), which comes through W_hh.

    Args:
        W_hh: the recurrent weight, a number or an array of them.
        b_h: the bias, likewise; the two are broadcast.
        steps: T, the number of steps.
        start: h_0.

    Returns:
        The loss (h_T - target)², and its gradient by W_hh and b_h along a last axis.

    Example:
        >>> loss, gradient = loss_of_one_unit(2.0, -0.3)
        >>> float(loss.round(4)), gradient.round(4).tolist()
        (2.5857, [0.7899, 0.87])
    """
    W, b = np.broadcast_arrays(np.asarray(W_hh, float), np.asarray(b_h, float))
    h, d_W, d_b = np.full(W.shape, start), np.zeros(W.shape), np.zeros(W.shape)
    for _ in range(steps):
        new_h = np.tanh(h * W + b)
        d_W = (1 - new_h**2) * (h + d_W * W)
        d_b = (1 - new_h**2) * (1 + d_b * W)
        h = new_h
    error = h - TARGET
    return error**2, 2 * error[..., np.newaxis] * np.stack([d_W, d_b], axis=-1)
