"""Records of the full-size runs: complete, about the pinned data, and never about the sample."""

import datetime
import json

import numpy as np
import pytest

from rnn_edu.datasets import SOURCES, Dataset
from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.errors import DataError
from rnn_edu.experiments import RunOptions, read_record, records
from rnn_edu.experiments.commands import module
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.records import FIELDS, NAMES, has_record, write_record
from rnn_edu.experiments.stopwatch import Stopwatch

SENTIMENT = ("airline_simple_rnn", "airline_lstm", "imdb_lstm")
#: These have made-up tasks, what ships with the book or a package, or records of another shape.
OTHERS = (
    "which_network",
    "memory_reach",
    "page_networks",
    "series",
    "own_texts",
    "dates",
    "sums",
    "scan_times",
    "second_layer",
    "village_seeds",
    "ladder",  # two sets of seeds: tests/experiments/test_ladders.py
    "news_again",
    "headlines_speed",
    "airline_one_unit",
    "patents_tables",
)
DOCUMENTS = tuple(name for name in NAMES if not name.startswith(OTHERS))
VALUES = ("accuracy", "loss", "perplexity")


def record_of(name):
    if not has_record(name):
        pytest.skip(f"The run {name} has left no record yet.")
    return read_record(name)


def data_of(record):
    return next(item for item in SOURCES.values() if item.sha256 == record["dataset_sha256"])


def dataset(*, is_real):
    texts = ("fine", "late")
    return Dataset("imdb", texts, np.array([1, 0]), ("negative", "positive"), is_real=is_real)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_record_is_complete(name):
    record = record_of(name)
    assert tuple(record) == FIELDS
    assert record["name"] == name
    assert record["command"] == f"python -m rnn_edu experiment {name}"
    assert data_of(record).name
    assert record["rows"] > 1000
    assert record["seed"]
    assert record["seconds"] >= record["cpu_seconds"] / record["hardware"]["cores"] > 0
    assert record["hardware"]["memory_gib"] > 0
    assert {"python", "keras", "tensorflow", "numpy"} <= set(record["versions"])
    assert datetime.date.fromisoformat(record["date"])
    assert record["baselines"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_measured_values_are_the_means_of_the_seeds(name):
    record = record_of(name)
    metrics = record["metrics"]
    assert "setting" not in metrics
    measured = [value for value in VALUES if value in metrics]
    assert {"accuracy", "perplexity"} & set(measured)
    for value in measured:
        per_seed = metrics[f"{value}_per_seed"]
        assert len(per_seed) == len(record["seed"])
        assert metrics[value] == pytest.approx(np.mean(per_seed), rel=1e-3)


@pytest.mark.parametrize("name", SENTIMENT)
def test_the_figures_of_the_seeds_are_the_ends_of_the_curves(name):
    record = read_record(name)
    main = {**record["metrics"], "setting": record["setting"]}
    parts = [main, *(value for value in record["metrics"].values() if isinstance(value, dict))]
    assert len(parts) >= 3
    for part in parts:
        assert part["accuracy"] == pytest.approx(np.mean(part["accuracy_per_seed"]), abs=1e-4)
        assert part["accuracy_per_seed"] == [curve[-1] for curve in part["curves"]]
        assert {len(curve) for curve in part["curves"]} == {part["setting"]["epochs"]}


@pytest.mark.parametrize(
    ("name", "least"), [("airline_simple_rnn", 0.87), ("airline_lstm", 0.90), ("imdb_lstm", 0.77)]
)
def test_the_claims_of_the_document_are_reached(name, least):
    record = read_record(name)
    assert record["metrics"]["accuracy"] >= least
    assert max(record["baselines"].values()) < 0.93


def test_the_sign_of_the_first_recurrent_weight_decides():
    tosses = read_record("airline_simple_rnn")["metrics"]["coin_tosses"]
    accuracies = np.array(tosses["accuracy_per_seed"])
    starts = np.array(tosses["recurrent_start"])[:, 0]
    assert set(starts) == {-1.0, 1.0}
    assert accuracies[starts > 0].min() > accuracies[starts < 0].max()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_command_still_starts_from_the_same_loss(name):
    record = record_of(name)
    pytest.importorskip("keras")
    try:
        fetch(data_of(record).name)
    except UnreachableError as reason:
        pytest.skip(f"the real data set is not here: {reason}")
    assert module(name).first_batch_loss() == pytest.approx(record["first_batch_loss"], abs=2e-5)


def test_a_record_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    parts = {"setting": {}, "metrics": {"accuracy": 0.5}, "baselines": {}, "first_batch_loss": 0.7}
    data, usual = dataset(is_real=True), RunOptions()
    path = write_record("imdb_lstm", data, (0, 1), Stopwatch(), usual, **parts)
    assert json.loads(path.read_text("utf-8")) == read_record("imdb_lstm")
    assert read_record("imdb_lstm")["metrics"] == {"accuracy": 0.5}
    before = path.read_bytes()
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_record("imdb_lstm", data, (0,), Stopwatch(), usual, setting={1j}, **parts2())
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["imdb_lstm.json"]


def parts2():
    return {"metrics": {}, "baselines": {}, "first_batch_loss": 0.7}


def test_a_run_with_other_epochs_leaves_the_books_record_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    options = RunOptions(epochs=2)
    parts = {"setting": {}, **parts2()}
    path = write_record("imdb_lstm", dataset(is_real=True), (0,), Stopwatch(), options, **parts)
    assert path == tmp_path / "cache" / "experiments" / "imdb_lstm-2-epochs.json"
    assert not (tmp_path / "results").exists()
    command = json.loads(path.read_text("utf-8"))["command"]
    assert command == "python -m rnn_edu experiment imdb_lstm --epochs 2"


def test_no_record_is_written_about_the_sample():
    with pytest.raises(DataError, match="only the shipped sample is here; python -m rnn_edu data"):
        write_record("imdb_lstm", dataset(is_real=False), (0,), Stopwatch(), RunOptions())


def test_a_record_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"There is no record 'airline'.*airline_lstm"):
        read_record("airline")


def test_a_run_ends_with_its_record_and_then_without_checkpoints(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    full = FullRun("imdb_lstm", RunOptions())
    full.checkpoints.part({"seed": 0}, lambda: 1)
    parts = {"setting": {}, **parts2()}
    with pytest.raises(DataError, match="only the shipped sample is here"):
        full.record(dataset(is_real=False), (0,), **parts)
    assert full.checkpoints.folder.is_dir()
    path = full.record(dataset(is_real=True), (0,), **parts)
    assert json.loads(path.read_text("utf-8"))["seconds"] < 60
    assert not full.checkpoints.folder.exists()
