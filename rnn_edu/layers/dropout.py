"""Dropout: setting inputs to 0 at random while training."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.layers.base import Array, Gradients, Layer


class Dropout(Layer):
    """Sets each input to 0 with probability ``rate`` while training, and does nothing otherwise.

    What stays is divided by 1 - rate, so that the expected sum stays the same::

        y = x ⊙ m / (1 - rate),   m = 0 with probability rate, else 1
        dL/dx = dL/dy ⊙ m / (1 - rate)

    Args:
        rate: the share to drop, from 0 up to but not including 1.
        noise_shape: shape of m where entries are to be dropped together, None for an axis of
            the input's own length; for instance ``(None, 1, None)`` for all time steps alike.
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable``.

    Example:
        >>> layer = Dropout(0.5, seed=0)
        >>> layer(np.ones((1, 4)), training=True)
        array([[2., 0., 0., 0.]], dtype=float32)
        >>> layer(np.ones((1, 4)))
        array([[1., 1., 1., 1.]], dtype=float32)
    """

    def __init__(
        self, rate: float, noise_shape: tuple[int | None, ...] | None = None, **layer: Any
    ) -> None:
        super().__init__(**layer)
        self.rate = checked_rate(self.name, "rate", rate)
        self.noise_shape = noise_shape

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Array:
        """Returns the input with entries dropped, or the input itself outside training."""
        self._ready_for_backward = True
        self._shape = x.shape
        self._dropped = None
        if not training or self.rate == 0.0:
            return x
        self._dropped = dropout_mask(self.rng, self.rate, self._noise(x.shape), self.dtype)
        return x * self._dropped

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns dL/dx; there are no weights."""
        self._check_called()
        d_y = self._gradient_of_output(d_output, self._shape)
        return (d_y if self._dropped is None else d_y * self._dropped), []

    def _noise(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if self.noise_shape is None:
            return shape
        if len(self.noise_shape) != len(shape):
            raise UsageError(
                f"{self.name}: noise_shape {self.noise_shape} has {len(self.noise_shape)} axes, "
                f"but the input of shape {shape} has {len(shape)}."
            )
        pairs = zip(self.noise_shape, shape, strict=True)
        return tuple(own if asked is None else asked for asked, own in pairs)


def dropout_mask(
    rng: np.random.Generator, rate: float, shape: tuple[int, ...], dtype: str
) -> Array:
    """Returns 0 with probability ``rate`` and 1 / (1 - rate) otherwise."""
    kept = (rng.random(shape) >= rate).astype(dtype)
    kept /= 1.0 - rate
    return kept


def checked_rate(owner: str, argument: str, rate: float) -> float:
    """Returns the rate, which must lie in [0, 1).

    Raises:
        UsageError: it does not.
    """
    if not isinstance(rate, int | float) or not 0.0 <= rate < 1.0:
        raise UsageError(
            f"{owner}: {argument} must be a number from 0 up to but not including 1, "
            f"but is {rate!r}."
        )
    return float(rate)
