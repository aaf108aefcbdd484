"""Both directions and two layers against NumPy's layers, which know nothing of them."""

import numpy as np
import pytest

from rnn_edu.calculations.both_directions import (
    SHAPES,
    WEIGHTS,
    bidirectional_and_stacked,
    distinct_weights,
)
from rnn_edu.layers import Bidirectional, Dense, SimpleRNN

SAME = {"rtol": 0, "atol": 1e-14}


@pytest.fixture(scope="module")
def w():
    return bidirectional_and_stacked()


@pytest.fixture(scope="module")
def layers():
    """The three layers of the calculation, with its weights."""
    both = Bidirectional(SimpleRNN(2, return_sequences=True, dtype="float64"))
    second = SimpleRNN(2, return_sequences=True, dtype="float64")
    dense = Dense(3, activation="softmax", dtype="float64")
    sizes = [(both, (None, 4, 4), 6), (second, (None, 4, 4), 3), (dense, (None, 2), 2)]
    arrays = [np.array(array) for array in WEIGHTS]
    for layer, shape, count in sizes:
        layer.build(shape)
        layer.set_weights(arrays[:count])
        arrays = arrays[count:]
    return both, second, dense


def test_every_state_and_the_answer_are_those_of_the_layers(w, layers):
    both, second, dense = layers
    joined = both(np.eye(4)[None])
    np.testing.assert_allclose(w.over_time("m"), joined[0], **SAME)
    states = second(joined)
    np.testing.assert_allclose(w.over_time("h_second"), states[0], **SAME)
    np.testing.assert_allclose(w["p"].value, dense(states[:, -1])[0], **SAME)


def test_every_gradient_is_that_of_the_layers(w, layers):
    both, second, dense = layers
    states = second(both(np.eye(4)[None]))
    answer = dense(states[:, -1])
    # The loss is -ln p of the true topic.
    d_state, d_dense = dense.backward(-w["y"].value / answer)
    d_states = np.zeros_like(states)
    d_states[:, -1] = d_state
    d_joined, d_second = second.backward(d_states)
    _, d_both = both.backward(d_joined)
    for weight, gradient in zip(w.weights, [*d_both, *d_second, *d_dense], strict=True):
        np.testing.assert_allclose(w[f"d_{weight.name}"].value, gradient, **SAME)


def test_the_backward_reader_begins_with_the_last_word(w):
    W_x, _, b = (np.array(array) for array in WEIGHTS[3:6])
    np.testing.assert_allclose(w["h_backwards", 4].value, np.tanh(W_x[3] + b), **SAME)
    assert not w["h_backwards", 5].value.any()


def test_each_reader_has_an_arrow(w):
    assert w["h_forwards", 2].latex_symbol == r"\overrightarrow{h}_{2}"
    assert w["h_backwards", 2].latex_symbol == r"\overleftarrow{h}_{2}"
    assert w["h_second", 2].latex_symbol == "h^{(2)}_{2}"


def test_no_weight_is_zero_and_no_two_are_equal():
    assert [np.shape(array) for array in WEIGHTS] == list(SHAPES)
    numbers = np.concatenate([np.ravel(array) for array in WEIGHTS])
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)


def test_the_same_seed_gives_the_same_weights():
    for first, second in zip(distinct_weights(SHAPES), WEIGHTS, strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(distinct_weights([(4,)], seed=1)[0], distinct_weights([(4,)])[0])
