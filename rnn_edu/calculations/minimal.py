"""Networks whose gates look at the input alone: minGRU, minLSTM and a diagonal state space.

The first two read the document "very bad" with the numbers of the GRU and the LSTM beside which
they stand: the same columns of the kernel and the same biases, without what the smaller cell does
not have. Source of the cells: Feng and others, *Were RNNs All We Needed?* (2024).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.gated import GRU_WEIGHTS
from rnn_edu.calculations.two_documents import LSTM_WEIGHTS, NOTE, NOTES, WORDS, network_of
from rnn_edu.networks import Dense, DiagonalSSM, Input, MinGRU, MinLSTM, Network, Words
from rnn_edu.walkthrough import Walkthrough

#: Columns z and h of the GRU's kernel and of its first row of biases; its dense layer.
MIN_GRU_WEIGHTS: tuple[ArrayLike, ...] = (
    np.delete(GRU_WEIGHTS[0], (2, 3), axis=1),
    np.delete(np.asarray(GRU_WEIGHTS[2])[0], (2, 3)),
    *GRU_WEIGHTS[3:],
)
#: Columns i, f and c of the LSTM's kernel and bias; its dense layer.
MIN_LSTM_WEIGHTS: tuple[ArrayLike, ...] = (
    np.asarray(LSTM_WEIGHTS[0])[:, :3],
    np.asarray(LSTM_WEIGHTS[2])[:3],
    *LSTM_WEIGHTS[3:],
)
MIN_GRU_NETWORK, MIN_LSTM_NETWORK = network_of(MinGRU(2)), network_of(MinLSTM(1))


def min_gru_two_documents(
    weights: Sequence[ArrayLike] = MIN_GRU_WEIGHTS,
    document: Sequence[str] = ("very", "bad"),
    label: float = 0.0,
) -> Walkthrough:
    """MinGRU(2), then Dense(1, sigmoid), over one document, with the gradients of its loss.

    Args:
        weights: shapes (1, 4), (4,), (2, 1) and (1,).
        document: its words, each of the two documents' words, or empty for padding.
        label: the true answer, 0 or 1.

    Example:
        >>> min_gru_two_documents()["h", 2].value.round(6).tolist()
        [0.51933, -0.033249]
    """
    return _read(MIN_GRU_NETWORK, "minGRU", "min_gru_two_documents", weights, document, label)


def min_lstm_two_documents(
    weights: Sequence[ArrayLike] = MIN_LSTM_WEIGHTS,
    document: Sequence[str] = ("very", "bad"),
    label: float = 0.0,
) -> Walkthrough:
    """MinLSTM(1), then Dense(1, sigmoid), over one document, with the gradients of its loss.

    Args:
        weights: shapes (1, 3), (3,), (1, 1) and (1,).
        document: its words, each of the two documents' words, or empty for padding.
        label: the true answer, 0 or 1.

    Example:
        >>> min_lstm_two_documents()["h", 2].value.round(6).tolist()
        [-1.043225]
    """
    return _read(MIN_LSTM_NETWORK, "minLSTM", "min_lstm_two_documents", weights, document, label)


def _read(
    network: Network,
    title: str,
    key: str,
    weights: Sequence[ArrayLike],
    document: Sequence[str],
    label: float,
) -> Walkthrough:
    words = Words(tuple(document), WORDS, "code")
    return network.walkthrough(
        weights, words, [label], title=title, note=NOTE, key=key, notes=NOTES
    )


#: Kernel, decay, dense kernel, dense bias.
SSM_WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.8, -1.4]],
    [2.2, -0.4],
    [[1.5], [0.7]],
    [0.15],
)
SSM_NETWORK = Network.sequential(
    Input((None, 1)), DiagonalSSM(2), Dense(1), loss="mean_squared_error"
)
#: One loud number, and then quieter ones: what is left of the first?
HEARD = (1.0, 0.25, -0.5, 0.1, 0.3)


def diagonal_state_space(
    weights: Sequence[ArrayLike] = SSM_WEIGHTS, heard: Sequence[float] = HEARD
) -> Walkthrough:
    """DiagonalSSM(2) and Dense(1) over five numbers, with the gradients of its loss.

    Args:
        weights: shapes (1, 2), (2,), (2, 1) and (1,).
        heard: the numbers, one at a time.

    Example:
        >>> diagonal_state_space()["lambda"].value.round(6).tolist()
        [0.90025, 0.401312]
    """
    return SSM_NETWORK.walkthrough(
        weights,
        [[number] for number in heard],
        [1.0],
        title="A diagonal state space",
        note="Two numbers that fade at their own rates listen to five others.",
        key="diagonal_state_space",
    )
