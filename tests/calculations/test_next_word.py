"""The next word after a beginning: its weights, its steps, and Keras's answer."""

import numpy as np
import pytest

from rnn_edu.calculations.next_word import (
    LENGTH,
    PADDING,
    WEIGHTS,
    WORDS,
    next_word_hello,
    padded,
)
from rnn_edu.datasets.toys import HELLO
from rnn_edu.errors import NamingError, UsageError
from rnn_edu.text import Vocabulary, prefixes


@pytest.fixture(scope="module")
def beginnings():
    sentences = [sentence.split() for sentence in HELLO]
    vocabulary = Vocabulary.build(sentences, unknown=None, end=None)
    return vocabulary, *prefixes(vocabulary.encode_all(sentences))


def test_the_words_are_those_of_the_four_sentences(beginnings):
    vocabulary, x, _ = beginnings
    assert (*WORDS[1:],) == vocabulary.words[1:]
    assert (WORDS[0], vocabulary.words[0]) == (PADDING, "")
    assert x.shape == (15, LENGTH)


def test_the_weights_can_show_a_mistake():
    for array in map(np.array, WEIGHTS):
        assert len(np.unique(array)) == array.size
        assert np.all(array != 0)


def test_the_weights_are_those_that_training_gives(beginnings):
    from rnn_edu import layers, training

    vocabulary, x, y = beginnings
    model = training.Sequential(
        [
            layers.Embedding(len(vocabulary), 2, dtype="float64"),
            layers.SimpleRNN(3, activation="relu", dtype="float64"),
            layers.Dense(len(vocabulary), activation="softmax", dtype="float64"),
        ],
        seed=1,
    )
    model.compile(training.Adam(learning_rate=0.01), "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=400, verbose=0)
    for ours, recorded in zip(model.get_weights(), WEIGHTS, strict=True):
        assert np.allclose(ours, recorded, rtol=0, atol=5.01e-4)


def test_a_look_up_is_a_row_of_the_table():
    w = next_word_hello("how are")
    rows = [WEIGHTS[0][WORDS.index(word)] for word in padded("how are")]
    assert w.over_time("x").tolist() == rows


def test_a_plain_loop_finds_the_same():
    E, W_xh, W_hh, b_h, W_hy, b_y = map(np.array, WEIGHTS)
    h = np.zeros(3)
    for word in padded("hello what are"):
        h = np.maximum(0, E[WORDS.index(word)] @ W_xh + h @ W_hh + b_h)
    e = np.exp(h @ W_hy + b_y)
    w = next_word_hello("hello what are", "you")
    assert np.allclose(w["p"].value, e / e.sum(), rtol=0, atol=1e-15)
    assert np.isclose(w["L"].value, -np.log((e / e.sum())[WORDS.index("you")]), atol=1e-15)


def test_a_unit_below_zero_hands_no_gradient_on():
    w = next_word_hello("hello how are", "you")
    off = w.over_time("h") == 0
    assert off.sum() == 5
    assert np.all(w.over_time("d_a")[off] == 0)


@pytest.mark.parametrize("beginning", ["", "hello how is your day"])
def test_too_few_or_too_many_words(beginning):
    count = len(beginning.split())
    with pytest.raises(UsageError, match=f"has {count} words; give 1 to 4"):
        next_word_hello(beginning)


def test_an_unknown_word_is_named():
    with pytest.raises(
        NamingError, match="'why' is not in the list of 11 words; it begins with <PAD>, h"
    ):
        next_word_hello("hello why")
    with pytest.raises(NamingError, match="'why' is not in the list"):
        next_word_hello("hello", "why")
