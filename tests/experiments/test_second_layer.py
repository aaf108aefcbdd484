"""The record of one GRU against two: complete, from the same start, and of the task it names."""

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, read_record, records, second_layer
from rnn_edu.experiments.records import FIELDS
from rnn_edu.experiments.second_layer import (
    CHOOSING_SEEDS,
    NAME,
    RATES,
    SEEDS,
    STACKS,
    bits,
    count_of_count,
    first_batch_loss,
    share_right,
)


def test_every_rate_and_seed_was_run():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert not set(CHOOSING_SEEDS) & set(SEEDS)
    for name, sizes in STACKS.items():
        found = record["metrics"][name]
        assert found["units"] == list(sizes)
        assert [len(shares) for shares in found["chosen_on"].values()] == [5] * len(RATES)
        assert len(found["shares"]) == len(SEEDS)
        assert found["rate"] == second_layer.best_rate(found["chosen_on"])


def test_the_command_still_starts_from_the_same_loss():
    assert first_batch_loss() == pytest.approx(read_record(NAME)["first_batch_loss"], abs=2e-5)


def test_the_answer_is_a_count_of_a_count():
    strings = bits()
    assert len(np.unique(strings, axis=0)) == 256
    for string, answer in zip(strings[::17], count_of_count(strings)[::17], strict=True):
        ones, odd_notes = 0, 0
        for bit in string:
            ones += bit
            odd_notes += ones % 2
        assert answer == odd_notes % 2


def test_untrained_networks_guess():
    assert share_right((3, 3), rate=0.01, seed=0, updates=1) == pytest.approx(0.5, abs=0.15)


def test_a_short_run_tries_every_rate_and_counts_with_fresh_seeds(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    asked = []

    def share(sizes, rate, seed, updates):
        asked.append((sizes, rate, seed))
        assert updates == 200
        return 1.0 if rate == 0.01 else 0.5

    monkeypatch.setattr(second_layer, "share_right", share)
    second_layer.run(RunOptions(epochs=2))
    fresh = [run for run in asked if run[2] in SEEDS]
    assert len(asked) == 2 * (3 * 5 + 10)
    assert fresh == [(sizes, 0.01, seed) for sizes in STACKS.values() for seed in SEEDS]
