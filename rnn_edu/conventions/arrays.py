"""The arrays of one recurrent layer in Keras's form, and whether they fit together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.gates import GATE_ORDERS, Array, reorder_gates
from rnn_edu.errors import ShapeError, UsageError

CELLS = ("SimpleRNN", "LSTM", "GRU")
NAMES = ("kernel", "recurrent kernel", "bias")


def gates_of(cell: str) -> int:
    """How many blocks of columns the matrices of a cell have.

    Raises:
        UsageError: an unknown cell.

    Example:
        >>> [gates_of(cell) for cell in CELLS]
        [1, 4, 3]
    """
    if cell not in CELLS:
        raise UsageError(f"there is no cell {cell!r} here; use one of {', '.join(CELLS)}.")
    return len(GATE_ORDERS.get((cell, "Keras"), "h"))


def between(cell: str, array: Array, source: str, target: str) -> Array:
    """The columns of a cell's array in the order of another library."""
    if gates_of(cell) == 1:
        return array
    return reorder_gates(array, GATE_ORDERS[cell, source], GATE_ORDERS[cell, target])


def keras_arrays(cell: str, weights: Sequence[ArrayLike]) -> list[Array]:
    """Kernel, recurrent kernel and, where there is one, bias, after a look at their shapes.

    Raises:
        UsageError: an unknown cell.
        ShapeError: not two or three arrays, or shapes that are not those of such a layer.

    Example:
        >>> [array.shape for array in keras_arrays("LSTM", [np.ones((3, 8)), np.ones((2, 8))])]
        [(3, 8), (2, 8)]
    """
    gates = gates_of(cell)
    if len(weights) not in (2, 3):
        raise ShapeError(
            f"a {cell} has three arrays, kernel, recurrent kernel and bias, or the first two; "
            f"got {len(weights)}."
        )
    arrays = [np.asarray(array) for array in weights]
    for name, array, shapes in zip(NAMES, arrays, _shapes(cell, gates, arrays), strict=False):
        if array.shape not in shapes:
            raise ShapeError(
                f"the {name} has the shape {array.shape}; beside a recurrent kernel of the shape "
                f"{arrays[1].shape}, that of the cell {cell} has {' or '.join(map(str, shapes))}."
            )
    return arrays


def _shapes(cell: str, gates: int, arrays: Sequence[Array]) -> list[list[tuple[int, ...]]]:
    """The shapes that kernel, recurrent kernel and bias may have."""
    features, units = (len(array) if array.ndim else 1 for array in arrays[:2])
    columns = gates * units
    two_rows: list[tuple[int, ...]] = [(2, columns)] if cell == "GRU" else []
    return [[(features, columns)], [(units, columns)], [(columns,), *two_rows]]
