"""The GRU layer: two gates, one state, and the reset gate before or after the product."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu.layers import activations
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.base import Array
from rnn_edu.layers.recurrent import Recurrent, side_by_side


class GRU(Recurrent):
    """Gated recurrent unit, in Keras's order z, r, h̃.

    Forward, reset after the product (``reset_after=True``, the default)::

        z_t = σ(x_t @ W_xz + b_z + h_{t-1} @ W_hz + b'_z)
        r_t = σ(x_t @ W_xr + b_r + h_{t-1} @ W_hr + b'_r)
        h̃_t = tanh(x_t @ W_xh + b_h + r_t ⊙ (h_{t-1} @ W_hh + b'_h))
        h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ h̃_t

    Because r_t multiplies b'_h, the two biases do not merge: ``bias`` has two rows, b for the
    input's product and b' for the state's. Reset before the product has one row, and::

        h̃_t = tanh(x_t @ W_xh + b_h + (r_t ⊙ h_{t-1}) @ W_hh)

    Backward, from dL/dh_t (a_h is what tanh is taken of, s = h_{t-1} @ W_hh + b'_h)::

        dL/dz_t  = dL/dh_t ⊙ (h_{t-1} - h̃_t)
        dL/dh̃_t  = dL/dh_t ⊙ (1 - z_t)
        dL/dr_t  = dL/da_h ⊙ s             (after)
        dL/dr_t  = (dL/da_h @ W_hhᵀ) ⊙ h_{t-1}   (before)

    Weights: ``kernel`` (features, 3 units), ``recurrent_kernel`` (units, 3 units), ``bias``
    (2, 3 units) with ``reset_after``, else (3 units,).

    Args:
        units: width of the state, and of the output.
        activation: activation of the candidate.
        recurrent_activation: activation of the two gates.
        use_bias: whether biases are added.
        reset_after: whether the reset gate acts after the product with the state, or before.
        **recurrent: the other arguments of :class:`~rnn_edu.layers.recurrent.Recurrent`.

    Example:
        >>> layer = GRU(2)
        >>> layer.build((None, 5, 3))
        >>> [weight.shape for weight in layer.get_weights()]
        [(3, 6), (2, 6), (2, 6)]
    """

    gate_names = ("z", "r", "h")

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = "tanh",
        recurrent_activation: str | Activation | None = "sigmoid",
        use_bias: bool = True,
        *,
        reset_after: bool = True,
        **recurrent: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **recurrent)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def _bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def _input_bias(self) -> Array | None:
        if not self.use_bias:
            return None
        return self.bias[0] if self.reset_after else self.bias

    def _prepare_steps(self, time: int, batch: int) -> None:
        # s_t with the reset after the product, r_t ⊙ h_{t-1} with the reset before it.
        self._met_by_reset = self._buffer("met by reset", (time, batch, self.units))

    def _prepare_steps_back(self, time: int, batch: int) -> None:
        # Reset before the product: what is added to a_t is the product itself.
        self._d_product = self._d_a
        if self.reset_after:
            self._d_product = self._buffer("d_product", self._d_a.shape)

    def _step(self, t: int) -> None:
        (h,) = self._states
        if self.reset_after:
            self._gates_and_candidate_after(t, h[t])
        else:
            self._gates_and_candidate_before(t, h[t])
        z, _, candidate = self._a[:, t]
        h[t + 1] = z * h[t] + (1.0 - z) * candidate

    def _step_backward(self, t: int, d_states: list[Array]) -> list[Array]:
        (d_h,) = d_states
        z, _, candidate = self._a[:, t]
        d_gates, h = self._d_gates, self._states[0][t]
        d_gates[2] = self.activation.backward(candidate, d_h * (1.0 - z))  # dL/da_h
        np.multiply(d_h, h - candidate, out=d_gates[0])  # dL/dz_t
        if self.reset_after:
            return [d_h * z + self._product_backward_after(t)]
        return [d_h * z + self._product_backward_before(t, h)]

    # --- reset after the product -------------------------------------------------------------

    def _gates_and_candidate_after(self, t: int, h: Array) -> None:
        a = self._a[:, t]
        _, r, candidate = a
        product = self._recurrent_product(h, self.bias[1] if self.use_bias else None)
        a[:2] += product[:2]
        self.recurrent_activation(a[:2], out=a[:2])  # z_t and r_t
        self._met_by_reset[t] = product[2]
        candidate += r * product[2]
        self.activation(candidate, out=candidate)

    def _product_backward_after(self, t: int) -> Array:
        gates, d_gates = self._a[:, t], self._d_gates
        np.multiply(d_gates[2], self._met_by_reset[t], out=d_gates[1])  # dL/dr_t
        d_gates[:2] = self.recurrent_activation.backward(gates[:2], d_gates[:2])
        side_by_side(d_gates, out=self._d_a[t])
        d_gates[2] *= gates[1]  # on to s, which r_t multiplied
        return self._recurrent_product_backward(side_by_side(d_gates, out=self._d_product[t]))

    # --- reset before the product ------------------------------------------------------------

    def _gates_and_candidate_before(self, t: int, h: Array) -> None:
        a = self._a[:, t]
        _, r, candidate = a
        to_z, to_r, to_h = self._by_gate(self.recurrent_kernel)
        h_z, h_r, h_h = self._dropped_for_each_gate(h)
        a[0] += h_z @ to_z
        a[1] += h_r @ to_r
        self.recurrent_activation(a[:2], out=a[:2])  # z_t and r_t
        np.multiply(r, h_h, out=self._met_by_reset[t])
        candidate += self._met_by_reset[t] @ to_h
        self.activation(candidate, out=candidate)

    def _product_backward_before(self, t: int, h: Array) -> Array:
        gates, d_gates = self._a[:, t], self._d_gates
        to_z, to_r, to_h = self._by_gate(self.recurrent_kernel)
        d_reset = d_gates[2] @ to_h.T  # dL/d(r_t ⊙ h_{t-1})
        np.multiply(d_reset, self._dropped_for_each_gate(h)[2], out=d_gates[1])  # dL/dr_t
        d_gates[:2] = self.recurrent_activation.backward(gates[:2], d_gates[:2])
        side_by_side(d_gates, out=self._d_a[t])
        through_z, through_r, through_h = self._drop_each_gate(
            [d_gates[0] @ to_z.T, d_gates[1] @ to_r.T, d_reset * gates[1]]
        )
        return through_z + through_r + through_h

    # --- gradients of the weights ------------------------------------------------------------

    def _recurrent_gradients(self) -> list[Array]:
        d_product = self._all_steps(self._d_product)
        d_kernel = self._kernel_gradient(self._states_before(), d_product)
        if not self.reset_after:
            to_h = slice(2 * self.units, None)
            d_kernel[:, to_h] = self._all_steps(self._met_by_reset).T @ d_product[:, to_h]
        return [d_kernel, self._bias_gradient(d_product)] if self.use_bias else [d_kernel]

    def _bias_gradient(self, d_product: Array) -> Array:
        d_input_bias: Array = self._all_steps(self._d_a).sum(axis=0)
        if not self.reset_after:
            return d_input_bias
        return np.stack([d_input_bias, d_product.sum(axis=0)])

    def _dropped_for_each_gate(self, h: Array) -> list[Array]:
        return [h, h, h] if self._drop_h is None else list(h * self._drop_h)

    def _drop_each_gate(self, parts: list[Array]) -> list[Array]:
        if self._drop_h is None:
            return parts
        return [part * drop for part, drop in zip(parts, self._drop_h, strict=True)]
