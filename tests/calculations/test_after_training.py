"""The weights that an example has after it was trained on itself."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations import after_training, this_is_an_example, two_words_in_order
from rnn_edu.errors import UsageError


def moved_without(w, t):
    """How far the last state moves when a word is left out."""
    return np.abs(w.with_values({("x", t): ""})["h", 4].value - w["h", 4].value).max()


def test_they_are_those_of_a_plain_loop():
    w = this_is_an_example()
    W_xh, W_hh, W_hy = (q.value.copy() for q in w.weights)
    x = np.eye(4)
    for _ in range(100):
        h = [np.zeros(3)]
        for t in range(4):
            h.append(np.tanh(x[t] @ W_xh + h[-1] @ W_hh))
        powers = np.exp(np.array(h[1:]) @ W_hy)
        d_z = (powers / powers.sum(axis=1, keepdims=True) - np.eye(4, k=1)) / 4
        d_z[3] = 0.0
        d_W = [np.zeros_like(W) for W in (W_xh, W_hh, W_hy)]
        d_a = np.zeros(3)
        for t in (3, 2, 1, 0):
            d_a = (d_z[t] @ W_hy.T + d_a @ W_hh.T) * (1 - h[t + 1] ** 2)
            d_W[0] += np.outer(x[t], d_a)
            d_W[1] += np.outer(h[t], d_a)
            d_W[2] += np.outer(h[t + 1], d_z[t])
        W_xh, W_hh, W_hy = (W - 0.5 * d for W, d in zip((W_xh, W_hh, W_hy), d_W, strict=True))
    for found, want in zip(after_training(w).weights, (W_xh, W_hh, W_hy), strict=True):
        assert np.array_equal(found.value, want.round(3))


def test_memory_comes_with_training():
    before, after = this_is_an_example(), after_training(this_is_an_example())
    assert after["L"].value < 0.03 < 1 < before["L"].value
    untrained, trained = ([moved_without(w, t) for t in (1, 2, 3, 4)] for w in (before, after))
    assert untrained[3] > 20 * max(untrained[:3])
    assert int(np.argmax(trained)) == 2
    assert trained[0] > 1000 * untrained[0]


def test_a_calculation_without_gradients_is_refused():
    with pytest.raises(UsageError, match="has no gradients of weights to train with"):
        after_training(two_words_in_order())
