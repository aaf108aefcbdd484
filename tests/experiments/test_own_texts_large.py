"""What both commands take on 200,000 rows: the rows, the measuring, and what the README says."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest

from rnn_edu.experiments import RunOptions, own_texts_large, read_record, records
from rnn_edu.experiments.own_texts_large import made_up, measured, write_rows

README = Path(__file__).resolve().parents[2] / "README.md"


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


def test_a_command_is_measured_in_a_process_of_its_own(tmp_path):
    took = measured(["experiment"], tmp_path)
    assert took["seconds"] > 0
    assert took["cpu_seconds"] > 0
    assert 20 < took["peak_mib"] < 4000
    with pytest.raises(subprocess.CalledProcessError):
        measured(["experiment", "nothing-like-that"], tmp_path)


def test_the_run_measures_both_commands(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(own_texts_large, "ROWS", 100)
    monkeypatch.setattr(own_texts_large, "first_batch_loss", lambda: 4.5)
    asked = []

    def took(command, folder):
        asked.append((command[:2], command[-2:], (folder / command[2]).is_file()))
        return {"seconds": 1.0, "cpu_seconds": 1.0, "peak_mib": 1}

    monkeypatch.setattr(own_texts_large, "measured", took)
    own_texts_large.run(RunOptions(epochs=3))
    train = [["language-model", "train"], ["classify", "train"]]
    assert asked == [(command, ["--epochs", "3"], True) for command in train]


def test_the_readme_says_what_was_measured():
    record = read_record("own_texts_large")
    assert record["rows"] == 200_000
    said = " ".join(README.read_text("utf-8").split())
    model, judge = (record["metrics"][name] for name in ("language-model", "classify"))
    for took in (model, judge):
        assert f"{took['peak_mib'] / 1024:.1f} GiB" in said
    assert f"{model['cpu_seconds'] / 60:.0f} minutes of processor time for one of" in said
    assert f"and {judge['cpu_seconds'] / 60:.0f} minute with one pass" in said
