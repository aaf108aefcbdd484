"""From one way of writing a recurrent network to another, without changing what it computes.

Keras, PyTorch, papers and textbooks agree on what the cells calculate, and on little else:
the order of the gates, rows or columns, one bias or two, which way the update gate of a GRU
mixes, and which letter means which matrix. Each function here turns one such choice into
another; weights are lists of arrays in the order of Keras's ``get_weights()``.

One pair of forms has no conversion: the GRU with its reset gate before the matrix product and
the GRU with its reset gate after it are different functions as soon as there are two units.
"""

from __future__ import annotations

from rnn_edu.conventions.gates import GATE_ORDERS, reorder_gates
from rnn_edu.conventions.gru import merge_gate_biases, mirror_update_gate
from rnn_edu.conventions.onnx import from_onnx, to_onnx
from rnn_edu.conventions.pytorch import (
    bidirectional_from_pytorch,
    bidirectional_to_pytorch,
    from_pytorch,
    to_pytorch,
)
from rnn_edu.conventions.texts import (
    LETTERS,
    join_weights,
    rename,
    split_joined,
    transpose_kernels,
)

__all__ = [
    "GATE_ORDERS",
    "LETTERS",
    "bidirectional_from_pytorch",
    "bidirectional_to_pytorch",
    "from_onnx",
    "from_pytorch",
    "join_weights",
    "merge_gate_biases",
    "mirror_update_gate",
    "rename",
    "reorder_gates",
    "split_joined",
    "to_onnx",
    "to_pytorch",
    "transpose_kernels",
]
