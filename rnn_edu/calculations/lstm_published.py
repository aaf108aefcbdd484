"""An LSTM with one unit that was published with every number of its training step.

Source: Aidan Gomez, *Backpropogating an LSTM: A Numerical Example* (2016): weights, inputs,
labels and learning rate. Half the squared error of each of two steps, summed, as there, is
Keras's mean squared error over the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.networks import LSTM, Input, Network
from rnn_edu.walkthrough import Walkthrough

#: The source's, put into Keras's order of the gates: input, forget, candidate, output.
PUBLISHED_LSTM_WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.95, 0.7, 0.45, 0.6], [0.8, 0.45, 0.25, 0.4]],
    [[0.8, 0.1, 0.15, 0.25]],
    [0.65, 0.15, 0.2, 0.1],
)
PUBLISHED_INPUTS = ((1.0, 2.0), (0.5, 3.0))
PUBLISHED_LABELS = ((0.5,), (1.25,))
PUBLISHED_LEARNING_RATE = 0.1

PUBLISHED_LSTM_NETWORK = Network.sequential(
    Input((None, 2)), LSTM(1, return_sequences=True), loss="mean_squared_error"
)
NOTES = {
    "lstm": {
        "kernel": "kernel: from the input to the gates",
        "recurrent_kernel": "recurrent_kernel: from the state to the gates",
        "bias": "bias of the gates",
    },
    "loss": {"target": "the label", "total": "half the squared errors of both steps"},
}


def lstm_published(weights: Sequence[ArrayLike] = PUBLISHED_LSTM_WEIGHTS) -> Walkthrough:
    """LSTM(1) over two steps, each with a label, with the gradients of its loss.

    Args:
        weights: the three arrays of ``get_weights()``, shapes (2, 4), (1, 4) and (4,).

    Example:
        >>> w = lstm_published()
        >>> w.over_time("h").round(6).tolist()
        [[0.536313], [0.771981]]
        >>> w["d_b"].value.round(6).tolist()
        [-0.002761, -0.006307, -0.036408, -0.053613]
    """
    return PUBLISHED_LSTM_NETWORK.walkthrough(
        weights,
        PUBLISHED_INPUTS,
        PUBLISHED_LABELS,
        title="A published LSTM",
        note="Reads two pairs of numbers; its state should be the label of each.",
        key="lstm_published",
        notes=NOTES,
    )
