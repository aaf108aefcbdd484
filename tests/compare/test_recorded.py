"""What Keras said of the calculations is kept: the same as it says now, and only of what it is."""

from __future__ import annotations

import dataclasses
import json
import shutil

import numpy as np
import pytest

from rnn_edu.calculations import CALCULATIONS, TRAININGS, lstm_two_documents
from rnn_edu.compare.recorded import ANSWERS, ask, keep, recorded
from rnn_edu.compare.tolerance import FLOAT64
from rnn_edu.walkthrough.tolerances import RUN_TOLERANCE

ITEMS = {item.key: item for item in [*CALCULATIONS.values(), *TRAININGS.values()]}
JUDGED = [key for key, item in ITEMS.items() if item.network is not None]
SMALL = "lstm_two_documents"


@pytest.mark.parametrize("key", JUDGED)
def test_keras_says_today_what_was_kept(key):
    record = recorded(ITEMS[key])
    assert record is not None, "no longer holds; run: python tools/record_keras.py"
    now = ask(ITEMS[key])
    assert list(record.answers) == list(now)
    tolerance = FLOAT64 if key in CALCULATIONS else RUN_TOLERANCE
    for step, answer in now.items():
        gap = np.abs(record.answers[step] - answer) / np.maximum(1.0, np.abs(answer))
        assert gap.max() <= tolerance, f"{step}; run: python tools/record_keras.py --all"


def test_nothing_else_is_kept():
    assert sorted(path.stem for path in ANSWERS.glob("*.json")) == sorted(JUDGED)


def test_what_is_kept_is_read_again_to_the_last_bit(tmp_path):
    now = ask(ITEMS[SMALL])
    keep(ITEMS[SMALL], now, tmp_path)
    again = recorded(ITEMS[SMALL], tmp_path)
    assert all(np.array_equal(again.answers[step], answer) for step, answer in now.items())


def changed_weight():
    weights = [q.value.copy() for q in lstm_two_documents().weights]
    weights[0].flat[0] += 1e-9
    return dataclasses.replace(ITEMS[SMALL], build=lambda: lstm_two_documents(weights))


def changed_network():
    network = CALCULATIONS["gru_two_documents"].network
    return dataclasses.replace(ITEMS[SMALL], network=network)


@pytest.mark.parametrize("change", [changed_weight, changed_network])
def test_an_answer_to_another_question_is_none(change):
    assert recorded(ITEMS[SMALL]) is not None
    assert recorded(change()) is None


def test_an_answer_with_which_the_calculation_disagrees_is_none(tmp_path):
    """Then Keras has to be asked: the calculation may be wrong, or what is kept."""
    path = tmp_path / f"{SMALL}.json"
    shutil.copy(ANSWERS / path.name, path)
    assert recorded(ITEMS[SMALL], tmp_path) is not None
    data = json.loads(path.read_text("utf-8"))
    data["answers"][3][2][0] += 1e-9
    path.write_text(json.dumps(data), "utf-8")
    assert recorded(ITEMS[SMALL], tmp_path) is None


def test_of_a_new_calculation_nothing_is_kept():
    assert recorded(dataclasses.replace(ITEMS[SMALL], key="another")) is None
