"""Every formula against the arrays that NumPy's layers really hold, and against the documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_edu import layers
from rnn_edu.errors import UsageError
from rnn_edu.networks import parameter_counts

size, choice = st.integers(1, 9), st.booleans()


@given(features=size, units=size, use_bias=choice, reset_after=choice)
def test_the_formulas_count_what_the_layers_hold(features, units, use_bias, reset_after):
    built = {
        parameter_counts.simple_rnn: layers.SimpleRNN(units, use_bias=use_bias),
        parameter_counts.lstm: layers.LSTM(units, use_bias=use_bias),
        parameter_counts.dense: layers.Dense(units, use_bias=use_bias),
    }
    for formula, layer in built.items():
        layer.build((None, features) if formula is parameter_counts.dense else (None, 2, features))
        assert formula(features, units, use_bias=use_bias) == layer.count_params()
    gru = layers.GRU(units, use_bias=use_bias, reset_after=reset_after)
    both = layers.Bidirectional(gru)
    both.build((None, 2, features))
    one = parameter_counts.gru(features, units, use_bias=use_bias, reset_after=reset_after)
    assert parameter_counts.bidirectional(one) == both.count_params()


def test_the_counts_that_the_documents_print():
    first = parameter_counts.bidirectional(parameter_counts.simple_rnn(70, 64))
    second = parameter_counts.bidirectional(parameter_counts.simple_rnn(128, 64))
    news = [
        parameter_counts.embedding(174_991, 70),
        first,
        second,
        parameter_counts.simple_rnn(128, 32),
        parameter_counts.dense(32, 41),
    ]
    assert news == [12_249_370, 17_280, 24_704, 5_152, 1_353]
    assert sum(news) == 12_297_859
    assert parameter_counts.embedding(12_679, 32) == 405_728
    assert parameter_counts.simple_rnn(32, 1) == 34
    assert (parameter_counts.lstm(1, 1), parameter_counts.dense(1, 1)) == (12, 2)


def test_no_layer_without_units():
    with pytest.raises(UsageError, match="units must be 1 or more, but is 0"):
        parameter_counts.lstm(3, 0)
    with pytest.raises(UsageError, match="words must be 1 or more, but is -1"):
        parameter_counts.embedding(-1, 3)
