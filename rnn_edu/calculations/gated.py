"""A GRU with two units over the two documents, with the reset gate after or before the product.

The weights are this book's own: two decimals, all different, none zero. Two units are the
fewest that show the difference between the two forms: with one unit, multiplying by the reset
gate before or after a 1 × 1 product gives the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.cells import GruWeights, gru_step
from rnn_edu.calculations.two_documents import LSTM_NETWORK, WORDS, answer
from rnn_edu.walkthrough import Walkthrough

GRU_WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.31, -0.42, 0.53, -0.27, 0.64, -0.18]],
    [[0.22, -0.35, 0.41, 0.16, -0.52, 0.37], [-0.28, 0.47, -0.13, 0.33, 0.25, -0.44]],
    [[0.12, -0.21, 0.34, 0.15, -0.11, 0.29], [-0.17, 0.23, 0.19, -0.26, 0.36, -0.14]],
    [[0.81], [-0.73]],
    [0.09],
)
#: The same with one row of biases: that of the input.
GRU_WEIGHTS_RESET_BEFORE: tuple[ArrayLike, ...] = (
    *GRU_WEIGHTS[:2],
    [0.12, -0.21, 0.34, 0.15, -0.11, 0.29],
    *GRU_WEIGHTS[3:],
)

GRU_NETWORK = replace(LSTM_NETWORK, cell="GRU", units=2)


def gru_two_documents(
    weights: Sequence[ArrayLike] = GRU_WEIGHTS,
    document: Sequence[str] = ("very", "bad"),
    label: float = 0.0,
) -> Walkthrough:
    """GRU, then Dense(1, sigmoid), over one document, with the gradients of its loss.

    Args:
        weights: the five arrays of ``get_weights()``: kernel (1, 3 units), recurrent kernel
            (units, 3 units), bias (2, 3 units) or (3 units,), dense kernel (units, 1) and dense
            bias (1,). A bias with two rows means that the reset gate acts after the product,
            as in Keras by default; with one row it acts before, as in Cho et al. (2014).
        document: its words, each of the two documents' words, or empty for padding.
        label: the true answer, 0 or 1.

    Example:
        >>> w = gru_two_documents()
        >>> w["h", 2].value.round(6).tolist()
        [0.493041, -0.052527]
        >>> gru_reset_before()["h", 2].value.round(6).tolist()
        [0.384755, -0.001024]
    """
    kernel, recurrent_kernel, bias, dense_kernel, dense_bias = weights
    after = np.ndim(bias) == 2
    w = Walkthrough(
        f"GRU, reset {'after' if after else 'before'} the product",
        note="Reads a document of two words as numbers and says how likely it is a good one.",
        key="gru_two_documents" if after else "gru_reset_before",
    )
    cell = _cell(w, kernel, recurrent_kernel, bias)
    units = cell.W_h.labels[0]
    W_hy = w.weight("W_hy", dense_kernel, note="dense kernel: hidden to output")
    b_y = w.weight("b_y", dense_bias, note="dense bias")
    h = w.constant("h", np.zeros(len(units)), t=0, note="nothing read yet", labels=(units,))
    for t, word in enumerate(document, start=1):
        x = w.code("x", word, WORDS, t=t, note="the word as its number")
        h = gru_step(w, x, h, cell, t=t)
    answer(w, h, W_hy, b_y, label, logit="s")
    return w


def gru_reset_before() -> Walkthrough:
    """The same network and document, with the reset gate before the product and one bias."""
    return gru_two_documents(GRU_WEIGHTS_RESET_BEFORE)


def _cell(
    w: Walkthrough, kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike
) -> GruWeights:
    """The three arrays of the layer, each number labelled with its gate and unit."""
    units = tuple(f"unit {k}" for k in range(1, len(np.asarray(recurrent_kernel)) + 1))
    columns = tuple(f"{gate} {k}" for gate in "zrh" for k in range(1, len(units) + 1))
    rows = (("beside the input", "beside the state"),) if np.ndim(bias) == 2 else ()
    return GruWeights(
        w.weight("W_x", kernel, note="kernel: input to gates", labels=(("x",), columns)),
        w.weight(
            "W_h",
            recurrent_kernel,
            note="recurrent_kernel: hidden to gates",
            labels=(units, columns),
        ),
        w.weight("b", bias, note="bias of the gates", labels=(*rows, columns)),
    )
