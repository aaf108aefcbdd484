"""Timing the language model: what is timed, in which order, and what is kept."""

import time

import pytest

from rnn_edu.experiments import RunOptions, headlines_speed, read_record, records
from rnn_edu.experiments.headlines_speed import OURS, TIMED, WARM_UPS, drawn, made, seconds


def test_the_ways_are_timed_in_turns_and_the_first_batch_only_warms_up():
    called = []

    def slow(batch):
        called.append(("slow", batch))
        time.sleep(0.01)

    ways = {"slow": slow, "quick": lambda batch: called.append(("quick", batch))}
    found = seconds(ways, ["first", "a", "b"])
    warm = [("slow", "first"), ("quick", "first")] * WARM_UPS
    assert called == [*warm, ("slow", "a"), ("quick", "a"), ("slow", "b"), ("quick", "b")]
    assert found["slow"]["seconds"] >= 0.01 > found["slow"]["cpu_seconds"]
    assert found["quick"]["seconds"] < 0.01


def test_all_ways_start_from_the_same_loss():
    pytest.importorskip("tensorflow")
    vocabulary = headlines_speed.vocabulary_of(30)
    (batch,) = drawn(vocabulary, 5, 1)
    assert [len(sentence) > 2 for sentence in batch] == [True] * 5
    losses = [way(batch) for way in made(vocabulary, 4).values()]
    assert losses == pytest.approx([losses[0]] * 3, abs=1e-5)


def test_the_record_has_both_times_of_every_way(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(headlines_speed, "SIZE", (30, 4, 5))
    headlines_speed.run(RunOptions())
    record = read_record("headlines_speed")
    assert len(record["metrics"]) == 3
    assert all(set(times) == {"seconds", "cpu_seconds"} for times in record["metrics"].values())
    assert OURS in record["metrics"]
    assert record["setting"]["timed_batches"] == TIMED
    assert record["first_batch_loss"] == pytest.approx(headlines_speed.first_batch_loss(), abs=1e-5)
