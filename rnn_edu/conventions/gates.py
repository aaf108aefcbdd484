"""The order in which the gates stand side by side in one matrix."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnn_edu.errors import ShapeError, UsageError

Array: TypeAlias = NDArray[Any]

#: The order of the gates, by cell and library, in this book's letters: i input, f forget,
#: c candidate, o output; z update, r reset, h candidate. PyTorch writes g and n for the
#: candidates. Sources: Keras's cells; the documentation of ``torch.nn.LSTM`` and
#: ``torch.nn.GRU``; ONNX's operators LSTM and GRU.
GATE_ORDERS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("LSTM", "Keras"): "ifco",
        ("LSTM", "PyTorch"): "ifco",
        ("LSTM", "ONNX"): "iofc",
        ("GRU", "Keras"): "zrh",
        ("GRU", "PyTorch"): "rzh",
        ("GRU", "ONNX"): "zrh",
    }
)


def reorder_gates(array: ArrayLike, source: str, target: str) -> Array:
    """Moves the blocks of columns of the gates from one order to another.

    Args:
        array: a kernel, a recurrent kernel or a bias, shape (..., gates x units).
        source: the order that it has, one letter for each gate, such as ``"zrh"``.
        target: the order wanted, the same letters.

    Returns:
        An array of the same shape.

    Raises:
        UsageError: the two orders are not the same letters.
        ShapeError: the columns do not divide into as many gates.

    Example:
        >>> reorder_gates([[1, 2, 3, 4, 5, 6]], "zrh", "rzh").tolist()
        [[3, 4, 1, 2, 5, 6]]
    """
    if sorted(source) != sorted(target) or len(set(source)) != len(source):
        raise UsageError(
            f"the gates {source!r} cannot be put into the order {target!r}; "
            "both must name the same gates, each once."
        )
    blocks = split_gates(array, len(source))
    return np.concatenate([blocks[source.index(gate)] for gate in target], axis=-1)


def split_gates(array: ArrayLike, gates: int) -> list[Array]:
    """The blocks of columns, one for each gate.

    Raises:
        ShapeError: the columns do not divide into ``gates`` blocks.
    """
    whole = np.asarray(array)
    if whole.ndim == 0 or whole.shape[-1] % gates:
        raise ShapeError(
            f"an array of the shape {whole.shape} does not divide into the columns of "
            f"{gates} gates; its last size must be a multiple of {gates}."
        )
    return np.split(whole, gates, axis=-1)
