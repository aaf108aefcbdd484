"""Five hundred epochs of the book's training run, beside Keras and beside Adam as published."""

import keras
import numpy as np
import pytest

from rnn_edu.calculations.training import lstm_training

EPOCHS = 500
DOCUMENTS = np.array([[[1.0], [3.0]], [[1.0], [2.0]]])
LABELS = np.array([[1.0], [0.0]])


def losses_and_weights(loop):
    """The loss of each epoch, and all weights after the last one in a row."""
    rounds = list(loop.rounds(EPOCHS))
    w = loop.walkthrough
    ends = [rounds[-1][w[f"new_{weight.name}"]].ravel() for weight in w.weights]
    return [values[w["L"]].item() for values in rounds], np.concatenate(ends)


@pytest.fixture(scope="module")
def run():
    return losses_and_weights(lstm_training())


def test_the_run_is_that_of_keras(run):
    losses, weights = run
    lstm = keras.layers.LSTM(1, dtype="float64")
    dense = keras.layers.Dense(1, activation="sigmoid", dtype="float64")
    model = keras.Sequential([keras.Input((2, 1)), lstm, dense])
    model.set_weights([q.value for q in lstm_training().walkthrough.weights])
    model.compile("adam", keras.losses.BinaryCrossentropy(dtype="float64"))
    history = [float(model.train_on_batch(DOCUMENTS, LABELS)) for _ in range(EPOCHS)]
    theirs = np.concatenate([array.ravel() for array in model.get_weights()])
    assert np.allclose(weights, theirs, rtol=0, atol=1e-12)
    assert np.allclose(losses, history, rtol=0, atol=1e-6)


def test_without_the_rounding_of_keras_it_ends_a_little_elsewhere(run):
    exact = {"learning_rate": 0.001, "beta_1_float32": 0.9, "beta_2_float32": 0.999}
    _, weights = losses_and_weights(lstm_training().with_values(exact))
    assert 4e-6 < np.abs(weights - run[1]).max() < 6e-6
