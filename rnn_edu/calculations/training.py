"""One epoch of training as a walkthrough: forward, back, and Adam's step for every weight.

Its results are the numbers that the next epoch starts from, so five hundred of them in a row
are the training run of the book's two documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.two_documents import DOCUMENTS, LABELS, LSTM_NETWORK, WORDS
from rnn_edu.networks import Flow
from rnn_edu.networks.objective import LOSS
from rnn_edu.walkthrough import Origin, Quantity, Walkthrough, binary_cross_entropy, sqrt
from rnn_edu.walkthrough.replay import Loop

#: Where the training starts: distinct small numbers, the forget gate's bias at 1 as in Keras,
#: the recurrent weights at 0 as in the source.
START: tuple[ArrayLike, ...] = (
    [[0.31, -0.54, 0.72, -0.23]],
    [[0.0, 0.0, 0.0, 0.0]],
    [0.0, 1.0, 0.0, 0.0],
    [[-0.85]],
    [0.0],
)

#: Adam's settings. Keras keeps the learning rate and, for its bias correction, the two betas
#: in float32; these are the doubles nearest to what it then calculates with.
LEARNING_RATE = float(np.float32(0.001))
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
BETA_1_FLOAT32, BETA_2_FLOAT32 = float(np.float32(BETA_1)), float(np.float32(BETA_2))


def lstm_training(start: Sequence[ArrayLike] = START) -> Loop:
    """LSTM(1) and Dense(1, sigmoid) on both documents at once: one epoch of Adam, to be repeated.

    Args:
        start: the five arrays of ``get_weights()`` before the first epoch.

    Returns:
        The loop; its round number k holds the loss that Keras reports for epoch k, and the
        weights after it as ``new_W_x`` and so on.
    """
    w = Walkthrough(
        "Training an LSTM with Adam",
        note="One row is one epoch: forward, back, and a step for every weight.",
        key="lstm_training",
    )
    loss = _loss(w, start)
    weights = w.weights
    gradients = w.gradients(loss)
    adam = _adam_settings(w)
    alpha, carried = _step_length(w, adam)
    for weight in weights:
        carried |= _update(w, weight, gradients[weight.name], alpha, adam)
    return Loop(w, carried)


def _loss(w: Walkthrough, start: Sequence[ArrayLike]) -> Quantity:
    """The mean loss over both documents, which run through the network side by side."""
    words = zip(*DOCUMENTS, strict=True)
    x = [
        w.input(
            "x",
            [[1.0 + WORDS.index(word)] for word in column],
            t=t,
            note="the words as numbers",
            origin=Origin("input", "input"),
        )
        for t, column in enumerate(words, start=1)
    ]
    LSTM_NETWORK.walkthrough(start, Flow(tuple(x)), into=w)
    origin = Origin(LOSS, "target")
    y = w.target("y", [[label] for label in LABELS], note="the labels", origin=origin)
    mean = binary_cross_entropy(y, w["y_hat"]) / 2
    return w.step("L", mean, role="loss", note="mean loss", origin=Origin(LOSS, "total"))


@dataclass(frozen=True)
class Adam:
    """Adam's settings as given numbers, so that a reader can change them in the sheet."""

    learning_rate: Quantity
    kept_1: Quantity
    kept_2: Quantity
    corrected_1: Quantity
    corrected_2: Quantity
    epsilon: Quantity


def _adam_settings(w: Walkthrough) -> Adam:
    return Adam(
        w.constant("learning_rate", LEARNING_RATE, note="0.001 in float32, as Keras keeps it"),
        w.constant("beta_1", BETA_1, note="how much of the average of the gradient is kept"),
        w.constant("beta_2", BETA_2, note="how much of the average of its square is kept"),
        w.constant("beta_1_float32", BETA_1_FLOAT32, note="beta 1 as Keras's correction rounds it"),
        w.constant("beta_2_float32", BETA_2_FLOAT32, note="beta 2 as Keras's correction rounds it"),
        w.constant("epsilon", EPSILON, note="keeps the division from failing"),
    )


def _step_length(w: Walkthrough, adam: Adam) -> tuple[Quantity, dict[Quantity, Quantity]]:
    """Adam's step length α, which corrects for averages that start from zero."""
    power_1 = w.constant("power_1", 1.0, note="beta 1 to the power of the epoch")
    power_2 = w.constant("power_2", 1.0, note="beta 2 to the power of the epoch")
    new_1 = w.step("new_power_1", power_1 * adam.corrected_1, note=power_1.note)
    new_2 = w.step("new_power_2", power_2 * adam.corrected_2, note=power_2.note)
    corrected = adam.learning_rate * sqrt(1 - new_2) / (1 - new_1)
    alpha = w.step("alpha", corrected, note="step length", latex_symbol=r"\alpha")
    return alpha, {power_1: new_1, power_2: new_2}


def _update(
    w: Walkthrough, weight: Quantity, gradient: Quantity, alpha: Quantity, adam: Adam
) -> dict[Quantity, Quantity]:
    """The running averages m and v of the gradient and its square, and the weight's step."""
    zeros = np.zeros(weight.shape)
    m = w.constant(f"m_{weight.name}", zeros, labels=weight.labels)
    v = w.constant(f"v_{weight.name}", zeros, labels=weight.labels)
    new_m = w.step(
        f"new_m_{weight.name}",
        m + (gradient - m) * (1 - adam.kept_1),
        note=f"running average of the gradient of {weight.name}",
        labels=weight.labels,
    )
    new_v = w.step(
        f"new_v_{weight.name}",
        v + (gradient * gradient - v) * (1 - adam.kept_2),
        note=f"running average of the square of the gradient of {weight.name}",
        labels=weight.labels,
    )
    new = w.step(
        f"new_{weight.name}",
        weight - new_m * alpha / (sqrt(new_v) + adam.epsilon),
        note=f"{weight.name} after this epoch",
        labels=weight.labels,
    )
    return {weight: new, m: new_m, v: new_v}
