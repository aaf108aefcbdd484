"""The record of the dates: complete, and its first loss comes out again."""

import pytest

from rnn_edu.experiments import RunOptions, dates, read_record, records
from rnn_edu.experiments.dates import KINDS, NAME, SEEDS, by_length, first_batch_loss
from rnn_edu.experiments.records import FIELDS


def test_every_seed_was_tested_at_every_length():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["command"] == "python -m rnn_edu experiment dates"
    for kind in KINDS:
        assert [len(by_length(record, kind, "exact")[n]) for n in (1, 2, 3, 4)] == [5] * 4
        assert list(record["seed"]) == list(SEEDS)


def test_with_attention_unseen_dates_are_exact_at_the_lengths_of_the_training():
    record = read_record(NAME)
    for length in (1, 2, 3):
        shares = by_length(record, "with attention", "exact")[length]
        assert sum(shares) / len(shares) >= 0.99
        assert max(by_length(record, "without", "exact")[length]) < min(shares)


def test_the_command_still_starts_from_the_same_loss():
    assert first_batch_loss() == pytest.approx(read_record(NAME)["first_batch_loss"], abs=2e-5)


def test_a_short_run_trains_both_networks_from_every_seed(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def trained(kind, seed, passes):
        asked.append((kind, seed, passes))
        return {"losses": [1.0], "tests": {"1": {"exact": 0.5}}}

    monkeypatch.setattr(dates, "_trained", trained)
    monkeypatch.setattr(dates, "first_batch_loss", lambda: 4.6)
    dates.run(RunOptions(epochs=2))
    assert asked == [(kind, seed, 2) for kind in KINDS for seed in SEEDS]
