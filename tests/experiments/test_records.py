"""Records of the full-size runs: complete, about the pinned data, and never about the sample."""

import importlib
import json

import numpy as np
import pytest

from rnn_edu.datasets import Dataset, source
from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.errors import DataError
from rnn_edu.experiments import read_record, records
from rnn_edu.experiments.records import FIELDS, NAMES, Stopwatch, write_record

DATA = {
    "airline_simple_rnn": "airline_sentiment",
    "airline_lstm": "airline_sentiment",
    "imdb_lstm": "imdb",
}


def dataset(*, is_real):
    texts = ("fine", "late")
    return Dataset("imdb", texts, np.array([1, 0]), ("negative", "positive"), is_real=is_real)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_is_complete(name):
    record = read_record(name)
    assert tuple(record) == FIELDS
    assert record["name"] == name
    assert record["command"] == f"python -m rnn_edu.experiments.{name}"
    assert record["dataset_sha256"] == source(DATA[name]).sha256
    assert len(record["seed"]) == 3
    assert record["seconds"] > 0
    assert {"python", "keras", "tensorflow", "numpy"} <= set(record["versions"])
    assert record["hardware"]["cores"] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_means_are_the_means_of_the_seeds_and_these_the_ends_of_the_curves(name):
    metrics = read_record(name)["metrics"]
    parts = [metrics, *(value for value in metrics.values() if isinstance(value, dict))]
    found = [part for part in parts if "accuracy_per_seed" in part]
    assert len(found) >= 3
    for part in found:
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


@pytest.mark.parametrize("name", NAMES)
def test_the_command_still_starts_from_the_same_loss(name):
    pytest.importorskip("keras")
    try:
        fetch(DATA[name])
    except UnreachableError as reason:
        pytest.skip(f"the real data set is not here: {reason}")
    module = importlib.import_module(f"rnn_edu.experiments.{name}")
    assert module.first_batch_loss() == pytest.approx(
        read_record(name)["first_batch_loss"], abs=2e-5
    )


def test_a_record_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    parts = {"setting": {}, "metrics": {"accuracy": 0.5}, "baselines": {}, "first_batch_loss": 0.7}
    path = write_record("imdb_lstm", dataset(is_real=True), (0, 1), Stopwatch(), **parts)
    assert json.loads(path.read_text("utf-8")) == read_record("imdb_lstm")
    assert read_record("imdb_lstm")["metrics"] == {"accuracy": 0.5}
    before = path.read_bytes()
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_record(
            "imdb_lstm", dataset(is_real=True), (0,), Stopwatch(), setting={1j}, **parts2()
        )
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["imdb_lstm.json"]


def parts2():
    return {"metrics": {}, "baselines": {}, "first_batch_loss": 0.7}


def test_no_record_is_written_about_the_sample():
    with pytest.raises(DataError, match="only the shipped sample is here; python -m rnn_edu data"):
        write_record("imdb_lstm", dataset(is_real=False), (0,), Stopwatch())


def test_a_record_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"There is no record 'airline'.*airline_lstm"):
        read_record("airline")
