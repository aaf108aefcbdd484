"""A diagonal state-space layer: every number of the state fades at a rate of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.layers import initializers
from rnn_edu.layers.activations import Activation
from rnn_edu.layers.base import Array, Shape
from rnn_edu.layers.initializers import Initializer
from rnn_edu.layers.linear_recurrent import SIGMOID, LinearRecurrent


@dataclass(frozen=True)
class SpreadMemories:
    """Decays d for which 1 / (1 - σ(d)) runs evenly, by its logarithm, from one bound to the other.

    1 / (1 - λ) is about the number of steps after which a memory has faded to a third.
    """

    shortest: float = 2.0
    longest: float = 500.0

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Returns the same decays for every generator; the shape has one axis."""
        memory: Array = np.geomspace(self.shortest, self.longest, shape[0])
        decays: Array = np.log(memory - 1.0)
        return decays


class DiagonalSSM(LinearRecurrent):
    """A linear recurrence whose share of the old state never changes.

    Forward::

        λ = σ(d)
        h_t = λ ⊙ h_{t-1} + (1 - λ) ⊙ (x_t @ W_xh)

    and the same as a convolution, for a start of zeros (:meth:`as_convolution`)::

        h_t = Σ_k (1 - λ) λᵏ ⊙ (x_{t-k} @ W_xh)

    It is what a state-space model h'(s) = -α h(s) + α u(s) becomes when its input is held still
    over each step (zero-order hold): λ = e^{-αΔ}. A dense layer on top is the model's matrix C.
    The eigenvalues are real and between 0 and 1 here; S4 and its relatives have complex ones.

    Backward, from g_t = dL/dh_t, with u_t = x_t @ W_xh::

        dL/du_t = g_t ⊙ (1 - λ)    dL/dλ = Σ_t g_t ⊙ (h_{t-1} - u_t)

    Weights: ``kernel`` W_xh (features, units), ``bias`` (units,) with ``use_bias``, and
    ``decay`` d (units,).

    Args:
        units: width of the state, and of the output.
        activation: activation of x_t @ W_xh; None is linear.
        use_bias: whether a bias is added to x_t @ W_xh.
        decay_initializer: where d starts; by default so that the memories reach from 2 steps
            to 500.
        **recurrent: the other arguments of
            :class:`~rnn_edu.layers.linear_recurrent.LinearRecurrent`.

    Example:
        >>> layer = DiagonalSSM(1, dtype="float64")
        >>> layer.build((None, 3, 1))
        >>> layer.set_weights([[[2.0]], [0.0]])
        >>> layer([[[1.0], [0.0], [0.0]]])
        array([[0.25]])
    """

    def __init__(
        self,
        units: int,
        activation: str | Activation | None = None,
        use_bias: bool = False,
        *,
        decay_initializer: str | Initializer | None = None,
        **recurrent: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **recurrent)
        self.decay_initializer = initializers.get(decay_initializer or SpreadMemories())

    def _create_weights(self, input_shape: Shape) -> None:
        super()._create_weights(input_shape)
        self.decay = self._add_weight("decay", (self.units,), self.decay_initializer)

    def _keep_and_new(self) -> tuple[Array, Array]:
        (u,) = self._a
        self.activation(u, out=u)
        self._share = SIGMOID(self.decay)
        return np.broadcast_to(self._share, u.shape), (1.0 - self._share) * u

    def _keep_and_new_backward(self, d_keep: Array, d_new: Array) -> Array:
        (u,) = self._a
        d_share = (d_keep - d_new * u).sum(axis=(0, 1))
        self._d_decay = SIGMOID.backward(self._share, d_share)
        return self.activation.backward(u, d_new * (1.0 - self._share))[np.newaxis]

    def _recurrent_gradients(self) -> list[Array]:
        """dL/d(bias), where there is one, and dL/d(decay)."""
        return [*super()._recurrent_gradients(), self._d_decay]

    def impulse(self, steps: int) -> Array:
        """(1 - λ) λᵏ for k = 0, 1, ...: what is left of an input k steps later, (steps, units).

        Raises:
            UsageError: the layer is not built yet.
        """
        if not self.built:
            raise UsageError(f"{self.name}: call build(input_shape) before impulse.")
        share = SIGMOID(self.decay)
        powers: Array = (1.0 - share) * share ** np.arange(steps)[:, np.newaxis]
        return powers

    def as_convolution(self, x: npt.ArrayLike) -> Array:
        """All states by a convolution instead of a recurrence, (batch, time, units).

        Args:
            x: inputs (batch, time, features); there is no mask, and the start is zeros.
        """
        inputs = self.prepare(x)
        u = inputs @ self.kernel + (self.bias if self.use_bias else 0.0)
        u = self.activation(u)
        weights = self.impulse(inputs.shape[1])
        states = np.empty_like(u)
        for t in range(inputs.shape[1]):
            states[:, t] = np.einsum("kn,bkn->bn", weights[t::-1], u[:, : t + 1])
        return states
