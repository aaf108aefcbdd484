"""Keras's weights as ONNX's, and back.

ONNX keeps all directions of a layer in one array. Its matrices multiply columns, so they are the
transposes of Keras's; its two biases stand in one row, that of the input first. It lists the
gates of the LSTM as i o f c, those of the GRU as z r h. Whether a GRU resets after the product is
not said by the arrays but by the attribute ``linear_before_reset``: 0, the default, is Keras's
``reset_after=False``, and 1 is Keras's own default.

Source: the operators RNN, LSTM and GRU of ONNX; the tests ask ONNX Runtime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.arrays import between, gates_of, keras_arrays
from rnn_edu.conventions.gates import Array
from rnn_edu.errors import NamingError, ShapeError

NAMES = ("W", "R", "B")


def to_onnx(cell: str, *directions: Sequence[ArrayLike]) -> dict[str, Array]:
    """The arrays of a Keras layer, or of both halves of a Bidirectional, in ONNX's form.

    Args:
        cell: ``"SimpleRNN"`` (ONNX's RNN), ``"LSTM"`` or ``"GRU"``.
        directions: for each direction kernel (features, gates x units), recurrent kernel
            (units, gates x units) and, unless there is none, bias. A GRU with two rows of biases
            needs ``linear_before_reset=1``, one with one row 0.

    Returns:
        ``W`` (directions, gates x units, features), ``R`` (directions, gates x units, units) and,
        with a bias, ``B`` (directions, 2 x gates x units).

    Raises:
        UsageError: an unknown cell.
        ShapeError: arrays that do not fit together, or no direction or more than two.

    Example:
        >>> arrays = to_onnx("LSTM", [[[1, 2, 3, 4]], [[5, 6, 7, 8]], [9, 10, 11, 12]])
        >>> arrays["W"].tolist(), arrays["B"].tolist()
        ([[[1], [4], [2], [3]]], [[9, 12, 10, 11, 0, 0, 0, 0]])
    """
    if len(directions) not in (1, 2):
        raise ShapeError(f"a layer reads in one direction or in two; got {len(directions)}.")
    found = [_to_onnx(cell, weights) for weights in directions]
    if len({tuple(array.shape for array in arrays) for arrays in found}) > 1:
        raise ShapeError("the arrays of the two directions have different shapes; ONNX needs one.")
    return dict(zip(NAMES, map(np.stack, zip(*found, strict=True)), strict=False))


def from_onnx(
    cell: str, arrays: Mapping[str, ArrayLike], *, linear_before_reset: int = 0
) -> list[list[Array]]:
    """The arrays of an ONNX operator in the order of Keras's ``set_weights()``.

    Args:
        cell: ``"SimpleRNN"`` (ONNX's RNN), ``"LSTM"`` or ``"GRU"``.
        arrays: ``W``, ``R`` and, where there is one, ``B``.
        linear_before_reset: of a GRU, as the operator has it.

    Returns:
        For each direction kernel, recurrent kernel and, where there is a ``B``, bias: the sum of
        both, or two rows for a GRU with ``linear_before_reset``.

    Raises:
        UsageError: an unknown cell.
        NamingError: ``W`` or ``R`` is missing, or there is another array, such as the peepholes
            ``P``.
        ShapeError: arrays that do not fit together.

    Example:
        >>> there = to_onnx("GRU", [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9], [1, 2, 3]]])
        >>> [array.tolist() for array in from_onnx("GRU", there, linear_before_reset=1)[0]]
        [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9], [1, 2, 3]]]
        >>> from_onnx("GRU", there)[0][2].tolist()
        [8, 10, 12]
    """
    given = {name: np.asarray(array) for name, array in arrays.items()}
    _check(cell, given)
    two_rows = cell == "GRU" and linear_before_reset
    found = []
    for k in range(len(given["R"])):
        weights = [between(cell, given[name][k].T, "ONNX", "Keras") for name in ("W", "R")]
        if "B" in given:
            rows = between(cell, given["B"][k].reshape(2, -1), "ONNX", "Keras")
            weights.append(rows if two_rows else rows.sum(axis=0))
        found.append(weights)
    return found


def _to_onnx(cell: str, weights: Sequence[ArrayLike]) -> list[Array]:
    kernel, recurrent_kernel, *bias = keras_arrays(cell, weights)
    arrays = [between(cell, array, "Keras", "ONNX").T for array in (kernel, recurrent_kernel)]
    for array in bias:
        rows = array if array.ndim == 2 else np.stack([array, np.zeros_like(array)])
        arrays.append(between(cell, rows, "Keras", "ONNX").reshape(-1))
    return arrays


def _check(cell: str, arrays: Mapping[str, Array]) -> None:
    """Raises NamingError or ShapeError unless these are the arrays of such an operator."""
    gates = gates_of(cell)
    for name in ("W", "R"):
        if name not in arrays:
            raise NamingError(f"there is no array {name}; there is {', '.join(arrays) or 'none'}.")
    for name in arrays:
        if name not in NAMES:
            raise NamingError(
                f"ONNX's array {name} of the cell {cell} has no counterpart in Keras; known are "
                f"{', '.join(NAMES)}."
            )
    directions, units = (1, 1) if arrays["R"].ndim != 3 else arrays["R"].shape[::2]
    rows = gates * units
    features = arrays["W"].shape[-1] if arrays["W"].ndim else 1
    wanted = {"R": (rows, units), "W": (rows, features), "B": (2 * rows,)}
    for name, shape in wanted.items():
        if name in arrays and arrays[name].shape != (directions, *shape):
            raise ShapeError(
                f"{name} has the shape {arrays[name].shape}; beside R of the shape "
                f"{arrays['R'].shape}, that of the cell {cell} has {(directions, *shape)}."
            )
