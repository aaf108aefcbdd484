"""A training run in live cells: right in both engines, and in step with Keras."""

import numpy as np
import openpyxl
import pytest

from rnn_edu.calculations.training import lstm_training
from rnn_edu.calculations.two_documents import LSTM_NETWORK
from rnn_edu.compare import keras_twin
from rnn_edu.errors import ComparisonError, NamingError, ShapeError, UsageError, WorkbookError
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.replay import Loop, Replay
from rnn_edu.walkthrough.sheets.lint import faults
from rnn_edu.walkthrough.sheets.loop_pages import STRIPS
from rnn_edu.walkthrough.training_workbook import write_training_workbook
from tests.walkthrough.test_on_paper import size_on_paper

EPOCHS = 12


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("training") / "run.xlsx"
    return write_training_workbook(lstm_training(), EPOCHS, path)


@pytest.fixture
def run():
    return list(lstm_training().rounds(EPOCHS))


def named(values):
    return {quantity.title: value for quantity, value in values.items()}


def test_keras_trains_to_the_same_weights():
    import keras

    w = lstm_training().walkthrough
    model = keras_twin(LSTM_NETWORK, [weight.value for weight in w.weights])
    model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(dtype="float64"))
    x, y = np.array([[[1.0], [3.0]], [[1.0], [2.0]]]), np.array([[1.0], [0.0]])
    epochs = list(lstm_training().rounds(60))
    losses = [model.train_on_batch(x, y) for _ in epochs]
    ours = [float(named(values)["L"]) for values in epochs]
    np.testing.assert_allclose(losses, ours, rtol=0, atol=1e-6)  # reported in float32
    for weight, theirs in zip(w.weights, model.get_weights(), strict=True):
        ours = named(epochs[-1])[f"new_{weight.name}"]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_replay_gives_what_a_new_walkthrough_gives():
    w = lstm_training().walkthrough
    values = Replay(w)({w["W_hy"]: np.array([[0.4]])})
    fresh = w.with_values({"W_hy": [[0.4]]})
    for quantity, value in values.items():
        np.testing.assert_array_equal(value, fresh[quantity.name, quantity.t].value)


@pytest.mark.parametrize("engine", ["ironcalc", "libreoffice"])
def test_engines_agree_with_numpy_and_with_each_other(workbook, run, engine, request):
    if engine == "libreoffice":
        request.getfixturevalue("soffice")
    values = recalculate([workbook], engine)[0]
    assert values["Check", "C4"] == "ALL MATCH"
    assert values["Epoch viewer", "C5"] == pytest.approx(float(named(run[-1])["L"]), abs=1e-12)
    assert all(values["Check", f"E{row}"] <= 1e-9 for row in range(8, 22))


def test_each_column_has_one_formula_filled_down(workbook):
    sheet = openpyxl.load_workbook(workbook)["Training"]
    for column in range(2, sheet.max_column + 1):
        first, second = (sheet.cell(row, column).value for row in (11, 12))
        moved = openpyxl.formula.translate.Translator(first, "B11").translate_formula("B12")
        assert moved == second


def test_every_formula_is_one_that_excel_takes(workbook):
    book = openpyxl.load_workbook(workbook)
    several = {"run"}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert not faults(cell.value, several), (sheet.title, cell.coordinate)


def test_values_stand_beside_the_formulas(workbook, run):
    book = openpyxl.load_workbook(workbook, data_only=True)
    assert book["Training"]["B11"].value == pytest.approx(float(named(run[0])["L"]))
    assert book["Check"]["C4"].value == "ALL MATCH"


def test_a_changed_start_turns_the_verdict_amber_and_moves_the_end(workbook, tmp_path):
    book = openpyxl.load_workbook(workbook)
    names = {name: area.attr_text for name, area in book.defined_names.items()}
    cell = names["learning_rate"].split("!")[1].replace("$", "")
    book["Training"][cell] = 0.1
    book.save(tmp_path / "edited.xlsx")
    values = recalculate([tmp_path / "edited.xlsx"])[0]
    assert values["Check", "C4"] == "WEIGHTS CHANGED"
    assert values["Check", "E8"] > 1e-3
    for strip in STRIPS.values():
        verdict, answer, now, before, gap = strip_of(values, strip)
        assert verdict == "WEIGHTS CHANGED"
        assert before == strip_of(recalculate([workbook])[0], strip)[2]
        assert gap == pytest.approx(now - before, abs=1e-12)
        assert gap < -1e-3
        assert 0 < answer < 1


def strip_of(values, first):
    """Verdict, answer, loss now, loss before and difference."""
    return [values[first.sheet, first.moved(0, k).address] for k in range(5)]


def test_texts_keep_nine_points_on_paper(workbook):
    for sheet in openpyxl.load_workbook(workbook).worksheets:
        if sheet.sheet_state == "visible":
            assert size_on_paper(sheet) >= 9.0, sheet.title
    assert openpyxl.load_workbook(workbook)["Training"].print_area.endswith("$A$1:$L$22")


def test_the_strip_says_how_the_run_ends(workbook, run):
    values, last = recalculate([workbook])[0], named(run[-1])
    for first in STRIPS.values():
        verdict, answer, now, before, gap = strip_of(values, first)
        assert verdict == "ALL MATCH"
        assert answer == pytest.approx(float(last["y_hat"].flat[0]), abs=1e-12)
        assert now == pytest.approx(before, abs=1e-12)
        assert gap == 0.0
        assert before == float(last["L"])
    sheets = openpyxl.load_workbook(workbook)
    for first in STRIPS.values():
        frozen = sheets[first.sheet].freeze_panes
        assert int(frozen.lstrip("ABCDEFGHI")) > first.row


def test_a_wrong_answer_of_the_judge_is_a_mismatch(tmp_path):
    loop = lstm_training()
    judged = [q.value + 0.5 for q in loop.walkthrough.weights]
    path = write_training_workbook(loop, 2, tmp_path / "run.xlsx", judge=judged)
    assert recalculate([path])[0]["Check", "C4"] == "MISMATCH"


def test_two_writes_give_the_same_bytes(workbook, tmp_path):
    again = write_training_workbook(lstm_training(), EPOCHS, tmp_path / "again.xlsx")
    assert again.read_bytes() == workbook.read_bytes()


def test_a_run_that_the_engine_disagrees_with_is_not_written(tmp_path, monkeypatch):
    loop = lstm_training()
    honest = Loop.rounds

    def off(self, count):
        for values in honest(self, count):
            loss = next(q for q in values if q.name == "L")
            yield {**values, loss: values[loss] + 1e-6}

    monkeypatch.setattr(Loop, "rounds", off)
    with pytest.raises(ComparisonError, match=r"was not written: recalculated by IronCalc, Train"):
        write_training_workbook(loop, 2, tmp_path / "run.xlsx")
    assert not list(tmp_path.iterdir())


def test_bad_input_is_named(tmp_path):
    loop = lstm_training()
    with pytest.raises(UsageError, match="at least 2 epochs, but 1 were asked for"):
        write_training_workbook(loop, 1, tmp_path / "run.xlsx")
    with pytest.raises(ShapeError, match=r"judge's weights have the shapes \(1,\); the run has"):
        write_training_workbook(loop, 2, tmp_path / "run.xlsx", judge=[np.ones(1)])
    with pytest.raises(WorkbookError, match="cannot be written"):
        write_training_workbook(loop, 2, tmp_path / "missing" / "run.xlsx")
    w = loop.walkthrough
    with pytest.raises(NamingError, match="L is calculated; only what is given can change"):
        Loop(w, {w["L"]: w["alpha"]})
