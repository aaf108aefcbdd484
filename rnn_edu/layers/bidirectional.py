"""The bidirectional wrapper: one layer reads forwards, its twin backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu.errors import UsageError
from rnn_edu.layers.base import Array, Gradients, Layer, Shape, seed_sequence
from rnn_edu.layers.recurrent import Recurrent

MERGE_MODES = ("concat", "sum", "mul", "ave", None)
SHARED = ("return_sequences", "return_state", "dtype")


class Bidirectional(Layer):
    """Runs a recurrent layer and its twin in both directions, and merges their outputs.

    With ``return_sequences`` the twin's outputs are turned round before merging, so that both
    parts of y_t belong to the word x_t. A masked step's output is then 0, as in Keras.

    Weights: those of the forward layer, then those of the backward layer.

    Args:
        layer: the recurrent layer; its arguments are used, its weights are not.
        merge_mode: ``"concat"``, ``"sum"``, ``"mul"``, ``"ave"``, or None for both outputs.
        backward_layer: the layer for the other direction, by default a twin of ``layer``.
        **arguments: ``name``, ``dtype`` (that of ``layer``), ``seed`` and ``trainable``.

    Example:
        >>> from rnn_edu.layers import SimpleRNN
        >>> layer = Bidirectional(SimpleRNN(64))
        >>> layer.build((None, 50, 70))
        >>> layer.count_params()
        17280
        >>> layer.compute_output_shape((None, 50, 70))
        (None, 128)
    """

    input_rank = (3, "(batch, time, features)")

    def __init__(
        self,
        layer: Recurrent,
        merge_mode: str | None = "concat",
        backward_layer: Recurrent | None = None,
        **arguments: Any,
    ) -> None:
        _check_merge_mode(merge_mode)
        _check_recurrent(layer)
        self.merge_mode = merge_mode
        seeds = _two_seeds(arguments.get("seed", layer._seed))
        self.forward_layer = layer.clone(f"forward_{layer.name.removeprefix('forward_')}", seeds[0])
        if backward_layer is None:
            backward_name = f"backward_{layer.name.removeprefix('backward_')}"
            backward_layer = layer.clone(backward_name, seeds[1])
            backward_layer.go_backwards = True
        _check_recurrent(backward_layer)
        self.backward_layer = backward_layer
        _check_pair(self.forward_layer, backward_layer)
        for part in self._parts():
            part.zero_output_for_mask = part.return_sequences
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        super().__init__(**{"dtype": layer.dtype, **arguments})
        _check_dtype(self.dtype, layer)

    def _parts(self) -> tuple[Recurrent, Recurrent]:
        return self.forward_layer, self.backward_layer

    def reseed(self, seed: np.random.SeedSequence) -> None:
        """Gives each direction a seed of its own."""
        for part, own in zip(self._parts(), seed.spawn(2), strict=True):
            part.reseed(own)

    def clone(self, name: str, seed: Any) -> Bidirectional:
        """Refuses: a bidirectional layer is not wrapped again."""
        raise UsageError(f"{self.name} is bidirectional already and cannot be wrapped again.")

    # --- weights and shapes ------------------------------------------------------------------

    def _create_weights(self, input_shape: Shape) -> None:
        for part in self._parts():
            part.build(input_shape)

    def named_weights(self) -> dict[str, Array]:
        """Returns ``forward_.../kernel`` and so on: first one direction, then the other."""
        return {
            f"{part.name}/{name}": weight
            for part in self._parts()
            for name, weight in part.named_weights().items()
        }

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the forward layer's output shape, twice as wide for ``"concat"``."""
        shape = self.forward_layer.compute_output_shape(input_shape)
        last = shape[-1]
        return (*shape[:-1], 2 * last) if self.merge_mode == "concat" and last else shape

    def compute_mask(self, x: Array, mask: Array | None) -> Array | None:
        """Hands the mask on where there is an output for every step."""
        return mask if self.return_sequences else None

    # --- forward and backward ----------------------------------------------------------------

    def forward(
        self,
        x: Array,
        *,
        mask: Array | None = None,
        training: bool = False,
        initial_state: Any = None,
        **arguments: Any,
    ) -> Any:
        """Returns the merged output, with ``return_state`` followed by both layers' states.

        Args:
            x: inputs (batch, time, features).
            mask: (batch, time), False where a step is to be skipped.
            training: whether dropout acts.
            initial_state: the forward layer's states, then the backward layer's.
            **arguments: none are known.
        """
        starts = self._halves(initial_state)
        outputs: list[Array] = []
        states: list[Array] = []
        for part, start in zip(self._parts(), starts, strict=True):
            result = part.forward(x, mask=mask, training=training, initial_state=start, **arguments)
            output, *last = result if self.return_state else (result,)
            outputs.append(output)
            states += last
        self._y = (outputs[0], self._turn(outputs[1]))
        self._ready_for_backward = True
        merged = self._merge(*self._y)
        if self.return_state:
            return (*merged, *states) if self.merge_mode is None else (merged, *states)
        return merged

    def backward(self, d_output: Any) -> Gradients:
        """Returns dL/dx, and the gradients of the forward, then the backward layer's weights.

        Args:
            d_output: dL/d(output): two arrays if ``merge_mode`` is None. With ``return_state``
                followed by dL/d(state) for every state; None stands for zeros.
        """
        self._check_called()
        d_forward, d_backward, d_states = self._split_gradients(d_output)
        half = len(d_states) // 2
        d_outputs = [
            [d_forward, *d_states[:half]],
            [None if d_backward is None else self._turn(d_backward), *d_states[half:]],
        ]
        total, gradients = None, []
        for part, parts in zip(self._parts(), d_outputs, strict=True):
            d_x, own = part.backward(parts if self.return_state else parts[0])
            total = d_x if total is None else total + d_x
            gradients += own
        return total, gradients

    @property
    def d_initial_state(self) -> list[Array]:
        """The gradients of the initial states, the forward layer's first."""
        return [d_state for part in self._parts() for d_state in part.d_initial_state]

    def _turn(self, y: Any) -> Array:
        """Turns the backward layer's outputs round, so that they stand in the input's order."""
        array = np.asarray(y, self.dtype)
        return array[:, ::-1] if self.return_sequences else array

    def _merge(self, y: Array, y_back: Array) -> Any:
        if self.merge_mode == "concat":
            return np.concatenate([y, y_back], axis=-1)
        if self.merge_mode == "sum":
            return y + y_back
        if self.merge_mode == "ave":
            return (y + y_back) / 2.0
        if self.merge_mode == "mul":
            return y * y_back
        return y, np.ascontiguousarray(y_back)

    def _merge_backward(self, d_output: Any) -> tuple[Any, Any]:
        y, y_back = self._y
        if self.merge_mode == "concat":
            wide = (*y.shape[:-1], y.shape[-1] + y_back.shape[-1])
            d_y = self._gradient_of_output(d_output, wide)
            return d_y[..., : y.shape[-1]], d_y[..., y.shape[-1] :]
        d_y = self._gradient_of_output(d_output, y.shape)
        if self.merge_mode == "sum":
            return d_y, d_y
        if self.merge_mode == "ave":
            return d_y / 2.0, d_y / 2.0
        return d_y * y_back, d_y * y

    def _split_gradients(self, d_output: Any) -> tuple[Any, Any, list[Any]]:
        """Returns dL/d(output) of each direction, and the list of dL/d(state)."""
        if self.merge_mode is None:
            d_forward, d_backward, *d_states = d_output
            return d_forward, d_backward, d_states
        d_merged, *d_states = d_output if self.return_state else (d_output,)
        if d_merged is None:
            return None, None, d_states
        return (*self._merge_backward(d_merged), d_states)

    def _halves(self, initial_state: Any) -> tuple[Any, Any]:
        if initial_state is None:
            return None, None
        half = len(initial_state) // 2
        return list(initial_state[:half]), list(initial_state[half:])


def _two_seeds(seed: Any) -> list[Any]:
    return [None, None] if seed is None else list(seed_sequence(seed).spawn(2))


def _check_merge_mode(merge_mode: str | None) -> None:
    if merge_mode not in MERGE_MODES:
        known = ", ".join(repr(mode) for mode in MERGE_MODES)
        raise UsageError(f"Bidirectional: merge_mode is one of {known}, not {merge_mode!r}.")


def _check_dtype(dtype: str, layer: Recurrent) -> None:
    if dtype != layer.dtype:
        raise UsageError(
            f"Bidirectional: dtype is {dtype!r}, but the wrapped layer has {layer.dtype!r}; "
            "give both the same."
        )


def _check_recurrent(layer: object) -> None:
    if not isinstance(layer, Recurrent):
        raise UsageError(
            "Bidirectional wraps a recurrent layer (SimpleRNN, LSTM, GRU), "
            f"not {type(layer).__name__}."
        )


def _check_pair(forward: Recurrent, backward: Recurrent) -> None:
    if forward.go_backwards == backward.go_backwards:
        raise UsageError(
            f"Bidirectional: both layers have go_backwards={forward.go_backwards}, "
            "but one must read forwards and the other backwards."
        )
    for argument in SHARED:
        one, other = getattr(forward, argument), getattr(backward, argument)
        if one != other:
            raise UsageError(
                f"Bidirectional: both layers need the same {argument}, but the forward layer has "
                f"{one!r} and the backward layer {other!r}."
            )
