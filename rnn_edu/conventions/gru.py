"""The GRU's own clashes: two rows of biases, and which way the update gate mixes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.gates import Array, split_gates
from rnn_edu.errors import ShapeError


def merge_gate_biases(bias: ArrayLike) -> Array:
    """The same network with each gate's two biases added up in the first row.

    The update and the reset gate take the sum of their two biases, so one number would do.
    The candidate needs both: its second bias is multiplied by the reset gate.

    Args:
        bias: Keras's bias with ``reset_after=True``, shape (2, 3 units), columns z, r, h.

    Returns:
        A bias of that shape, its second row zero in the columns of z and r.

    Raises:
        ShapeError: the bias does not have two rows, or not three gates.

    Example:
        >>> merge_gate_biases([[1, 2, 3], [10, 20, 30]]).tolist()
        [[11, 22, 3], [0, 0, 30]]
    """
    whole = np.asarray(bias)
    if whole.ndim != 2 or len(whole) != 2:
        raise ShapeError(
            f"a bias of the shape {whole.shape} has nothing to merge; "
            "a GRU with reset_after=True has one of the shape (2, 3 units)."
        )
    z, r, h = split_gates(whole, 3)
    none = np.zeros_like(z[0])
    return np.stack(
        [np.concatenate([z.sum(axis=0), r.sum(axis=0), h[0]]), np.concatenate([none, none, h[1]])]
    )


def mirror_update_gate(weights: Sequence[ArrayLike]) -> list[Array]:
    """Turns an update gate that keeps into one that renews, and back.

    Cho et al. (2014), Keras and PyTorch write h_t = z h_(t-1) + (1 - z) h̃: their z keeps the
    old state. Chung et al. (2014) write h_t = (1 - z) h_(t-1) + z h̃: their z takes the new
    one. Since 1 - σ(a) = σ(-a), one becomes the other when all that makes a_z changes sign.

    Args:
        weights: kernel (features, 3 units), recurrent kernel (units, 3 units) and, where there
            is one, the bias with one row or two; columns z, r, h.

    Returns:
        The same arrays, the columns of z with the other sign.

    Raises:
        ShapeError: an array does not have the columns of three gates.

    Example:
        >>> mirror_update_gate([[[1, 2, 3]]])[0].tolist()
        [[-1, 2, 3]]
    """
    return [_with_z_negated(array) for array in weights]


def _with_z_negated(array: ArrayLike) -> Array:
    z, r, h = split_gates(array, 3)
    return np.concatenate([-z, r, h], axis=-1)
