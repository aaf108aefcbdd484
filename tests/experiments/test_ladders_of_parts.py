"""The ladders of parts: each rung differs from the one before in one thing, and in nothing else."""

from dataclasses import asdict
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_edu.datasets import Dataset
from rnn_edu.experiments import (
    airline_lstm,
    airline_one_unit,
    airline_simple_rnn,
    ladder_news_parts,
    ladder_news_second,
    ladder_news_start,
    ladder_vectors,
)
from rnn_edu.experiments.compiled import CompiledOnce
from rnn_edu.experiments.news_model import NewsExperiment, build
from rnn_edu.text import Split
from rnn_edu.text.vectors import WordVectors

WORDS = ("plane", "crew")


@pytest.fixture(scope="module")
def news():
    texts = tuple(f"{word} report number {k} plane crew" for k in range(30) for word in WORDS)
    return NewsExperiment(Dataset("news", texts, np.tile([1, 0], 30), ("bad", "good")))


@pytest.fixture(scope="module")
def vectors():
    return WordVectors(WORDS, np.array([[7.0, 8.0], [9.0, 6.0]], np.float32), source="here")


@pytest.mark.parametrize(
    "rungs",
    [
        ladder_news_start.RUNGS,
        ladder_news_parts.RUNGS,
        ladder_news_second.RUNGS,
        ladder_vectors.STARTS,
    ],
)
def test_each_rung_changes_one_thing(rungs):
    settings = [asdict(rung) for rung in rungs.values()]
    for before, here in pairwise(settings):
        assert sum(before[name] != here[name] for name in here) == 1


def test_the_vectors_stand_in_the_first_columns_and_all_else_stays(news, vectors):
    table = np.arange(5.0 * len(news.vocabulary)).reshape(-1, 5)
    put = ladder_news_parts.put_in(table, news, vectors)
    known = [news.vocabulary.number(word) for word in WORDS]
    assert put[known, :2].tolist() == vectors.matrix.tolist()
    assert np.array_equal(put[:, 2:], table[:, 2:])
    assert np.array_equal(np.delete(put, known, axis=0), np.delete(table, known, axis=0))


def test_the_words_that_glove_lacks_start_as_they_would_without_it(news, vectors):
    kinds = ladder_news_parts.RUNGS
    plain, glove = (
        ladder_news_parts.network(kinds[name], news, vectors, seed=3).get_weights()
        for name in ("mask", "GloVe start")
    )
    assert not np.array_equal(plain[0], glove[0])
    assert np.array_equal(ladder_news_parts.put_in(plain[0], news, vectors), glove[0])
    for mine, theirs in zip(plain[1:], glove[1:], strict=True):
        assert np.array_equal(mine, theirs)


def test_a_second_layer_drops_what_the_document_drops_there_and_all_else_stays(news, vectors):
    one, two = (
        ladder_news_parts.network(rung, news, vectors, seed=3)
        for rung in ladder_news_second.RUNGS.values()
    )
    kinds = [[type(layer).__name__ for layer in model.layers] for model in (one, two)]
    assert kinds[1] == [*kinds[0][:2], "Bidirectional", *kinds[0][2:]]
    dropped = [layer.forward_layer.recurrent_dropout for layer in two.layers[1:3]]
    assert dropped == [0.2, 0.3]
    assert one.layers[1].forward_layer.recurrent_dropout == 0.2
    assert np.array_equal(one.layers[0].get_weights()[0], two.layers[0].get_weights()[0])


def test_the_first_rung_has_the_documents_layers_and_its_first_weights(news, vectors):
    rung = ladder_news_start.RUNGS["last state"]
    mine = ladder_news_parts.network(rung, news, vectors, seed=3)
    theirs = build(ladder_news_parts.SETTING, len(news.vocabulary), news.answers, seed=3)
    assert [type(one) for one in mine.layers] == [type(one) for one in theirs.layers]
    for one, other in zip(mine.layers[1:3], theirs.layers[1:3], strict=True):
        assert one.forward_layer.dropout == other.forward_layer.dropout
        assert one.forward_layer.recurrent_dropout == other.forward_layer.recurrent_dropout
    for one, other in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_the_ladder_goes_on_where_the_start_ends():
    from rnn_edu.experiments.records import read_record

    start, parts = (read_record(m.NAME) for m in (ladder_news_start, ladder_news_parts))
    assert start["seed"] == parts["seed"]
    assert start["setting"] == parts["setting"]
    here, there = start["metrics"]["one layer"], parts["metrics"]["mask"]
    for seeds in ("first", "second"):
        assert here[seeds]["accuracy"] == pytest.approx(there[seeds]["accuracy"], abs=0.02)


def test_a_compiled_network_starts_where_a_fresh_one_does(news, vectors):
    rung, compiled = ladder_news_parts.RUNGS["mask"], CompiledOnce()
    x, y = np.ones((6, ladder_news_parts.SETTING.steps), int), np.arange(6) % 2

    def trained(seed, keep):
        fresh = ladder_news_parts.network(rung, news, vectors, seed)
        model = keep.like(rung, fresh)
        model.fit(x, y, batch_size=6, epochs=2, verbose=0)
        return model.get_weights()

    trained(0, compiled)
    again, alone = trained(1, compiled), trained(1, CompiledOnce())
    assert len(compiled._kept) == 1
    for mine, theirs in zip(again, alone, strict=True):
        assert np.array_equal(mine, theirs)


def test_the_starts_have_the_rows_that_they_promise(vectors):
    ready_made = np.concatenate([np.zeros((1, 2), np.float32), vectors.matrix, np.eye(2)])
    rows = {
        name: ladder_vectors.network(start, ready_made, seed=0).layers[0]
        for name, start in ladder_vectors.STARTS.items()
    }
    tables = {name: layer.get_weights()[0] for name, layer in rows.items()}
    assert np.array_equal(tables["GloVe"], ready_made)
    anew = tables["GloVe, dealt out anew"]
    assert not np.array_equal(anew, ready_made)
    assert not anew[0].any()
    assert sorted(anew.tolist()) == sorted(ready_made.tolist())
    assert np.abs(tables["random"]).max() < 0.06
    assert [layer.trainable for layer in rows.values()] == [True, True, True, False]


def test_the_tweets_with_labels_are_training_tweets_and_say_when_to_stop_apart():
    train = np.arange(100, 200)
    for seed in (0, 1):
        part = ladder_vectors.drawn(train, 50, seed)
        assert (len(part.train), len(part.test)) == (40, 10)
        assert not set(part.train) & set(part.test)
        assert set(part.train) | set(part.test) <= set(train)
    assert set(part.train) != set(ladder_vectors.drawn(train, 50, 0).train)


@pytest.mark.parametrize(
    ("network", "of"), [("SimpleRNN(1)", airline_simple_rnn), ("LSTM(1)", airline_lstm)]
)
def test_one_unit_is_trained_as_in_its_record(network, of):
    chosen = asdict(airline_one_unit.setting(network))
    assert chosen == asdict(of.SETTING) | {"epochs": chosen["epochs"]}


def test_shuffling_keeps_the_words_of_a_tweet_and_its_padding():
    rows = np.array([[0, 0, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6]] * 20)
    anew = airline_one_unit.shuffled(rows, seed=0)
    assert np.array_equal(np.sort(anew, axis=1), np.sort(rows, axis=1))
    assert np.array_equal(anew > 0, rows > 0)
    assert np.mean((anew != rows).any(axis=1)) > 0.8


def test_the_shuffled_tweets_are_only_asked_for_and_put_back():
    straight = np.array([[0, 1, 2, 3]] * 4)
    tweets = SimpleNamespace(
        x=straight, labels=np.array([1, 1, 1, 0]), split=Split(np.array([0]), np.array([1, 2, 3]))
    )
    accuracy = airline_one_unit.shuffled_accuracy(tweets, lambda rows: tweets.x[rows].sum(axis=1))
    assert accuracy == pytest.approx(2 / 3)
    assert tweets.x is straight
    in_order = lambda rows: tweets.x[rows][:, 1] == 1  # noqa: E731
    assert airline_one_unit.shuffled_accuracy(tweets, in_order) != pytest.approx(2 / 3)
