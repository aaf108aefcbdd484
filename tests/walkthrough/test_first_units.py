"""The first units of a network: the same numbers, with formulas for some of them only."""

import json
import re

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from rnn_edu.errors import UsageError
from rnn_edu.explanation import explain
from rnn_edu.networks import LSTM, Dense, Input, Network
from rnn_edu.walkthrough.first_units import first_units
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets.one_step import SYMBOL
from rnn_edu.walkthrough.sheets.places import ONE_STEP
from rnn_edu.walkthrough.storage import from_json, to_json
from rnn_edu.walkthrough.workbook import verify_workbook, write_workbook
from rnn_edu.worksheets.form import Form
from tests.explanation.conftest import filled

keras = pytest.importorskip("keras")
LAYERS = {
    "SimpleRNN": lambda: keras.layers.SimpleRNN(4),
    "LSTM": lambda: keras.layers.LSTM(5),
    "GRU": lambda: keras.layers.GRU(4),
    "GRU, reset before": lambda: keras.layers.GRU(4, reset_after=False),
    "both directions": lambda: keras.layers.Bidirectional(keras.layers.LSTM(4)),
    "two layers": lambda: keras.Sequential(
        [keras.layers.GRU(3, return_sequences=True), keras.layers.SimpleRNN(4)]
    ),
}


@pytest.fixture(params=LAYERS)
def whole(request):
    layer = LAYERS[request.param]()
    layers = layer.layers if isinstance(layer, keras.Sequential) else [layer]
    answer = keras.layers.Dense(3, activation="softmax")
    model = filled(keras.Sequential([keras.Input((3, 2)), *layers, answer]))
    return explain(model, np.random.default_rng(1).normal(size=(3, 2)))


@pytest.mark.parametrize("count", [1, 2])
def test_each_step_is_that_of_the_whole_network(whole, count):
    part = first_units(whole, count)
    for step in part.steps:
        value = whole[step.name, step.t].value
        wanted = value[..., : step.shape[-1]] if step.shape else value
        np.testing.assert_allclose(step.value, wanted, rtol=1e-13, atol=1e-15)
    assert {s.name for s in part.steps} == {s.name for s in whole.steps}
    assert all(s.shape[-1] == count for s in part.of_role("state"))


def test_a_change_reaches_the_answer_through_the_units_with_formulas(whole):
    part = first_units(whole, 2)
    changed = part.with_values({("x", 1): part["x", 1].value + 1.0})
    assert not np.allclose(changed["p"].value, part["p"].value)


def test_its_workbook_and_its_data_hold(whole, tmp_path):
    part = first_units(whole, 1)
    path = write_workbook(part, tmp_path / "part.xlsx")
    assert verify_workbook(part, recalculate([path])[0]).ok
    assert to_json(from_json(to_json(part))) == to_json(part)


def test_units_are_counted_from_one_in_every_symbol(whole):
    part = first_units(whole, 2)
    written = [q.latex_symbol for q in part.quantities]
    written += [q.definition.latex() for q in part.steps]
    assert not [latex for latex in written if re.search(r"\d:\d", latex)]
    state = part.of_role("state")[0]
    assert state.latex_symbol.endswith(r"_{1}[\text{units 1–2}]")
    assert state.symbol.text().endswith("_1[units 1–2]")
    read = from_json(to_json(part))
    assert [q.definition.latex() for q in read.steps] == [q.definition.latex() for q in part.steps]


def test_weights_of_other_units_are_left_out():
    model = filled(keras.Sequential([keras.Input((2, 3)), keras.layers.SimpleRNN(40)]))
    part = first_units(explain(model, np.ones((2, 3))), 2)
    assert [w.shape for w in part.weights] == [(3, 2), (40, 2), (2,)]


def test_more_units_than_there_are_change_nothing(whole):
    part = first_units(whole, 50)
    assert [s.shape for s in part.steps] == [s.shape for s in whole.steps]


def test_gradients_need_all_units():
    model = filled(keras.Sequential([keras.Input((2, 3)), keras.layers.SimpleRNN(3)]))
    w = explain(model, np.ones((2, 3)), np.ones(3), "mean_squared_error")
    with pytest.raises(UsageError, match="every gradient needs all units"):
        first_units(w, 2)


def test_a_worksheet_of_an_earlier_version_is_still_known():
    network = Network.sequential(Input((None, 3)), LSTM(3), Dense(3, "softmax"))
    weights = [np.full(shape, 0.25) for shape in ((3, 12), (3, 12), (12,), (3, 3), (3,))]
    data = json.loads(to_json(first_units(network.walkthrough(weights, np.ones((2, 3))), 2)))
    for quantity in data["quantities"]:
        symbol = quantity["symbol"].replace(r"[\text{units 1–2}]", "[0:2]")
        quantity["symbol"] = symbol.replace(r"[\text{unit 3}]", "[2:3]")
    assert Form(from_json(json.dumps(data))).edition == "9c675700f34a"


def test_a_symbol_with_its_units_has_room_on_the_sheet_of_one_step(whole, tmp_path):
    path = write_workbook(first_units(whole, 2), tmp_path / "two.xlsx")
    sheet = openpyxl.load_workbook(path, rich_text=True)[ONE_STEP]
    column = get_column_letter(SYMBOL)
    symbols = [str(cell.value) for cell in sheet[column] if "[units" in str(cell.value)]
    assert symbols
    assert sheet.column_dimensions[column].width > 1.2 * max(map(len, symbols))
