"""Layers whose state is a linear recurrence: what they keep and add depends on the input alone.

No gate looks at the state before, so all of them are known before the first state is. What is
left, h_t = a_t ⊙ h_{t-1} + b_t, is a scan, forward and backward: with g_t = dL/dh_t,

    g_t = (what comes from the output at t) + a_{t+1} ⊙ g_{t+1}

which is the same recurrence, read from the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu.errors import UsageError
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.activations import get as activation_of
from rnn_edu.layers.base import Array, Shape
from rnn_edu.layers.names import look_up
from rnn_edu.layers.recurrent import Recurrent, side_by_side
from rnn_edu.layers.scans import WAYS, scan

SIGMOID = activation_of("sigmoid")


class LinearRecurrent(Recurrent):
    """What MinGRU, MinLSTM and DiagonalSSM share: no recurrent weights, and a scan.

    Args:
        units: width of the state, and of the output.
        activation: activation of what is added; None is linear, as in the papers.
        use_bias: whether a bias is added.
        way: how the states are calculated, one of those that ``rnn_edu.layers.scans.WAYS`` names.
        **recurrent: the other arguments of :class:`~rnn_edu.layers.recurrent.Recurrent`; there
            are no recurrent weights, so there is no ``recurrent_dropout``.

    Raises:
        UsageError: ``recurrent_dropout`` is given.
        NamingError: there is no such way.
    """

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = None,
        use_bias: bool = True,
        *,
        way: str = "Blelloch",
        **recurrent: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **recurrent)
        look_up("way of calculating a scan", way, WAYS)
        self.way = way
        if self.recurrent_dropout:
            raise UsageError(
                f"{self.name} has no recurrent weights, so recurrent_dropout="
                f"{recurrent['recurrent_dropout']!r} has nothing to act on; use dropout."
            )

    def _create_weights(self, input_shape: Shape) -> None:
        features, width = self._features(input_shape), len(self.gate_names) * self.units
        self.kernel = self._add_weight("kernel", (features, width), self.kernel_initializer)
        if self.use_bias:
            self.bias = self._add_weight("bias", self._bias_shape(), self._initial_bias)

    def _walk(self, time: int) -> None:
        keep, new = self._keep_and_new()
        if self._mask is not None:
            keep, new = np.where(self._mask, keep, 1.0), np.where(self._mask, new, 0.0)
        (h,), self._keep = self._states, keep.astype(self.dtype, copy=False)
        h[1:] = scan(self._keep, new.astype(self.dtype, copy=False), h[0], way=self.way).states

    def _walk_back(self, d_outputs: list[Array | None], d_states: list[Array]) -> list[Array]:
        (h,), (d_last,) = self._states, d_states
        d_h = np.zeros_like(h[1:])
        for t, d_output in enumerate(d_outputs):
            d_h[t] = 0.0 if d_output is None else d_output
        d_h[-1] += d_last
        kept_next = np.concatenate([self._keep[1:], np.zeros_like(self._keep[:1])])
        d_new = scan(kept_next[::-1], d_h[::-1], way=self.way).states[::-1]
        d_first = self._keep[0] * d_new[0]
        d_keep = d_new * h[:-1]
        if self._mask is not None:
            d_keep, d_new = d_keep * self._mask, d_new * self._mask
        d_gates = self._keep_and_new_backward(d_keep, d_new)
        flat = d_gates.reshape(len(self.gate_names), -1, self.units)
        side_by_side(flat, out=self._all_steps(self._d_a))
        return [d_first]

    def _recurrent_gradients(self) -> list[Array]:
        """dL/d(bias), where there is one."""
        return [self._all_steps(self._d_a).sum(axis=0)] if self.use_bias else []

    def _keep_and_new(self) -> tuple[Array, Array]:
        """From ``_a``, (gate, time, batch, unit), each step's a_t and b_t: (time, batch, unit)."""
        raise NotImplementedError

    def _keep_and_new_backward(self, d_keep: Array, d_new: Array) -> Array:
        """From dL/da_t and dL/db_t to dL/d(pre-activations): (gate, time, batch, unit)."""
        raise NotImplementedError


class MinGRU(LinearRecurrent):
    """A GRU without its recurrent weights, its reset gate and its tanh.

    Forward, with the two parts of a_t in the order z, h̃::

        a_t = x_t @ W_x + b
        z_t = σ(a_z)    h̃_t = a_h
        h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ h̃_t

    A z_t near 1 keeps the old state, as in Keras's GRU; the paper writes 1 - z_t in its place.

    Backward, from g_t = dL/dh_t::

        dL/dz_t = g_t ⊙ (h_{t-1} - h̃_t)    dL/dh̃_t = g_t ⊙ (1 - z_t)

    Weights: ``kernel`` W_x (features, 2 units), ``bias`` b (2 units,). The state is h. The
    arguments are those of :class:`~rnn_edu.layers.linear_recurrent.LinearRecurrent`.

    Source: Feng and others, *Were RNNs All We Needed?* (2024), without its logarithms.

    Example:
        >>> layer = MinGRU(1, dtype="float64")
        >>> layer.build((None, 2, 1))
        >>> layer.set_weights([[[0.0, 1.0]], [0.0, 0.5]])
        >>> layer([[[1.0], [3.0]]])
        array([[2.125]])
    """

    gate_names = ("z", "h")

    def _keep_and_new(self) -> tuple[Array, Array]:
        z, candidate = self._a
        SIGMOID(z, out=z)
        self.activation(candidate, out=candidate)
        return z, (1.0 - z) * candidate

    def _keep_and_new_backward(self, d_keep: Array, d_new: Array) -> Array:
        z, candidate = self._a
        d_z = SIGMOID.backward(z, d_keep - d_new * candidate)
        return np.stack([d_z, self.activation.backward(candidate, d_new * (1.0 - z))])


class MinLSTM(LinearRecurrent):
    """An LSTM without its recurrent weights, its tanh, its output gate and its second memory.

    Forward, with the three parts of a_t in the order i, f, h̃::

        a_t = x_t @ W_x + b
        i_t = σ(a_i)    f_t = σ(a_f)    h̃_t = a_h
        f̄_t = f_t / (f_t + i_t)         ī_t = i_t / (f_t + i_t)
        h_t = f̄_t ⊙ h_{t-1} + ī_t ⊙ h̃_t

    The two shares add up to 1. They are calculated as f̄_t = σ(ln f_t - ln i_t), which is the same
    and divides by no small number.

    Backward, with d = dL/df̄_t ⊙ f̄_t ⊙ ī_t::

        dL/da_f = d ⊙ (1 - f_t)    dL/da_i = -d ⊙ (1 - i_t)

    Weights: ``kernel`` W_x (features, 3 units), ``bias`` b (3 units,). The state is h. The
    arguments are those of :class:`~rnn_edu.layers.linear_recurrent.LinearRecurrent`.

    Source: Feng and others, *Were RNNs All We Needed?* (2024), without its logarithms.

    Example:
        >>> layer = MinLSTM(2, seed=0)
        >>> layer.build((None, 5, 3))
        >>> [weight.shape for weight in layer.get_weights()]
        [(3, 6), (6,)]
    """

    gate_names = ("i", "f", "h")

    def _keep_and_new(self) -> tuple[Array, Array]:
        a_i, a_f, candidate = self._a
        self.activation(candidate, out=candidate)
        self._kept_share = SIGMOID(_log_sigmoid(a_f) - _log_sigmoid(a_i))
        return self._kept_share, (1.0 - self._kept_share) * candidate

    def _keep_and_new_backward(self, d_keep: Array, d_new: Array) -> Array:
        a_i, a_f, candidate = self._a
        kept = self._kept_share
        d = SIGMOID.backward(kept, d_keep - d_new * candidate)
        d_i, d_f = -d * (1.0 - SIGMOID(a_i)), d * (1.0 - SIGMOID(a_f))
        return np.stack([d_i, d_f, self.activation.backward(candidate, d_new * (1.0 - kept))])


def _log_sigmoid(a: Array) -> Array:
    """Ln σ(a) = -ln(1 + e^-a), which no a makes overflow."""
    logarithm: Array = -np.logaddexp(0.0, -a)
    return logarithm
