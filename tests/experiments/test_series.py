"""The record of the two series: complete, and what it says comes out again."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, read_record, records, series
from rnn_edu.experiments.records import FIELDS
from rnn_edu.experiments.series import NAME, RATES, SEEDS, TRIED, first_batch_loss
from rnn_edu.series import Recipe, baseline_forecasts, forecaster, rolling_forecasts, scores
from rnn_edu.series.comparison import TASKS
from rnn_edu.series.networks import KINDS, STRATEGIES


@pytest.fixture(scope="module")
def record():
    return read_record(NAME)


def test_the_record_is_complete(record):
    assert tuple(record) == FIELDS
    assert record["command"] == "python -m rnn_edu experiment series"
    assert record["rows"] == 444 + 309
    assert list(record["metrics"]) == list(TASKS)
    for name, metrics in record["metrics"].items():
        origins = len(metrics["origins"])
        assert len(metrics["baselines"]) >= 5
        assert tuple(metrics["networks"]) == KINDS
        assert tuple(metrics["strategies"]) == STRATEGIES
        networks = [*metrics["networks"].values(), *metrics["strategies"].values()]
        assert all(len(network["per_seed"]) == len(SEEDS) for network in networks)
        rows = [row for n in networks for row in (*n["per_seed"], n["together"])]
        assert {len(row["mase"]) for row in [*rows, *metrics["baselines"].values()]} == {origins}
        assert len(metrics["months"]) == (4 if name == "co2" else 0)


def test_the_rate_is_the_one_with_the_least_validation_loss(record):
    for metrics in record["metrics"].values():
        for kind, losses in metrics["validation_loss"].items():
            assert [float(rate) for rate in losses] == list(RATES)
            best = min(losses, key=losses.get)
            assert metrics["networks"][kind]["rate"] == float(best)
        assert {found["rate"] for found in metrics["strategies"].values()} == {
            metrics["networks"][TRIED]["rate"]
        }


@pytest.mark.parametrize("name", TASKS)
def test_the_forecasts_without_a_network_come_out_again(record, name):
    task, metrics = TASKS[name](), record["metrics"][name]
    assert metrics["yardstick"] == pytest.approx(task.yardstick, abs=1e-6)
    for method, said in baseline_forecasts(task).items():
        found, row = scores(task, said), metrics["baselines"][method]
        # The optimizer of exponential smoothing ends in the last digits elsewhere.
        np.testing.assert_allclose(found["mase"], row["mase"], atol=2e-3)
        assert found["smape"].mean() == pytest.approx(row["smape"], abs=0.02)
        assert record["baselines"][name][method] == pytest.approx(np.mean(row["mase"]), abs=1e-3)


def test_the_command_still_starts_from_the_same_loss(record):
    assert first_batch_loss() == pytest.approx(record["first_batch_loss"], abs=2e-5)


def test_a_network_comes_out_as_recorded(record):
    found = record["metrics"]["sunspots"]["networks"]["SimpleRNN"]
    task = TASKS["sunspots"]()
    network = forecaster(task.known, task.reading, Recipe("SimpleRNN", rate=found["rate"], seed=1))
    said = rolling_forecasts(network, task.series.values, task.origins)
    recorded = np.mean(found["per_seed"][1]["mase"])
    assert scores(task, said)["mase"].mean() == pytest.approx(recorded, abs=0.05)


def test_a_short_run_tries_every_setting(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    tried, trained = [], []

    def rate_by_kind(known, reading, recipe):
        tried.append((recipe.kind, recipe.rate, recipe.seed, recipe.epochs))
        return SimpleNamespace(validation_loss=abs(recipe.rate - 0.01))

    def last_again(known, reading, recipe):
        trained.append((recipe.kind, recipe.strategy, recipe.rate, recipe.seed, reading.months))
        return lambda past: np.repeat(past[-1:], reading.horizon)

    monkeypatch.setattr(series, "train_network", rate_by_kind)
    monkeypatch.setattr(series, "forecaster", last_again)
    monkeypatch.setattr(series, "baseline_forecasts", lambda task: {})
    monkeypatch.setattr(series, "first_batch_loss", lambda: 0.0)
    series.run(RunOptions(epochs=2))
    assert len(tried) == 2 * 3 * 3
    assert {(seed, epochs) for *_, seed, epochs in tried} == {(0, 2)}
    assert {rate for *_, rate, _, _ in trained} == {0.01}
    # A GRU that is tried with the direct strategy is one of the three kinds already.
    assert len(trained) == 2 * (3 + 2) * 5 + 4 * 5
    assert sum(months for *_, months in trained) == 2 * 5
