"""The closer look at the two series: complete, and at one with the record that it looks at."""

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, read_record, records, series_closer
from rnn_edu.experiments.records import FIELDS
from rnn_edu.experiments.series import SEEDS, TRIED
from rnn_edu.experiments.series_closer import KINDS_BEYOND, NAME, STRATEGY, UNITS, WAYS
from rnn_edu.series.comparison import TASKS


@pytest.fixture(scope="module")
def record():
    return read_record(NAME)


def test_the_record_is_complete(record):
    assert tuple(record) == FIELDS
    assert record["command"] == f"python -m rnn_edu experiment {NAME}"
    metrics = record["metrics"]
    assert list(metrics["origins"]) == list(metrics["beyond"]) == list(TASKS)
    for name, make in TASKS.items():
        task = make()
        assert list(metrics["origins"][name]) == list(WAYS)
        for found in metrics["origins"][name].values():
            assert len(found["mase"]) == len(found["one_step"]) == len(task.origins)
            assert len(found["mase_per_seed"]) == len(SEEDS)
        assert tuple(metrics["beyond"][name]) == KINDS_BEYOND
    assert [int(units) for units in metrics["units"]] == list(UNITS)


@pytest.mark.parametrize("name", TASKS)
def test_the_same_trainings_gave_the_same_errors_as_in_the_record_of_the_series(record, name):
    """Five GRUs with the chosen rate were trained for both records."""
    whole = read_record("series")["metrics"][name]["strategies"][STRATEGY[name]]
    found = record["metrics"]["origins"][name]["last fifth apart"]
    apart = found["mase"][TASKS[name]().apart]
    np.testing.assert_allclose(apart, whole["together"]["mase"], atol=0.01)
    per_seed = [np.mean(row["mase"]) for row in whole["per_seed"]]
    np.testing.assert_allclose(found["mase_per_seed"], per_seed, atol=0.01)
    assert np.mean(found["mase"]) == pytest.approx(np.mean(whole["together"]["by_step"]), abs=0.01)


def test_sixteen_units_are_the_network_of_the_record(record):
    per_seed = read_record("series")["metrics"]["sunspots"]["networks"][TRIED]["per_seed"]
    found = record["metrics"]["units"]["16"]["mase"]
    np.testing.assert_allclose(found, [np.mean(row["mase"]) for row in per_seed], atol=0.01)


def test_a_short_run_trains_every_network_in_its_way(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(series_closer, "chosen_rate", lambda name: 0.03)
    monkeypatch.setattr(series_closer, "first_batch_loss", lambda: 0.0)
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    trained = []

    def trainer(way):
        def train(known, reading, recipe):
            trained.append((way, recipe.kind, recipe.units, recipe.rate, reading.horizon))
            network = lambda past: np.repeat(past[-1:], reading.horizon)  # noqa: E731
            network.validation_loss, network.epochs = 0.5, recipe.epochs
            return network

        return train

    monkeypatch.setattr(series_closer, "WAYS", {way: trainer(way) for way in WAYS})
    monkeypatch.setattr(series_closer, "train_network", trainer("alone"))
    series_closer.run(RunOptions(epochs=2))
    for way in WAYS:
        # On carbon dioxide the networks say one step and read it again.
        horizons = [horizon for one, *_, horizon in trained if one == way]
        assert horizons == [5] * len(SEEDS) + [1] * len(SEEDS)
    alone = {(kind, units, rate, horizon) for way, kind, units, rate, horizon in trained[20:]}
    assert alone == {("GRU", units, 0.03, 5) for units in UNITS} | {
        (kind, 16, 0.1, horizon) for kind in KINDS_BEYOND for horizon in (5, 12)
    }
    assert len(trained) == (2 * len(WAYS) + len(UNITS) + 2 * len(KINDS_BEYOND)) * len(SEEDS)
