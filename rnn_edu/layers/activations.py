"""Activation functions, each with its derivative beside it.

Every derivative is written in terms of the function's *output* y = f(a), because that is what a
layer still holds on the way back: tanh'(a) = 1 - y² needs y alone. The functions write into
``out``, so that a recurrent layer can turn its pre-activations into gates in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]

ELU_ALPHA = 1.0
LEAKY_SLOPE = float(np.float32(0.2))  # TensorFlow, and so Keras, keeps this one in float32
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class Activation:
    """A function y = f(a) and the way a gradient passes back through it.

    Attributes:
        name: Keras's name of the function.
        function: writes f(a) into its second argument.
        gradient: from y and dL/dy to dL/da.

    Example:
        >>> tanh = get("tanh")
        >>> y = tanh(np.array([0.0, 1.0]))
        >>> y.round(4)
        array([0.    , 0.7616])
        >>> tanh.backward(y, np.ones(2)).round(4)
        array([1.  , 0.42])
    """

    name: str
    function: Callable[[Array, Array], object]
    gradient: Callable[[Array, Array], Array]

    def __call__(self, a: Array, out: Array | None = None) -> Array:
        """Returns f(a), written into ``out`` (which may be ``a`` itself) where it is given."""
        if out is None:
            out = np.empty_like(a)
        self.function(a, out)
        return out

    def backward(self, y: Array, d_y: Array) -> Array:
        """Returns dL/da from the output y and dL/dy, both of the same shape."""
        return self.gradient(y, d_y)


def _linear(a: Array, out: Array) -> None:
    if out is not a:
        out[...] = a


def _linear_gradient(y: Array, d_y: Array) -> Array:
    return d_y


def _tanh(a: Array, out: Array) -> None:
    np.tanh(a, out=out)


def _tanh_gradient(y: Array, d_y: Array) -> Array:
    return (1.0 - y * y) * d_y


def _sigmoid(a: Array, out: Array) -> None:
    # ½ + ½ tanh(a/2) is 1 / (1 + e^-a) without an exponential that could overflow.
    np.multiply(a, 0.5, out=out)
    np.tanh(out, out=out)
    out *= 0.5
    out += 0.5


def _sigmoid_gradient(y: Array, d_y: Array) -> Array:
    return (1.0 - y) * y * d_y


def _hard_sigmoid(a: Array, out: Array) -> None:
    np.clip(a / 6.0 + 0.5, 0.0, 1.0, out=out)


def _hard_sigmoid_gradient(y: Array, d_y: Array) -> Array:
    return ((y > 0.0) & (y < 1.0)) * d_y / 6.0


def _relu(a: Array, out: Array) -> None:
    np.maximum(a, 0.0, out=out)


def _relu_gradient(y: Array, d_y: Array) -> Array:
    return (y > 0.0) * d_y


def _leaky_relu(a: Array, out: Array) -> None:
    np.maximum(a, LEAKY_SLOPE * a, out=out)


def _leaky_relu_gradient(y: Array, d_y: Array) -> Array:
    return np.where(y > 0.0, d_y, LEAKY_SLOPE * d_y)


def _elu(a: Array, out: Array) -> None:
    out[...] = np.where(a > 0.0, a, ELU_ALPHA * np.expm1(np.minimum(a, 0.0)))


def _elu_gradient(y: Array, d_y: Array) -> Array:
    return np.where(y > 0.0, d_y, (y + ELU_ALPHA) * d_y)


def _selu(a: Array, out: Array) -> None:
    out[...] = SELU_SCALE * np.where(a > 0.0, a, SELU_ALPHA * np.expm1(np.minimum(a, 0.0)))


def _selu_gradient(y: Array, d_y: Array) -> Array:
    return np.where(y < 0.0, (y + SELU_SCALE * SELU_ALPHA) * d_y, SELU_SCALE * d_y)


def _softplus(a: Array, out: Array) -> None:
    np.logaddexp(a, 0.0, out=out)


def _softplus_gradient(y: Array, d_y: Array) -> Array:
    # The derivative is the sigmoid of a, and e^-y = 1 - sigmoid(a).
    return -np.expm1(-y) * d_y


def _softsign(a: Array, out: Array) -> None:
    np.divide(a, 1.0 + np.abs(a), out=out)


def _softsign_gradient(y: Array, d_y: Array) -> Array:
    return (1.0 - np.abs(y)) ** 2 * d_y


def _exponential(a: Array, out: Array) -> None:
    np.exp(a, out=out)


def _exponential_gradient(y: Array, d_y: Array) -> Array:
    return y * d_y


def _softmax(a: Array, out: Array) -> None:
    # Taking the largest entry away changes no ratio, and no exponential overflows.
    np.subtract(a, a.max(axis=-1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=-1, keepdims=True)


def _softmax_gradient(y: Array, d_y: Array) -> Array:
    average: Array = (d_y * y).sum(axis=-1, keepdims=True)
    gradient: Array = y * (d_y - average)
    return gradient


class GateActivations:
    """The activations of several gates, applied to all of them at once.

    Sigmoid and tanh are one curve: σ(a) = ½ + ½ tanh(a/2). So gates of these two kinds need one
    call of tanh together, which is faster than one call each. Their derivatives have one form
    too: (1 - y)(y + 0) for sigmoid and (1 - y)(y + 1) for tanh.

    Args:
        activations: one for each gate.

    Example:
        >>> gates = GateActivations([get("sigmoid"), get("tanh")])
        >>> y = gates(np.zeros((2, 1, 1)))
        >>> y.ravel()
        array([0.5, 0. ])
        >>> gates.backward(y, np.ones((2, 1, 1))).ravel()
        array([0.25, 1.  ])
    """

    def __init__(self, activations: Sequence[Activation]) -> None:
        self.activations = list(activations)
        names = [activation.name for activation in activations]
        self.joint = set(names) <= {"sigmoid", "tanh"}
        squeezed = np.array([name == "sigmoid" for name in names])[:, np.newaxis, np.newaxis]
        self._scale = np.where(squeezed, 0.5, 1.0)
        self._shift = np.where(squeezed, 0.5, 0.0)
        self._ends = np.where(squeezed, 0.0, 1.0)

    def __call__(self, a: Array) -> Array:
        """Turns pre-activations (gate, batch, unit) into gates, in place, and returns them."""
        if not self.joint:
            for activation, part in zip(self.activations, a, strict=True):
                activation(part, out=part)
            return a
        self._match(a.dtype)
        a *= self._scale
        np.tanh(a, out=a)
        a *= self._scale
        a += self._shift
        return a

    def backward(self, y: Array, d_y: Array) -> Array:
        """Turns dL/d(gates) into dL/d(pre-activations), in place, and returns them."""
        if not self.joint:
            for activation, part, d_part in zip(self.activations, y, d_y, strict=True):
                d_part[:] = activation.backward(part, d_part)
            return d_y
        d_y *= 1.0 - y
        d_y *= y + self._ends
        return d_y

    def _match(self, dtype: np.dtype[Any]) -> None:
        """Keeps the constants in the type of the numbers, so that float32 stays float32."""
        if self._scale.dtype != dtype:
            self._scale, self._shift, self._ends = (
                constant.astype(dtype) for constant in (self._scale, self._shift, self._ends)
            )


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("elu", _elu, _elu_gradient),
        Activation("exponential", _exponential, _exponential_gradient),
        Activation("hard_sigmoid", _hard_sigmoid, _hard_sigmoid_gradient),
        Activation("leaky_relu", _leaky_relu, _leaky_relu_gradient),
        Activation("linear", _linear, _linear_gradient),
        Activation("relu", _relu, _relu_gradient),
        Activation("selu", _selu, _selu_gradient),
        Activation("sigmoid", _sigmoid, _sigmoid_gradient),
        Activation("softmax", _softmax, _softmax_gradient),
        Activation("softplus", _softplus, _softplus_gradient),
        Activation("softsign", _softsign, _softsign_gradient),
        Activation("tanh", _tanh, _tanh_gradient),
    )
}


def get(identifier: str | Activation | None) -> Activation:
    """Returns the activation of a name; None is the linear one, f(a) = a.

    Raises:
        NamingError: no activation has that name.

    Example:
        >>> get(None).name
        'linear'
    """
    if isinstance(identifier, Activation):
        return identifier
    return look_up("activation", "linear" if identifier is None else identifier, ACTIVATIONS)
