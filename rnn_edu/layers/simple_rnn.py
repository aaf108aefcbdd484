"""The simple recurrent layer: one tanh, one state."""

from __future__ import annotations

from rnn_edu.layers.base import Array
from rnn_edu.layers.recurrent import Recurrent


class SimpleRNN(Recurrent):
    """A fully connected recurrent layer: the output of a step is the state of the next.

    Forward::

        a_t = x_t @ W_xh + h_{t-1} @ W_hh + b_h
        h_t = tanh(a_t)

    Backward, from dL/dh_t::

        dL/da_t     = dL/dh_t ⊙ (1 - h_t²)
        dL/dh_{t-1} = dL/da_t @ W_hhᵀ
        dL/dW_hh    = Σ_t h_{t-1}ᵀ @ dL/da_t

    Weights: ``kernel`` W_xh (features, units), ``recurrent_kernel`` W_hh (units, units),
    ``bias`` b_h (units,). The arguments are those of
    :class:`~rnn_edu.layers.recurrent.Recurrent`, in Keras's names and defaults.

    Example:
        >>> import numpy as np
        >>> layer = SimpleRNN(1, dtype="float64")
        >>> layer.build((None, 2, 1))
        >>> layer.set_weights([[[0.5]], [[-0.5]], [0.1]])
        >>> layer(np.array([[[1.0], [3.0]]])).round(4)
        array([[0.8696]])
        >>> d_x, (d_kernel, d_recurrent_kernel, d_bias) = layer.backward([[1.0]])
        >>> d_x.round(4).tolist()
        [[[-0.0434], [0.1219]]]
    """

    def _step(self, t: int) -> None:
        (h,) = self._states
        a = self._a[:, t]
        a += self._recurrent_product(h[t])  # a_t = x_t @ W_xh + b_h + h_{t-1} @ W_hh
        self.activation(a[0], out=h[t + 1])  # h_t = tanh(a_t)

    def _step_backward(self, t: int, d_states: list[Array]) -> list[Array]:
        (h,), (d_h,) = self._states, d_states
        self._d_a[t] = self.activation.backward(h[t + 1], d_h)
        return [self._recurrent_product_backward(self._d_a[t])]
