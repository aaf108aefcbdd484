"""Two documents of two words, "very good" and "very bad", through one recurrent unit.

Source: the SimpleRNN and LSTM examples of *Pro Machine Learning Algorithms* (Ayyadevara,
2018), chapter 10: the encoding, the architectures and the published trained weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.cells import LstmWeights, lstm_step, simple_rnn_step
from rnn_edu.calculations.network import Network
from rnn_edu.walkthrough import Quantity, Walkthrough, binary_cross_entropy, sigmoid

#: The words in the order of their numbers: very is 1, bad is 2, good is 3; padding is 0.
WORDS = ("very", "bad", "good")
DOCUMENTS = (("very", "good"), ("very", "bad"))
LABELS = (1.0, 0.0)
GATE_NAMES = ("input i", "forget f", "candidate c", "output o")

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


def _network(cell: str) -> Network:
    return Network(
        cell=cell,
        units=1,
        features=1,
        outputs=1,
        output_activation="sigmoid",
        loss="binary_crossentropy",
    )


SIMPLE_RNN_NETWORK, LSTM_NETWORK = _network("SimpleRNN"), _network("LSTM")


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
    w = Walkthrough(
        "SimpleRNN with one unit",
        note="Reads a document of two words as numbers and says how likely it is a good one.",
        key="simple_rnn_two_documents",
    )
    names = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
    W_xh, W_hh, b_h, W_hy, b_y = (
        w.weight(name, value, note=note)
        for name, value, note in zip(names, weights, SIMPLE_RNN_NOTES, strict=True)
    )
    h = w.constant("h", np.zeros(1), t=0, note="nothing read yet")
    for t, word in enumerate(document, start=1):
        x = w.code("x", word, WORDS, t=t, note="the word as its number")
        h = simple_rnn_step(w, x, h, W_xh, W_hh, b_h, t=t)
    answer(w, h, W_hy, b_y, label)
    return w


SIMPLE_RNN_NOTES = (
    "kernel: input to hidden",
    "recurrent_kernel: hidden to hidden",
    "bias of the hidden unit",
    "dense kernel: hidden to output",
    "dense bias",
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
    w = Walkthrough(
        "LSTM with one unit",
        note="Reads a document of two words as numbers and says how likely it is a good one.",
        key="lstm_two_documents",
    )
    W_x, W_h, b, W_hy, b_y = (np.asarray(value, dtype=np.float64) for value in weights)
    cell = LstmWeights(
        w.weight("W_x", W_x, note="kernel: input to gates", labels=(("x",), GATE_NAMES)),
        w.weight("W_h", W_h, note="recurrent_kernel: hidden to gates", labels=(("h",), GATE_NAMES)),
        w.weight("b", b, note="bias of the gates", labels=(GATE_NAMES,)),
    )
    dense_kernel = w.weight("W_hy", W_hy, note="dense kernel: hidden to output")
    dense_bias = w.weight("b_y", b_y, note="dense bias")
    h = w.constant("h", np.zeros(1), t=0, note="nothing shown yet")
    c = w.constant("c", np.zeros(1), t=0, note="nothing remembered yet")
    for t, word in enumerate(document, start=1):
        x = w.code("x", word, WORDS, t=t, note="the word as its number")
        h, c = lstm_step(w, x, h, c, cell, t=t)
    answer(w, h, dense_kernel, dense_bias, label)
    return w


def answer(
    w: Walkthrough, h: Quantity, W_hy: Quantity, b_y: Quantity, label: float, logit: str = "z"
) -> None:
    """The dense layer on the last hidden state, its loss, and the gradients of that loss."""
    z = w.step(logit, h @ W_hy + b_y, role="pre-activation", note="the logit of the answer")
    y_hat = w.step("y_hat", sigmoid(z), role="output", note="probability of a good document")
    y = w.target("y", [label], note="the label: 1 for good, 0 for bad")
    loss = binary_cross_entropy(y, y_hat)
    w.gradients(w.step("L", loss, role="loss", note="surprise at the label"))
