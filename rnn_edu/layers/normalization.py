"""Normalization: numbers of a handy size, and back into their unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.layers.base import Array, Gradients, Layer


class Normalization(Layer):
    """Subtracts a fixed mean and divides by a fixed spread, or does the opposite.

    The formulas, without and with ``invert``::

        y = (x - mean) / spread              spread = sqrt(variance)
        y = mean + x * spread

    Args:
        mean: one for all features, or one for each.
        variance: the square of the spread, likewise, above 0.
        invert: whether scaled numbers are put back into their unit.
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable``.

    Raises:
        UsageError: a variance is not above 0.

    Example:
        >>> Normalization(44.0, 35.0**2, dtype="float64")(np.array([[79.0]]))
        array([[1.]])
        >>> Normalization(44.0, 35.0**2, invert=True, dtype="float64")(np.array([[1.0]]))
        array([[79.]])
    """

    def __init__(
        self,
        mean: npt.ArrayLike = 0.0,
        variance: npt.ArrayLike = 1.0,
        invert: bool = False,
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.mean = np.asarray(mean, dtype=self.dtype)
        self.spread = np.sqrt(np.asarray(variance, dtype=self.dtype))
        self.invert = invert
        if not np.all(self.spread > 0):
            raise UsageError(
                f"{self.name}: variance is {np.asarray(variance)}, but it must be above 0."
            )

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Array:
        """Returns the scaled numbers, or the numbers in their unit."""
        self._shape = x.shape
        self._ready_for_backward = True
        if self.invert:
            return np.asarray(self.mean + x * self.spread)
        return np.asarray((x - self.mean) / self.spread)

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns dL/dx; there are no weights."""
        self._check_called()
        d_y = self._gradient_of_output(d_output, self._shape)
        return (d_y * self.spread if self.invert else d_y / self.spread), []
