"""A GRU with two units over the two documents, with the reset gate after or before the product.

The weights are this book's own: two decimals, all different, none zero. Two units are the
fewest that show the difference between the two forms: with one unit, multiplying by the reset
gate before or after a 1 × 1 product gives the same number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.two_documents import NOTE, NOTES, WORDS, network_of
from rnn_edu.networks import GRU, Words
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

GRU_NETWORK = network_of(GRU(2))
GRU_NETWORK_RESET_BEFORE = network_of(GRU(2, reset_after=False))


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
    after, units = np.ndim(weights[2]) == 2, np.shape(weights[1])[0]
    return network_of(GRU(units, reset_after=after)).walkthrough(
        weights,
        Words(tuple(document), WORDS, "code"),
        [label],
        title=f"GRU, reset {'after' if after else 'before'} the product",
        note=NOTE,
        key="gru_two_documents" if after else "gru_reset_before",
        notes=NOTES,
    )


def gru_reset_before() -> Walkthrough:
    """The same network and document, with the reset gate before the product and one bias."""
    return gru_two_documents(GRU_WEIGHTS_RESET_BEFORE)
