"""How strongly the last state of a recurrent layer depends on an earlier one.

The layer is started at the earlier state, once for every unit, and each copy asks for the
gradient of one unit of the last state. What reaches the start is then the whole Jacobian.

Rows are examples here as everywhere: a small change e of the earlier state changes the last
one by e @ J. For a linear layer J is therefore a power of ``W_hh`` itself, not of its transpose.

Source: Bengio, Simard and Frasconi (1994); Pascanu, Mikolov and Bengio (2013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.layers import GRU, LSTM, Recurrent, SimpleRNN
from rnn_edu.layers.base import Array

#: The cells to choose from; ``linear`` is a SimpleRNN without its tanh.
CELLS: dict[str, Callable[..., Recurrent]] = {
    "linear": partial(SimpleRNN, activation=None),
    "SimpleRNN": SimpleRNN,
    "LSTM": LSTM,
    "GRU": GRU,
}
#: The gate that keeps the old state when it is near 1.
KEEPING_GATE = {"LSTM": "f", "GRU": "z"}


def state_jacobian(
    layer: Recurrent, x: ArrayLike, start: Sequence[ArrayLike] | None = None, *, of: str = "h"
) -> Array:
    """The Jacobian of the state after ``x`` by the same state before it.

    Args:
        layer: a recurrent layer with ``return_state=True``.
        x: one sequence, shape (time, features), with at least one step.
        start: the states before ``x``, one vector (units,) for each of ``layer.state_names``;
            zeros by default.
        of: which state: ``"h"``, or for an LSTM also ``"c"``. The other one is held fixed.

    Returns:
        ``J`` of shape (units, units), where ``J[i, j]`` is ∂s_T[j] / ∂s_t[i].

    Raises:
        UsageError: the layer does not return its states, or has no state of that name.
        ShapeError: ``x`` is not one sequence.

    Example:
        >>> layer = SimpleRNN(2, activation=None, dtype="float64", return_state=True)
        >>> layer.build((None, None, 1))
        >>> layer.set_weights([[[0.3, 0.4]], [[0.5, 0.1], [0.2, 0.6]], [0.0, 0.0]])
        >>> state_jacobian(layer, np.ones((3, 1))).round(3).tolist()
        [[0.157, 0.093], [0.186, 0.25]]
        >>> np.linalg.matrix_power(layer.recurrent_kernel, 3).round(3).tolist()
        [[0.157, 0.093], [0.186, 0.25]]
    """
    _check_layer(layer, of)
    units, steps = layer.units, _one_sequence(x)
    copies = np.broadcast_to(steps, (units, *steps.shape))
    starts = np.zeros((len(layer.state_names), units)) if start is None else start
    layer(copies, initial_state=[np.tile(np.asarray(s), (units, 1)) for s in starts])
    layer.backward([None, *(np.eye(units) if s == of else None for s in layer.state_names)])
    jacobian: Array = layer.d_initial_state[layer.state_names.index(of)].T
    return jacobian.copy()


def jacobian_norms(layer: Recurrent, x: ArrayLike, lags: Sequence[int], *, of: str = "h") -> Array:
    """The norm of ∂s_T/∂s_t for several distances T - t, with the end T fixed.

    The norm is the largest factor by which the Jacobian can stretch a vector: its largest
    singular value.

    Args:
        layer: a recurrent layer with ``return_state=True``.
        x: one sequence, shape (time, features); T is its length.
        lags: the distances T - t, each from 1 to T.
        of: which state, as in :func:`state_jacobian`.

    Returns:
        One norm for each lag.

    Raises:
        UsageError: a lag is not from 1 to T.
    """
    steps = _one_sequence(x)
    return np.array([_norm_over(layer, steps, lag, of) for lag in lags])


def _norm_over(layer: Recurrent, x: Array, lag: int, of: str) -> float:
    if not 1 <= lag <= len(x):
        raise UsageError(f"a lag must be from 1 to {len(x)}, the length of x, but is {lag}.")
    _check_layer(layer, of)
    t = len(x) - lag
    start = [state[0] for state in layer(x[np.newaxis, :t])[1:]] if t else None
    return float(np.linalg.norm(state_jacobian(layer, x[t:], start, of=of), ord=2))


def spectral_radius(matrix: ArrayLike) -> float:
    """The largest absolute value among the eigenvalues of a square matrix.

    Example:
        >>> spectral_radius([[0.5, 4.0], [0.0, 0.5]])
        0.5
    """
    return float(np.abs(np.linalg.eigvals(np.asarray(matrix))).max())


def with_spectral_radius(matrix: ArrayLike, radius: float) -> Array:
    """The matrix times the number that gives it this spectral radius.

    Raises:
        UsageError: the spectral radius of the matrix is 0, so no factor can change it.

    Example:
        >>> with_spectral_radius([[2.0, 0.0], [0.0, 1.0]], 0.5).tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    array = np.asarray(matrix, dtype=np.float64)
    found = spectral_radius(array)
    if found == 0:
        raise UsageError("the spectral radius of this matrix is 0; no factor can change that.")
    scaled: Array = array * (radius / found)
    return scaled


def layer_with_radius(
    cell: str, units: int, features: int, radius: float, *, seed: int, gate_bias: float = 0.0
) -> Recurrent:
    """A layer whose recurrent matrix, for each gate, is random and has this spectral radius.

    Args:
        cell: one of :data:`CELLS`.
        units: its width.
        features: the width of its input.
        radius: the spectral radius of each of its recurrent matrices.
        seed: of its random weights.
        gate_bias: where the biases of the gate that keeps start: an LSTM's forget gate, a GRU's
            update gate. The other cells have none.

    Raises:
        UsageError: there is no cell of that name.
    """
    if cell not in CELLS:
        raise UsageError(f"there is no cell {cell!r}; use one of {', '.join(CELLS)}.")
    settings: dict[str, Any] = {"dtype": "float64", "return_state": True, "seed": seed}
    layer = CELLS[cell](units, **settings)
    layer.build((None, None, features))
    rng = np.random.default_rng(seed)
    blocks = [
        with_spectral_radius(rng.normal(size=(units, units)), radius) for _ in layer.gate_names
    ]
    layer.recurrent_kernel[...] = np.hstack(blocks)
    if cell in KEEPING_GATE:
        place = layer.gate_names.index(KEEPING_GATE[cell])
        # A GRU has two rows of biases; the first is the one beside the input.
        row = np.atleast_2d(layer.bias)[0]
        row[:] = 0.0
        row[place * units : (place + 1) * units] = gate_bias
    return layer


def _check_layer(layer: Recurrent, of: str) -> None:
    if not layer.return_state:
        raise UsageError(
            f"{layer.name}: make the layer with return_state=True to follow its state."
        )
    if of not in layer.state_names:
        raise UsageError(
            f"{layer.name} has no state {of!r}; it has {', '.join(layer.state_names)}."
        )


def _one_sequence(x: ArrayLike) -> Array:
    steps = np.asarray(x, dtype=np.float64)
    if steps.ndim != 2:
        raise ShapeError(
            f"x must be one sequence of shape (time, features), but has the shape {steps.shape}."
        )
    return steps
