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
    """The different states of all steps below each other, shape ``(1 + words read, m)``.

    Before its first word every sentence is in the same state, so this one is there only once.

    Args:
        weights: of the model.
        inputs: the words that are read, as in a :class:`ShrinkingBatch`.
        counts: sentences running at each step; its length is known when the graph is made.
    """
    steps = counts.shape[0]
    looked_up = tf.split(tf.gather(weights.W_ax, inputs), counts[1:], num=steps - 1)
    # Before the first step there is neither a state nor a word: both products are 0.
    found = [tf.tanh(weights.b_a)]
    for row, count in zip(looked_up, tf.unstack(counts[1:]), strict=True):
        found.append(tf.tanh(found[-1][:count] @ weights.W_aa + row + weights.b_a))
    return tf.concat(found, axis=0)


def one_for_each_target(state: Any, sentences: Any) -> Any:
    """The states with the first as often as there are sentences, shape ``(words, m)``."""
    return tf.concat([tf.repeat(state[:1], sentences, axis=0), state[1:]], axis=0)


def surprise(weights: Weights, state: Any, targets: Any, shares: Any, alike: Any) -> Any:
    """The sum of -ln p of each target, times what it counts.

    Args:
        weights: of the model.
        state: shape ``(rows, m)``.
        targets: the words to be predicted, shape ``(words,)``.
        shares: what each target counts, shape ``(words,)``.
        alike: so many targets are predicted from the first row; from every other row one is.
    """
    order = tf.range(tf.shape(targets, tf.int64)[0])
    rows = tf.maximum(order - tf.cast(alike, tf.int64) + 1, 0)
    W_y, b_y = (tf.convert_to_tensor(weight) for weight in (weights.W_y, weights.b_y))
    return _surprise(state, W_y, b_y, tf.stack([rows, targets], axis=1), shares)


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _surprise(state: Any, W_y: Any, b_y: Any, targets: Any, shares: Any) -> Any:
    """As :func:`surprise`, each target given as its row and its word, with its gradient.

    The gradient of a score is p, less 1 where the target stands, times what it counts. Said so,
    it needs fewer passes through the many scores than TensorFlow's own operation takes.
    """
    scores = state @ W_y + b_y
    scores -= tf.reduce_max(scores, axis=1, keepdims=True)
    powers = tf.exp(scores)
    total = tf.reduce_sum(powers, axis=1, keepdims=True)
    rows = tf.shape(state, tf.int64)[0]
    counted = tf.math.unsorted_segment_sum(shares, targets[:, 0], rows)[:, None]
    loss = tf.reduce_sum(counted * tf.math.log(total))
    loss -= tf.reduce_sum(shares * tf.gather_nd(scores, targets))

    def gradient(upstream: Any) -> Any:
        d_scores = tf.tensor_scatter_nd_sub(powers * (counted / total), targets, shares)
        d_state = tf.matmul(d_scores, W_y, transpose_b=True)
        d_W_y = tf.matmul(state, d_scores, transpose_a=True)
        d_b_y = tf.reduce_sum(d_scores, axis=0, keepdims=True)
        return upstream * d_state, upstream * d_W_y, upstream * d_b_y, None, None

    return loss, gradient
