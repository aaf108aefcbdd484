"""Layers in a row, before any training: weights, forward, backward, file, table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NamingError, ShapeError, UsageError
from rnn_edu.layers import Bidirectional, Layer, Recurrent
from rnn_edu.layers.base import Gradients, Seed, Shape, check_finite, seed_sequence
from rnn_edu.training import storage, summary
from rnn_edu.training.optimizers import Optimizer

Array = npt.NDArray[Any]


class Stack:
    """Layers in a row: the output of each is the input of the next.

    Args:
        layers: the layers, all of one dtype.
        name: the stack's name.
        seed: fixes the weights that the layers start from, and their dropout.
    """

    optimizer: Optimizer | None = None

    def __init__(
        self, layers: Iterable[Layer] = (), name: str = "sequential", seed: Seed = None
    ) -> None:
        self.name = name
        self.layers: list[Layer] = []
        self._seeds = seed_sequence(seed)
        self._input_shape: Shape | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Puts a layer at the end.

        Raises:
            UsageError: it is no layer, is in the model already, or returns its states.
            NamingError: its name is taken.
        """
        if not isinstance(layer, Layer):
            raise UsageError(f"{self.name}: add takes a layer, not {type(layer).__name__}.")
        self._check_new(layer)
        if layer.named_by_user and layer.name in self._layer_names():
            raise NamingError(f"{self.name} has a layer named {layer.name!r} already.")
        if not layer.named_by_user:
            layer.name = self._free_name(layer.name)
        layer.reseed(self._spawn_seed())
        self.layers.append(layer)

    # --- weights -----------------------------------------------------------------------------

    @property
    def built(self) -> bool:
        """Whether every layer has its weights."""
        return bool(self.layers) and all(layer.built for layer in self.layers)

    def build(self, input_shape: Shape) -> None:
        """Creates the weights of all layers for inputs of this shape, batch first (or None).

        Raises:
            UsageError: there are no layers.
            ShapeError: a layer cannot take the output of the one before.
        """
        if not self.layers:
            raise UsageError(f"{self.name} has no layers yet; add some first.")
        shape = tuple(input_shape)
        self._input_shape = (None, *shape[1:])
        for layer in self.layers:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def named_weights(self) -> dict[str, Array]:
        """Returns the weights themselves by name, ``layer/weight``, in Keras's order."""
        return {
            f"{layer.name}/{name}": weight
            for layer in self.layers
            for name, weight in layer.named_weights().items()
        }

    def get_weights(self) -> list[Array]:
        """Returns copies of the weights, in Keras's order."""
        return [weight.copy() for weight in self.named_weights().values()]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Puts new numbers into all weights, in the order of :meth:`get_weights`.

        Raises:
            UsageError: the model is not built yet.
            ShapeError: the number of arrays or one of the shapes is another.
        """
        self._check_built("set_weights")
        named = self.named_weights()
        if len(weights) != len(named):
            raise ShapeError(
                f"{self.name} has {len(named)} weights, but {len(weights)} arrays were given."
            )
        left = list(weights)
        for layer in self.layers:
            count = len(layer.named_weights())
            layer.set_weights(left[:count])
            left = left[count:]

    def count_params(self) -> int:
        """Returns how many numbers the weights hold.

        Raises:
            UsageError: the model is not built yet.
        """
        self._check_built("count_params")
        return sum(layer.count_params() for layer in self.layers)

    def save_weights(self, path: storage.PathName) -> None:
        """Writes the weights to a ``.npz`` file, by name.

        Raises:
            UsageError: the model is not built, or the name does not end with ``.npz``.
            DataError: the file cannot be written.
        """
        self._check_built("save_weights")
        storage.save_arrays(path, self.named_weights())

    def load_weights(self, path: storage.PathName) -> None:
        """Reads the weights from a file that :meth:`save_weights` wrote.

        Raises:
            UsageError: the model is not built yet.
            DataError: the file is missing, damaged, or another model's.
            ShapeError: a weight has another shape; the sentence says which.
        """
        self._check_built("load_weights")
        storage.fill(path, self.named_weights())

    def summary(self, print_fn: Callable[[str], object] = print) -> None:
        """Prints Keras's table: every layer, its output shape, how many parameters it has.

        Args:
            print_fn: what to do with the text.
        """
        print_fn(self._summary())

    # --- forward and backward ----------------------------------------------------------------

    def __call__(self, x: npt.ArrayLike, training: bool = False) -> Array:
        """Returns the output for all of ``x`` at once.

        Raises:
            ShapeError: the rank or the width of the input does not fit.
            NumberError: the input holds NaN or infinity.
        """
        return self._forward(self._prepare(x), training)[0]

    def backward(self, d_output: npt.ArrayLike) -> Gradients:
        """Returns dL/d(input), and dL/d(weight) in the order of :meth:`get_weights`.

        Raises:
            UsageError: the model has not been called yet.
        """
        gradient: Any = d_output
        return self._backward_through(self.layers, gradient, [])

    def _forward(self, x: Array, training: bool) -> tuple[Array, Array | None]:
        """Returns the output, and the mask of its time steps."""
        mask: Array | None = None
        for layer in self.layers:
            next_mask = layer.compute_mask(x, mask)
            x = layer.forward(x, mask=mask, training=training)
            mask = next_mask
        return x, mask

    def _backward_through(
        self, layers: Sequence[Layer], gradient: Any, last: list[Array]
    ) -> Gradients:
        gradients = [last]
        for layer in reversed(layers):
            gradient, own = layer.backward(gradient)
            gradients.append(own)
        return gradient, [array for own in reversed(gradients) for array in own]

    def _prepare(self, x: npt.ArrayLike) -> Array:
        """Returns the checked input; builds the model on first use."""
        if not self.layers:
            raise UsageError(f"{self.name} has no layers yet; add some first.")
        first = self.layers[0]
        inputs = first.prepare(x)
        if not self.built:
            self.build(inputs.shape)
        check_finite(first.name, "the input", inputs)
        return inputs

    def _output_shape(self, input_shape: Shape) -> Shape:
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    # --- small checks and names --------------------------------------------------------------

    def _check_new(self, layer: Layer) -> None:
        if any(layer is old for old in self.layers):
            raise UsageError(f"{self.name}: the layer {layer.name!r} is in the model already.")
        if isinstance(layer, Recurrent | Bidirectional) and layer.return_state:
            raise UsageError(
                f"{self.name}: {layer.name} has return_state=True, but a layer in a row has one "
                "output; call the layer by itself to see its states."
            )
        if isinstance(layer, Bidirectional) and layer.merge_mode is None:
            raise UsageError(
                f"{self.name}: {layer.name} has merge_mode=None, but a layer in a row has one "
                "output; merge the two directions."
            )
        if self.layers and layer.dtype != self.layers[0].dtype:
            raise UsageError(
                f"{self.name}: {layer.name} has dtype {layer.dtype}, but the layers before it "
                f"have {self.layers[0].dtype}; give all layers the same."
            )

    def _check_built(self, what: str) -> None:
        if not self.built:
            raise UsageError(f"{self.name}: call build(input_shape) before {what}.")

    def _layer_names(self) -> set[str]:
        return {layer.name for layer in self.layers}

    def _free_name(self, name: str) -> str:
        taken, number, free = self._layer_names(), 0, name
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        return free

    def _spawn_seed(self) -> np.random.SeedSequence:
        return self._seeds.spawn(1)[0]

    # --- summary -----------------------------------------------------------------------------

    def _summary(self) -> str:
        trainable = [layer for layer in self.layers if layer.built and layer.trainable]
        frozen = [layer for layer in self.layers if layer.built and not layer.trainable]
        counts = [sum(layer.count_params() for layer in some) for some in (trainable, frozen)]
        width = np.dtype(self.layers[0].dtype).itemsize if self.layers else 4
        sizes = [count * width for count in counts]
        extra, extra_size = self._optimizer_size(width)
        lines = [
            f'Model: "{self.name}"',
            summary.table(self._summary_rows()),
            summary.count_line("Total params", sum(counts) + extra, sum(sizes) + extra_size),
            summary.count_line("Trainable params", counts[0], sizes[0]),
            summary.count_line("Non-trainable params", counts[1], sizes[1]),
        ]
        if extra:
            lines.append(summary.count_line("Optimizer params", extra, extra_size))
        return "\n".join(lines)

    def _summary_rows(self) -> list[tuple[str, str, str]]:
        rows, shape = [], self._input_shape
        for layer in self.layers:
            shape = layer.compute_output_shape(shape) if shape and layer.built else None
            shown = "?" if shape is None else f"({', '.join(str(size) for size in shape)})"
            count = f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"
            rows.append((f"{layer.name} ({type(layer).__name__})", shown, count))
        return rows

    def _optimizer_size(self, width: int) -> tuple[int, int]:
        if self.optimizer is None or not self.optimizer.built:
            return 0, 0
        count = self.optimizer.count_params()
        # Keras counts the steps in a whole number of 8 bytes and keeps the rate in a float of 4.
        return count, (count - 2) * width + 12
