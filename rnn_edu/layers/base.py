"""What all layers share: named weights, checks, and the calls forward and backward."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NumberError, ShapeError, UsageError
from rnn_edu.layers import initializers

Array = npt.NDArray[Any]
Shape = tuple[int | None, ...]
Seed = int | np.random.SeedSequence | None
Gradients = tuple[Array | None, list[Array]]

DTYPES = ("float32", "float64")


class Layer:
    """A function of its input and its weights, which can also pass gradients back.

    ``layer(x)`` computes the output and keeps what the way back needs. ``layer.backward(d_output)``
    then turns dL/d(output) into dL/d(input) and dL/d(weight), one for each weight, in the order
    of :meth:`get_weights`.

    Args:
        name: the layer's name; by default its class in lower case, as in Keras.
        dtype: ``"float32"`` (Keras's default) or ``"float64"``.
        seed: fixes the weights that the layer starts from, and its dropout.
        trainable: whether a model's training changes the weights.
    """

    input_rank: ClassVar[tuple[int, str] | None] = None
    """The rank that the input must have, and what its axes mean."""

    def __init__(
        self,
        *,
        name: str | None = None,
        dtype: str = "float32",
        seed: Seed = None,
        trainable: bool = True,
    ) -> None:
        self.dtype = _checked_dtype(dtype)
        self.name = name or default_name(type(self))
        self.named_by_user = name is not None
        self.trainable = trainable
        self._seed = seed
        self._forget()

    def _forget(self) -> None:
        """Goes back to the state before :meth:`build`."""
        self.built = False
        self.input_width: int | None = None
        self.rng = np.random.default_rng(self._seed)
        self._weights: dict[str, Array] = {}
        self._buffers: dict[str, Array] = {}
        self._ready_for_backward = False

    # --- weights -----------------------------------------------------------------------------

    def build(self, input_shape: Shape) -> None:
        """Creates the weights for inputs of this shape (batch first, which may be None).

        Raises:
            ShapeError: the shape has the wrong number of axes.
        """
        if self.built:
            return
        self._check_rank(tuple(input_shape))
        width = input_shape[-1] if len(input_shape) > 1 else None
        self.input_width = width
        self._create_weights(tuple(input_shape))
        self.built = True

    def _create_weights(self, input_shape: Shape) -> None:
        """Adds the layer's weights; a layer without weights leaves this as it is."""

    def _add_weight(
        self, name: str, shape: tuple[int, ...], initializer: initializers.Initializer
    ) -> Array:
        weight = np.ascontiguousarray(initializer(shape, self.rng), dtype=self.dtype)
        if weight.shape != shape:
            raise ShapeError(
                f"{self.name}: the initializer of {name} made an array of shape {weight.shape}, "
                f"but the weight has shape {shape}."
            )
        self._weights[name] = weight
        return weight

    def named_weights(self) -> dict[str, Array]:
        """Returns the weights themselves (no copies) by name, in Keras's order."""
        return dict(self._weights)

    def get_weights(self) -> list[Array]:
        """Returns copies of the weights, in Keras's order and shapes."""
        return [weight.copy() for weight in self.named_weights().values()]

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Puts new numbers into the weights, in the order of :meth:`get_weights`.

        Raises:
            UsageError: the layer is not built yet.
            ShapeError: the number of arrays or one of the shapes is another.
        """
        if not self.built:
            raise UsageError(f"{self.name}: call build(input_shape) before set_weights.")
        named = self.named_weights()
        if len(weights) != len(named):
            raise ShapeError(
                f"{self.name} has {len(named)} weights ({', '.join(named) or 'none'}), "
                f"but {len(weights)} arrays were given."
            )
        given = [np.asarray(weight) for weight in weights]
        for (name, old), new in zip(named.items(), given, strict=True):
            if new.shape != old.shape:
                raise ShapeError(
                    f"{self.name}: the weight {name} has shape {old.shape}, "
                    f"but an array of shape {new.shape} was given."
                )
        for old, new in zip(named.values(), given, strict=True):
            old[...] = new

    def count_params(self) -> int:
        """Returns how many numbers the weights hold.

        Raises:
            UsageError: the layer is not built yet.
        """
        if not self.built:
            raise UsageError(f"{self.name}: call build(input_shape) before count_params.")
        return sum(prod(weight.shape) for weight in self.named_weights().values())

    # --- forward and backward ----------------------------------------------------------------

    def __call__(self, x: npt.ArrayLike, **arguments: Any) -> Any:
        """Checks the input, builds the layer on first use, and returns the output.

        Args:
            x: the input; its first axis is the batch.
            **arguments: ``mask`` (batch, time), ``training``, and ``initial_state`` for
                recurrent layers.

        Raises:
            ShapeError: the rank or the width of the input does not fit.
            NumberError: the input holds NaN or infinity.
        """
        inputs = self.prepare(x)
        check_finite(self.name, "the input", inputs)
        return self.forward(inputs, **arguments)

    def prepare(self, x: npt.ArrayLike) -> Array:
        """Returns the input as an array of the layer's number type, and builds on first use."""
        inputs = as_numbers(self.name, x, self.dtype)
        self._check_rank(inputs.shape)
        self.build(inputs.shape)
        self._check_width(inputs.shape)
        return inputs

    def forward(
        self, x: Array, *, mask: Array | None = None, training: bool = False, **arguments: Any
    ) -> Any:
        """Returns the output for a prepared input; ``__call__`` checks and calls this."""
        raise NotImplementedError

    def backward(self, d_output: Any) -> Gradients:
        """Returns dL/d(input) and the list of dL/d(weight) for the last forward call.

        Args:
            d_output: dL/d(output), of the shape of the output.

        Raises:
            UsageError: the layer has not been called yet.
            ShapeError: ``d_output`` has another shape than the output.
        """
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Returns the shape of the output for inputs of this shape."""
        return tuple(input_shape)

    def compute_mask(self, x: Array, mask: Array | None) -> Array | None:
        """Returns the mask that the next layer gets; most layers hand theirs on."""
        return mask

    # --- for the layers ----------------------------------------------------------------------

    def reseed(self, seed: np.random.SeedSequence) -> None:
        """Takes a model's seed, unless the layer has its own or has its weights already."""
        if self._seed is None and not self.built:
            self._seed = seed
            self.rng = np.random.default_rng(seed)

    def clone(self, name: str, seed: Seed) -> Self:
        """Returns a layer with the same arguments and no weights yet."""
        twin = copy.copy(self)
        twin.name = name
        twin._seed = seed
        twin._forget()
        return twin

    def _buffer(self, name: str, shape: tuple[int, ...]) -> Array:
        """Returns memory that is kept between calls; asking the system costs more than tanh."""
        kept = self._buffers.get(name)
        if kept is None or kept.shape != shape:
            kept = self._buffers[name] = np.empty(shape, self.dtype)
        return kept

    def _check_rank(self, shape: Shape) -> None:
        if self.input_rank and len(shape) != self.input_rank[0]:
            rank, axes = self.input_rank
            raise ShapeError(
                f"{self.name} needs an input with {rank} axes {axes}, "
                f"but got the shape {shape} with {len(shape)}."
            )

    def _check_width(self, shape: Shape) -> None:
        if self.input_width is not None and shape[-1] != self.input_width:
            raise ShapeError(
                f"{self.name} was built for inputs of width {self.input_width}, "
                f"but got the shape {shape} of width {shape[-1]}."
            )

    def _check_called(self) -> None:
        if not self._ready_for_backward:
            raise UsageError(
                f"{self.name}: backward was called before forward; "
                "call the layer on its input first."
            )

    def _gradient_of_output(self, d_output: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
        gradient = as_numbers(self.name, d_output, self.dtype)
        if gradient.shape != shape:
            raise ShapeError(
                f"{self.name}: backward needs a gradient of the output's shape {shape}, "
                f"but got {gradient.shape}."
            )
        return gradient


def default_name(made_from: type) -> str:
    """Returns Keras's name for a class: ``SimpleRNN`` gives ``simple_rnn``.

    Example:
        >>> class SimpleRNN: ...
        >>> default_name(SimpleRNN)
        'simple_rnn'
    """
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", made_from.__name__)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()


def as_numbers(owner: str, x: npt.ArrayLike, dtype: str | None = None) -> Array:
    """Returns ``x`` as an array of numbers.

    Raises:
        UsageError: it holds something else, or rows of different lengths.
    """
    try:
        array = np.asarray(x, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{owner} needs an array of numbers, but got: {error}.") from None
    if array.dtype.kind not in "fiub":
        raise UsageError(f"{owner} needs an array of numbers, but got one of {array.dtype}.")
    return array


def check_finite(owner: str, what: str, array: Array) -> None:
    """Refuses an array with NaN or infinity, and says where the first one is.

    Raises:
        NumberError: an entry is not a finite number.
    """
    if array.dtype.kind != "f" or bool(np.isfinite(array).all()):
        return
    place = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
    raise NumberError(
        f"{owner}: {what} holds {array[place]} at {list(place)}; "
        "every entry must be a finite number, so clean the data first."
    )


def seed_sequence(seed: Seed) -> np.random.SeedSequence:
    """Returns the source of independent random streams that a seed stands for."""
    return seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)


def check_units(owner: str, units: object) -> int:
    """Returns the number of units, which must be a whole number above 0.

    Raises:
        UsageError: it is not.
    """
    if not isinstance(units, int | np.integer) or isinstance(units, bool) or units < 1:
        raise UsageError(f"{owner}: units must be a whole number above 0, but is {units!r}.")
    return int(units)


def _checked_dtype(dtype: object) -> str:
    if dtype not in DTYPES:
        raise UsageError(f"A layer's dtype is 'float32' or 'float64', not {dtype!r}.")
    return str(dtype)
