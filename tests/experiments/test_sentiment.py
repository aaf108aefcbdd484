"""The parts of the full-size runs, on a few made-up texts."""

import numpy as np
import pytest

from rnn_edu.datasets import Dataset
from rnn_edu.experiments.imdb_lstm import below
from rnn_edu.experiments.sentiment import (
    Experiment,
    Setting,
    airline_words,
    document_split,
    held_back,
    summary,
)
from rnn_edu.text import Split

TEXTS = ("Late again!", "late, late plane", "great crew", "Great plane")
LABELS = np.array([0, 0, 1, 1])
SETTING = Setting("SimpleRNN", 1, steps=3, epochs=2, batch_size=2, positive=True)


@pytest.fixture(scope="module")
def experiment():
    data = Dataset("airline_sentiment", TEXTS * 10, np.tile(LABELS, 10), ("negative", "positive"))
    sequences, rows = airline_words(data)
    return Experiment(sequences, data.labels, rows)


def test_words_count_from_one_and_the_padding_has_a_row(experiment):
    assert experiment.rows == 6
    assert [list(s) for s in experiment.sequences[:3]] == [[1, 4], [1, 1, 2], [3, 5]]


def test_the_split_is_the_documents():
    from sklearn.model_selection import train_test_split

    split = document_split(40)
    assert len(split.test) == 12
    train, _ = train_test_split(list("abcdefghij" * 4), test_size=0.30, random_state=10)
    assert ["abcdefghij"[row % 10] for row in split.train] == train


def test_what_is_held_back_comes_from_the_training_part():
    split = document_split(40)
    inner = held_back(split)
    assert len(inner.test) == 6
    assert set(inner.train) | set(inner.test) == set(split.train)
    assert not set(inner.train) & set(inner.test)


def test_baselines(experiment):
    split = Split(np.arange(30), np.arange(30, 40))
    assert experiment.majority(split) == 0.4
    assert experiment.bag_of_words(split) == 1.0


def test_a_run_is_repeatable_and_starts_where_the_setting_says(experiment):
    split = document_split(40)
    first, second = experiment.run(SETTING, split, (3, 3))
    assert first == second
    assert len(first.curve) == 2
    assert first.recurrent_start == [1.0]
    assert summary([first, second])["accuracy"] == first.curve[-1]
    assert experiment.beside(SETTING, split, (3,))["setting"]["positive"] is True


def test_keras_gives_a_single_unit_plus_or_minus_one(experiment):
    setting = Setting("SimpleRNN", 1, steps=3, epochs=1, batch_size=40)
    results = experiment.run(setting, document_split(40), range(6))
    assert {result.recurrent_start[0] for result in results} == {-1.0, 1.0}


def test_the_best_epoch_lies_among_those_tried(experiment):
    assert experiment.best_epoch(SETTING, document_split(40), (0,)) in (1, 2)


def test_short_reviews_are_picked_from_both_parts():
    lengths = (5, 12, 3, 9, 10)
    data = Dataset(
        "imdb",
        sequences=tuple(np.ones(n, np.int64) for n in lengths),
        labels=np.zeros(5, int),
        label_names=("negative",),
    )
    short = below(data, Split(np.array([0, 1, 2]), np.array([3, 4])), 10)
    assert short.train.tolist() == [0, 2]
    assert short.test.tolist() == [3]
