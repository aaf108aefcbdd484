r"""Adam, as Keras's dense one computes it, in one pass over each weight.

.. math::
    m \leftarrow m + (1-\beta_1)(g - m), \quad v \leftarrow v + (1-\beta_2)(g^2 - v), \quad
    w \leftarrow w - \eta \frac{\sqrt{1-\beta_2^k}}{1-\beta_1^k} \frac{m}{\sqrt v + \epsilon}

A word that does not occur in a batch has the gradient 0, but its m is not 0: Adam goes on moving
its row. A "sparse" Adam would leave it where it is, and train another model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


class DenseAdam:
    """Adam with Keras's defaults.

    Args:
        variables: what it moves.
        learning_rate: how far.

    Attributes:
        step: how many updates were done, a variable.
        learning_rate: a variable, so that it can change between updates; in single precision
            whatever the weights have, because Keras keeps it so.
    """

    def __init__(self, variables: Sequence[Any], learning_rate: float) -> None:
        self.variables = list(variables)
        self.learning_rate = tf.Variable(learning_rate, dtype=tf.float32)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.m = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.v = [tf.Variable(tf.zeros_like(variable)) for variable in variables]

    def apply(self, gradients: Sequence[Any]) -> Any:
        """Does one update; called while a graph is made, or outside of one.

        Returns:
            In a graph, the operation that is done when the update is; else None.
        """
        dtype = self.variables[0].dtype
        learning_rate = tf.cast(self.learning_rate, dtype)
        k = tf.cast(self.step.assign_add(1), dtype)
        beta_1, beta_2 = (tf.constant(beta, dtype) for beta in (BETA_1, BETA_2))
        # Keras rounds these two to single precision before it takes their powers.
        power_1, power_2 = (tf.cast(np.float32(beta), dtype) ** k for beta in (BETA_1, BETA_2))
        updates = [
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=power_1,
                beta2_power=power_2,
                lr=learning_rate,
                beta1=beta_1,
                beta2=beta_2,
                epsilon=tf.constant(EPSILON, dtype),
                grad=_dense(gradient, variable),
            )
            for variable, m, v, gradient in zip(
                self.variables, self.m, self.v, gradients, strict=True
            )
        ]
        return tf.group(*updates)

    def get_state(self) -> list[npt.NDArray[Any]]:
        """The number of updates, then m and v of each variable."""
        return [np.array(slot.numpy()) for slot in (self.step, *self.m, *self.v)]

    def set_state(self, state: Sequence[npt.NDArray[Any]]) -> None:
        """Puts back what :meth:`get_state` gave."""
        for slot, value in zip((self.step, *self.m, *self.v), state, strict=True):
            slot.assign(value)


def _dense(gradient: Any, variable: Any) -> Any:
    """A gradient of looked-up rows as a gradient of all rows."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, variable.shape[0])
