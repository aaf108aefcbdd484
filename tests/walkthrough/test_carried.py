"""The calculation that travels in its workbook: read back from any file, refused if altered."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import openpyxl
import pytest

from rnn_edu.__main__ import main
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.calculations.training import lstm_training
from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough import Walkthrough, activation, tanh, total
from rnn_edu.walkthrough import recalculate as engines
from rnn_edu.walkthrough.readback import check_workbook
from rnn_edu.walkthrough.sheets import carried as stored
from rnn_edu.walkthrough.sheets.carried import CALCULATION, carried, carried_text
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.walkthrough.storage import loop_from_json, loop_to_json, to_data, to_json
from rnn_edu.walkthrough.training_readback import carried_run
from rnn_edu.walkthrough.training_workbook import write_training_workbook
from rnn_edu.walkthrough.workbook import write_workbook

EXAMPLE = "this_is_an_example"


def strangers(units=3, key="my-model"):
    """A calculation that is not of the book."""
    rng = np.random.default_rng(7)
    w = Walkthrough("A stranger's network", key=key)
    kernel = w.weight("W_stranger", rng.normal(size=(2, units)))
    h = w.constant("h_rnn_2", np.zeros(units), t=0)
    for t in (1, 2):
        x = w.input("x_rnn_2", rng.normal(size=2), t=t)
        h = w.step("h_rnn_2", activation("elu")(x @ kernel) + tanh(h) / 2, t=t, role="state")
    w.gradients(w.step("L", total(h * h), role="loss"))
    return w


@pytest.mark.parametrize("key", ["my-model", "", "lstm_two_documents"])
def test_a_workbook_of_a_stranger_is_read_back_without_a_registry(key, tmp_path):
    path = write_workbook(strangers(key=key), tmp_path / "mine.xlsx")
    report = check_workbook(path)
    assert report.ok
    assert report.title == "A stranger's network"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Forward"]
    cells = [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    wrong = next(c for c in cells if "TANH" in c.value)
    wrong.value = 0.25
    workbook.save(path)
    assert not check_workbook(path).ok


def test_the_sheet_is_shown_in_no_menu_and_tells_what_it_is(workbooks):
    sheet = openpyxl.load_workbook(workbooks[EXAMPLE])[CALCULATION]
    assert sheet.sheet_state == "veryHidden"
    digest = hashlib.sha256(to_json(CALCULATIONS[EXAMPLE].build()).encode()).hexdigest()
    assert sheet["A1"].value == f"rnn_edu calculation, version 1, 1 cells, sha256 {digest}"


def test_a_large_calculation_lies_in_several_cells(tmp_path):
    w = strangers(units=2)
    w.constant("noise", np.random.default_rng(0).normal(size=(200, 40)))
    path = tmp_path / "large.xlsx"
    workbook = openpyxl.Workbook()
    stored.carry(workbook, to_json(w))
    workbook.save(path)
    sheet = load(path)[CALCULATION]
    lengths = [len(cell.value) for (cell,) in sheet.iter_rows(min_row=2)]
    assert len(lengths) > 1
    assert set(lengths[:-1]) == {32_000}
    assert carried_text(load(path), path) == to_json(w)


def test_it_survives_being_saved_by_openpyxl_and_by_libreoffice(soffice, tmp_path):
    path = write_workbook(strangers(units=12), tmp_path / "mine.xlsx")
    openpyxl.load_workbook(path).save(path)
    engines._convert(soffice, [path], tmp_path, 120)
    saved = tmp_path / "out" / "mine.xlsx"
    assert carried_text(load(saved), saved) == to_json(strangers(units=12))
    assert check_workbook(saved).ok
    assert openpyxl.load_workbook(saved)[CALCULATION].sheet_state != "visible"


def test_a_renamed_sheet_is_found(edited):
    def rename(workbook):
        workbook[CALCULATION].title = "Something else"

    assert check_workbook(edited(EXAMPLE, rename)).ok


def test_older_files_name_a_calculation_of_the_book(edited):
    def older(workbook):
        del workbook[CALCULATION]

    path = edited(EXAMPLE, older)
    assert check_workbook(path, calculations=CALCULATIONS).ok
    with pytest.raises(
        WorkbookError,
        match=r"^this_is_an_example\.xlsx carries no calculation, and the one that it names, "
        r"'this_is_an_example', is not one of this book: none\.$",
    ):
        check_workbook(path)


# -- what was changed, or comes from elsewhere ------------------------------------------------


def repacked(text, *, heading=lambda text: text):
    """A change that puts another text, with its own right SHA-256, into the sheet."""

    def change(workbook):
        del workbook[CALCULATION]
        stored.carry(workbook, text)
        sheet = workbook[CALCULATION]
        sheet["A1"] = heading(sheet["A1"].value)

    return change


def cell(address, value):
    def change(workbook):
        held = workbook[CALCULATION][address]
        held.value = value(held.value) if callable(value) else value

    return change


def altered_data(**entries):
    return json.dumps({**to_data(CALCULATIONS[EXAMPLE].build()), **entries})


CHANGED = "carries its calculation on a hidden sheet, which was changed or damaged since it was"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (cell("A2", lambda text: text[:-8] + "AAAAAAA="), CHANGED),
        (cell("A2", lambda text: text[1000:]), CHANGED),
        (cell("A2", None), CHANGED),
        (cell("A2", 12.5), CHANGED),
        (cell("A2", "é" * 50), CHANGED),
        (cell("A1", lambda text: text[:-4] + "0000"), CHANGED),
        (cell("A1", "rnn_edu calculation"), CHANGED),
        (cell("A1", lambda text: text.replace("1 cells", "99999 cells")), "made by|^this|.*"),
        (
            repacked("{}", heading=lambda text: text.replace("version 1", "version 2")),
            "in version 2, of a later edition of rnn_edu; this one reads version 1",
        ),
        (repacked(altered_data(format=3)), "is stored in format 3, of a later edition of rnn_edu"),
        (
            repacked("{}"),
            r"this_is_an_example\.xlsx: the stored calculation cannot be read: format",
        ),
        (repacked("[" * 9999), "lists stand inside lists too deep"),
        (repacked(to_json(strangers(units=3000))), r"carries a calculation of [\d,]+ numbers, but"),
        (repacked(to_json(strangers())), "was made by another edition of the book"),
    ],
)
def test_a_changed_calculation_is_refused_with_one_sentence(change, sentence, edited, capsys):
    path = edited(EXAMPLE, change)
    if sentence.startswith("made by"):
        assert check_workbook(path).ok, "empty cells below the last one add nothing"
        return
    with pytest.raises(WorkbookError, match=sentence):
        check_workbook(path, calculations=CALCULATIONS)
    assert main(["check", str(path)]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert error.startswith("rnn_edu: this_is_an_example.xlsx")


def test_no_more_is_unpacked_than_is_read(workbooks, monkeypatch):
    monkeypatch.setattr(stored, "LONGEST_TEXT", 1000)
    with pytest.raises(WorkbookError, match=CHANGED):
        check_workbook(workbooks[EXAMPLE])


def test_a_workbook_without_a_calculation_is_none(tmp_path):
    openpyxl.Workbook().save(tmp_path / "mine.xlsx")
    assert carried(load(tmp_path / "mine.xlsx"), tmp_path / "mine.xlsx") is None


# -- training runs ----------------------------------------------------------------------------


def test_a_training_run_travels_too(tmp_path, capsys):
    loop = lstm_training()
    path = write_training_workbook(loop, 4, tmp_path / "run.xlsx")
    again, epochs = carried_run(path)
    assert epochs == 4
    assert loop_to_json(again, epochs) == loop_to_json(loop, 4)
    for one, other in zip(loop.rounds(3), again.rounds(3), strict=True):
        assert [v.tobytes() for v in one.values()] == [v.tobytes() for v in other.values()]
    assert main(["check", str(path)]) == 0
    assert "all 596 formulas hold" in capsys.readouterr().out


def test_what_is_no_training_run_is_none(workbooks):
    assert carried_run(workbooks[EXAMPLE]) is None
    assert loop_from_json(to_json(strangers())) is None


@pytest.mark.parametrize(
    ("loop", "sentence"),
    [
        (7, "loop: a number stands where an object belongs"),
        ({"rounds": 1, "carried": []}, "loop: rounds lies outside 2 to 100000"),
        ({"rounds": 500, "carried": []}, "carries a run of 500 epochs, but its sheet Training has"),
        ({"rounds": 4, "carried": [[0, 999]]}, "loop: a place lies outside 0 to"),
        ({"rounds": 4, "carried": [[0]]}, "loop: what is carried must be pairs of one shape"),
        ({"rounds": 4, "carried": [[-1, 0]]}, "loop: a place lies outside 0 to"),
        ({"rounds": 4, "carried": {"a": 1}}, "loop: carried is an object and must be a list"),
    ],
)
def test_a_run_that_was_made_up_is_refused(loop, sentence, tmp_path):
    path = write_training_workbook(lstm_training(), 4, tmp_path / "run.xlsx")
    workbook = openpyxl.load_workbook(path)
    data = json.loads(carried_text(workbook, path))
    repacked(json.dumps({**data, "loop": loop}))(workbook)
    workbook.save(path)
    with pytest.raises(WorkbookError, match=sentence):
        carried_run(path)
