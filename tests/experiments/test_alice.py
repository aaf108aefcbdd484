"""The parts of the run on Alice: the book's counts, and two models that are one."""

import numpy as np
import pytest

from rnn_edu.datasets import load, source
from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.experiments import RunOptions
from rnn_edu.experiments.alice_book import WINDOW, Story, one_hot
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.records import has_record, read_record
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.text import alphanumeric_words
from rnn_edu.text.cleaning import without_gutenberg_tail

WORDS = [f"w{n}" for n in (np.arange(400) ** 2 % 31)]


@pytest.fixture(scope="module")
def models():
    """The module with the two networks; it needs TensorFlow."""
    pytest.importorskip("keras")
    from rnn_edu.quiet import start_tensorflow

    start_tensorflow()
    from rnn_edu.experiments import alice_models

    return alice_models


@pytest.fixture(scope="module")
def alice():
    try:
        fetch("alice")
    except UnreachableError as reason:
        pytest.skip(f"the real data set is not here: {reason}")
    return load("alice").texts[0]


# -- the book --------------------------------------------------------------------------------


def test_the_counts_of_the_document(alice):
    book = Story.from_words(alphanumeric_words(alice), held_out=0)
    assert book.train[0].shape == (30_407, 10)
    assert len(book.vocabulary) == 3_028
    assert len(book.numbers) == 30_417


def test_the_counts_of_the_story_alone(alice):
    story = Story.from_text(without_gutenberg_tail(alice))
    whole = Story.from_text(alice)
    assert (len(story.numbers), len(story.vocabulary)) == (27_324, 2_567)
    assert len(whole.numbers) - len(story.numbers) == 3_093
    assert len(whole.vocabulary) - len(story.vocabulary) == 461
    # Whoever holds the end of the whole file out holds nothing out but the licence.
    assert whole.cut > len(story.numbers)


def test_no_word_is_predicted_in_both_parts():
    book = Story.from_words(WORDS)
    (_, y), (x_held, y_held) = book.train, book.held_out
    assert len(y) + len(y_held) == len(WORDS) - WINDOW
    assert np.array_equal(np.concatenate([y, y_held]), book.numbers[WINDOW:])
    assert np.array_equal(x_held[0], book.numbers[book.cut - WINDOW : book.cut])
    assert book.cut == 360


def test_words_met_in_training():
    book = Story.from_words([*"abcabcabcabc", *"xyzxyzabc"], held_out=9 / 21)
    assert book.met_in_training(book.held_out[1]).tolist() == [False] * 6 + [True] * 3


def test_one_hot_rows_have_one_one():
    numbers = np.array([[2, 0], [1, 2]])
    rows = one_hot(numbers, 3)
    assert rows.shape == (2, 2, 3)
    assert rows.nbytes == 12
    assert np.array_equal(rows.argmax(axis=-1), numbers)
    assert np.all(rows.sum(axis=-1) == 1)


# -- one model in two forms ------------------------------------------------------------------


def pair(models, words):
    """Both networks with the same weights, all of them distinct."""
    first, second = models.one_hot_model(words), models.look_up_model(words)
    random = np.random.default_rng(3)
    weights = [random.normal(0, 0.05, w.shape).astype("float32") for w in first.get_weights()]
    first.set_weights(weights)
    second.set_weights(weights)
    return first, second


def test_both_give_the_same_chances(models):
    book = Story.from_words(WORDS)
    first, second = pair(models, len(book.vocabulary))
    x, _ = book.train
    same = first.predict_on_batch(one_hot(x, len(book.vocabulary)))
    assert np.allclose(second.predict_on_batch(x), same, rtol=0, atol=1e-6)


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "sgd"])
def test_both_learn_the_same(models, optimizer):
    book = Story.from_words(WORDS)
    first, second = pair(models, len(book.vocabulary))
    first.compile(optimizer, "categorical_crossentropy")
    second.compile(optimizer, "sparse_categorical_crossentropy")
    from rnn_edu.experiments.alice_simple_rnn import timed_epoch

    x, y = book.train
    wide = one_hot(x, len(book.vocabulary)), one_hot(y, len(book.vocabulary))
    losses, seconds = timed_epoch(first, *wide)
    assert losses == pytest.approx(timed_epoch(second, x, y)[0], abs=1e-5)
    assert len(losses) == 3
    assert seconds > 0
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        assert np.allclose(one, other, rtol=0, atol=1e-4)


# -- the run ---------------------------------------------------------------------------------


def test_a_short_training_gives_the_figures(models, tmp_path, monkeypatch):
    from rnn_edu.experiments import alice_simple_rnn as run

    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path))
    monkeypatch.setattr(run, "WRITTEN", 5)
    kept = Checkpoints(run.NAME, RunOptions(), Stopwatch())
    book = Story.from_words(WORDS)
    first = run.train(book, 0, 2, kept)
    assert len(first) == 2
    assert first[1]["loss"] < first[0]["loss"]
    assert 1 < first[1]["perplexity"] < len(book.vocabulary) * 1.5
    assert 0 <= first[1]["copied_from_train"] <= 1 / 1
    assert 1 / 5 <= first[1]["different_from_held_out"] <= 1
    facts = run.summary([first, first], best=1)
    assert facts["loss"] == pytest.approx(first[0]["loss"], abs=1e-4)
    assert facts["at_the_end"]["loss_per_seed"] == [round(first[1]["loss"], 4)] * 2
    assert facts["curves"]["perplexity"][0] == [epoch["perplexity"] for epoch in first]


def test_baselines_of_a_text_without_chance():
    from rnn_edu.experiments.alice_simple_rnn import baselines

    facts = baselines(Story.from_words(["tick", "tock"] * 200))
    assert facts["unigrams"] == pytest.approx(2, abs=1e-3)
    assert facts["bigrams"] == pytest.approx(1, abs=0.01)
    assert facts["share_of_words_met"] == facts["copied_share_of_held_out"] == 1


# -- the record ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record():
    if not has_record("alice_simple_rnn"):
        pytest.skip("The run has left no record yet.")
    return read_record("alice_simple_rnn")


def test_the_record_is_about_the_file(record):
    assert record["dataset_sha256"] == source("alice").sha256
    assert record["rows"] == 30_417
    one_epoch = record["metrics"]["one_epoch"]
    assert (one_epoch["windows"], one_epoch["words"]) == (30_407, 3_028)


def test_one_hot_and_look_up_have_equal_losses(record):
    one_epoch = record["metrics"]["one_epoch"]
    assert one_epoch["loss"]["one_hot"] == pytest.approx(one_epoch["loss"]["look_up"], abs=1e-5)
    assert one_epoch["largest_loss_difference"] < 1e-5


def test_the_look_up_saves_memory_and_time(record):
    one_epoch = record["metrics"]["one_epoch"]
    for name, least in (("bytes", 100), ("cpu_seconds", 1.5), ("cpu_seconds_compiled", 3)):
        assert one_epoch[name]["one_hot"] > least * one_epoch[name]["look_up"], name


def test_the_book_is_learned_by_heart_and_the_rest_is_not(record):
    metrics, epochs = record["metrics"], record["setting"]["epochs"]
    for name, curves in metrics["curves"].items():
        assert {len(curve) for curve in curves} == {epochs}, name
    by_heart = metrics["by_heart"]
    for curve, longer in zip(metrics["curves"]["loss"], by_heart["curves"]["loss"], strict=False):
        assert longer[: len(curve)] == curve
        assert longer[-1] < 1 < longer[0]
    assert by_heart["at_the_end"]["perplexity"] > 10 * metrics["perplexity"]
    assert min(by_heart["at_the_end"]["copied_from_train_per_seed"]) > 0.3
    assert metrics["perplexity"] > record["baselines"]["bigrams"]
