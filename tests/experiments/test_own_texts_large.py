"""What both commands take on 200,000 rows: the rows, the measuring, and what the README says."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest

from rnn_edu.experiments import RunOptions, own_texts_large, read_record, records
from rnn_edu.experiments.own_texts_large import made_up, measured, write_rows
from rnn_edu.own_texts.classifiers import epochs_for
from rnn_edu.own_texts.sizes import plan_for

README = Path(__file__).resolve().parents[2] / "README.md"
#: Of the training part, the ends of sentences included.
MANY_WORDS = 2_079_902


def test_rows_and_lines_hold_the_same_texts(tmp_path):
    table, lines = tmp_path / "rows.csv", tmp_path / "rows.txt"
    write_rows(table, lines, 300)
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == lines.read_text("utf-8").splitlines()
    assert {len(row["text"].split()) for row in rows} == set(range(6, 19))
    share = sum(row["label"] == "up" for row in rows) / len(rows)
    assert 0.2 < share < 0.8
    write_rows(tmp_path / "again.csv", lines, 300)
    assert table.read_bytes() == (tmp_path / "again.csv").read_bytes()


def test_every_word_is_another_one():
    assert len({made_up(number) for number in range(own_texts_large.WORDS)}) == 30_000


def test_a_command_is_measured_in_a_process_of_its_own(tmp_path, capsys):
    took = measured(["experiment"], tmp_path)
    assert took["seconds"] > 0
    assert took["cpu_seconds"] > 0
    assert 20 < took["peak_mib"] < 4000
    assert took["epochs"] == {}
    assert "own_texts_large" in capsys.readouterr().out
    with pytest.raises(subprocess.CalledProcessError):
        measured(["experiment", "nothing-like-that"], tmp_path)


@pytest.fixture
def own_place(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(own_texts_large, "first_batch_loss", lambda: 4.5)
    return tmp_path


@pytest.mark.parametrize("epochs", [None, 3])
def test_the_run_measures_both_commands(own_place, monkeypatch, epochs):
    monkeypatch.setattr(own_texts_large, "ROWS", 100)
    reports = {
        "language-model": lambda folder: {"counts": 2.0},
        "classify": lambda folder: {"right": {"bag of words": 0.5}},
    }
    monkeypatch.setattr(own_texts_large, "REPORTS", reports)
    asked = []

    def took(command, folder):
        asked.append((command[:2], "--epochs" in command, (folder / command[2]).is_file()))
        return {"seconds": 1.0, "cpu_seconds": 1.0, "peak_mib": 1, "epochs": {}}

    monkeypatch.setattr(own_texts_large, "measured", took)
    own_texts_large.run(RunOptions(epochs=epochs))
    train = [["language-model", "train"], ["classify", "train"]]
    assert asked == [(command, epochs is not None, True) for command in train]


def test_the_run_reads_what_both_commands_left(own_place, monkeypatch):
    monkeypatch.setattr(own_texts_large, "ROWS", 120)
    monkeypatch.setattr(own_texts_large, "WORDS", 100)
    own_texts_large.run(RunOptions(epochs=1))
    [path] = own_place.rglob("own_texts_large*.json")
    record = json.loads(path.read_text("utf-8"))
    model, judge = (record["metrics"][name] for name in ("language-model", "classify"))
    assert model["epochs"] == {"network": 1}
    assert judge["epochs"] == {"pooled embedding": 1, "GRU": 1, "LSTM": 1}
    assert len(model["validation"]) == 1
    assert judge["kept"] in judge["right"]
    assert record["baselines"]["counts"] == model["counts"]


def test_the_record_is_of_the_whole_run():
    record = read_record("own_texts_large")
    assert record["rows"] == 200_000
    model, judge = (record["metrics"][name] for name in ("language-model", "classify"))
    most = plan_for(MANY_WORDS).epochs
    assert model["epochs"] == {"network": len(model["validation"])}
    assert 0 < len(model["validation"]) <= most
    assert 0 < max(judge["epochs"].values()) <= epochs_for(160_000)


def test_the_readme_says_what_was_measured():
    said = " ".join(README.read_text("utf-8").split())
    record = read_record("own_texts_large")
    for took in record["metrics"].values():
        assert f"{took['peak_mib'] / 1024:.1f} GiB" in said
        assert f"{took['cpu_seconds'] / 60:.0f} minutes of processor time" in said
