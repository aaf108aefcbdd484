"""Keras's weights as PyTorch's, and back.

PyTorch multiplies columns, W @ x, so its matrices are the transposes of Keras's. Every cell
has two biases, one beside each matrix. Its GRU resets after the product, as Keras's does by
default, and lists the reset gate first. Its names end in the layer's number, and in
``_reverse`` for the direction that reads backwards.

Source: the documentation of ``torch.nn.RNN``, ``torch.nn.LSTM`` and ``torch.nn.GRU``; the tests
ask these modules themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.conventions.arrays import between, gates_of, keras_arrays
from rnn_edu.conventions.gates import Array
from rnn_edu.errors import NamingError, ShapeError, UsageError

MATRICES = ("weight_ih", "weight_hh")
BIASES = ("bias_ih", "bias_hh")
#: Every name that PyTorch gives to an array of RNN, LSTM or GRU, projections left out.
KNOWN = re.compile(r"(weight|bias)_(ih|hh)_l\d+(_reverse)?")


def to_pytorch(
    cell: str, weights: Sequence[ArrayLike], *, layer: int = 0, reverse: bool = False
) -> dict[str, Array]:
    """The arrays of a Keras layer under PyTorch's names, for ``load_state_dict``.

    The one bias of a SimpleRNN or an LSTM becomes ``bias_ih``; ``bias_hh`` is zero.

    Args:
        cell: ``"SimpleRNN"`` (PyTorch's RNN), ``"LSTM"`` or ``"GRU"``.
        weights: kernel (features, gates x units), recurrent kernel (units, gates x units) and,
            unless the layer has none, bias, as from ``get_weights()``.
        layer: PyTorch's number of the layer, from 0.
        reverse: whether this is the direction that reads backwards.

    Returns:
        ``weight_ih_l0`` (gates x units, features), ``weight_hh_l0`` (gates x units, units) and,
        with a bias, ``bias_ih_l0`` and ``bias_hh_l0`` (gates x units,).

    Raises:
        UsageError: an unknown cell, or a GRU that resets before the product.
        ShapeError: not two or three arrays, or arrays that do not fit together.

    Example:
        >>> arrays = to_pytorch("GRU", [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])
        >>> arrays["weight_ih_l0"].tolist(), arrays["bias_hh_l0"].tolist()
        ([[2], [1], [3]], [11, 10, 12])
    """
    kernel, recurrent_kernel, *bias = keras_arrays(cell, weights)
    arrays = [between(cell, array, "Keras", "PyTorch").T for array in (kernel, recurrent_kernel)]
    arrays += [between(cell, row, "Keras", "PyTorch") for row in _two_rows(cell, bias)]
    return dict(zip(_names(layer, reverse), arrays, strict=False))


def from_pytorch(
    cell: str, state: Mapping[str, ArrayLike], *, layer: int = 0, reverse: bool = False
) -> list[Array]:
    """The arrays of a PyTorch layer in the order of Keras's ``set_weights()``.

    The two biases of an RNN or an LSTM are added up; those of a GRU become two rows.

    Args:
        cell: ``"SimpleRNN"`` (PyTorch's RNN), ``"LSTM"`` or ``"GRU"``.
        state: PyTorch's ``state_dict()`` of that module, its tensors as arrays; other layers and
            the other direction of the same module may be in it.
        layer: PyTorch's number of the layer, from 0.
        reverse: whether to take the direction that reads backwards.

    Returns:
        Kernel, recurrent kernel and, unless the module was made with ``bias=False``, bias.

    Raises:
        UsageError: an unknown cell.
        NamingError: an array is missing, or is none of such a module.
        ShapeError: arrays that do not fit together, or are those of another cell.

    Example:
        >>> there = to_pytorch("SimpleRNN", [[[0.5, 2.0]], [[1, 2], [3, 4]], [0.1, 0.2]])
        >>> [array.tolist() for array in from_pytorch("SimpleRNN", there)]
        [[[0.5, 2.0]], [[1, 2], [3, 4]], [0.1, 0.2]]
    """
    gates = gates_of(cell)
    _check_names(state)
    names = _names(layer, reverse)
    with_bias = any(name in state for name in names[2:])
    arrays = [_entry(state, name) for name in (names if with_bias else names[:2])]
    _check_shapes(cell, gates, names, arrays)
    keras = [between(cell, array.T, "PyTorch", "Keras") for array in arrays]
    if not with_bias:
        return keras
    kernel, recurrent_kernel, b_input, b_hidden = keras
    bias = np.stack([b_input, b_hidden]) if cell == "GRU" else b_input + b_hidden
    return [kernel, recurrent_kernel, bias]


def bidirectional_to_pytorch(
    cell: str, weights: Sequence[ArrayLike], *, layer: int = 0
) -> dict[str, Array]:
    """The arrays of Keras's ``Bidirectional`` under PyTorch's names.

    Args:
        cell: the cell inside.
        weights: the arrays of the forward layer, then as many of the backward layer.
        layer: PyTorch's number of the layer, from 0.

    Raises:
        UsageError: as :func:`to_pytorch`.
        ShapeError: not six arrays, or four without biases.

    Example:
        >>> forward, backward = [[[1]], [[2]], [3]], [[[4]], [[5]], [6]]
        >>> arrays = bidirectional_to_pytorch("SimpleRNN", forward + backward)
        >>> arrays["weight_ih_l0"].item(), arrays["weight_ih_l0_reverse"].item()
        (1, 4)
    """
    if len(weights) not in (4, 6):
        raise ShapeError(
            "a bidirectional layer has six arrays, three for each direction, or four without "
            f"biases; got {len(weights)}."
        )
    half = len(weights) // 2
    ahead = to_pytorch(cell, weights[:half], layer=layer)
    return ahead | to_pytorch(cell, weights[half:], layer=layer, reverse=True)


def bidirectional_from_pytorch(
    cell: str, state: Mapping[str, ArrayLike], *, layer: int = 0
) -> list[Array]:
    """The arrays of a bidirectional PyTorch layer in the order of Keras's ``Bidirectional``.

    Raises:
        UsageError, NamingError, ShapeError: as :func:`from_pytorch`.

    Example:
        >>> arrays = [[[1]], [[2]], [3], [[4]], [[5]], [6]]
        >>> there = bidirectional_to_pytorch("SimpleRNN", arrays)
        >>> [array.item() for array in bidirectional_from_pytorch("SimpleRNN", there)]
        [1, 2, 3, 4, 5, 6]
    """
    ahead = from_pytorch(cell, state, layer=layer)
    return ahead + from_pytorch(cell, state, layer=layer, reverse=True)


def _names(layer: int, reverse: bool) -> list[str]:
    return [f"{part}_l{layer}" + ("_reverse" if reverse else "") for part in MATRICES + BIASES]


def _two_rows(cell: str, bias: Sequence[Array]) -> list[Array]:
    """The biases beside the input and beside the state; none where there is no bias."""
    if not bias:
        return []
    if cell != "GRU":
        return [bias[0], np.zeros_like(bias[0])]
    if bias[0].ndim != 2:
        raise UsageError(
            f"a GRU with a bias of the shape {bias[0].shape} resets before the product, and "
            "PyTorch has no such GRU; use reset_after=True."
        )
    return list(bias[0])


def _check_names(state: Mapping[str, ArrayLike]) -> None:
    for name in state:
        if not KNOWN.fullmatch(name):
            raise NamingError(
                f"the state has an array {name!r}, which PyTorch's RNN, LSTM and GRU do not have"
                " (projections are not known here); give the arrays of one such module alone, "
                "without a prefix."
            )


def _entry(state: Mapping[str, ArrayLike], name: str) -> Array:
    if name not in state:
        raise NamingError(f"the state has no {name}; it has {', '.join(state) or 'nothing'}.")
    return np.asarray(state[name])


def _check_shapes(cell: str, gates: int, names: Sequence[str], arrays: Sequence[Array]) -> None:
    """Raises ShapeError unless every array is that of a cell with as many units as W_hh says."""
    units = arrays[1].shape[-1] if arrays[1].ndim else 1
    rows = gates * units
    features = arrays[0].shape[-1] if arrays[0].ndim else 1
    wanted = ((rows, features), (rows, units), (rows,), (rows,))
    for name, array, shape in zip(names, arrays, wanted, strict=False):
        if array.shape != shape:
            raise ShapeError(
                f"{name} has the shape {array.shape}; beside {names[1]} of the shape "
                f"{arrays[1].shape}, that of the cell {cell} has {shape}."
            )
