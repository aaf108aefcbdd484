"""What reading a sequence costs, counted: multiplications, and products that must wait."""

from __future__ import annotations

from rnn_edu.networks.cells import CELLS
from rnn_edu.uses.readers import WINDOW


def multiplications(kind: str, steps: int, width: int) -> int:
    """Multiplications of the matrix products for one sequence, forward.

    Args:
        kind: one of ``rnn_edu.uses.KINDS``.
        steps: T, the length of the sequence.
        width: n, the size of inputs and states alike.

    Returns:
        SimpleRNN 2Tn², GRU 6Tn², LSTM 8Tn²; two convolutions over three neighbours 6Tn²;
        self-attention 4Tn² for queries, keys, values and output, 2T²n for the scores and the
        weighted sums, 4Tn² for the two dense layers behind it.

    Raises:
        KeyError: an unknown kind.

    Example:
        >>> multiplications("LSTM", steps=10, width=32)
        81920
    """
    square = steps * width**2
    if kind == "self-attention":
        return 8 * square + 2 * steps**2 * width
    if kind == "Conv1D":
        return 2 * WINDOW * square
    cell = CELLS[kind]
    return (1 + cell.reads_state) * len(cell.gates) * square


def steps_in_a_row(kind: str, steps: int) -> int:
    """How many matrix products have to wait for one another.

    A recurrent layer has one for each step, two convolutions two. The block of attention has six:
    queries, keys and values at once, the scores, the weighted sums, the output, two dense layers.

    Example:
        >>> steps_in_a_row("GRU", 100), steps_in_a_row("self-attention", 100)
        (100, 6)
    """
    return {"Conv1D": 2, "self-attention": 6}.get(kind, steps)
