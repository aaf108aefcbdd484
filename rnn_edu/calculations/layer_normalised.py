"""Layer normalisation inside a cell: three units read two numbers, each sum put to one scale.

At each step the three weighted sums are shifted to mean 0 and stretched to variance 1, then
stretched and shifted by learned numbers, and only then comes tanh (Ba, Kiros and Hinton, 2016).
Keras has no such cell; one that is put together from Keras's parts judges it in the tests. The
weights are this book's own: all different, none zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.networks.pen import unit_labels
from rnn_edu.walkthrough import Quantity, Walkthrough, sqrt, tanh, total
from rnn_edu.walkthrough.losses import loss

UNITS = 3
#: Added to the variance, as Keras's layer does it by default.
EPSILON = 1e-3
HEARD = (1.0, -0.5)
GREEK = {"gamma": r"\gamma", "beta": r"\beta"}
#: Input and recurrent weights, scale and shift of the normalised sums, weights and bias of the
#: answer. The shift takes the place of the bias.
WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.9, -0.4, 0.2]],
    [[0.5, -0.3, 0.7], [0.15, 0.6, -0.8], [-0.55, 0.35, 0.45]],
    [1.1, 0.95, 1.25],
    [0.1, -0.2, 0.05],
    [[0.65], [-0.85], [0.75]],
    [0.25],
)


def layer_normalised(
    weights: Sequence[ArrayLike] = WEIGHTS, heard: Sequence[float] = HEARD, target: float = 0.5
) -> Walkthrough:
    """A recurrent layer of three units with layer normalisation, and an answer.

    Args:
        weights: shapes (1, 3), (3, 3), (3,), (3,), (3, 1) and (1,).
        heard: the numbers that are read, one at each step.
        target: what the answer should be; the loss is its squared distance.

    Example:
        >>> w = layer_normalised()
        >>> w["normalised", 1].value.round(6).tolist(), w["y_hat"].value.round(6).tolist()
        ([1.252694, -1.19006, -0.062635], [1.461441])
    """
    w = Walkthrough(
        "Layer normalisation in a cell",
        note="Each step puts its three weighted sums to mean 0 and variance 1 before tanh.",
        key="layer_normalised",
    )
    named = ("W_xh", "W_hh", "gamma", "beta", "W_hy", "b_y")
    notes = (
        "input to hidden",
        "hidden to hidden",
        "learned scale",
        "learned shift",
        "hidden to answer",
        "bias of the answer",
    )
    W_xh, W_hh, gamma, beta, W_hy, b_y = (
        w.weight(name, array, note=note, latex_symbol=GREEK.get(name))
        for name, array, note in zip(named, weights, notes, strict=True)
    )
    units = (unit_labels(UNITS),)
    h = w.constant("h", np.zeros(UNITS), t=0, note="nothing read yet", labels=units)
    for t, number in enumerate(heard, start=1):
        x = w.input("x", [number], t=t, note="the input")
        note = "weighted sums, without a bias"
        a = w.step("a", x @ W_xh + h @ W_hh, t=t, role="pre-activation", note=note, labels=units)
        n = _normalised(w, a, t)
        note = "the new hidden state"
        h = w.step("h", tanh(n * gamma + beta), t=t, role="state", note=note, labels=units)
    y_hat = w.step("y_hat", h @ W_hy + b_y, role="output", note="the answer")
    y = w.target("y", [target], note="the truth")
    squared = loss("mean_squared_error")(y, y_hat)
    w.gradients(w.step("L", squared, role="loss", note="squared distance from it"))
    return w


def _normalised(w: Walkthrough, a: Quantity, t: int) -> Quantity:
    """The sums of one step with mean 0 and variance 1."""
    note, symbol = "mean of the sums", rf"\mu_{{{t}}}"
    mean = w.step("mean", total(a) / UNITS, t=t, note=note, latex_symbol=symbol)
    spread = total((a - mean) * (a - mean)) / UNITS
    note, symbol = "mean squared distance from the mean", f"v_{{{t}}}"
    variance = w.step("variance", spread, t=t, note=note, latex_symbol=symbol)
    shifted = (a - mean) / sqrt(variance + EPSILON)
    note, symbol = "the sums with mean 0 and variance 1", rf"\bar{{a}}_{{{t}}}"
    return w.step("normalised", shifted, t=t, note=note, labels=a.labels, latex_symbol=symbol)
