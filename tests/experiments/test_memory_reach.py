"""The record of the memory experiment: complete, and what it says comes out again."""

import pytest

from rnn_edu.experiments import RunOptions, memory_reach, read_record, records
from rnn_edu.experiments.memory_reach import (
    DISTANCES,
    NAME,
    RATES,
    SEEDS,
    STARTS,
    counts,
    first_batch_loss,
)
from rnn_edu.experiments.records import FIELDS
from rnn_edu.memory.memory_experiment import readers, trained_accuracy


def test_every_setting_was_run_with_every_seed():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["command"] == "python -m rnn_edu experiment memory_reach"
    for start in STARTS:
        assert list(record["metrics"][start]) == list(readers())
        for by_distance in record["metrics"][start].values():
            assert list(by_distance) == [str(k) for k in DISTANCES]
            for by_rate in by_distance.values():
                assert [len(values) for values in by_rate.values()] == [len(SEEDS)] * len(RATES)


def test_the_command_still_starts_from_the_same_loss():
    assert first_batch_loss() == pytest.approx(read_record(NAME)["first_batch_loss"], abs=2e-5)


@pytest.mark.parametrize(("start", "rate"), [("orthogonal", 0.01), ("glorot_uniform", 0.03)])
def test_a_run_comes_out_as_recorded(start, rate):
    recorded = read_record(NAME)["metrics"][start]["GRU, bias 3"]["10"][str(rate)][1]
    again = trained_accuracy(readers(start)["GRU, bias 3"], 10, seed=1, rate=rate)
    assert again == pytest.approx(recorded, abs=0.02)


def test_a_run_that_just_passes_is_counted_and_each_rate_apart():
    accuracies = {"a": {"10": {"0.01": [0.9, 0.89], "0.03": [1.0, 0.95]}}}
    assert counts(accuracies, "a", 10) == {"0.01": 1, "0.03": 2}


def test_a_short_run_tries_every_setting(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def accuracy(make_layer, steps, **settings):
        asked.append((steps, settings["rate"], settings["rule"].__name__, settings["updates"]))
        return 1.0

    monkeypatch.setattr(memory_reach, "trained_accuracy", accuracy)
    memory_reach.run(RunOptions(epochs=2))
    assert len(asked) == 2 * 7 * 5 * 3 * 5 + 2 * 3 * 4 * 3 * 5
    assert {updates for *_, updates in asked} == {200}
    assert {rate for _, rate, rule, _ in asked if rule == "SGD"} == {0.1, 0.3, 1.0}
