"""The record of dates in more passes: what it tested, its first loss, and that more passes tell."""

import pytest

from rnn_edu.experiments import (
    RunOptions,
    dates,
    dates_longer,
    read_record,
    read_then_write,
    records,
)
from rnn_edu.experiments.dates_longer import KIND, NAME, PASSES, SEEDS
from rnn_edu.experiments.read_then_write import by_length
from rnn_edu.experiments.records import FIELDS


def test_every_seed_was_tested_at_every_length_after_all_passes():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["command"] == f"python -m rnn_edu experiment {NAME}"
    assert list(record["seed"]) == list(SEEDS)
    assert [len(part["losses"]) for part in record["metrics"][KIND]] == [PASSES] * len(SEEDS)
    for what in ("exact", "figures"):
        shares = by_length(record, KIND, what)
        assert {length: len(shares[length]) for length in shares} == dict.fromkeys((1, 2, 3, 4), 2)


def test_only_the_passes_differ_from_the_record_of_dates():
    longer, usual = read_record(NAME), read_record(dates.NAME)
    assert longer["dataset_sha256"] == usual["dataset_sha256"]
    assert longer["setting"]["passes"] == PASSES == 4 * usual["setting"]["passes"]
    different = {key for key, value in longer["setting"].items() if usual["setting"][key] != value}
    assert different == {"passes"}


def test_most_of_what_is_lost_in_16_passes_is_written_after_64():
    longer, usual = (by_length(read_record(name), KIND, "exact") for name in (NAME, dates.NAME))
    for length in (1, 2, 3):
        assert min(longer[length]) > 0.5 > 0.1 > max(usual[length][:2])


def test_the_command_still_starts_from_the_same_loss():
    recorded = read_record(NAME)["first_batch_loss"]
    assert dates_longer.first_batch_loss() == pytest.approx(recorded, abs=2e-5)


def test_a_short_run_trains_the_network_without_attention_from_both_seeds(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def trained(trainer, seed, _):
        asked.append((trainer.attention, seed, trainer.passes))
        return {"losses": [1.0], "tests": {"1": {"exact": 0.5}}}

    monkeypatch.setattr(read_then_write, "trained", trained)
    monkeypatch.setattr(dates_longer, "first_batch_loss", lambda: 4.6)
    dates_longer.run(RunOptions(epochs=2))
    assert asked == [(False, seed, 2) for seed in SEEDS]
