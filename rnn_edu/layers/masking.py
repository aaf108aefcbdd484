"""Masking: telling the layers after it which time steps to skip."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.layers.base import Array, Gradients, Layer


class Masking(Layer):
    """Marks the steps at which every feature equals ``mask_value``, and sets them to 0.

    Args:
        mask_value: the value that stands for "no data".
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable``.

    Shapes:
        input and output (batch, time, features); mask (batch, time).

    Example:
        >>> layer, x = Masking(mask_value=-1.0), np.array([[[-1.0, -1.0], [-1.0, 2.0]]])
        >>> layer(x)
        array([[[ 0.,  0.],
                [-1.,  2.]]], dtype=float32)
        >>> layer.compute_mask(x, None)
        array([[False,  True]])
    """

    input_rank = (3, "(batch, time, features)")

    def __init__(self, mask_value: float = 0.0, **layer: Any) -> None:
        super().__init__(**layer)
        self.mask_value = mask_value

    def compute_mask(self, x: Array, mask: Array | None) -> Array:
        """Returns (batch, time), False at the steps to skip."""
        counts: Array = np.any(x != self.mask_value, axis=-1)
        return counts

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Array:
        """Returns the input with the marked steps set to 0."""
        self._counts = self.compute_mask(x, mask)[..., np.newaxis]
        self._shape = x.shape
        self._ready_for_backward = True
        return np.where(self._counts, x, 0.0)

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns dL/dx, 0 at the marked steps; there are no weights."""
        self._check_called()
        return self._gradient_of_output(d_output, self._shape) * self._counts, []
