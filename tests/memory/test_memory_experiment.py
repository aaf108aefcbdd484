"""The experiment: repeatable, honest about failures, and the gates start where they should."""

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.layers import SimpleRNN
from rnn_edu.memory import memory_experiment
from rnn_edu.memory.memory_experiment import (
    READERS,
    accuracy_by_distance,
    failures,
    first_failure,
    gradient_at_each_word,
    gru_with_update_bias,
    lstm_with_forget_bias,
    trained_accuracy,
)


def test_a_short_distance_is_learned_and_repeats():
    first, again = (trained_accuracy(READERS["SimpleRNN"], 4, seed=1) for _ in range(2))
    assert first == again == 1.0


def test_without_training_it_guesses():
    accuracy = trained_accuracy(READERS["LSTM"], 60, seed=1, updates=1)
    assert accuracy == pytest.approx(1 / 8, abs=0.08)


def test_it_stops_at_the_first_failure(monkeypatch):
    asked = []

    def accuracy(make_layer, steps, *, seed):
        asked.append((steps, seed))
        return 1.0 if steps < 20 else 0.5 + 0.1 * seed

    monkeypatch.setattr(memory_experiment, "trained_accuracy", accuracy)
    found = accuracy_by_distance(READERS["GRU"], [5, 20, 40], [0, 1])
    np.testing.assert_allclose(found, [[1.0, 1.0], [0.5, 0.6]])
    assert asked == [(5, 0), (5, 1), (20, 0), (20, 1)]


def test_a_mean_just_at_the_threshold_passes():
    assert first_failure([5, 10], [[0.8, 1.0], [0.9, 0.9]]) is None
    assert first_failure([5, 10], [[0.8, 0.99], [1.0, 1.0]]) == 5


def test_failures_by_name():
    assert failures([5, 10], {"a": [[1.0]], "b": [[1.0], [0.2]]}) == {"a": None, "b": 10}


def test_the_open_gates_are_the_keeping_ones():
    lstm, gru = lstm_with_forget_bias(3.0, units=2), gru_with_update_bias(2.5, units=2)
    for layer in (lstm, gru):
        layer.build((None, None, 1))
    assert lstm.bias.tolist() == [0, 0, 3, 3, 0, 0, 0, 0]
    assert gru.bias.tolist() == [[2.5, 2.5, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]


def test_no_updates_are_refused():
    with pytest.raises(UsageError, match="updates must be 1 or more, but is 0"):
        trained_accuracy(lambda: SimpleRNN(2), 4, seed=0, updates=0)


def test_less_of_the_gradient_arrives_at_the_country_the_further_away_it_stands():
    near, far = (gradient_at_each_word(READERS["LSTM"], k, seed=2) for k in (5, 30))
    assert len(near) == 9
    assert far[3] < near[3] / 50
    opened = gradient_at_each_word(READERS["LSTM, gate open"], 30, seed=2)
    assert opened[3] > 30 * far[3]
