"""minGRU, minLSTM and the state space by hand, and beside the larger cells that they come from."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.calculations.gated import GRU_WEIGHTS, gru_two_documents
from rnn_edu.calculations.minimal import (
    HEARD,
    MIN_GRU_WEIGHTS,
    MIN_LSTM_WEIGHTS,
    SSM_WEIGHTS,
    diagonal_state_space,
    min_gru_two_documents,
    min_lstm_two_documents,
)
from rnn_edu.calculations.two_documents import LSTM_WEIGHTS


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def test_the_first_unit_of_the_min_gru_by_hand():
    w = min_gru_two_documents()
    z_1, z_2 = sigmoid(1 * 0.31 + 0.12), sigmoid(2 * 0.31 + 0.12)
    h_1 = (1 - z_1) * (1 * 0.64 - 0.11)
    assert w["h", 1].value[0] == pytest.approx(h_1, abs=1e-15)
    h_2 = z_2 * h_1 + (1 - z_2) * (2 * 0.64 - 0.11)
    assert w["h", 2].value[0] == pytest.approx(h_2, abs=1e-15)


def test_its_numbers_are_those_of_the_gru():
    kernel, bias = (np.asarray(array) for array in MIN_GRU_WEIGHTS[:2])
    np.testing.assert_array_equal(kernel, np.asarray(GRU_WEIGHTS[0])[:, [0, 1, 4, 5]])
    np.testing.assert_array_equal(bias, np.asarray(GRU_WEIGHTS[2])[0, [0, 1, 4, 5]])


def test_a_gru_without_recurrent_weights_has_the_same_gate():
    nothing = [np.zeros((2, 6)), np.stack([np.asarray(GRU_WEIGHTS[2])[0], np.zeros(6)])]
    gru = gru_two_documents([GRU_WEIGHTS[0], *nothing, *GRU_WEIGHTS[3:]])
    w = min_gru_two_documents()
    for t in (1, 2):
        np.testing.assert_allclose(gru["z", t].value, w["z", t].value, rtol=0, atol=1e-15)
        np.testing.assert_allclose(
            gru["h_tilde", t].value, np.tanh(w["h_tilde", t].value), rtol=0, atol=1e-15
        )


def test_the_min_lstm_by_hand():
    (k_i, k_f, k_c), (b_i, b_f, b_c) = np.asarray(MIN_LSTM_WEIGHTS[0])[0], MIN_LSTM_WEIGHTS[1]
    w, h = min_lstm_two_documents(), 0.0
    for t, x in ((1, 1.0), (2, 2.0)):
        i, f = sigmoid(x * k_i + b_i), sigmoid(x * k_f + b_f)
        h = f / (f + i) * h + i / (f + i) * (x * k_c + b_c)
        assert w["h", t].value[0] == pytest.approx(h, abs=1e-15)
        assert w["f_bar", t].value + w["i_bar", t].value == pytest.approx(1, abs=1e-15)


def test_its_numbers_are_those_of_the_lstm():
    np.testing.assert_array_equal(MIN_LSTM_WEIGHTS[0], np.asarray(LSTM_WEIGHTS[0])[:, :3])
    np.testing.assert_array_equal(MIN_LSTM_WEIGHTS[1], np.asarray(LSTM_WEIGHTS[2])[:3])


def test_the_state_space_is_a_sum_over_the_past():
    w = diagonal_state_space()
    share = sigmoid(np.asarray(SSM_WEIGHTS[1]))
    past = [
        (1 - share) * share ** (4 - k) * x * np.asarray(SSM_WEIGHTS[0])[0]
        for k, x in enumerate(HEARD)
    ]
    np.testing.assert_allclose(w["h", 5].value, sum(past), rtol=0, atol=1e-15)


@pytest.mark.parametrize("weights", [MIN_GRU_WEIGHTS, MIN_LSTM_WEIGHTS, SSM_WEIGHTS])
def test_no_weight_is_zero_and_no_two_are_equal(weights):
    numbers = np.concatenate([np.ravel(array) for array in weights])
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)
