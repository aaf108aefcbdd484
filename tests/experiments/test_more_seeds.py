"""Ladders and second seeds on a few made-up texts: what is chosen where, and beside what."""

from dataclasses import asdict

import numpy as np
import pytest

from rnn_edu.datasets import Dataset
from rnn_edu.experiments import (
    RunOptions,
    ladder_embeddings,
    ladder_generation,
    ladder_next_word,
    ladder_sentiment,
    news_again,
    patents_again,
    read_record,
    records,
)
from rnn_edu.experiments.alice_book import Story
from rnn_edu.experiments.ladder_generation import Tale, best_share, compared
from rnn_edu.experiments.ladder_sentiment import SETTING, Tweets, best_threshold, judged
from rnn_edu.experiments.news_model import NewsExperiment
from rnn_edu.experiments.records import has_record

TEXTS = ("Late again!", "late, late plane", "great crew", "Great plane")
LABELS = np.array([0, 0, 1, 1])
WORDS = ("good", "bad")


@pytest.fixture(scope="module")
def tweets():
    data = Dataset("airline_sentiment", TEXTS * 10, np.tile(LABELS, 10), ("negative", "positive"))
    return Tweets(data, SETTING)


@pytest.fixture
def own_place(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))


# -- sentiment -------------------------------------------------------------------------------


def test_the_threshold_is_chosen_on_tweets_that_are_neither_trained_on_nor_tested(tweets):
    trained, asked = [], []

    def make(rows, balanced=False):
        trained.append(set(rows))

        def answers(wanted):
            asked.append((len(trained), set(wanted)))
            return np.where(tweets.labels[wanted] == 1, 0.3, 0.1)

        return answers

    rungs = tweets.rungs(make)
    choosing, test = set(tweets.inner.test), set(tweets.split.test)
    assert not choosing & test
    assert [bool(rows & choosing) for rows in trained] == [False, False, True]
    assert not any(rows & test for rows in trained)
    assert [rows for _, rows in asked if rows != test] == [choosing]
    # One half is never reached here; the threshold that was chosen is.
    assert rungs["as trained"][1] == 0.5
    assert rungs["threshold chosen"][1] == 0.3


def test_the_weights_of_the_bag_of_words_and_of_the_network_are_the_same_ones(tweets):
    labels = np.array([0, 0, 0, 1])
    from sklearn.utils.class_weight import compute_class_weight

    theirs = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
    assert list(ladder_sentiment.class_weights(labels).values()) == pytest.approx(theirs)
    easy = tweets.rungs(tweets.bag_of_words)["as trained"]
    assert judged(*easy, tweets.labels[tweets.split.test])["auc"] == 1.0


def test_the_lowest_of_equally_good_thresholds_is_taken():
    assert best_threshold(np.array([0.1, 0.6, 0.8]), np.array([0, 1, 1])) == pytest.approx(0.6)


# -- generation ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tale():
    return Tale(Story.from_words(list("abcdefghijklmnopqrst") * 20))


def test_the_words_for_choosing_are_neither_trained_on_nor_held_out(tale):
    sizes = [len(part[1]) for part in (tale.train, tale.choosing, tale.held_out)]
    assert sizes == [324 - 10, 36, 40]
    assert np.array_equal(tale.held_out[0][0], np.arange(10) + 10)


def test_a_share_is_mixed_in_only_where_it_helps():
    sure_and_wrong, even = np.array([0.9, 1e-9]), np.array([0.1, 0.1])
    assert best_share(sure_and_wrong, even) > 0.2
    assert best_share(np.array([0.5, 0.5]), even) == 0.0


def test_the_lead_is_that_over_the_bigrams():
    assert compared(np.array([0.5, 0.4, 0.6]), np.array([0.1, 0.2, 0.1]))["lead"] > 2
    assert compared(np.array([0.1, 0.2, 0.1]), np.array([0.5, 0.4, 0.6]))["lead"] < -2


def test_each_rung_of_the_generator_changes_one_thing_of_another():
    rungs = [asdict(rung) for rung in ladder_generation.RUNGS.values()]
    for place, rung in enumerate(rungs[1:], 1):
        apart = [sum(rung[key] != other[key] for key in rung) for other in rungs[:place]]
        assert min(apart) == 1


@pytest.mark.parametrize("window", [1, 10])
def test_short_rows_take_the_place_of_the_kernel(window):
    pytest.importorskip("keras")
    model = ladder_generation.build(ladder_generation.Rung(window, rows=4), words=20, seed=0)
    assert [w.shape for w in model.weights][:3] == [(20, 4), (4, 128), (128, 128)]
    assert model.predict(np.zeros((2, window), int), verbose=0).shape == (2, 20)


def test_a_word_that_occurs_twice_has_one_gradient():
    pytest.importorskip("tensorflow")
    import tensorflow as tf

    from rnn_edu.experiments.alice_models import SummedEmbedding

    table = SummedEmbedding(3, 2)
    table.build((None, 2))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(table(np.array([[1, 1]])))
    gradient = tape.gradient(loss, table.embeddings.value)
    assert not isinstance(gradient, tf.IndexedSlices)
    assert gradient.numpy().tolist() == [[0, 0], [2, 2], [0, 0]]


# -- the others ------------------------------------------------------------------------------


def test_the_ladders_start_from_the_losses_of_their_records():
    for module in (ladder_next_word, ladder_embeddings):
        recorded = read_record(module.NAME)["first_batch_loss"]
        assert module.first_batch_loss() == pytest.approx(recorded, abs=2e-5)


def test_the_first_of_twenty_comes_out_as_recorded():
    recorded = read_record("ladder_next_word")["metrics"]["200 epochs"]["first"]
    again = ladder_next_word.measured(0, RunOptions(epochs=200))["200 epochs"]
    assert {name: pytest.approx(values[0], abs=2e-3) for name, values in recorded.items()} == again


def test_more_seeds_are_other_seeds():
    assert set(read_record("patents_lstm")["seed"]).isdisjoint(patents_again.SEEDS)
    assert set(read_record("news_category_birnn")["seed"]) == set(news_again.SETS["first"])
    if has_record(patents_again.NAME):
        setting = read_record(patents_again.NAME)["setting"]
        first = read_record("patents_lstm")["metrics"]["by_abstract"]["setting"]
        assert setting == first | {"split_seed": 0}


def small_news():
    texts = tuple(f"{word} report number {k} plane crew" for k in range(30) for word in WORDS)
    return Dataset(news_again.DATA, texts, np.tile([1, 0], 30), ("bad", "good"), is_real=True)


def test_the_news_are_run_from_both_sets(own_place, monkeypatch):
    monkeypatch.setattr(news_again, "load", lambda _: small_news())
    monkeypatch.setattr(news_again, "first_batch_loss", lambda: 0.7)
    asked = []

    def fake(self, setting, seeds, options):
        asked.append((setting, tuple(seeds)))
        return {"accuracy": 0.5}

    monkeypatch.setattr(NewsExperiment, "run", fake)
    monkeypatch.setattr(NewsExperiment, "first_batch_loss", lambda *_: 0.7)
    monkeypatch.setattr(
        news_again, "measured", lambda seed, **_: {"mean of rows": {"accuracy": seed}}
    )
    news_again.run(RunOptions(epochs=1))
    assert asked == [(news_again.SETTING, news_again.SETS["second"])]
