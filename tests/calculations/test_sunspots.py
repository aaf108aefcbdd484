"""The sunspot forecast: by a plain loop, by layers, its weights by training, its numbers real."""

import numpy as np
import openpyxl
import pytest

from rnn_edu.calculations.sunspots import (
    MEAN,
    SPREAD,
    SUNSPOT_WEIGHTS,
    SUNSPOTS,
    SUNSPOTS_NEXT,
    YEARS,
    sunspots_one_step,
)
from rnn_edu.layers import Dense, SimpleRNN
from rnn_edu.series import Reading, Scaling, sunspots_task
from rnn_edu.training import Adam, Sequential
from rnn_edu.worksheets import write_worksheet

SAME = {"rtol": 0, "atol": 1e-13}


@pytest.fixture(scope="module")
def w():
    return sunspots_one_step()


def test_every_step_by_a_plain_loop(w):
    W_xh, W_hh, b_h, W, b = map(np.array, SUNSPOT_WEIGHTS)
    h = np.zeros(2)
    for t, number in enumerate(SUNSPOTS, start=1):
        scaled = (number - MEAN) / SPREAD
        np.testing.assert_allclose(w["scaled_past", t].value, [scaled], **SAME)
        h = np.tanh(scaled * W_xh[0] + h @ W_hh + b_h)
        np.testing.assert_allclose(w["h", t].value, h, **SAME)
    answer = h @ W + b
    np.testing.assert_allclose(w["v_answer"].value, answer, **SAME)
    np.testing.assert_allclose(w["y_hat"].value, MEAN + SPREAD * answer, **SAME)
    np.testing.assert_allclose(w["L"].value, (SUNSPOTS_NEXT - w["y_hat"].value[0]) ** 2, **SAME)


def test_the_gradients_are_those_of_the_layers(w):
    rnn, dense = SimpleRNN(2, dtype="float64"), Dense(1, dtype="float64")
    rnn.build((None, 4, 1))
    dense.build((None, 2))
    rnn.set_weights([np.array(a) for a in SUNSPOT_WEIGHTS[:3]])
    dense.set_weights([np.array(a) for a in SUNSPOT_WEIGHTS[3:]])
    dense(rnn(w.over_time("scaled_past")[None]))
    # What is scaled by 1 is 35 sunspots.
    d_scaled = 2 * (w["y_hat"].value - SUNSPOTS_NEXT) * SPREAD
    d_state, d_dense = dense.backward(d_scaled[None])
    _, d_rnn = rnn.backward(d_state)
    for weight, gradient in zip(w.weights, [*d_rnn, *d_dense], strict=True):
        np.testing.assert_allclose(w[f"d_{weight.name}"].value, gradient, rtol=1e-12)


def test_the_numbers_are_those_of_the_series():
    series = sunspots_task().series
    place = series.before(YEARS[0])
    assert tuple(series.values[place : place + 4]) == SUNSPOTS
    assert series.values[place + 4] == SUNSPOTS_NEXT
    found = Scaling.of(sunspots_task().known)
    assert abs(found.mean - MEAN) < 0.5
    assert abs(found.spread - SPREAD) < 0.5


def test_the_weights_are_those_that_training_gives():
    x, y, _ = Reading(4, 1).examples(sunspots_task().known)
    scaling = Scaling(MEAN, SPREAD)
    model = Sequential([SimpleRNN(2, dtype="float64"), Dense(1, dtype="float64")], seed=2)
    model.compile(Adam(0.03), "mean_squared_error")
    model.build((None, 4, 1))
    for _ in range(200):
        model.train_on_batch(scaling.scale(x)[..., None], scaling.scale(y))
    for found, recorded in zip(model.get_weights(), SUNSPOT_WEIGHTS, strict=True):
        np.testing.assert_allclose(found, recorded, rtol=0, atol=5.01e-3)


def test_no_weight_is_zero_and_no_two_are_equal():
    numbers = np.concatenate([np.ravel(array) for array in SUNSPOT_WEIGHTS])
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)


def test_the_worksheet_names_all_four_years_and_what_each_mean_and_spread_is_for(tmp_path):
    path = write_worksheet(sunspots_one_step(), tmp_path / "sunspots.xlsx")
    words = [str(cell.value) for cell in openpyxl.load_workbook(path)["Given"]["B"]]
    years = "sunspot number of 1896, 1897, 1898, 1899; one column for each time step"
    assert years in words
    for number in ("mean", "spread"):
        meanings = [word for word in words if f" {number}" in f" {word}"]
        assert len(meanings) == len(set(meanings)) == 2
