"""Two words in order: one bag, two states, and Keras's answer for both."""

import numpy as np
import pytest

from rnn_edu.calculations.order import ORDER_NETWORK, WEIGHTS, two_words_in_order
from rnn_edu.errors import NamingError, UsageError


def test_the_bag_forgets_the_order_and_the_state_does_not():
    one, other = two_words_in_order("an", "example"), two_words_in_order("example", "an")
    assert one["bag"].value.tolist() == other["bag"].value.tolist() == [0, 0, 1, 1]
    assert np.abs(one["h", 2].value - other["h", 2].value).min() > 0.1
    assert np.abs(one["p"].value - other["p"].value).max() > 0.05


def test_the_weights_can_show_a_mistake():
    numbers = np.concatenate([np.ravel(w) for w in WEIGHTS])
    assert len(set(np.abs(numbers))) >= len(numbers) - 6
    assert len(set(numbers)) == len(numbers)
    assert np.all(numbers != 0)


@pytest.mark.parametrize("words", [("This", "is"), ("is", "This")])
def test_keras_agrees(words):
    from rnn_edu.compare import compare, keras_twin

    w = two_words_in_order(*words)
    report = compare(w, keras_twin(ORDER_NETWORK, WEIGHTS))
    assert {row.name for row in report.rows} == {"a", "h", "z", "p"}


def test_one_word_twice_has_no_order():
    with pytest.raises(UsageError, match="both words are 'is'"):
        two_words_in_order("is", "is")


def test_a_word_outside_the_list_is_named():
    with pytest.raises(NamingError, match="'was' is not in the list This, is, an, example"):
        two_words_in_order("was", "is")
