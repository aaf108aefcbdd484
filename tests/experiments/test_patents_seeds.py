"""More seeds, a larger LSTM and three tables of vectors on the abstracts: what is run, on what."""

import numpy as np
import pytest

from rnn_edu.datasets import Dataset, load_sample
from rnn_edu.experiments import (
    RunOptions,
    patents_again,
    patents_large,
    patents_seeds,
    patents_tables,
    patents_windows,
    read_record,
    records,
)
from rnn_edu.experiments.patents import Abstracts, Writer
from rnn_edu.experiments.patents_lstm import APART, SETTING, SHORT, Run

TEXTS = load_sample("abstracts").texts[:20]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """What the runs ask for, with made-up results."""
    pytest.importorskip("keras")
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    data = Dataset("patents", TEXTS, None, (), is_real=True)
    found = []

    def fake(self, kind, split, setting, seed):
        found.append((kind, tuple(split.test), setting, seed))
        curves = {"accuracy": [0.1], "loss": [6.0 + seed]}
        return {"accuracy": 0.1 + seed / 10, "loss": 5.0 + seed, "curves": curves}

    for module in (patents_seeds, patents_tables):
        monkeypatch.setattr(module, "read", lambda: (data, Abstracts(TEXTS)))
        monkeypatch.setattr(module, "first_loss", lambda *_: 7.0)
    monkeypatch.setattr(Run, "result", fake)
    return found


@pytest.mark.parametrize(
    ("module", "setting", "seeds", "curves"),
    [
        (patents_again, APART, (1, 2), lambda _: [0.1]),
        (
            patents_large,
            patents_large.SETTING,
            (0, 1, 2),
            lambda seed: {"accuracy": [0.1], "loss": [6.0 + seed]},
        ),
    ],
)
def test_the_record_has_every_seed_of_one_setting(asked, module, setting, seeds, curves):
    module.run(RunOptions())
    record = read_record(module.NAME)
    abstracts = Abstracts(TEXTS)
    split = abstracts.split_by_abstract(0)
    assert asked == [("abstracts", tuple(split.test), setting, seed) for seed in seeds]
    assert record["seed"] == list(seeds)
    assert record["metrics"]["loss_per_seed"] == [5.0 + seed for seed in seeds]
    assert record["metrics"]["accuracy"] == pytest.approx(0.1 + np.mean(seeds) / 10)
    assert record["metrics"]["curves"] == [curves(seed) for seed in seeds]
    assert record["baselines"] == patents_seeds.counted(abstracts, split)


def test_two_seeds_more_read_random_windows_in_the_setting_of_the_claim(asked):
    patents_windows.run(RunOptions())
    record, abstracts = read_record("patents_windows"), Abstracts(TEXTS)
    split = abstracts.random_split(0)
    assert asked == [("windows", tuple(split.test), SETTING, seed) for seed in (1, 2)]
    assert record["seed"] == [1, 2]
    assert record["metrics"]["accuracy_per_seed"] == pytest.approx([0.2, 0.3])
    assert record["baselines"] == patents_seeds.counted(abstracts, split)


def test_the_three_tables_differ_in_the_table_alone(asked):
    patents_tables.run(RunOptions())
    metrics = read_record("patents_tables")["metrics"]
    assert list(metrics) == ["trained", "glove_frozen", "glove_trained"]
    for table in metrics.values():
        assert table["accuracy_per_seed"] == pytest.approx([0.2, 0.3])
    for _, _, setting, _ in asked:
        assert {**setting.facts(), "embedding": "trained"} == SHORT.facts()
    assert len(asked) == 6


def test_the_larger_one_reads_with_more_dropout():
    pytest.importorskip("keras")
    for setting in (APART, patents_large.SETTING):
        writer = Writer(Abstracts(TEXTS).vocabulary, setting, 0)
        lstm = writer.body.layers[1]
        rates = lstm.units, lstm.dropout, lstm.recurrent_dropout, writer.body.layers[3].rate
        expected = (64, 0.1, 0.1, 0.1) if setting == APART else (256, 0.3, 0.3, 0.5)
        assert rates == expected
