"""Optimizers: from a gradient to a step, in Keras's exact arithmetic.

"Exact" includes the type of the numbers: with float32 weights every quantity of an update is
float32, as in Keras, so that a training run of hundreds of steps stays with Keras's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]


class Optimizer:
    """Turns gradients into steps, and remembers what it needs of the steps before.

    Args:
        learning_rate: the length of a step; it may be set anew between steps.
        clipnorm: shrinks each weight's gradient to at most this length.
        clipvalue: cuts each entry of a gradient to [-clipvalue, clipvalue].
        global_clipnorm: shrinks all gradients together to at most this length.

    Attributes:
        iterations: how many steps have been made.
    """

    memories: ClassVar[tuple[str, ...]] = ()
    """What is remembered for every weight, an array of its shape each."""

    def __init__(
        self,
        learning_rate: float,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        if not learning_rate >= 0:
            raise UsageError(
                f"{type(self).__name__}: learning_rate must be 0 or more, but is {learning_rate!r}."
            )
        self.learning_rate = learning_rate
        self.clipnorm, self.clipvalue = clipnorm, clipvalue
        self.global_clipnorm = global_clipnorm
        self.iterations = 0
        self._memory: list[dict[str, Array]] | None = None
        self._check_clipping()

    def _check_clipping(self) -> None:
        asked = {
            "clipnorm": self.clipnorm,
            "clipvalue": self.clipvalue,
            "global_clipnorm": self.global_clipnorm,
        }
        given = [name for name, limit in asked.items() if limit is not None]
        if len(given) > 1:
            raise UsageError(
                f"{type(self).__name__}: clip in one way only, not by {' and '.join(given)}."
            )
        for name in given:
            if not asked[name] or asked[name] < 0:  # type: ignore[operator]
                raise UsageError(
                    f"{type(self).__name__}: {name} must be above 0, but is {asked[name]!r}."
                )

    def apply(self, gradients: Sequence[Array], weights: Sequence[Array]) -> None:
        """Changes the weights, in place, by one step.

        Args:
            gradients: dL/d(weight) for each weight.
            weights: the weights, always the same ones in the same order.
        """
        if self._memory is None:
            self.build(weights)
        assert self._memory is not None
        if weights:
            self._prepare_step(weights[0].dtype)
        clipped = self._clipped(gradients)
        for gradient, weight, memory in zip(clipped, weights, self._memory, strict=True):
            self._step(gradient, weight, memory)
        self.iterations += 1

    def build(self, weights: Sequence[Array]) -> None:
        """Starts the memory at zeros."""
        self._memory = [
            {name: np.zeros_like(weight) for name in self._remembered()} for weight in weights
        ]

    @property
    def built(self) -> bool:
        """Whether the memory has been made."""
        return self._memory is not None

    def count_params(self) -> int:
        """Returns how many numbers Keras counts for the optimizer.

        These are the memory, the number of steps and the learning rate.
        """
        remembered = self._memory or []
        return 2 + sum(array.size for memory in remembered for array in memory.values())

    def _remembered(self) -> tuple[str, ...]:
        return self.memories

    def _prepare_step(self, dtype: np.dtype[Any]) -> None:
        """Computes what is the same for all weights in this step."""

    def _step(self, gradient: Array, weight: Array, memory: dict[str, Array]) -> None:
        """Changes one weight in place."""
        raise NotImplementedError

    def _clipped(self, gradients: Sequence[Array]) -> Sequence[Array]:
        if self.clipnorm is not None:
            return clip_by_norm(gradients, self.clipnorm)
        if self.global_clipnorm is not None:
            return clip_by_global_norm(gradients, self.global_clipnorm)
        if self.clipvalue is not None:
            return clip_by_value(gradients, self.clipvalue)
        return gradients


class SGD(Optimizer):
    """Gradient descent, with momentum if wanted.

    With g the gradient and η the learning rate::

        w ← w - η g                                    plain
        v ← μ v - η g,   w ← w + v                     with momentum μ
        v ← μ v - η g,   w ← w + μ v - η g             Nesterov's

    Args:
        learning_rate: η.
        momentum: μ, from 0 to 1.
        nesterov: whether to look one step ahead.
        **clipping: ``clipnorm``, ``clipvalue`` or ``global_clipnorm``.

    Example:
        >>> w = np.array([1.0, 2.0])
        >>> SGD(0.5).apply([np.array([1.0, -1.0])], [w])
        >>> w
        array([0.5, 2.5])
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        if not 0.0 <= momentum <= 1.0:
            raise UsageError(f"SGD: momentum must be between 0 and 1, but is {momentum!r}.")
        self.momentum, self.nesterov = momentum, nesterov

    def _remembered(self) -> tuple[str, ...]:
        return ("velocity",) if self.momentum else ()

    def _step(self, gradient: Array, weight: Array, memory: dict[str, Array]) -> None:
        step = gradient * self.learning_rate
        if not self.momentum:
            weight -= step
            return
        # Keras rounds μ to float32 on its way to the type of the weight.
        momentum = weight.dtype.type(np.float32(self.momentum))
        velocity = memory["velocity"]
        velocity *= momentum
        velocity -= step
        weight += velocity * momentum - step if self.nesterov else velocity


class RMSprop(Optimizer):
    """Divides the gradient by the root of a running mean of its square.

    With g the gradient, η the learning rate, ρ ``rho`` and ε ``epsilon``::

        v ← ρ v + (1 - ρ) g²
        w ← w - η g / √(v + ε)

    Centred: √(v - ḡ² + ε), with ḡ ← ρ ḡ + (1 - ρ) g. With momentum μ: m ← μ m + step, w ← w - m.
    Keras adds ε inside the root, where other libraries add it outside.

    Args:
        learning_rate: η.
        rho: ρ.
        momentum: μ.
        epsilon: ε.
        centered: whether the running mean of g is taken off.
        **clipping: ``clipnorm``, ``clipvalue`` or ``global_clipnorm``.

    Example:
        >>> w = np.array([1.0])
        >>> RMSprop(0.1).apply([np.array([4.0])], [w])
        >>> w.round(4)  # 1 - 0.1 · 4 / √(0.1 · 16)
        array([0.6838])
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        self.rho, self.momentum, self.epsilon = rho, momentum, epsilon
        self.centered = centered

    def _remembered(self) -> tuple[str, ...]:
        wanted = {"velocity": True, "momentum": self.momentum, "mean": self.centered}
        return tuple(name for name, needed in wanted.items() if needed)

    def _step(self, gradient: Array, weight: Array, memory: dict[str, Array]) -> None:
        velocity = memory["velocity"]
        velocity *= self.rho
        velocity += (1.0 - self.rho) * (gradient * gradient)
        spread = velocity
        if self.centered:
            mean = memory["mean"]
            mean *= self.rho
            mean += (1.0 - self.rho) * gradient
            spread = velocity - mean * mean
        step = gradient * self.learning_rate / np.sqrt(spread + self.epsilon)
        if self.momentum:
            memory["momentum"] *= self.momentum
            memory["momentum"] += step
            step = memory["momentum"]
        weight -= step


class Adam(Optimizer):
    """Running means of the gradient and of its square, both corrected for their start at 0.

    With g the gradient, η the learning rate and t the number of the step, from 1::

        m ← m + (1 - β₁) (g - m)
        v ← v + (1 - β₂) (g² - v)
        α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ)
        w ← w - α m / (√v + ε)

    Note on the bias correction: Keras rounds β₁ and β₂ to float32 before it takes their powers,
    whatever the type of the weights. The nearest float32 number to β₂ = 0.999 is 0.99900001287,
    so that 1 - β₂ comes out as 0.00099998713 instead of 0.001, and the first step is about
    6 millionths shorter than the formula says. This class does the same, because 500 such steps
    add up. (1 - β₂ in the second line is different: there Python takes the difference first.)
    With float32 weights everything else is float32 too. With float64 weights the rest is
    float64; Keras then keeps η itself in float32 unless ``keras.config.set_floatx("float64")``
    has been called, and this class does not.

    Source: Kingma and Ba, 2015; ε is their "epsilon hat".

    Args:
        learning_rate: η.
        beta_1: β₁.
        beta_2: β₂.
        epsilon: ε.
        **clipping: ``clipnorm``, ``clipvalue`` or ``global_clipnorm``.

    Example:
        >>> w = np.array([1.0])
        >>> Adam(0.1).apply([np.array([4.0])], [w])
        >>> w.round(4)  # the first step has the length η, whatever the gradient
        array([0.9])
    """

    memories = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def _step(self, gradient: Array, weight: Array, memory: dict[str, Array]) -> None:
        m, v = memory["momentum"], memory["velocity"]
        m += (gradient - m) * (1.0 - self.beta_1)
        v += (gradient * gradient - v) * (1.0 - self.beta_2)
        weight -= m * self._alpha / (np.sqrt(v) + self.epsilon)

    def _prepare_step(self, dtype: np.dtype[Any]) -> None:
        """α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ), with β₁ and β₂ rounded to float32 (see the note)."""
        number = dtype.type
        t = number(self.iterations + 1)
        spread_correction = np.sqrt(1.0 - number(np.float32(self.beta_2)) ** t)
        mean_correction = 1.0 - number(np.float32(self.beta_1)) ** t
        self._alpha = number(self.learning_rate) * spread_correction / mean_correction


def clip_by_norm(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Shrinks each gradient to the length ``limit`` where it is longer.

    Example:
        >>> clip_by_norm([np.array([3.0, 4.0])], 1.0)
        [array([0.6, 0.8])]
    """
    return [g * limit / np.maximum(np.sqrt((g * g).sum()), limit) for g in gradients]


def clip_by_global_norm(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Shrinks all gradients by one factor, so that together they are no longer than ``limit``.

    Example:
        >>> clip_by_global_norm([np.array([3.0]), np.array([4.0])], 1.0)
        [array([0.6]), array([0.8])]
    """
    length = np.sqrt(sum((g * g).sum() for g in gradients))
    return [g * (limit / np.maximum(length, limit)) for g in gradients]


def clip_by_value(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Cuts every entry to [-limit, limit].

    Example:
        >>> clip_by_value([np.array([-3.0, 0.5])], 1.0)
        [array([-1. ,  0.5])]
    """
    return [np.clip(g, -limit, limit) for g in gradients]


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "sgd": SGD}


def get(identifier: str | Optimizer) -> Optimizer:
    """Returns a new optimizer of a name, in small or capital letters, with its defaults.

    Raises:
        NamingError: no optimizer has that name.

    Example:
        >>> get("Adam").learning_rate
        0.001
    """
    if isinstance(identifier, Optimizer):
        return identifier
    name = identifier.lower() if isinstance(identifier, str) else identifier
    return look_up("optimizer", name, OPTIMIZERS)()
