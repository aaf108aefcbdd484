"""The run on headlines, in a small size: its split, its baselines, its record."""

import json

import numpy as np
import pytest

from rnn_edu.datasets import Dataset, load_sample
from rnn_edu.experiments import RunOptions, records
from rnn_edu.experiments import headlines_language_model as run_module
from rnn_edu.experiments.headlines_language_model import (
    SETTING,
    HeadlinesSetting,
    counted_perplexities,
    prepare,
)
from rnn_edu.experiments.records import has_record, read_record

SMALL = HeadlinesSetting(state_size=8, epochs=3, batch_size=32, slower_from=1)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The run with 300 made-up headlines in the place of the real ones."""
    texts = load_sample("headlines").texts[:300]
    data = Dataset(name="headlines", texts=texts, is_real=True)
    monkeypatch.setattr(run_module, "load", lambda name: data)
    monkeypatch.setattr(run_module, "SETTING", SMALL)
    monkeypatch.setattr(run_module, "SEEDS", (1, 2))
    monkeypatch.setattr(run_module, "TIMED_STEPS", 1)
    monkeypatch.setattr(run_module, "DOCUMENT", {**run_module.DOCUMENT, "state_size": 4})
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    return data


def test_the_last_tenth_is_held_out_and_the_words_are_those_of_the_rest(small):
    headlines = prepare(small, words=20)
    assert (len(headlines.train), len(headlines.held_out)) == (270, 30)
    assert headlines.held_out[-1] == small.texts[-1].split()
    assert len(headlines.vocabulary) == 22
    assert sum(headlines.vocabulary.counts.values()) == sum(map(len, headlines.train))


def test_counting_more_words_before_helps(small):
    counted = counted_perplexities(prepare(small))
    assert counted["unigram"] > 2 * counted["bigram"] > 2 * counted["trigram"]


def test_the_learning_rate_stays_and_then_falls():
    setting = HeadlinesSetting(learning_rate=0.5, slower_from=2, slower_by=0.1)
    assert np.allclose([setting.rate(e) for e in range(4)], [0.5, 0.5, 0.05, 0.005])


def test_an_interrupted_run_goes_on_and_writes_what_an_uninterrupted_one_does(small, monkeypatch):
    whole = json.loads(run_module.run(RunOptions()).read_text("utf-8"))
    assert [len(curve) for curve in whole["metrics"]["perplexity_per_epoch"]] == [3, 3]
    assert whole["metrics"]["extrapolation"]["what"] == "extrapolated from timed steps, not run"
    from rnn_edu.language_model import RNNLanguageModel

    trained = RNNLanguageModel.train_on_numbers
    calls = []

    def stopped(model, numbers):
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return trained(model, numbers)

    monkeypatch.setattr(RNNLanguageModel, "train_on_numbers", stopped)
    with pytest.raises(KeyboardInterrupt):
        run_module.run(RunOptions())
    resumed = json.loads(run_module.run(RunOptions(resume=True)).read_text("utf-8"))
    # The broken epoch and what is left of both trainings, two steps to time, the first loss.
    assert len(calls) == 20 + 9 + 27 + 3
    for part in ("setting", "baselines", "first_batch_loss"):
        assert resumed[part] == whole[part]
    for name in ("perplexity", "perplexity_per_epoch", "training_loss_per_epoch"):
        assert resumed["metrics"][name] == whole["metrics"][name]


def test_the_book_s_record_keeps_what_is_promised():
    if not has_record(run_module.NAME):
        pytest.skip("The run has left no record yet.")
    record = read_record(run_module.NAME)
    assert record["setting"]["state_size"] == SETTING.state_size
    assert record["metrics"]["perplexity"] <= 0.75 * record["baselines"]["trigram"]
    assert record["metrics"]["below_trigram"] >= 0.25
    assert record["metrics"]["held_out_headlines"] == 7440
