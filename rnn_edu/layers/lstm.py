"""The LSTM layer: three gates, a candidate, and a cell state beside the hidden one."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu.layers import activations
from rnn_edu.layers.activations import Activation, GateActivations
from rnn_edu.layers.base import Array
from rnn_edu.layers.recurrent import Recurrent, side_by_side


class LSTM(Recurrent):
    """Long short-term memory.

    Forward, with the four parts of a_t in Keras's order i, f, c̃, o::

        a_t = x_t @ W_xh + h_{t-1} @ W_hh + b_h
        i_t = σ(a_i)    f_t = σ(a_f)    c̃_t = tanh(a_c)    o_t = σ(a_o)
        c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t
        h_t = o_t ⊙ tanh(c_t)

    Backward, from dL/dh_t and what came back through c_t::

        dL/do_t      = dL/dh_t ⊙ tanh(c_t)
        dL/dc_t     += dL/dh_t ⊙ o_t ⊙ (1 - tanh²(c_t))
        dL/di_t      = dL/dc_t ⊙ c̃_t
        dL/df_t      = dL/dc_t ⊙ c_{t-1}
        dL/dc̃_t      = dL/dc_t ⊙ i_t
        dL/dc_{t-1}  = dL/dc_t ⊙ f_t
        dL/dh_{t-1}  = dL/da_t @ W_hhᵀ

    Weights: ``kernel`` W_xh (features, 4 units), ``recurrent_kernel`` W_hh (units, 4 units),
    ``bias`` b_h (4 units,). The states are h and c.

    Args:
        units: width of the states, and of the output.
        activation: activation of the candidate and of the cell state on its way out.
        recurrent_activation: activation of the three gates.
        use_bias: whether a bias is added.
        unit_forget_bias: whether the forget gate's bias starts at 1, which keeps it open.
        **recurrent: the other arguments of :class:`~rnn_edu.layers.recurrent.Recurrent`.

    Example:
        >>> layer = LSTM(2, seed=0)
        >>> layer.build((None, 5, 3))
        >>> [weight.shape for weight in layer.get_weights()]
        [(3, 8), (2, 8), (8,)]
        >>> layer.bias
        array([0., 0., 1., 1., 0., 0., 0., 0.], dtype=float32)
    """

    gate_names = ("i", "f", "c", "o")
    state_names = ("h", "c")

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = "tanh",
        recurrent_activation: str | Activation | None = "sigmoid",
        use_bias: bool = True,
        *,
        unit_forget_bias: bool = True,
        **recurrent: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **recurrent)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        gate, content = self.recurrent_activation, self.activation
        self._gate_activations = GateActivations([gate, gate, content, gate])

    def _initial_bias(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        bias = super()._initial_bias(shape, rng)
        if self.unit_forget_bias:
            bias[self.units : 2 * self.units] = 1.0
        return bias

    def _prepare_steps(self, time: int, batch: int) -> None:
        self._tanh_c = self._buffer("tanh c", (time, batch, self.units))

    def _step(self, t: int) -> None:
        h, c = self._states
        a = self._a[:, t]
        a += self._recurrent_product(h[t])  # a_t = x_t @ W_xh + b_h + h_{t-1} @ W_hh
        i, f, candidate, o = self._gate_activations(a)  # σ(a_i), σ(a_f), tanh(a_c), σ(a_o)
        c[t + 1] = f * c[t] + i * candidate  # c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t
        tanh_c = self.activation(c[t + 1], out=self._tanh_c[t])
        np.multiply(o, tanh_c, out=h[t + 1])  # h_t = o_t ⊙ tanh(c_t)

    def _step_backward(self, t: int, d_states: list[Array]) -> list[Array]:
        d_h, d_c = d_states
        gates, tanh_c, c = self._a[:, t], self._tanh_c[t], self._states[1]
        i, f, candidate, o = gates
        d_gates = self._d_gates
        d_c = d_c + self.activation.backward(tanh_c, d_h * o)  # through h_t = o_t ⊙ tanh(c_t)
        np.multiply(d_c, candidate, out=d_gates[0])  # dL/di_t
        np.multiply(d_c, c[t], out=d_gates[1])  # dL/df_t
        np.multiply(d_c, i, out=d_gates[2])  # dL/dc̃_t
        np.multiply(d_h, tanh_c, out=d_gates[3])  # dL/do_t
        self._gate_activations.backward(gates, d_gates)  # dL/da_t
        d_a = side_by_side(d_gates, out=self._d_a[t])
        return [self._recurrent_product_backward(d_a), d_c * f]
