r"""The model's formulas, all steps of a batch at once where the mathematics allows it.

.. math::
    a_t = \tanh([a_{t-1}; x_t] W_a + b_a), \qquad p_t = \mathrm{softmax}(a_t W_y + b_y)

The product of :math:`[a_{t-1}; x_t]` with :math:`W_a` is the sum of two: the state times the upper
m rows of :math:`W_a`, and the one-hot word times the lower n rows, which is one of these rows. So
the two parts are kept as two variables, and words are looked up. Only the states have to wait for
each other; the product with :math:`W_y` is done once, for all steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Weights:
    """The model's variables; m is the size of the state, n the number of words.

    Attributes:
        W_aa: state to state, the upper part of W_a, shape ``(m, m)``.
        W_ax: word to state, the lower part of W_a, shape ``(n, m)``.
        b_a: shape ``(1, m)``.
        W_y: state to scores, shape ``(m, n)``.
        b_y: shape ``(1, n)``.
    """

    W_aa: Any
    W_ax: Any
    b_a: Any
    W_y: Any
    b_y: Any

    def all(self) -> list[Any]:
        """The five variables in their order."""
        return [self.W_aa, self.W_ax, self.b_a, self.W_y, self.b_y]


def states(weights: Weights, inputs: Any, counts: Any) -> Any:
    """The states of all steps below each other, shape ``(words, m)``.

    Args:
        weights: of the model.
        inputs: the words that are read, as in a :class:`ShrinkingBatch`.
        counts: sentences running at each step; its length is known when the graph is made.
    """
    steps = counts.shape[0]
    looked_up = tf.split(tf.gather(weights.W_ax, inputs), counts[1:], num=steps - 1)
    # Before the first step there is neither a state nor a word: both products are 0.
    found = [tf.tanh(tf.repeat(weights.b_a, counts[0], axis=0))]
    for row, count in zip(looked_up, tf.unstack(counts[1:]), strict=True):
        found.append(tf.tanh(found[-1][:count] @ weights.W_aa + row + weights.b_a))
    return tf.concat(found, axis=0)


def scores(weights: Weights, state: Any) -> Any:
    """The score of every word after every state, shape ``(words, n)``; softmax comes later."""
    return state @ weights.W_y + weights.b_y


def surprises(weights: Weights, state: Any, targets: Any) -> Any:
    """-ln p of each target, shape ``(words,)``."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, scores(weights, state))
