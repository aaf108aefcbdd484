"""The published LSTM: by a plain loop, and the digits that were published."""

import math

import numpy as np
import pytest

from rnn_edu.calculations import lstm_published
from rnn_edu.calculations.lstm_published import (
    PUBLISHED_INPUTS,
    PUBLISHED_LABELS,
    PUBLISHED_LEARNING_RATE,
    PUBLISHED_LSTM_WEIGHTS,
)

#: Memory and output after each step, as published.
PUBLISHED = (("0.78572", "0.53631"), ("1.5176", "0.77197"))
#: The source's own names of its numbers: weights of the two inputs, of the state, and the bias.
CANDIDATE, INPUT = (0.45, 0.25, 0.15, 0.2), (0.95, 0.8, 0.8, 0.65)
FORGET, OUTPUT = (0.7, 0.45, 0.1, 0.15), (0.6, 0.4, 0.25, 0.1)


def sigmoid(u):
    return 1 / (1 + math.exp(-u))


def by_a_loop(candidate=CANDIDATE, inputs=INPUT, forget=FORGET, output=OUTPUT):
    """Memory and output after each step, with Python's own numbers."""
    c = h = 0.0
    for x, y in PUBLISHED_INPUTS:
        a, i, f, o = (
            w[0] * x + w[1] * y + w[2] * h + w[3] for w in (candidate, inputs, forget, output)
        )
        c = sigmoid(f) * c + sigmoid(i) * math.tanh(a)
        h = sigmoid(o) * math.tanh(c)
        yield c, h


def loss(**weights):
    """Half the squared errors, summed, as the source has it."""
    pairs = zip(by_a_loop(**weights), PUBLISHED_LABELS, strict=True)
    return sum((h - label) ** 2 / 2 for (_, h), (label,) in pairs)


def test_the_states_are_those_of_a_plain_loop():
    w = lstm_published()
    for t, (c, h) in enumerate(by_a_loop(), start=1):
        assert w["c", t].value.item() == pytest.approx(c, abs=1e-15)
        assert w["h", t].value.item() == pytest.approx(h, abs=1e-15)
    assert w["L"].value == pytest.approx(loss(), abs=1e-15)


def test_the_published_digits_are_at_most_one_off_in_the_last():
    w = lstm_published()
    for t, figures in enumerate(PUBLISHED, start=1):
        for name, figure in zip("ch", figures, strict=True):
            last = 10.0 ** -len(figure.split(".")[1])
            assert w[name, t].value.item() == pytest.approx(float(figure), abs=1.5 * last)


def test_the_gradient_of_the_candidate_is_a_slope_of_the_loop():
    w = lstm_published()
    nudge = 1e-6
    above, below = ((0.45 + s * nudge, *CANDIDATE[1:]) for s in (1, -1))
    slope = (loss(candidate=above) - loss(candidate=below)) / (2 * nudge)
    assert w["d_W_x"].value[0, 2] == pytest.approx(slope, abs=1e-9)


def test_an_update_makes_the_loss_smaller():
    w = lstm_published()
    new = [
        np.asarray(weight) - PUBLISHED_LEARNING_RATE * w[f"d_{name}"].value
        for name, weight in zip(("W_x", "W_h", "b"), PUBLISHED_LSTM_WEIGHTS, strict=True)
    ]
    assert lstm_published(new)["L"].value < w["L"].value
