"""The run of the networks that forecast, on a wider grid of rates: its record, and who chooses."""

from __future__ import annotations

import numpy as np

from rnn_edu.experiments import RunOptions, read_record, series_rates
from rnn_edu.experiments.series_rates import RATES, SEEDS, chosen
from rnn_edu.series.networks import KINDS


def test_the_record_has_every_rate_with_every_seed_and_the_validation_loss_chose():
    record = read_record("series_rates")
    assert record["command"] == "python -m rnn_edu experiment series_rates"
    assert record["seed"] == list(SEEDS)
    for kinds in record["metrics"].values():
        assert tuple(kinds) == KINDS
        for found in kinds.values():
            rates = found["rates"]
            assert [float(rate) for rate in rates] == list(RATES)
            assert {len(row[key]) for row in rates.values() for key in row} == {len(SEEDS)}
            means = {rate: np.mean(row["validation_loss"]) for rate, row in rates.items()}
            assert means[str(found["chosen"])] == min(means.values())


def test_the_first_seed_at_the_shared_rates_is_that_of_the_first_run():
    first, wider = (read_record(name)["metrics"] for name in ("series", "series_rates"))
    for name, kinds in wider.items():
        for kind, found in kinds.items():
            for rate, loss in first[name]["validation_loss"][kind].items():
                assert abs(found["rates"][rate]["validation_loss"][0] - loss) < 0.02


def test_the_test_part_chooses_nothing():
    rows = {
        "0.01": {"validation_loss": [2.0, 4.0], "mase": [0.1, 0.1]},
        "0.1": {"validation_loss": [3.0, 2.0], "mase": [9.0, 9.0]},
    }
    assert chosen(rows) == 0.1


def test_the_run_asks_for_every_kind_at_every_rate(monkeypatch):
    asked = []

    def by_seed(task, recipe, seeds):
        asked.append((task.series.name, recipe.kind, recipe.rate, recipe.epochs, seeds))
        return {"validation_loss": [recipe.rate], "epochs": [1], "mase": [1.0]}

    monkeypatch.setattr(series_rates, "by_seed", by_seed)
    monkeypatch.setattr(series_rates, "first_batch_loss", lambda: 0.5)
    monkeypatch.setattr(
        series_rates.FullRun, "record_of_made_up", lambda self, *given, **parts: parts
    )
    parts = series_rates.run(RunOptions(epochs=3))
    assert len(asked) == len(set(asked)) == 2 * len(KINDS) * len(RATES)
    assert {epochs for *_, epochs, _ in asked} == {3}
    assert parts["metrics"]["co2"]["GRU"]["chosen"] == min(RATES)
