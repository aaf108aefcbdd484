"""Where weights start: Keras's initializers, drawn from NumPy's random numbers.

The distributions are Keras's; the numbers are not, because Keras draws from its backend's
generator. To start two models at the same weights, copy the weights
(:func:`rnn_edu.training.weights_from_keras`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


class Initializer(Protocol):
    """Anything that fills an array of a given shape."""

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns an array of that shape."""


def _generator(seed: int | None, rng: np.random.Generator) -> np.random.Generator:
    return rng if seed is None else np.random.default_rng(seed)


@dataclass(frozen=True)
class Zeros:
    """Every weight starts at 0."""

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns zeros of that shape."""
        return np.zeros(shape)


@dataclass(frozen=True)
class Ones:
    """Every weight starts at 1."""

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns ones of that shape."""
        return np.ones(shape)


@dataclass(frozen=True)
class Constant:
    """Every weight starts at ``value``."""

    value: float = 0.0

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns an array full of the value."""
        return np.full(shape, self.value, dtype=float)


@dataclass(frozen=True)
class Identity:
    """``gain`` times the identity matrix, or its first rows or columns."""

    gain: float = 1.0

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns the matrix; the shape has two axes."""
        if len(shape) != 2:
            raise ShapeError(f"The identity initializer fills a matrix, not the shape {shape}.")
        return self.gain * np.eye(*shape)


@dataclass(frozen=True)
class RandomUniform:
    """Evenly between ``minval`` and ``maxval``: where embeddings start."""

    minval: float = -0.05
    maxval: float = 0.05
    seed: int | None = None

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns random numbers of that shape."""
        return _generator(self.seed, rng).uniform(self.minval, self.maxval, shape)


@dataclass(frozen=True)
class RandomNormal:
    """Normally distributed around ``mean`` with standard deviation ``stddev``."""

    mean: float = 0.0
    stddev: float = 0.05
    seed: int | None = None

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns random numbers of that shape."""
        return _generator(self.seed, rng).normal(self.mean, self.stddev, shape)


@dataclass(frozen=True)
class GlorotUniform:
    """Evenly between ±√(6 / (rows + columns)), so that signals neither grow nor fade.

    Source: Glorot and Bengio, 2010.
    """

    seed: int | None = None

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns random numbers of that shape."""
        limit = np.sqrt(6.0 / max(1.0, sum(_fans(shape))))
        return _generator(self.seed, rng).uniform(-limit, limit, shape)


@dataclass(frozen=True)
class GlorotNormal:
    """Normally distributed with the spread of :class:`GlorotUniform`, cut at two deviations."""

    seed: int | None = None

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns random numbers of that shape."""
        # Cutting the tails narrows the spread; dividing by this number widens it again.
        deviation = np.sqrt(2.0 / max(1.0, sum(_fans(shape)))) / 0.87962566103423978
        drawn: Array = deviation * _cut_normal(shape, _generator(self.seed, rng))
        return drawn


@dataclass(frozen=True)
class Orthogonal:
    """``gain`` times a random matrix with orthonormal rows or columns.

    Such a matrix keeps the length of every vector, which is why recurrent kernels start here.

    Source: Saxe, McClelland and Ganguli, 2014.
    """

    gain: float = 1.0
    seed: int | None = None

    def __call__(self, shape: Shape, rng: np.random.Generator) -> Array:
        """Returns the matrix; every axis but the last counts as rows."""
        if len(shape) < 2:
            raise ShapeError(f"The orthogonal initializer needs a matrix, not the shape {shape}.")
        rows, columns = prod(shape[:-1]), shape[-1]
        drawn = _generator(self.seed, rng).normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(drawn)
        q *= np.sign(np.diag(r))  # makes the draw even over all such matrices
        matrix: Array = self.gain * (q if rows >= columns else q.T)
        return matrix.reshape(shape)


def _fans(shape: Shape) -> tuple[int, int]:
    """How many numbers come in and how many go out, as Keras counts them."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    return shape[0], shape[1]


def _cut_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Standard normal numbers, drawn again where they lie beyond ±2."""
    drawn = rng.normal(size=shape)
    while np.any(outside := np.abs(drawn) > 2.0):
        drawn[outside] = rng.normal(size=int(outside.sum()))
    return drawn


_CLASSES: dict[str, Callable[[], Initializer]] = {
    "constant": Constant,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "identity": Identity,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "zeros": Zeros,
}
_CAMEL = {name.title().replace("_", ""): made for name, made in _CLASSES.items()}


def get(identifier: str | Initializer) -> Initializer:
    """Returns the initializer of a name, spelt ``"glorot_uniform"`` or ``"GlorotUniform"``.

    Raises:
        NamingError: no initializer has that name.

    Example:
        >>> get("Zeros")
        Zeros()
        >>> q = get("orthogonal")((3, 3), np.random.default_rng(0))
        >>> np.allclose(q @ q.T, np.eye(3))
        True
    """
    if callable(identifier):
        return identifier
    if identifier in _CAMEL:
        return _CAMEL[identifier]()
    return look_up("initializer", identifier, _CLASSES)()
