"""Keras's weights as PyTorch's, and back.

PyTorch multiplies columns, W @ x, so its matrices are the transposes of Keras's. Every cell
has two biases, one beside each matrix. Its GRU resets after the product, as Keras's does by
default, and lists the reset gate first. Its names end in the layer's number, and in
``_reverse`` for the direction that reads backwards.

Source: the documentation of ``torch.nn.RNN``, ``torch.nn.LSTM`` and ``torch.nn.GRU``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.gates import GATE_ORDERS, Array, reorder_gates
from rnn_edu.errors import NamingError, ShapeError, UsageError

PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
CELLS = ("SimpleRNN", "LSTM", "GRU")


def to_pytorch(
    cell: str, weights: Sequence[ArrayLike], *, layer: int = 0, reverse: bool = False
) -> dict[str, Array]:
    """The arrays of a Keras layer under PyTorch's names, for ``load_state_dict``.

    The one bias of a SimpleRNN or an LSTM becomes ``bias_ih``; ``bias_hh`` is zero.

    Args:
        cell: ``"SimpleRNN"`` (PyTorch's RNN), ``"LSTM"`` or ``"GRU"``.
        weights: kernel (features, gates x units), recurrent kernel (units, gates x units) and
            bias, as from ``get_weights()``.
        layer: PyTorch's number of the layer, from 0.
        reverse: whether this is the direction that reads backwards.

    Returns:
        ``weight_ih_l0`` (gates x units, features), ``weight_hh_l0`` (gates x units, units),
        ``bias_ih_l0`` and ``bias_hh_l0`` (gates x units,).

    Raises:
        UsageError: an unknown cell, or a GRU that resets before the product.
        ShapeError: not three arrays, or arrays that do not divide into gates.

    Example:
        >>> arrays = to_pytorch("GRU", [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])
        >>> arrays["weight_ih_l0"].tolist(), arrays["bias_hh_l0"].tolist()
        ([[2], [1], [3]], [11, 10, 12])
    """
    kernel, recurrent_kernel, bias = _three(cell, weights)
    if cell == "GRU":
        if bias.ndim != 2:
            raise UsageError(
                f"a GRU with a bias of the shape {bias.shape} resets before the product, and "
                "PyTorch has no such GRU; use reset_after=True."
            )
        b_input, b_hidden = bias
    else:
        b_input, b_hidden = bias, np.zeros_like(bias)
    arrays = [_keras_to_torch(cell, array) for array in (kernel, recurrent_kernel)]
    arrays = [array.T for array in arrays]
    arrays += [_keras_to_torch(cell, array) for array in (b_input, b_hidden)]
    return dict(zip(_names(layer, reverse), arrays, strict=True))


def from_pytorch(
    cell: str, state: Mapping[str, ArrayLike], *, layer: int = 0, reverse: bool = False
) -> list[Array]:
    """The arrays of a PyTorch layer in the order of Keras's ``set_weights()``.

    The two biases of an RNN or an LSTM are added up; those of a GRU become two rows.

    Args:
        cell: ``"SimpleRNN"`` (PyTorch's RNN), ``"LSTM"`` or ``"GRU"``.
        state: PyTorch's ``state_dict()``, its tensors as arrays.
        layer: PyTorch's number of the layer, from 0.
        reverse: whether to take the direction that reads backwards.

    Returns:
        Kernel, recurrent kernel and bias.

    Raises:
        UsageError: an unknown cell.
        NamingError: an array is missing.

    Example:
        >>> there = to_pytorch("SimpleRNN", [[[0.5, 2.0]], [[1, 2], [3, 4]], [0.1, 0.2]])
        >>> [array.tolist() for array in from_pytorch("SimpleRNN", there)]
        [[[0.5, 2.0]], [[1, 2], [3, 4]], [0.1, 0.2]]
    """
    _check_cell(cell)
    arrays = [_entry(state, name) for name in _names(layer, reverse)]
    kernel, recurrent_kernel = (_torch_to_keras(cell, array.T) for array in arrays[:2])
    b_input, b_hidden = (_torch_to_keras(cell, array) for array in arrays[2:])
    bias = np.stack([b_input, b_hidden]) if cell == "GRU" else b_input + b_hidden
    return [kernel, recurrent_kernel, bias]


def bidirectional_to_pytorch(
    cell: str, weights: Sequence[ArrayLike], *, layer: int = 0
) -> dict[str, Array]:
    """The six arrays of Keras's ``Bidirectional`` under PyTorch's names.

    Args:
        cell: the cell inside.
        weights: three arrays of the forward layer, then three of the backward layer.
        layer: PyTorch's number of the layer, from 0.

    Raises:
        UsageError: as :func:`to_pytorch`.
        ShapeError: not six arrays.

    Example:
        >>> forward, backward = [[[1]], [[2]], [3]], [[[4]], [[5]], [6]]
        >>> arrays = bidirectional_to_pytorch("SimpleRNN", forward + backward)
        >>> arrays["weight_ih_l0"].item(), arrays["weight_ih_l0_reverse"].item()
        (1, 4)
    """
    if len(weights) != 6:
        raise ShapeError(
            f"a bidirectional layer has six arrays, three for each direction; got {len(weights)}."
        )
    ahead = to_pytorch(cell, weights[:3], layer=layer)
    return ahead | to_pytorch(cell, weights[3:], layer=layer, reverse=True)


def bidirectional_from_pytorch(
    cell: str, state: Mapping[str, ArrayLike], *, layer: int = 0
) -> list[Array]:
    """The arrays of a bidirectional PyTorch layer in the order of Keras's ``Bidirectional``.

    Example:
        >>> arrays = [[[1]], [[2]], [3], [[4]], [[5]], [6]]
        >>> there = bidirectional_to_pytorch("SimpleRNN", arrays)
        >>> [array.item() for array in bidirectional_from_pytorch("SimpleRNN", there)]
        [1, 2, 3, 4, 5, 6]
    """
    ahead = from_pytorch(cell, state, layer=layer)
    return ahead + from_pytorch(cell, state, layer=layer, reverse=True)


def _names(layer: int, reverse: bool) -> list[str]:
    return [f"{part}_l{layer}" + ("_reverse" if reverse else "") for part in PARTS]


def _check_cell(cell: str) -> None:
    if cell not in CELLS:
        raise UsageError(f"there is no cell {cell!r} here; use one of {', '.join(CELLS)}.")


def _three(cell: str, weights: Sequence[ArrayLike]) -> tuple[Array, Array, Array]:
    _check_cell(cell)
    if len(weights) != 3:
        raise ShapeError(
            f"a {cell} has three arrays, kernel, recurrent kernel and bias; got {len(weights)}."
        )
    kernel, recurrent_kernel, bias = (np.asarray(array) for array in weights)
    return kernel, recurrent_kernel, bias


def _entry(state: Mapping[str, ArrayLike], name: str) -> Array:
    if name not in state:
        raise NamingError(f"the state has no {name}; it has {', '.join(state) or 'nothing'}.")
    return np.asarray(state[name])


def _keras_to_torch(cell: str, array: Array) -> Array:
    return _reordered(cell, array, "Keras", "PyTorch")


def _torch_to_keras(cell: str, array: Array) -> Array:
    return _reordered(cell, array, "PyTorch", "Keras")


def _reordered(cell: str, array: Array, source: str, target: str) -> Array:
    if cell == "SimpleRNN":
        return array
    return reorder_gates(array, GATE_ORDERS[cell, source], GATE_ORDERS[cell, target])
