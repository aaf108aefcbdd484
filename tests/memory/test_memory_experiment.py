"""The experiment: repeatable, honest about failures, and the gates start where they should."""

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.layers import SimpleRNN
from rnn_edu.memory.memory_experiment import (
    GATE_BIASES,
    UNITS,
    gradient_at_each_word,
    gru_with_update_bias,
    lstm_with_forget_bias,
    readers,
    trained_accuracy,
)
from rnn_edu.training import SGD


def test_a_short_distance_is_learned_and_repeats():
    first, again = (trained_accuracy(readers()["SimpleRNN"], 4, seed=1) for _ in range(2))
    assert first == again == 1.0


def test_without_training_it_guesses():
    accuracy = trained_accuracy(readers()["LSTM, bias 1"], 60, seed=1, updates=1)
    assert accuracy == pytest.approx(1 / 8, abs=0.08)


def test_every_reader_gets_the_start_and_the_bias_that_its_name_says():
    orthogonal, random = readers(), readers("glorot_uniform")
    assert list(orthogonal) == [
        "SimpleRNN",
        *(f"{c}, bias {b}" for c in ("LSTM", "GRU") for b in GATE_BIASES),
    ]
    for name in orthogonal:
        one, other = orthogonal[name](), random[name]()
        for layer in (one, other):
            layer.build((None, None, 1))
        square = one.recurrent_kernel @ one.recurrent_kernel.T
        np.testing.assert_allclose(square, np.eye(UNITS), atol=1e-5)
        assert np.abs(other.recurrent_kernel @ other.recurrent_kernel.T - np.eye(UNITS)).max() > 0.1
        assert one.bias.max() == float(name[-1] if "bias" in name else 0)
        assert one.bias.sum() == UNITS * one.bias.max()


def test_rate_and_rule_are_those_that_were_asked_for():
    asked = {"steps": 5, "seed": 0, "updates": 40}
    still = trained_accuracy(readers()["SimpleRNN"], rate=1e-9, **asked)
    learned = trained_accuracy(readers()["SimpleRNN"], rate=0.02, **asked)
    by_descent = trained_accuracy(readers()["SimpleRNN"], rate=0.02, rule=SGD, **asked)
    assert still < 0.3 < 0.9 < learned
    assert by_descent < 0.5


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
    near, far = (gradient_at_each_word(readers()["LSTM, bias 1"], k, seed=2) for k in (5, 30))
    assert len(near) == 9
    assert far[3] < near[3] / 50
    opened = gradient_at_each_word(readers()["LSTM, bias 3"], 30, seed=2)
    assert opened[3] > 30 * far[3]
