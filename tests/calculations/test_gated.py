"""The GRU's calculation against NumPy's layers, which know nothing of it, and by hand."""

import numpy as np
import pytest

from rnn_edu.calculations.gated import (
    GRU_NETWORK,
    GRU_WEIGHTS,
    GRU_WEIGHTS_RESET_BEFORE,
    gru_reset_before,
    gru_two_documents,
)
from rnn_edu.layers import GRU, Dense
from rnn_edu.networks.network import describe

SAME = {"rtol": 0, "atol": 1e-14}


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


@pytest.mark.parametrize("weights", [GRU_WEIGHTS, GRU_WEIGHTS_RESET_BEFORE])
@pytest.mark.parametrize("document", [("very", "bad"), ("very", "good"), ("", "bad")])
def test_states_answer_and_gradients_are_those_of_the_layers(weights, document):
    w = gru_two_documents(weights, document)
    gru = GRU(2, return_sequences=True, reset_after=weights is GRU_WEIGHTS, dtype="float64")
    dense = Dense(1, activation="sigmoid", dtype="float64")
    gru.build((None, 2, 1))
    dense.build((None, 2))
    gru.set_weights([np.array(array) for array in weights[:3]])
    dense.set_weights([np.array(array) for array in weights[3:]])
    states = gru(w.over_time("x")[None])
    np.testing.assert_allclose(w.over_time("h"), states[0], **SAME)
    answer = dense(states[:, -1])
    np.testing.assert_allclose(w["y_hat"].value, answer[0], **SAME)
    # The loss is -ln(1 - y_hat), whose slope is 1 / (1 - y_hat).
    d_state, d_dense = dense.backward(1 / (1 - answer))
    d_states = np.zeros_like(states)
    d_states[:, -1] = d_state
    _, d_gru = gru.backward(d_states)
    for weight, gradient in zip(w.weights, [*d_gru, *d_dense], strict=True):
        np.testing.assert_allclose(w[f"d_{weight.name}"].value, gradient, **SAME)


def test_the_first_unit_by_hand():
    w = gru_two_documents()
    z = sigmoid(0.31 + 0.12 - 0.17)
    r = sigmoid(0.53 + 0.34 + 0.19)
    candidate = np.tanh(0.64 - 0.11 + r * 0.36)
    assert w["h", 1].value[0] == pytest.approx((1 - z) * candidate, abs=1e-15)


def test_with_the_reset_before_the_product_the_state_is_reset_first():
    w = gru_reset_before()
    np.testing.assert_array_equal(w["r_h", 2].value, w["r", 2].value * w["h", 1].value)
    assert w.key == "gru_reset_before"
    assert gru_two_documents().key == "gru_two_documents"


def test_one_unit_is_enough_for_a_calculation():
    weights = [[[0.3, -0.4, 0.6]], [[0.2, 0.5, -0.7]], [0.1, 0.8, -0.2], [[0.9]], [0.05]]
    w = gru_two_documents(weights)
    assert w["h", 2].shape == (1,)
    assert w["W_x"].labels == (("x",), ("update z", "reset r", "candidate h"))


def test_no_weight_is_zero_and_no_two_are_equal():
    numbers = np.concatenate([np.ravel(array) for array in GRU_WEIGHTS])
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)


def test_the_network_in_words():
    assert describe(GRU_NETWORK) == ("input: Input\ngru: GRU, from input\ndense: Dense, from gru")
    assert (GRU_NETWORK.layers[1].units, GRU_NETWORK.layers[1].reset_after) == (2, True)
