"""The embedding layer: a table with one row of numbers for each word id."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.layers import initializers
from rnn_edu.layers.base import (
    Array,
    Gradients,
    Layer,
    Shape,
    as_numbers,
    check_finite,
    check_units,
)
from rnn_edu.layers.initializers import Initializer


class Embedding(Layer):
    """Looks up a row of a table for every id.

    Forward and backward::

        y_t = E[id_t]            dL/dE[k] = Σ of dL/dy_t over all t with id_t = k

    Weights: ``embeddings`` E (input_dim, output_dim). There is no gradient for the ids: the
    input gradient is None.

    Where an id comes twice in a batch, its row's gradient is the sum, and optimizers that square
    gradients square that sum. Keras on TensorFlow squares the parts one by one, so that with
    Adam and RMSprop its tables part from these after a step; with SGD they do not.

    Args:
        input_dim: how many ids there are: 0 to input_dim - 1.
        output_dim: width of a row.
        embeddings_initializer: where the table starts.
        mask_zero: whether id 0 is padding that the layers after this one skip.
        weights: the table itself, or a list that holds it.
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable``.

    Shapes:
        input (batch, ...) of whole numbers, output (batch, ..., output_dim).

    Example:
        >>> layer = Embedding(3, 2, mask_zero=True, weights=[[0, 0], [1, 2], [3, 4]])
        >>> layer([[2, 0]])
        array([[[3., 4.],
                [0., 0.]]], dtype=float32)
        >>> layer.compute_mask(np.array([[2, 0]]), None)
        array([[ True, False]])
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | Initializer = "uniform",
        mask_zero: bool = False,
        weights: npt.ArrayLike | None = None,
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.input_dim = _checked_size(self.name, "input_dim", input_dim)
        self.output_dim = _checked_size(self.name, "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.mask_zero = mask_zero
        if weights is not None:
            self.build((None,))
            table = np.asarray(weights)
            self.set_weights(list(table) if table.ndim == 3 else [table])

    def _create_weights(self, input_shape: Shape) -> None:
        self.input_width = None  # the last axis of the input is time, of any length
        shape = (self.input_dim, self.output_dim)
        self.embeddings = self._add_weight("embeddings", shape, self.embeddings_initializer)

    def prepare(self, x: npt.ArrayLike) -> Array:
        """Returns the ids as whole numbers, each one checked.

        Raises:
            NumberError: an id is NaN or infinite.
            UsageError: an id is not a whole number or has no row.
        """
        ids = as_numbers(self.name, x)
        check_finite(self.name, "the input", ids)
        self.build(ids.shape)
        whole = ids.astype(np.int64)
        self._refuse(ids, whole != ids, "is not a whole number")
        outside = (whole < 0) | (whole >= self.input_dim)
        last = self.input_dim - 1
        self._refuse(ids, outside, f"is outside the vocabulary of {self.input_dim} (0 to {last})")
        return whole

    def _refuse(self, ids: Array, wrong: Array, why: str) -> None:
        if wrong.any():
            place = tuple(int(index) for index in np.argwhere(wrong)[0])
            raise UsageError(
                f"{self.name}: the id {ids[place]} at {list(place)} {why}; "
                "raise input_dim, or map such words to an id that has a row."
            )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input's shape with ``output_dim`` behind it."""
        return (*input_shape, self.output_dim)

    def compute_mask(self, x: Array, mask: Array | None) -> Array | None:
        """Returns where the ids are not 0, if ``mask_zero``."""
        return x != 0 if self.mask_zero else None

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Array:
        """Returns the rows of the ids."""
        self._ids = x
        self._ready_for_backward = True
        return self.embeddings[x]

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns None for the ids, and dL/dE."""
        self._check_called()
        d_y = self._gradient_of_output(d_output, (*self._ids.shape, self.output_dim))
        d_table = np.zeros_like(self.embeddings)
        # Plain d_table[ids] += would count an id that occurs twice only once.
        np.add.at(d_table, self._ids, d_y)
        return None, [d_table]


def _checked_size(owner: str, argument: str, size: int) -> int:
    try:
        return check_units(owner, size)
    except UsageError:
        raise UsageError(
            f"{owner}: {argument} must be a whole number above 0, but is {size!r}."
        ) from None
