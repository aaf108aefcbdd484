"""Layer normalisation in a cell, judged by a cell that is put together from Keras's layers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from rnn_edu.calculations.layer_normalised import EPSILON, HEARD, UNITS, WEIGHTS, layer_normalised

SAME = {"rtol": 0, "atol": 1e-12}


class NormalisedCell(keras.layers.Layer):
    """tanh of the normalised sum of what is read and what is kept."""

    def __init__(self):
        super().__init__(dtype="float64")
        self.state_size = UNITS
        plain = {"use_bias": False, "dtype": "float64"}
        self.read, self.keep = (keras.layers.Dense(UNITS, **plain) for _ in range(2))
        self.norm = keras.layers.LayerNormalization(epsilon=EPSILON, dtype="float64")

    def build(self, shape):
        self.read.build(shape)
        self.keep.build((1, UNITS))
        self.norm.build((1, UNITS))

    def call(self, x, states):
        h = keras.ops.tanh(self.norm(self.read(x) + self.keep(states[0])))
        return h, [h]


@pytest.fixture(scope="module")
def judged():
    """Keras's states, answer and gradients."""
    layer = keras.layers.RNN(NormalisedCell(), return_sequences=True, dtype="float64")
    dense = keras.layers.Dense(1, dtype="float64")
    x = np.reshape(HEARD, (1, -1, 1))
    dense(layer(x)[:, -1])
    layer.set_weights([np.array(array) for array in WEIGHTS[:4]])
    dense.set_weights([np.array(array) for array in WEIGHTS[4:]])
    with tf.GradientTape() as tape:
        states = layer(x)
        answer = dense(states[:, -1])
        loss = tf.reduce_sum(tf.square(answer - 0.5))
    variables = [v.value for v in (*layer.trainable_weights, *dense.trainable_weights)]
    return states[0].numpy(), answer[0].numpy(), loss.numpy(), tape.gradient(loss, variables)


def test_states_answer_loss_and_gradients_are_those_of_keras(judged):
    states, answer, loss, gradients = judged
    w = layer_normalised()
    np.testing.assert_allclose(w.over_time("h"), states, **SAME)
    np.testing.assert_allclose(w["y_hat"].value, answer, **SAME)
    np.testing.assert_allclose(w["L"].value, loss, **SAME)
    for weight, gradient in zip(w.weights, gradients, strict=True):
        np.testing.assert_allclose(w[f"d_{weight.name}"].value, gradient.numpy(), **SAME)


def test_the_sums_have_mean_0_and_variance_1_but_for_epsilon():
    w = layer_normalised()
    for t in (1, 2):
        normalised, variance = w["normalised", t].value, w["variance", t].value
        assert normalised.mean() == pytest.approx(0, abs=1e-15)
        assert normalised.var() == pytest.approx(variance / (variance + EPSILON), abs=1e-14)


def test_weights_ten_times_as_large_hardly_change_the_states():
    larger = [10 * np.array(WEIGHTS[0]), 10 * np.array(WEIGHTS[1]), *WEIGHTS[2:]]
    off = layer_normalised(larger)["h", 2].value - layer_normalised()["h", 2].value
    assert np.abs(off).max() < 0.01


def test_no_weight_is_zero_and_no_two_are_equal():
    numbers = np.concatenate([np.ravel(array) for array in WEIGHTS])
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)
