"""Two documents of two words, "very good" and "very bad", through one recurrent unit.

Source: the SimpleRNN and LSTM examples of *Pro Machine Learning Algorithms* (Ayyadevara,
2018), chapter 10: the encoding, the architectures and the published trained weights.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.networks import LSTM, Dense, Input, Network, Recurrent, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

#: The words in the order of their numbers: very is 1, bad is 2, good is 3; padding is 0.
WORDS = ("very", "bad", "good")
DOCUMENTS = (("very", "good"), ("very", "bad"))
LABELS = (1.0, 0.0)

#: The source's trained weights, in the order of Keras's ``get_weights()``.
SIMPLE_RNN_WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.56373304]],
    [[-0.50989217]],
    [-0.69803804],
    [[0.5092683]],
    [-0.27220774],
)
LSTM_WEIGHTS: tuple[ArrayLike, ...] = (
    [[-0.32939184, -0.9811073, -0.6059296, -0.33957732]],
    [[-0.04132899, -0.71698403, 0.55261445, -0.37336]],
    [0.24954776, 1.6016548, -0.4455776, 0.26094177],
    [[1.7236937]],
    [0.24704114],
)


def network_of(recurrent: Recurrent) -> Network:
    """The recurrent layer that reads a number at each step, and the answer yes or no."""
    return Network.sequential(
        Input((None, 1)), recurrent, Dense(1, "sigmoid"), loss="binary_crossentropy"
    )


SIMPLE_RNN_NETWORK, LSTM_NETWORK = network_of(SimpleRNN(1)), network_of(LSTM(1))
NOTE = "Reads a document of two words as numbers and says how likely it is a good one."
NOTES = {
    "simple_rnn": {
        "kernel": "kernel: input to hidden",
        "recurrent_kernel": "recurrent_kernel: hidden to hidden",
        "bias": "bias of the hidden unit",
    },
    "lstm": {
        "kernel": "kernel: input to gates",
        "recurrent_kernel": "recurrent_kernel: hidden to gates",
        "bias": "bias of the gates",
        "h at start": "nothing shown yet",
    },
    "gru": {
        "kernel": "kernel: input to gates",
        "recurrent_kernel": "recurrent_kernel: hidden to gates",
        "bias": "bias of the gates",
    },
    "dense": {
        "kernel": "dense kernel: hidden to output",
        "pre_activation": "the logit of the answer",
        "output": "probability of a good document",
    },
    "loss": {"target": "the label: 1 for good, 0 for bad", "total": "surprise at the label"},
}


def simple_rnn_two_documents(
    weights: Sequence[ArrayLike] = SIMPLE_RNN_WEIGHTS,
    document: Sequence[str] = ("very", "good"),
    label: float = 1.0,
) -> Walkthrough:
    """SimpleRNN(1), then Dense(1, sigmoid), over one document, with the gradients of its loss.

    Args:
        weights: the five arrays of ``get_weights()``, shapes (1, 1), (1, 1), (1,), (1, 1), (1,).
        document: its words, each of ``WORDS``, or empty for padding.
        label: the true answer, 0 or 1.

    Example:
        >>> w = simple_rnn_two_documents()
        >>> w["y_hat"].value.round(8).tolist()
        [0.53199276]
    """
    return SIMPLE_RNN_NETWORK.walkthrough(
        weights,
        Words(tuple(document), WORDS, "code"),
        [label],
        title="SimpleRNN with one unit",
        note=NOTE,
        key="simple_rnn_two_documents",
        notes=NOTES,
    )


def lstm_two_documents(
    weights: Sequence[ArrayLike] = LSTM_WEIGHTS,
    document: Sequence[str] = ("very", "bad"),
    label: float = 0.0,
) -> Walkthrough:
    """LSTM(1), then Dense(1, sigmoid), over one document, with the gradients of its loss.

    Args:
        weights: the five arrays of ``get_weights()``, shapes (1, 4), (1, 4), (4,), (1, 1), (1,).
        document: its words, each of ``WORDS``, or empty for padding.
        label: the true answer, 0 or 1.

    Example:
        >>> w = lstm_two_documents()
        >>> w["y_hat"].value.round(8).tolist()
        [0.47375038]
    """
    return LSTM_NETWORK.walkthrough(
        weights,
        Words(tuple(document), WORDS, "code"),
        [label],
        title="LSTM with one unit",
        note=NOTE,
        key="lstm_two_documents",
        notes=NOTES,
    )
