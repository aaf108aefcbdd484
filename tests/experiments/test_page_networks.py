"""The run that trains the networks of the page: its record, and a short run on a few texts."""

import json

import numpy as np
import pytest

from rnn_edu.experiments import RunOptions, page_networks, read_record, records
from rnn_edu.experiments.page_networks import NAME, SETS, SETTINGS, Texts
from rnn_edu.experiments.records import FIELDS
from rnn_edu.page.trained import stored_text


def test_the_record_is_complete():
    record = read_record(NAME)
    assert tuple(record) == FIELDS
    assert record["command"] == "python -m rnn_edu experiment page_networks"
    for setting in SETTINGS:
        found = record["metrics"][setting.key]
        assert len(found["training_loss_per_epoch"]) == setting.epochs
        assert set(found["held_out_nats"]) == set(SETS)
        recorded = record["setting"][setting.key]
        assert recorded["units"] == setting.units
        assert recorded["learning_rate"] == setting.learning_rate


def test_the_command_still_starts_from_the_same_loss():
    assert page_networks.first_batch_loss() == pytest.approx(
        read_record(NAME)["first_batch_loss"], abs=2e-5
    )


def test_what_is_held_out_is_not_trained_on():
    texts = page_networks.prepare("word")
    for name, rows in (("headlines", 12_000), ("abstracts", 400)):
        assert len(texts.train[name]) == rows * 9 // 10
        assert len(texts.train[name]) + len(texts.held_out[name]) == rows
    assert {text[0] for text in texts.train["headlines"]} == {0}
    assert {text[-1] for text in texts.train["headlines"]} == {0}


def test_the_rate_falls_to_a_hundredth():
    setting = SETTINGS[0]
    assert setting.rate(0, 100) == setting.learning_rate
    assert setting.rate(100, 100) == pytest.approx(setting.learning_rate / 100)


def test_a_short_run_writes_a_record_of_its_own_and_stores_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("RNN_EDU_CACHE", str(tmp_path / "cache"))
    before = [stored_text(setting.key) for setting in SETTINGS]
    prepare = page_networks.prepare

    def a_few(kind):
        texts = prepare(kind)
        few = {name: [text[:40] for text in some[:4]] for name, some in texts.train.items()}
        return Texts(few, few, texts.tokens)

    monkeypatch.setattr(page_networks, "prepare", a_few)
    path = page_networks.run(RunOptions(epochs=1))
    assert path.name == "page_networks-1-epochs.json"
    for found in json.loads(path.read_text("utf-8"))["metrics"].values():
        assert np.isfinite(list(found["held_out_nats"].values())).all()
    assert [stored_text(setting.key) for setting in SETTINGS] == before


def test_what_drives_a_unit_is_the_mean_change_of_its_state(monkeypatch):
    monkeypatch.setattr(page_networks, "LEAST_MET", 1)
    texts = Texts({}, {name: [[0, 1, 2, 0]] for name in SETS}, ["\n", "a", "b"])
    model = page_networks.build(SETTINGS[1], 3)
    read = model.layers[1](model.layers[0](np.array([[0, 1, 2]]))).numpy()[0]
    change = {"\n": read[0], "a": read[1] - read[0], "b": read[2] - read[1]}
    for unit, (raises, lowers) in enumerate(page_networks.drivers(model, texts)):
        assert raises == lowers[::-1]
        assert dict(raises) == pytest.approx(
            {token: float(numbers[unit]) for token, numbers in change.items()}, abs=6e-4
        )
