"""Windows of abstracts, their splits, and the model that guesses the next word."""

import numpy as np
import pytest

from rnn_edu.datasets import load_sample
from rnn_edu.experiments.patents import (
    Abstracts,
    Writer,
    always_most_common,
    last_words,
    n_gram,
)
from rnn_edu.experiments.patents_setting import LENGTH, Setting
from rnn_edu.text import Split

TEXTS = (*load_sample("abstracts").texts[:30], load_sample("abstracts").texts[0])


@pytest.fixture(scope="module")
def abstracts():
    return Abstracts(TEXTS)


# -- windows ---------------------------------------------------------------------------------


def test_every_window_knows_where_its_answer_stands(abstracts):
    assert np.array_equal(abstracts.words[abstracts.targets], abstracts.y)
    assert np.array_equal(abstracts.words[abstracts.targets - 1], abstracts.x[:, -1])
    assert (abstracts.place[abstracts.targets] >= LENGTH).all()


def test_the_random_split_takes_windows_and_the_other_whole_abstracts(abstracts):
    text = abstracts.owner[abstracts.targets]
    mixed, apart = abstracts.random_split(0), abstracts.split_by_abstract(0)
    for split in (mixed, apart):
        assert sorted([*split.train, *split.test]) == list(range(len(text)))
    assert len(mixed.test) == round(0.3 * len(text))
    assert set(text[mixed.train]) & set(text[mixed.test])
    assert not set(text[apart.train]) & set(text[apart.test])
    first_and_its_equal = np.isin([0, len(TEXTS) - 1], text[apart.test])
    assert first_and_its_equal.all() or not first_and_its_equal.any()


@pytest.mark.parametrize("kind", ["random_split", "split_by_abstract"])
def test_no_answer_of_the_test_part_is_learned(abstracts, kind):
    split = getattr(abstracts, kind)(0)
    allowed = abstracts.may_learn(split)
    assert not allowed[abstracts.targets[split.test]].any()
    assert allowed[abstracts.targets[split.train]].all()
    assert not allowed[abstracts.place == 0].any()
    if kind == "split_by_abstract":
        tested = np.unique(abstracts.owner[abstracts.targets[split.test]])
        assert not allowed[np.isin(abstracts.owner, tested)].any()


def test_the_pieces_ask_for_each_allowed_word_once(abstracts):
    allowed = abstracts.may_learn(abstracts.random_split(0))
    x, y, scored = abstracts.pieces(allowed, np.random.default_rng(0))
    assert scored.sum() == allowed.sum()
    assert sorted(y[scored]) == sorted(abstracts.words[allowed])
    whole = np.flatnonzero((y > 0).all(axis=1))
    assert len(whole) > 5
    assert np.array_equal(x[whole, 1:], y[whole, :-1])
    other, _, _ = abstracts.pieces(allowed, np.random.default_rng(1))
    assert other.shape != x.shape or not np.array_equal(other, x)


def test_only_the_last_guess_of_a_window_is_scored(abstracts):
    x, y, scored = last_words(abstracts, np.array([4, 2]))
    assert np.array_equal(x, abstracts.x[[4, 2]])
    assert y[scored].tolist() == abstracts.y[[4, 2]].tolist()
    assert scored.sum(axis=1).tolist() == [1, 1]
    assert scored[:, -1].all()


def test_what_the_training_part_gives_away():
    # Two texts of six words, the second one twice; windows of three: 3 + 3 + 3.
    known = Abstracts(["a b c d e f", "g h i j k l", "g h i j k l"], length=3)
    shared = known.shared(Split(np.array([0, 1, 6, 8]), np.array([2, 3, 4, 5, 7])))
    assert shared == {"same_abstract": 0.4, "shifted_by_one": 0.4, "same_window": 0.4}


# -- models that count -----------------------------------------------------------------------


def test_counting_what_follows_what():
    known = Abstracts(["a b a b a b a b", "b a b a b c"], length=2)
    split = Split(np.arange(6), np.arange(6, 10))
    # In training "a" and "b" come equally often; the more frequent word of all wins: "b".
    assert always_most_common(known, split) == 0.5
    # After "a" always "b"; after "b", where training saw "a" alone, "c" is missed.
    assert n_gram(known, split, 2) == 0.75
    assert n_gram(known, split, 3) == 0.75


# -- the model -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def test_the_unrolled_lstm_is_keras_s(keras):
    from rnn_edu.experiments.patents_graph import unrolled

    layer = keras.layers.LSTM(3, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32")
    layer.build(x.shape)
    random = np.random.default_rng(1)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    assert np.abs(np.asarray(unrolled(layer, x, False)) - np.asarray(layer(x))).max() < 1e-6
    dropped = keras.layers.LSTM(3, return_sequences=True, dropout=0.5, recurrent_dropout=0.5)
    dropped.build(x.shape)
    dropped.set_weights(layer.get_weights())
    assert np.abs(np.asarray(unrolled(dropped, x, False)) - np.asarray(layer(x))).max() < 1e-6
    assert np.abs(np.asarray(unrolled(dropped, x, True)) - np.asarray(layer(x))).max() > 0.1


SMALL = Setting(epochs=3, width=8, units=8, batch_size=16, sampled=0, learning_rate=0.02)


@pytest.mark.parametrize("every_position", [True, False])
def test_training_lowers_the_loss(keras, abstracts, every_position):
    setting = Setting(**{**SMALL.facts(), "every_position": every_position})
    writer, split = Writer(abstracts.vocabulary, setting, 0), abstracts.split_by_abstract(0)
    before = writer.measure(abstracts, split.train[:100])
    writer.epoch(abstracts, split, 0, limit=160)
    after = writer.measure(abstracts, split.train[:100])
    assert after["loss"] < before["loss"] - 0.05
    same = Writer(abstracts.vocabulary, setting, 0).measure(abstracts, split.train[:100])
    assert same == before


def test_the_chances_are_a_distribution_without_padding(keras, abstracts):
    writer = Writer(abstracts.vocabulary, SMALL, 0)
    chances = writer.chances(abstracts.x[0].tolist())
    assert chances.shape == (len(abstracts.vocabulary),)
    assert chances.sum() == pytest.approx(1)
    assert chances[0] == 0
    longer = [5, 6, *abstracts.x[0].tolist()]
    assert np.array_equal(writer.chances(longer), chances)
    assert not np.array_equal(writer.chances([3, 4]), chances)


def test_frozen_vectors_stay_and_words_without_one_are_skipped(keras, abstracts, monkeypatch):
    monkeypatch.setenv("RNN_EDU_DATA", "samples")
    setting = Setting(**{**SMALL.facts(), "embedding": "glove_frozen"})
    writer, split = Writer(abstracts.vocabulary, setting, 0), abstracts.random_split(0)
    table = writer.body.layers[0]
    before = table.get_weights()[0].copy()
    assert not before[0].any()
    writer.epoch(abstracts, split, 0)
    assert np.array_equal(table.get_weights()[0], before)
    with_gap = np.array([[3, 0, 4]]), np.array([[3, 4]])
    ends = [np.asarray(writer.body(x))[0, -1] for x in with_gap]
    assert np.abs(ends[0] - ends[1]).max() < 1e-6


def test_the_learning_rate_falls_to_nearly_nothing():
    rates = [SMALL.rate(epoch) for epoch in range(3)]
    assert rates == pytest.approx([0.02, 0.015, 0.005])
