"""The parts of the full-size runs, on a few made-up texts."""

import json

import numpy as np
import pytest

from rnn_edu.datasets import Dataset
from rnn_edu.experiments import RunOptions, airline, airline_lstm, imdb_lstm
from rnn_edu.experiments.imdb_lstm import below
from rnn_edu.experiments.sentiment import (
    SentimentExperiment,
    SentimentRun,
    SentimentSetting,
    airline_words,
    build,
    document_split,
    held_back,
    summary,
)
from rnn_edu.text import Split

TEXTS = ("Late again!", "late, late plane", "great crew", "Great plane")
LABELS = np.array([0, 0, 1, 1])
SETTING = SentimentSetting("SimpleRNN", 1, steps=3, epochs=2, batch_size=2, positive=True)


@pytest.fixture(scope="module")
def experiment():
    data = Dataset("airline_sentiment", TEXTS * 10, np.tile(LABELS, 10), ("negative", "positive"))
    sequences, vocabulary = airline_words(data)
    return SentimentExperiment(sequences, data.labels, len(vocabulary))


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


def test_keras_gives_a_single_unit_plus_or_minus_one():
    setting = SentimentSetting("SimpleRNN", 1, steps=3, epochs=1)
    starts = {build(setting, 6, seed).get_weights()[2].item() for seed in range(6)}
    assert starts == {-1.0, 1.0}


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


@pytest.fixture
def untrained(monkeypatch, tmp_path):
    """Runs that train nothing, and leave what they write in a folder of their own."""
    monkeypatch.setattr(
        SentimentExperiment,
        "_train",
        lambda self, setting, *_: SentimentRun([0.5] * setting.epochs, [1.0]),
    )
    monkeypatch.setattr(SentimentExperiment, "first_batch_loss", lambda *_: 0.7)
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    return tmp_path


def reviews():
    sequences, _ = airline_words(Dataset("imdb", TEXTS * 10))
    return {"sequences": tuple(sequences), "train_count": 30}


@pytest.mark.parametrize(
    ("module", "data", "parts"),
    [
        (airline_lstm, {"texts": TEXTS * 10}, {"as_printed", "no_shared_texts", "units_32"}),
        (imdb_lstm, reviews(), {"as_printed", "below_100_tokens"}),
    ],
)
def test_a_whole_run_leaves_a_record_of_every_setting(monkeypatch, untrained, module, data, parts):
    name = "airline_sentiment" if module is airline_lstm else "imdb"
    labels = {"labels": np.tile(LABELS, 10), "label_names": ("negative", "positive")}
    made_up = Dataset(name, **data, **labels, is_real=True)
    monkeypatch.setattr(airline if module is airline_lstm else module, "load", lambda _: made_up)
    path = module.run(RunOptions(epochs=2))
    assert path == untrained / "experiments" / f"{module.NAME}-2-epochs.json"
    record = json.loads(path.read_text("utf-8"))
    assert parts < set(record["metrics"])
    assert record["metrics"]["accuracy_per_seed"] == [0.5] * 3
    assert record["setting"]["epochs"] == 1  # the first of equally good ones
    assert record["baselines"]["bag_of_words"] == 1.0
    assert not any((untrained / "experiments" / "checkpoints").iterdir())
