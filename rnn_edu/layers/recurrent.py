"""What SimpleRNN, LSTM and GRU share: the walk through time, masks, states and gradients.

A cell's own file holds its formulas only: one step forward, one step back. Everything else is
here. Three choices make it fast without a compiler:

* the product of the inputs with the kernel is taken once, for all time steps together;
* the gates are kept apart, one block of memory each: arrays are (gate, time, batch, unit);
* the gradients of the weights are taken once, after the walk back, for all steps together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.layers import activations, initializers
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.base import Array, Gradients, Layer, Shape, check_finite, check_units
from rnn_edu.layers.dropout import checked_rate, dropout_mask
from rnn_edu.layers.initializers import Initializer


class Recurrent(Layer):
    """A layer that walks along the time axis and carries a state from step to step.

    Args:
        units: width of the state, and of the output.
        activation: activation of the new state's content; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer: where the input weights start.
        recurrent_initializer: where the state's weights start.
        bias_initializer: where the bias starts.
        dropout: share of the inputs set to 0 in training, the same ones at every step.
        recurrent_dropout: share of the state set to 0 in training before it is multiplied by
            the recurrent kernel, the same entries at every step.
        return_sequences: whether to return the output of every step or of the last one only.
        return_state: whether to return the last states too.
        go_backwards: whether to walk from the last step to the first. The outputs come in the
            order in which they were computed.
        unroll: accepted so that calls written for Keras work; it changes nothing here.
        zero_output_for_mask: whether a masked step's output is 0; otherwise it repeats the
            output of the step before.
        **layer: ``name``, ``dtype``, ``seed`` and ``trainable`` as in :class:`Layer`.

    Shapes:
        input (batch, time, features); mask (batch, time), False where a step is to be skipped;
        output (batch, units), or (batch, time, units) with ``return_sequences``;
        every state (batch, units).
    """

    input_rank = (3, "(batch, time, features)")
    gate_names: ClassVar[tuple[str, ...]] = ("h",)
    """The parts of the kernel, from left to right."""
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    """The states; the first one is the output."""

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = "tanh",
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        recurrent_initializer: str | Initializer = "orthogonal",
        bias_initializer: str | Initializer = "zeros",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.units = check_units(self.name, units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.dropout = checked_rate(self.name, "dropout", dropout)
        self.recurrent_dropout = checked_rate(self.name, "recurrent_dropout", recurrent_dropout)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask

    # --- weights and shapes ------------------------------------------------------------------

    def _create_weights(self, input_shape: Shape) -> None:
        features, width = self._features(input_shape), len(self.gate_names) * self.units
        self.kernel = self._add_weight("kernel", (features, width), self.kernel_initializer)
        self.recurrent_kernel = self._add_weight(
            "recurrent_kernel", (self.units, width), self.recurrent_initializer
        )
        if self.use_bias:
            self.bias = self._add_weight("bias", self._bias_shape(), self._initial_bias)

    def _bias_shape(self) -> tuple[int, ...]:
        return (len(self.gate_names) * self.units,)

    def _initial_bias(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return self.bias_initializer(shape, rng)

    def _input_bias(self) -> Array | None:
        """The bias that is added to x @ kernel."""
        return self.bias if self.use_bias else None

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns (batch, units), or (batch, time, units) with ``return_sequences``."""
        batch, time = input_shape[:2]
        return (batch, time, self.units) if self.return_sequences else (batch, self.units)

    def compute_mask(self, x: Array, mask: Array | None) -> Array | None:
        """Hands the mask on where there is an output for every step.

        With ``go_backwards`` the outputs are in reverse order but the mask is not turned round:
        that is what Keras does too.
        """
        return mask if self.return_sequences else None

    # --- the walk through time ---------------------------------------------------------------

    def forward(
        self,
        x: Array,
        *,
        mask: npt.ArrayLike | None = None,
        training: bool = False,
        initial_state: npt.ArrayLike | Sequence[npt.ArrayLike] | None = None,
        **arguments: Any,
    ) -> Any:
        """Returns the output, followed by the last states with ``return_state``.

        Args:
            x: inputs (batch, time, features).
            mask: (batch, time); at a step that is False, the state stays as it was.
            training: whether dropout acts.
            initial_state: the state before the first step, or a list with one array for each
                of :attr:`state_names`; zeros by default.
            **arguments: none are known; they are named in the error.

        Raises:
            ShapeError: the mask or a state has another shape than the input asks for.
        """
        self._refuse(arguments)
        batch, time, _ = x.shape
        if time == 0:
            raise ShapeError(f"{self.name}: the input of shape {x.shape} has no time steps.")
        self._mask = self._mask_by_time(mask, batch, time)
        self._draw_dropout(batch, x.shape[2], training)
        self._states = self._start_states(initial_state, batch, time)
        self._a = self._input_product(x)
        self._prepare_steps(time, batch)
        self._walk(time)
        self._ready_for_backward = True
        output = self._output()
        return (output, *self._last_states()) if self.return_state else output

    def backward(self, d_output: Any) -> Gradients:
        """Returns dL/d(input) and dL/d(kernel), dL/d(recurrent_kernel), dL/d(bias).

        The gradients of the initial states are left in ``d_initial_state``.

        Args:
            d_output: dL/d(output). With ``return_state`` a sequence of it and of dL/d(state)
                for every state; None stands for zeros.
        """
        self._check_called()
        d_outputs, d_states = self._split_gradients(d_output)
        _, time, batch, _ = self._a.shape
        self._d_a = self._buffer("d_a", (time, batch, self.kernel.shape[1]))
        self._prepare_steps_back(time, batch)
        self.d_initial_state = self._walk_back(d_outputs, d_states)
        d_kernel = self._kernel_gradient(self._x, self._all_steps(self._d_a))
        return self._input_gradient(), [d_kernel, *self._recurrent_gradients()]

    def _walk(self, time: int) -> None:
        """All steps, from the first to the last: fills ``_states``."""
        for t in range(time):
            self._step(t)
            if self._mask is not None:
                for state in self._states:
                    np.copyto(state[t + 1], state[t], where=~self._mask[t])

    def _walk_back(self, d_outputs: list[Array | None], d_states: list[Array]) -> list[Array]:
        """All steps, from the last to the first: fills ``_d_a``; returns dL/d(first states)."""
        self._d_gates = self._buffer("d_gates", (len(self.gate_names), *d_states[0].shape))
        self._recurrent_kernel_t = np.ascontiguousarray(self.recurrent_kernel.T)
        for t in reversed(range(len(d_outputs))):
            d_output = d_outputs[t]
            if d_output is not None:
                d_states[0] = d_states[0] + d_output
            d_states = self._masked_step_backward(t, d_states)
        return d_states

    def _step(self, t: int) -> None:
        """Computes the states after step t, states[t + 1], from ``_a[:, t]`` and states[t]."""
        raise NotImplementedError

    def _step_backward(self, t: int, d_states: list[Array]) -> list[Array]:
        """From dL/d(states after step t) write ``_d_a[t]``; return dL/d(states before)."""
        raise NotImplementedError

    def _prepare_steps(self, time: int, batch: int) -> None:
        """Makes room for what a cell remembers of each step besides gates and states."""

    def _prepare_steps_back(self, time: int, batch: int) -> None:
        """Makes room for what a cell writes on the way back besides ``_d_a``."""

    # --- products with the weights -----------------------------------------------------------

    def _input_product(self, x: Array) -> Array:
        """X @ kernel + bias for all gates and steps at once: (gate, time, batch, unit)."""
        batch, time, features = x.shape
        walk = x[:, ::-1] if self.go_backwards else x
        copies = 1 if self._drop_x is None else len(self._drop_x)
        by_time = self._buffer("x", (copies, time, batch, features))
        by_time[:] = walk.swapaxes(0, 1)
        if self._drop_x is not None:
            by_time *= self._drop_x[:, np.newaxis]
        self._x = by_time.reshape(copies, time * batch, features)
        a = self._buffer("a", (len(self.gate_names), time * batch, self.units))
        np.matmul(self._x, self._by_gate(self.kernel), out=a)
        bias = self._input_bias()
        if bias is not None:
            a += self._by_gate(bias)
        return a.reshape(len(self.gate_names), time, batch, self.units)

    def _recurrent_product(self, h: Array, bias: Array | None = None) -> Array:
        """h_{t-1} @ recurrent_kernel (+ bias), gate by gate: (gate, batch, unit)."""
        if self._drop_h is None:
            product = self._buffer("product", (len(h), self.recurrent_kernel.shape[1]))
            np.matmul(h, self.recurrent_kernel, out=product)
        else:
            product = side_by_side((h * self._drop_h) @ self._by_gate(self.recurrent_kernel))
        if bias is not None:
            product += bias
        return self._by_gate(product)

    def _recurrent_product_backward(self, d_product: Array) -> Array:
        """dL/dh_{t-1} from dL/d(product), side by side (batch, gate * unit)."""
        d_h: Array
        if self._drop_h is None:
            d_h = d_product @ self._recurrent_kernel_t
        else:
            kernels = self._by_gate(self.recurrent_kernel).swapaxes(1, 2)
            d_h = ((self._by_gate(d_product) @ kernels) * self._drop_h).sum(axis=0)
        return d_h

    def _recurrent_gradients(self) -> list[Array]:
        """dL/d(recurrent_kernel) and, where there is one, dL/d(bias)."""
        d_a = self._all_steps(self._d_a)
        gradients = [self._kernel_gradient(self._states_before(), d_a)]
        if self.use_bias:
            gradients.append(d_a.sum(axis=0))
        return gradients

    def _kernel_gradient(self, met: Array, d_a: Array) -> Array:
        """Σ_t metᵀ @ dL/da_t, where ``met`` (1 or gate, time * batch, width) met the kernel."""
        if len(met) == 1:
            gradient: Array = met[0].T @ d_a
            return gradient
        return side_by_side(met.swapaxes(1, 2) @ self._by_gate(d_a))

    def _input_gradient(self) -> Array:
        """dL/dx = dL/da @ kernelᵀ, in the order of the input."""
        d_a = self._all_steps(self._d_a)
        if self._drop_x is None:
            by_step = self._by_step(d_a @ self.kernel.T)
        elif len(self._drop_x) == 1:
            by_step = self._by_step(d_a @ self.kernel.T) * self._drop_x[0]
        else:
            gates = zip(self._by_gate(d_a), self._by_gate(self.kernel), self._drop_x, strict=True)
            by_step = sum(self._by_step(d @ kernel.T) * drop for d, kernel, drop in gates)
        walk = by_step.swapaxes(0, 1)
        return (walk[:, ::-1] if self.go_backwards else walk).copy()

    def _states_before(self) -> Array:
        """Every h_{t-1}, as it met the recurrent kernel: (1 or gate, time * batch, unit)."""
        h = self._states[0][:-1]
        if self._drop_h is None:
            return h.reshape(1, -1, self.units)
        return (h * self._drop_h[:, np.newaxis]).reshape(len(self._drop_h), -1, self.units)

    def _by_gate(self, weight: Array) -> Array:
        """View (rows, gate * unit) as (gate, rows, unit); a bias has one row."""
        rows = 1 if weight.ndim == 1 else len(weight)
        return weight.reshape(rows, len(self.gate_names), self.units).swapaxes(0, 1)

    def _all_steps(self, by_step: Array) -> Array:
        """View (time, batch, width) as (time * batch, width)."""
        return by_step.reshape(-1, by_step.shape[-1])

    def _by_step(self, all_steps: Array) -> Array:
        """View (time * batch, width) as (time, batch, width)."""
        return all_steps.reshape(*self._d_a.shape[:2], -1)

    # --- states, outputs and masks -----------------------------------------------------------

    def _start_states(self, initial_state: Any, batch: int, time: int) -> list[Array]:
        shape = (time + 1, batch, self.units)
        states = [self._buffer(f"state {name}", shape) for name in self.state_names]
        given = self._checked_states(initial_state, batch)
        for state, start in zip(states, given, strict=True):
            state[0] = start
        return states

    def _checked_states(self, initial_state: Any, batch: int) -> list[Array | float]:
        if initial_state is None:
            return [0.0] * len(self.state_names)
        listed = isinstance(initial_state, list | tuple)
        given = [np.asarray(s, self.dtype) for s in (initial_state if listed else [initial_state])]
        if len(given) != len(self.state_names):
            raise ShapeError(
                f"{self.name} has {len(self.state_names)} states ({', '.join(self.state_names)}), "
                f"but initial_state holds {len(given)}."
            )
        for name, state in zip(self.state_names, given, strict=True):
            if state.shape != (batch, self.units):
                raise ShapeError(
                    f"{self.name}: the initial state {name} must have the shape "
                    f"{(batch, self.units)} (batch, units), but has {state.shape}."
                )
            check_finite(self.name, f"the initial state {name}", state)
        return list(given)

    def _mask_by_time(self, mask: npt.ArrayLike | None, batch: int, time: int) -> Array | None:
        if mask is None:
            return None
        array = np.asarray(mask, dtype=bool)
        if array.shape != (batch, time):
            raise ShapeError(
                f"{self.name}: the mask must have the shape {(batch, time)} (batch, time) "
                f"of the input, but has {array.shape}."
            )
        walk = array[:, ::-1] if self.go_backwards else array
        return walk.T[:, :, np.newaxis]

    def _visible(self) -> Array | None:
        """Where the output shows the state: (time, batch, 1), or None for everywhere.

        A masked step repeats the output before it, and before the first step there is none:
        until the first step that counts the output is 0, whatever the initial state.
        """
        if self._mask is None or self.zero_output_for_mask:
            return self._mask
        seen: Array = np.logical_or.accumulate(self._mask, axis=0)
        return seen

    def _output(self) -> Array:
        visible, h = self._visible(), self._states[0][1:]
        if not self.return_sequences:
            last: Array = h[-1].copy() if visible is None else h[-1] * visible[-1]
            return last
        each: Array = h if visible is None else h * visible
        return each.swapaxes(0, 1).copy()

    def _last_states(self) -> list[Array]:
        return [state[-1].copy() for state in self._states]

    def _split_gradients(self, d_output: Any) -> tuple[list[Array | None], list[Array]]:
        """Cuts dL/d(output) into one gradient for each step, and those of the last states."""
        _, time, batch, _ = self._a.shape
        state_shape = (batch, self.units)
        parts = list(d_output) if self.return_state else [d_output]
        parts += [None] * (1 + len(self.state_names) - len(parts))
        d_states = [
            np.zeros(state_shape, self.dtype)
            if part is None
            else self._gradient_of_output(part, state_shape).copy()
            for part in parts[1:]
        ]
        return self._gradient_by_step(parts[0], batch, time), d_states

    def _gradient_by_step(self, d_output: Any, batch: int, time: int) -> list[Array | None]:
        if d_output is None:
            return [None] * time
        visible = self._visible()
        if not self.return_sequences:
            last = self._gradient_of_output(d_output, (batch, self.units))
            return [None] * (time - 1) + [last if visible is None else last * visible[-1]]
        each = self._gradient_of_output(d_output, (batch, time, self.units)).swapaxes(0, 1)
        return list(each if visible is None else each * visible)

    def _masked_step_backward(self, t: int, d_states: list[Array]) -> list[Array]:
        """Lets gradients pass a masked step untouched, as the states did."""
        if self._mask is None:
            return self._step_backward(t, d_states)
        counts = self._mask[t]
        before = self._step_backward(t, [d_state * counts for d_state in d_states])
        return [b + d * ~counts for b, d in zip(before, d_states, strict=True)]

    # --- dropout -----------------------------------------------------------------------------

    def _draw_dropout(self, batch: int, features: int, training: bool) -> None:
        """Draws the dropout masks (1 or gate, batch, width), or None where none is dropped.

        As in Keras, recurrent dropout gives every gate masks of its own; without it, the gates
        share the mask of the inputs.
        """
        own = len(self.gate_names) if self.recurrent_dropout else 1
        self._drop_x = self._drop_h = None
        if training and self.dropout:
            self._drop_x = self._dropout_mask("dropout", self.dropout, (own, batch, features))
        if training and self.recurrent_dropout:
            self._drop_h = self._dropout_mask(
                "recurrent_dropout", self.recurrent_dropout, (own, batch, self.units)
            )

    def _dropout_mask(self, kind: str, rate: float, shape: tuple[int, ...]) -> Array:
        return dropout_mask(self.rng, rate, shape, self.dtype)

    # --- small checks ------------------------------------------------------------------------

    def _features(self, input_shape: Shape) -> int:
        if not isinstance(input_shape[-1], int | np.integer):
            raise ShapeError(
                f"{self.name}: the number of features must be known before it can be built, "
                f"but the input shape is {input_shape}."
            )
        return int(input_shape[-1])

    def _refuse(self, arguments: dict[str, Any]) -> None:
        if arguments:
            raise UsageError(
                f"{self.name} does not know the argument {next(iter(arguments))!r}; "
                "it takes mask, training and initial_state."
            )


def side_by_side(by_gate: Array, out: Array | None = None) -> Array:
    """Copies (gate, rows, unit) to Keras's (rows, gate * unit)."""
    gates, rows, units = by_gate.shape
    if out is None:
        out = np.empty((rows, gates * units), by_gate.dtype)
    out.reshape(rows, gates, units)[...] = by_gate.swapaxes(0, 1)
    return out
