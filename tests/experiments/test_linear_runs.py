"""The runs at three rates with five seeds: what they try, and their records."""

from __future__ import annotations

import pytest

from rnn_edu.experiments import (
    RunOptions,
    read_record,
    scan_times,
    which_network_fifty,
    which_network_layers,
    which_network_linear,
    which_network_more,
    which_network_open,
    which_network_rates,
    which_network_rest,
)
from rnn_edu.experiments.which_network_rates import EPOCHS, RATES

RUNS = [
    which_network_linear,
    which_network_layers,
    which_network_more,
    which_network_open,
    which_network_rest,
    which_network_fifty,
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.NAME)
def test_the_record_has_every_training(run):
    record = read_record(run.NAME)
    assert record["command"] == f"python -m rnn_edu experiment {run.NAME}"
    for name, kinds in run.TRIED.items():
        assert set(record["metrics"][name]) == set(kinds)
        for row in record["metrics"][name].values():
            assert [float(rate) for rate in row] == list(RATES)
            for found in row.values():
                assert found["per_seed"] == [curve[-1] for curve in found["curves"]]
                assert len(found["curves"]) == len(run.SEEDS)
                assert max(map(len, found["curves"])) <= EPOCHS[name]


def test_no_layer_is_tried_twice_on_a_task():
    tried = [(name, kind) for run in RUNS for name in run.TRIED for kind in run.TRIED[name]]
    assert len(set(tried)) == len(tried)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.NAME)
def test_the_run_asks_for_what_it_says(run, monkeypatch):
    asked = []

    def row_of(_, name, task, kind, rate, epochs, seeds):
        asked.append((name, kind, rate, epochs, tuple(seeds)))
        return {"per_seed": [0.5], "curves": [[0.5]]}

    monkeypatch.setattr(which_network_rates, "row_of", row_of)
    monkeypatch.setattr(which_network_rates, "record", lambda full, tasks, **parts: parts)
    parts = run.run(RunOptions(epochs=2))
    assert len(asked) == len(RATES) * sum(map(len, run.TRIED.values()))
    name, kinds = next(iter(run.TRIED.items()))
    assert (name, kinds[0], 0.003, 2, run.SEEDS) in asked
    assert parts["seeds"] == run.SEEDS


def test_the_times_are_of_every_reader_length_and_number_of_threads():
    record = read_record("scan_times")
    assert set(record["metrics"]) == {"1", "2"}
    for row in record["metrics"].values():
        assert set(row) == set(scan_times.KINDS)
        assert {len(times) for times in row.values()} == {len(record["setting"]["lengths"])}
        assert min(min(times) for times in row.values()) > 0


def test_the_timing_run_asks_for_both_numbers_of_threads(monkeypatch):
    asked = []

    def timed(threads, kinds, lengths):
        asked.append(threads)
        return {kind: [0.1 for _ in lengths] for kind in kinds}

    monkeypatch.setattr(scan_times, "seconds_with_threads", timed)
    monkeypatch.setattr(scan_times, "first_batch_loss", lambda: 0.5)
    monkeypatch.setattr(
        scan_times.FullRun, "record_of_made_up", lambda self, *given, **parts: parts
    )
    parts = scan_times.run(RunOptions(epochs=1))
    assert asked == [1, 2]
    assert parts["setting"]["updates"] == 9
