"""Recurrent layers without recurrent weights, as cells for Keras's RNN and as scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import keras

Tensor: TypeAlias = Any


class LinearCell(keras.layers.Layer):  # type: ignore[misc]
    """A cell whose next state is keep ⊙ h + new, both of the input alone.

    Args:
        units: length of the state.
        activation: of what is added.
        use_bias: whether there is a bias.
        bias_initializer: where it starts.
        **layer: ``name`` and ``dtype``.
    """

    gates: ClassVar[int] = 1

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        use_bias: bool = True,
        bias_initializer: Any = "zeros",
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.units, self.use_bias = units, use_bias
        self.state_size = self.output_size = units
        self.activation = keras.activations.get(activation)
        self.gate: Callable[[Tensor], Tensor] = keras.activations.sigmoid
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape: Any) -> None:
        """Adds the kernel and, where there is one, the bias."""
        width = self.gates * self.units
        self.kernel = self.add_weight(
            shape=(input_shape[-1], width), initializer="glorot_uniform", name="kernel"
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(width,), initializer=self.bias_initializer, name="bias"
            )

    def keep_and_new(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What is kept of the state and what is added, for one step or for a whole sequence."""
        raise NotImplementedError

    def weighted(self, x: Tensor) -> list[Tensor]:
        """The weighted sums of x, gate by gate."""
        a = keras.ops.matmul(x, self.kernel)
        a = a if self.bias is None else a + self.bias
        return list(keras.ops.split(a, self.gates, axis=-1))

    def call(self, x: Tensor, states: Any, training: bool = False) -> tuple[Tensor, list[Tensor]]:
        """One step, as Keras's RNN asks for it."""
        keep, new = self.keep_and_new(x)
        h = keep * states[0] + new
        return h, [h]


class MinGRUCell(LinearCell):
    """z of the input, and z h + (1 - z) h̃."""

    gates = 2

    def keep_and_new(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Z, and what of the candidate takes the rest."""
        a_z, a_h = self.weighted(x)
        z = self.gate(a_z)
        return z, (1 - z) * self.activation(a_h)


class MinLSTMCell(LinearCell):
    """i and f of the input, as shares of their sum."""

    gates = 3

    def share(self, part: Tensor, other: Tensor) -> Tensor:
        """What one gate has of both."""
        return part / (part + other)

    def keep_and_new(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The shares of the old state, and of the candidate."""
        a_i, a_f, a_h = self.weighted(x)
        i, f = self.gate(a_i), self.gate(a_f)
        return self.share(f, i), self.share(i, f) * self.activation(a_h)


class DiagonalSSMCell(LinearCell):
    """A share that is learned and then the same at every step."""

    def build(self, input_shape: Any) -> None:
        """Adds the decay to what other cells have; memories from 2 steps to 500."""
        super().build(input_shape)
        memory = keras.ops.exp(
            keras.ops.linspace(keras.ops.log(2.0), keras.ops.log(500.0), self.units)
        )
        self.decay = self.add_weight(
            shape=(self.units,),
            initializer=lambda shape, dtype=None: keras.ops.cast(
                keras.ops.log(memory - 1), dtype or "float32"
            ),
            name="decay",
        )

    def keep_and_new(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The share, and the rest of the input."""
        (a,) = self.weighted(x)
        share = self.gate(self.decay)
        u = self.activation(a)
        return share + keras.ops.zeros_like(u), (1 - share) * u


def scanned(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The maps h -> a h + b of all steps up to each: shape (batch, a power of two, units).

    Neighbours are joined, the scan of the pairs is taken, and what lies between is filled in.
    ``keras.ops.associative_scan`` does the same, but not in a step that XLA compiles.
    """
    steps, units = a.shape[1:]
    if steps == 1:
        return a, b
    (a_1, a_2), (b_1, b_2) = _halves(a, steps, units), _halves(b, steps, units)
    a_even, b_even = scanned(a_2 * a_1, a_2 * b_1 + b_2)
    before_a = keras.ops.pad(a_even[:, :-1], _ONE_IN_FRONT, constant_values=1)
    before_b = keras.ops.pad(b_even[:, :-1], _ONE_IN_FRONT)
    pairs = ((a_1 * before_a, a_even), (a_1 * before_b + b_1, b_even))
    whole_a, whole_b = (
        keras.ops.reshape(keras.ops.stack(pair, axis=2), (-1, steps, units)) for pair in pairs
    )
    return whole_a, whole_b


_ONE_IN_FRONT = ((0, 0), (1, 0), (0, 0))


def _halves(u: Tensor, steps: int, units: int) -> tuple[Tensor, Tensor]:
    pairs = keras.ops.reshape(u, (-1, steps // 2, 2, units))
    return pairs[:, :, 0], pairs[:, :, 1]


class LinearRNN(keras.layers.RNN):  # type: ignore[misc]
    """Keras's RNN around a linear cell, which takes a whole sequence as a scan.

    Args:
        units: length of the state.
        activation: of what is added.
        use_bias: whether there is a bias.
        bias_initializer: where it starts.
        scan: whether a whole sequence is read by a scan; else step by step.
        **rnn: ``return_sequences`` and the other arguments of ``keras.layers.RNN``.
    """

    cell_kind: ClassVar[type[LinearCell]] = LinearCell
    biased: ClassVar[bool] = True

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        use_bias: bool | None = None,
        bias_initializer: Any = "zeros",
        scan: bool = True,
        **rnn: Any,
    ) -> None:
        biased = self.biased if use_bias is None else use_bias
        cell = self.cell_kind(units, activation, biased, bias_initializer, dtype=rnn.get("dtype"))
        super().__init__(cell, **rnn)
        self.units, self.use_bias, self.scan = units, biased, scan

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        """The states by a scan; step by step with a mask, a state to be kept, or open length."""
        steps = sequences.shape[1]
        by_step = mask is not None or self.stateful or self.go_backwards
        if by_step or not self.scan or not steps:
            return super().call(sequences, initial_state, mask, training)
        given = initial_state is not None
        start = initial_state if given else self.get_initial_state(keras.ops.shape(sequences)[0])
        start = start[0] if isinstance(start, (list, tuple)) else start
        behind = ((0, 0), (0, 2 ** (steps - 1).bit_length() - steps), (0, 0))
        keep, new = (keras.ops.pad(u, behind) for u in self.cell.keep_and_new(sequences))
        a, b = (u[:, :steps] for u in scanned(keep, new))
        states = a * keras.ops.expand_dims(start, 1) + b
        output = states if self.return_sequences else states[:, -1]
        return (output, states[:, -1]) if self.return_state else output

    def get_config(self) -> dict[str, Any]:
        """The settings, those of the cell among them."""
        config: dict[str, Any] = super().get_config()
        del config["cell"]
        activation = keras.activations.serialize(self.cell.activation)
        return config | {
            "units": self.units,
            "activation": activation,
            "use_bias": self.use_bias,
            "scan": self.scan,
            "bias_initializer": keras.initializers.serialize(self.cell.bias_initializer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LinearRNN:
        """A layer with these settings."""
        return cls(**config)


class MinGRU(LinearRNN):
    """A GRU whose gate and candidate look at the input alone; z keeps the old state."""

    cell_kind = MinGRUCell


class MinLSTM(LinearRNN):
    """An LSTM whose gates and candidate look at the input alone, without tanh and output gate."""

    cell_kind = MinLSTMCell


class DiagonalSSM(LinearRNN):
    """A state each number of which fades at a rate of its own."""

    cell_kind = DiagonalSSMCell
    biased = False


class Library:
    """Keras's layers, and those of this module."""

    def __getattr__(self, name: str) -> Any:
        """A layer by its name."""
        own = {"MinGRU": MinGRU, "MinLSTM": MinLSTM, "DiagonalSSM": DiagonalSSM}
        return own.get(name) or getattr(keras.layers, name)
