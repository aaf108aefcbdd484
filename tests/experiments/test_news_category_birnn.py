"""The parts of the news run, on a few made-up texts; its record, where there is one."""

import itertools

import numpy as np
import pytest

from rnn_edu.datasets import Dataset
from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.errors import DataError
from rnn_edu.experiments import RunOptions, news_again, news_category_birnn, read_record
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.news_model import (
    NewsExperiment,
    NewsSetting,
    build,
    known_words,
    news_words,
    scores,
    three_parts,
)
from rnn_edu.experiments.records import has_record
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.networks import parameter_counts
from rnn_edu.text import pad_sequences
from rnn_edu.text.splits import text_key

SETTING = NewsSetting(steps=4, epochs=2, patience=1, batch_size=16)
WHO = ("senator", "governor", "goalkeeper", "cyclist")
WHAT = ("votes", "waits", "falls", "wins", "speaks")
WHERE = ("Rome", "Oslo", "Paris")


@pytest.fixture(scope="module")
def data():
    texts = tuple(map(" ".join, itertools.product(WHO, WHAT, WHERE)))
    labels = np.array([0 if text.startswith(WHO[:2]) else 1 for text in texts])
    return Dataset("news_category_v3", texts, labels, ("POLITICS", "SPORTS"))


def test_the_words_are_what_the_cleaning_leaves():
    assert news_words("The 3 mice, they were RUNNING [photo]!") == ["mouse", "run"]


def test_equal_texts_stay_in_one_of_the_three_parts(data):
    texts = [*data.texts, *(text.upper() + "!" for text in data.texts)]
    parts = three_parts(texts)
    rows = [parts.train, parts.validation, parts.test]
    assert sorted(np.concatenate(rows)) == list(range(120))
    assert [len(part) for part in rows] == [86, 10, 24]
    keys = [{text_key(texts[row]) for row in part} for part in rows]
    assert not keys[0] & keys[1]
    assert not keys[0] & keys[2]
    assert not keys[1] & keys[2]


def test_words_met_once_or_in_other_parts_only_are_unknown():
    words = [["vote", "tax", "vote"], ["tax", "rare"], ["other", "other"]]
    vocabulary = known_words(words, np.array([0, 1]))
    assert vocabulary.words == ("", "<UNK>", "vote", "tax")


def test_scores_by_hand():
    p = np.array(
        [[0.6, 0.3, 0.1, 0], [0.5, 0.2, 0.2, 0.1], [0.1, 0.6, 0.2, 0.1], [0.4, 0.3, 0.2, 0]]
    )
    found = scores(p, np.array([0, 1, 1, 3]))
    # Class 0: found 1, answered 3, there 1. Class 1: found 1, answered 1, there 2. Class 3: none.
    macro = (2 / 4 + 2 / 3 + 0) / 3
    assert found == {"accuracy": 0.5, "top_3": 0.75, "macro_f1": round(macro, 4)}


def test_the_layers_are_those_of_the_document():
    counts = [layer.count_params() for layer in build(NewsSetting(20), 174_991, 41, 0).layers]
    both_ways = parameter_counts.bidirectional
    assert counts == [
        parameter_counts.embedding(174_991, 70),
        both_ways(parameter_counts.simple_rnn(70, 64)),
        both_ways(parameter_counts.simple_rnn(128, 64)),
        parameter_counts.simple_rnn(128, 32),
        0,
        parameter_counts.dense(32, 41),
    ]
    assert sum(counts) == 12_297_859


def test_setting_optimizer_start_and_dropout_reach_the_model():
    model = build(NewsSetting(4, "RMSprop", 0.02, spread=0.25), 500, 3, 0)
    table, first, second = model.layers[:3]
    assert type(model.optimizer).__name__ == "RMSprop"
    assert float(model.optimizer.learning_rate) == pytest.approx(0.02)
    largest = np.abs(table.get_weights()[0]).max()
    assert 0.24 < largest <= 0.25
    drops = [
        (layer.forward_layer.dropout, layer.forward_layer.recurrent_dropout)
        for layer in (first, second)
    ]
    assert drops == [(0.1, 0.2), (0.1, 0.3)]


def test_a_run_gives_each_seeds_figures_and_is_kept(data, tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    checkpoints = Checkpoints("news_category_birnn", RunOptions(resume=True), Stopwatch())
    experiment = NewsExperiment(data, checkpoints)
    found = experiment.run(SETTING, (3,))
    assert found["accuracy"] == found["accuracy_per_seed"][0]
    assert {"top_3", "macro_f1", "best_epoch_per_seed", "curves_per_seed"} <= set(found)
    assert len(found["curves_per_seed"][0]["val_loss"]) <= 2
    monkeypatch.setattr(experiment, "_train", None)
    assert experiment.run(SETTING, (3,)) == found
    with pytest.raises(TypeError):
        experiment.run(SETTING, (3,), RunOptions(epochs=1))


def test_a_training_ends_at_its_patience_and_answers_with_its_best_weights(data):
    experiment = NewsExperiment(data)
    model = build(SETTING, len(experiment.vocabulary), 2, 0)
    model.optimizer.learning_rate = 30.0  # from the second epoch on nothing gets better
    chances, curves, seconds = experiment.answered(model, SETTING, 20)
    losses = curves["val_loss"]
    assert len(losses) == int(np.argmin(losses)) + 1 + SETTING.patience < 20
    assert chances.shape == (len(experiment.parts.test), 2)
    rows = experiment.parts.validation
    x = pad_sequences([experiment.sequences[row] for row in rows], maxlen=SETTING.steps)
    loss, _ = model.evaluate(x, experiment.labels[rows], verbose=0)
    assert loss == pytest.approx(min(losses), rel=1e-4)
    assert seconds > 0


def test_the_long_trainings_have_the_setting_of_their_records():
    for ladder in ("ladder_news_start", "ladder_news_parts", "ladder_news_second"):
        setting = read_record(ladder)["setting"]
        assert {name: setting[name] for name in news_again.LONG.facts()} == news_again.LONG.facts()
    again = read_record("news_again")["setting"]
    means = again["mean_epochs"], again["mean_patience"]
    assert means == (news_again.LONG.epochs, news_again.LONG.patience)


def test_baselines(data):
    experiment = NewsExperiment(data)
    always = experiment.most_common()
    politics = np.mean(data.labels[experiment.parts.test] == 0)
    most = np.bincount(data.labels[experiment.parts.train]).argmax()
    assert always["accuracy"] == pytest.approx(politics if most == 0 else 1 - politics, abs=1e-4)
    assert always["top_3"] == 1.0
    assert experiment.bag_of_words()["accuracy"] == 1.0


def test_no_run_on_the_sample(monkeypatch, tmp_path):
    monkeypatch.setenv("RNN_EDU_DATA", "samples")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    with pytest.raises(DataError, match="only the shipped sample is here"):
        news_category_birnn.run(RunOptions())


def test_the_record_says_what_the_chapter_says():
    if not has_record("news_category_birnn"):
        pytest.skip("The run news_category_birnn has left no record yet.")
    record = read_record("news_category_birnn")
    metrics, baselines = record["metrics"], record["baselines"]
    assert len(metrics["accuracy_per_seed"]) == 3
    assert min(metrics["accuracy_per_seed"]) > baselines["most_common"] + 0.03
    assert metrics["accuracy"] < baselines["bag_of_words"] - 0.1
    for part in (metrics, metrics["as_printed"], metrics["cut_to_20"]):
        for best, curves in zip(part["best_epoch_per_seed"], part["curves_per_seed"], strict=True):
            assert best == np.argmin(curves["val_loss"]) + 1


def test_first_batch_loss_needs_the_real_news():
    try:
        fetch("news_category_v3")
    except UnreachableError as reason:
        pytest.skip(f"the real data set is not here: {reason}")
    # A new network is about as unsure as one that gives all 29 categories the same probability.
    assert news_category_birnn.first_batch_loss() == pytest.approx(np.log(29), abs=1)
