"""The dense layer: a product with a matrix, a bias, an activation."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.layers import activations, initializers
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.base import Array, Gradients, Layer, Shape, check_units
from rnn_edu.layers.initializers import Initializer


class Dense(Layer):
    """A fully connected layer, applied to the last axis of its input.

    Forward and backward::

        a = x @ W + b            dL/da = dL/dy ⊙ f'(a)
        y = f(a)                 dL/dW = xᵀ @ dL/da,  dL/db = Σ dL/da,  dL/dx = dL/da @ Wᵀ

    Weights: ``kernel`` W (features, units), ``bias`` b (units,).

    Args:
        units: width of the output.
        activation: the function f; None is linear.
        use_bias: whether b is added.
        kernel_initializer: where W starts.
        bias_initializer: where b starts.
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable``.

    Shapes:
        input (batch, ..., features), output (batch, ..., units).

    Example:
        >>> layer = Dense(1, activation="sigmoid", dtype="float64")
        >>> layer.build((None, 2))
        >>> layer.set_weights([[[1.0], [-1.0]], [0.5]])
        >>> layer([[1.0, 1.5]])
        array([[0.5]])
        >>> layer.backward([[1.0]])
        (array([[ 0.25, -0.25]]), [array([[0.25 ],
               [0.375]]), array([0.25])])
    """

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.units = check_units(self.name, units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def _check_rank(self, shape: Shape) -> None:
        if len(shape) < 2:
            raise ShapeError(
                f"{self.name} needs an input with at least 2 axes (batch, ..., features), "
                f"but got the shape {shape} with {len(shape)}."
            )

    def _create_weights(self, input_shape: Shape) -> None:
        features = input_shape[-1]
        if features is None:
            raise ShapeError(
                f"{self.name}: the number of features must be known before it can be built, "
                f"but the input shape is {input_shape}."
            )
        self.kernel = self._add_weight("kernel", (features, self.units), self.kernel_initializer)
        if self.use_bias:
            self.bias = self._add_weight("bias", (self.units,), self.bias_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the input's shape with ``units`` as its last axis."""
        return (*input_shape[:-1], self.units)

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Array:
        """Returns f(x @ W + b)."""
        self._x = x.reshape(prod(x.shape[:-1]), x.shape[-1])
        a = self._x @ self.kernel
        if self.use_bias:
            a += self.bias
        self.pre_activation = a.reshape(*x.shape[:-1], self.units)
        self._y = self.activation(self.pre_activation)
        self._ready_for_backward = True
        return self._y.copy() if self.activation.name == "linear" else self._y

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns dL/dx, and dL/dW and dL/db."""
        self._check_called()
        d_y = self._gradient_of_output(d_output, self._y.shape)
        return self.backward_from_pre_activation(self.activation.backward(self._y, d_y))

    def backward_from_pre_activation(self, d_a: Array) -> Gradients:
        """Returns the same gradients from dL/da.

        The cross-entropies know dL/da directly (p - y for softmax and sigmoid), without the
        division by p that loses digits where p is near 0.
        """
        self._check_called()
        flat = np.ascontiguousarray(d_a).reshape(len(self._x), self.units)
        gradients = [self._x.T @ flat]
        if self.use_bias:
            gradients.append(flat.sum(axis=0))
        d_x = flat @ self.kernel.T
        return d_x.reshape(*self._y.shape[:-1], self.kernel.shape[0]), gradients
