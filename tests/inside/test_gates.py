"""The LSTM redone by hand says what the layers say, and more."""

import numpy as np
import pytest

from rnn_edu import layers
from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.inside import read_lstm

STEPS, FEATURES, UNITS = 7, 3, 4


@pytest.fixture
def weights():
    random = np.random.default_rng(5)
    shapes = [(FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]
    return [random.normal(0, 0.9, shape) for shape in shapes]


@pytest.fixture
def x():
    return np.random.default_rng(6).normal(0, 1.5, (STEPS, FEATURES))


def test_the_states_are_those_of_the_numpy_layer(weights, x):
    layer = layers.LSTM(UNITS, return_sequences=True, return_state=True, dtype="float64")
    layer.build((None, STEPS, FEATURES))
    layer.set_weights(weights)
    h, last_h, last_c = layer(x[np.newaxis])
    reading = read_lstm(weights, x)
    np.testing.assert_allclose(reading.h, h[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(reading.h[-1], last_h[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(reading.c[-1], last_c[0], rtol=0, atol=1e-12)


def test_the_states_are_those_of_keras(weights, x):
    import keras

    layer = keras.layers.LSTM(UNITS, return_sequences=True, return_state=True, dtype="float64")
    layer.build((None, STEPS, FEATURES))
    layer.set_weights(weights)
    h, _, last_c = layer(x[np.newaxis])
    reading = read_lstm(layer.get_weights(), x)
    np.testing.assert_allclose(reading.h, np.asarray(h)[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(reading.c[-1], np.asarray(last_c)[0], rtol=0, atol=1e-12)


def test_gates_and_states_belong_together(weights, x):
    r = read_lstm(weights, x)
    before = np.vstack([np.zeros(UNITS), r.c[:-1]])
    np.testing.assert_allclose(r.c, r.f * before + r.i * r.candidate, rtol=0, atol=1e-15)
    np.testing.assert_allclose(r.h, r.o * np.tanh(r.c), rtol=0, atol=1e-15)
    for gate in (r.i, r.f, r.o):
        assert gate.shape == (STEPS, UNITS)
        assert gate.min() > 0
        assert gate.max() < 1
    assert r.candidate.min() < 0


def test_a_gate_follows_its_own_columns(weights, x):
    plain = read_lstm(weights, x[:1])
    kernel, recurrent_kernel, bias = weights
    for place, name in enumerate(("i", "f", "candidate", "o")):
        moved = bias.copy()
        moved[place * UNITS : (place + 1) * UNITS] += 0.7
        other = read_lstm([kernel, recurrent_kernel, moved], x[:1])
        changed = {
            n for n in ("i", "f", "candidate", "o") if (getattr(other, n) > getattr(plain, n)).all()
        }
        assert changed == {name}


def test_a_held_cell_keeps_its_value_and_the_others_go_on(weights, x):
    held = read_lstm(weights, x, held={2: 0.25})
    free = read_lstm(weights, x)
    assert (held.c[:, 2] == 0.25).all()
    np.testing.assert_allclose(held.h[:, 2], held.o[:, 2] * np.tanh(0.25), rtol=0, atol=1e-15)
    np.testing.assert_allclose(held.c[0, [0, 1, 3]], free.c[0, [0, 1, 3]], rtol=0, atol=1e-15)
    assert np.abs(held.c[1:, 0] - free.c[1:, 0]).max() > 1e-3


def test_large_sums_do_not_overflow():
    weights = [np.full((1, 4), 900.0), np.zeros((1, 4)), np.zeros(4)]
    reading = read_lstm(weights, [[1.0], [-1.0]])
    assert np.isfinite(reading.h).all()


def test_what_is_no_lstm_is_refused(weights, x):
    with pytest.raises(
        ShapeError, match=r"An LSTM has a kernel .* shapes \[\(3, 16\), \(4, 16\)\]"
    ):
        read_lstm(weights[:2], x)
    gru = [np.zeros((3, 12)), np.zeros((4, 12)), np.zeros((2, 12))]
    with pytest.raises(ShapeError, match="An LSTM has a kernel"):
        read_lstm(gru, x)


def test_inputs_of_another_width_are_refused(weights):
    with pytest.raises(ShapeError, match=r"reads rows of 3 features.*have the shape \(7, 2\)"):
        read_lstm(weights, np.ones((7, 2)))


def test_a_cell_that_is_not_there_cannot_be_held(weights, x):
    with pytest.raises(UsageError, match="There is no cell 4 to hold; this LSTM has 0 to 3"):
        read_lstm(weights, x, held={4: 0.0})
