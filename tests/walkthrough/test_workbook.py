"""The workbooks: what is in the file, and that it is right."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import ComparisonError, NumberError, ShapeError, WorkbookError
from rnn_edu.walkthrough import Walkthrough, sigmoid
from rnn_edu.walkthrough import workbook as workbook_module
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.styles import ROLE_COLOURS
from rnn_edu.walkthrough.walkthrough import ROLES
from rnn_edu.walkthrough.workbook import verify_workbook, write_workbook

KEYS = list(CALCULATIONS)
EXAMPLE = "this_is_an_example"


def opened(path: Path, **options: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, **options)


def contents(sheet) -> list[str]:
    return [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]


@pytest.mark.parametrize("key", KEYS)
def test_every_cell_recalculated_by_ironcalc_is_numpys(key, workbooks):
    walkthrough = CALCULATIONS[key].build()
    verification = verify_workbook(walkthrough, recalculate([workbooks[key]])[0])
    assert verification.ok, verification
    # Relative, where numbers are above 1, as in test_readback.
    size = max(float(np.abs(q.value).max()) for q in walkthrough.steps)
    assert verification.largest <= 1e-13 * max(1.0, size)
    assert verification.compared >= sum(q.value.size for q in walkthrough.steps)


@pytest.mark.parametrize("key", KEYS)
def test_every_computed_number_is_a_live_formula(key, workbooks):
    book = Book(CALCULATIONS[key].build())
    file = opened(workbooks[key])
    for cell in book.live:
        assert file[cell.place.sheet][cell.place.address].value == cell.formula


@pytest.mark.parametrize("key", KEYS)
def test_values_stand_beside_all_formulas(key, workbooks):
    book = Book(CALCULATIONS[key].build())
    with_formulas, stored = opened(workbooks[key]), opened(workbooks[key], data_only=True)
    for sheet in with_formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert stored[sheet.title][cell.coordinate].value is not None or (
                        str(cell.value).startswith("=IF(") and '=""' in str(cell.value)
                    )
    for cell in book.live:
        value = stored[cell.place.sheet][cell.place.address].value
        if isinstance(cell.value, float):
            assert value == pytest.approx(cell.value, rel=1e-12, abs=1e-12)
        else:
            assert (value or "") == cell.value


def test_the_same_walkthrough_gives_the_same_bytes(tmp_path, workbooks):
    again = write_workbook(CALCULATIONS[EXAMPLE].build(), tmp_path / "again.xlsx")
    assert again.read_bytes() == workbooks[EXAMPLE].read_bytes()
    with zipfile.ZipFile(again) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {0}


def test_the_sheets_and_how_they_open(workbooks):
    file = opened(workbooks[EXAMPLE])
    shown = [sheet for sheet in file.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown] == [
        *("One step", "Read me", "Forward", "Gradients", "Check")
    ]
    for sheet in shown:
        assert not sheet.sheet_view.showGridLines
        assert not sheet.protection.sheet
        upright = sheet.title == "Read me"
        assert sheet.page_setup.orientation == ("portrait" if upright else "landscape")
        assert sheet.page_setup.fitToHeight == (1 if upright else 0)
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert file["Forward"].freeze_panes == "C5"
    assert file["Check"].freeze_panes == "A12"
    with zipfile.ZipFile(workbooks[EXAMPLE]) as archive:
        charts = [n for n in archive.namelist() if n.startswith("xl/charts/chart")]
        assert len(charts) == 2
        assert all(b'<delete val="0"' in archive.read(name) for name in charts)


@pytest.mark.parametrize("key", KEYS)
def test_every_colour_is_explained_in_words(key, workbooks):
    explained = contents(opened(workbooks[key])["Read me"])
    for role in {q.role for q in CALCULATIONS[key].build().quantities}:
        assert role in explained
        assert any(text.startswith(ROLES[role]) for text in explained)
    fills = [colour.fill for colour in ROLE_COLOURS.values()]
    assert set(ROLE_COLOURS) == set(ROLES)
    assert len(set(fills)) == len(fills)


def test_every_cell_names_its_font(workbooks):
    for sheet in opened(workbooks[EXAMPLE]).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or cell.font.name in ("Calibri", "Consolas")


def test_words_are_picked_from_a_list(workbooks):
    sheet = opened(workbooks[EXAMPLE])["Forward"]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    where = {str(area) for rule in lists for area in rule.sqref.ranges}
    assert {"D24", "E24", "F24", "G24"} <= where
    assert any(rule.formula1 == "$B$25:$B$28" for rule in lists)


def test_steps_explain_themselves_in_words(workbooks):
    notes = " ".join(contents(opened(workbooks[EXAMPLE])["Forward"]))
    walkthrough = CALCULATIONS[EXAMPLE].build()
    for step in walkthrough.steps:
        if step.role != "gradient":
            assert step.note in notes


# -- playing ------------------------------------------------------------------------------


def a_change_that_matters(original, weight):
    """The first element of a weight that moves any step: a word's row may stand unused."""
    for index in np.ndindex(weight.shape):
        new = weight.value.copy()
        new[index] += 0.25
        changed = original.with_values({weight.name: new})
        pairs = zip(original.steps, changed.steps, strict=True)
        if any(not np.array_equal(one.value, other.value) for one, other in pairs):
            return index, new
    raise AssertionError(f"no element of {weight.name} moves a step")


@pytest.mark.parametrize("key", KEYS)
def test_a_changed_weight_flows_through_the_sheet(key, edited):
    original = CALCULATIONS[key].build()
    book = Book(original)
    weight = original.weights[0]
    index, new = a_change_that_matters(original, weight)
    place = book.layout.place(weight, index)

    def change(file):
        file[place.sheet][place.address] = float(new[index])

    values = recalculate([edited(key, change)])[0]
    changed = original.with_values({weight.name: new})
    assert not verify_workbook(original, values).ok
    assert verify_workbook(changed, values).ok
    assert values["Check", "C4"] == values["Forward", "A4"] == "WEIGHTS CHANGED"


def picks_words(key):
    w = CALCULATIONS[key].build()
    return ("x", 2) in w and w["x", 2].choice is not None


@pytest.mark.parametrize("key", filter(picks_words, KEYS))
def test_another_word_flows_through_the_sheet(key, edited):
    original = CALCULATIONS[key].build()
    x = original["x", 2]
    word = next(o for o in x.choice.options if o != x.choice.picked)
    place = Book(original).layout.picked(x)

    def change(file):
        file[place.sheet][place.address] = word

    values = recalculate([edited(key, change)])[0]
    assert verify_workbook(original.with_values({("x", 2): word}), values).ok
    assert values["Check", "C4"] == "WEIGHTS CHANGED"


def test_no_word_at_all_is_zeros(edited):
    original = CALCULATIONS[EXAMPLE].build()

    def change(file):
        file["Forward"]["E24"] = None

    values = recalculate([edited(EXAMPLE, change)])[0]
    assert verify_workbook(original.with_values({("x", 2): ""}), values).ok


def test_the_verdict_has_three_states(edited, workbooks):
    def altered(file):
        file["Forward"]["E36"] = "=E$31"

    assert recalculate([workbooks[EXAMPLE]])[0]["Check", "C4"] == "ALL MATCH"
    assert recalculate([edited(EXAMPLE, altered)])[0]["Check", "C4"] == "MISMATCH"


def test_the_answer_at_one_step_follows_the_step_picked(edited):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    answers = Book(walkthrough).answers
    assert answers is not None

    def change(file):
        file["Forward"][answers.picked.address] = 2

    values = recalculate([edited(EXAMPLE, change)])[0]
    shown = [values["Forward", answers.cell(k).address] for k in range(4)]
    assert shown == pytest.approx(walkthrough["p", 2].value, abs=1e-15)


# -- the judge ----------------------------------------------------------------------------


def test_the_check_sheet_holds_the_judges_numbers(tmp_path):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    judge = {("h", t): walkthrough["h", t].value for t in (1, 2)}
    judge["h", 2] = judge["h", 2] + [0, 3e-9, 0]
    path = write_workbook(walkthrough, tmp_path / "judged.xlsx", judge=judge)
    check = opened(path, data_only=True)["Check"]
    assert check["C4"].value == "MISMATCH"
    assert check["C5"].value == pytest.approx(3e-9)
    assert check["C7"].value == 6
    assert [check[f"G{row}"].value for row in range(12, 18)] == [*["OK"] * 4, "differs", "OK"]
    assert check["E11"].value == "Keras"
    assert check["C4"].value == opened(path, data_only=True)["Forward"]["A4"].value


def test_a_tolerance_that_is_met(tmp_path):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    judge = {("h", 1): walkthrough["h", 1].value + 5e-8}
    path = write_workbook(walkthrough, tmp_path / "float32.xlsx", judge=judge, tolerance=1e-6)
    check = opened(path, data_only=True)["Check"]
    assert check["C4"].value == "ALL JUDGED MATCH"
    numbers = sum(step.value.size for step in walkthrough.steps)
    assert check["C9"].value == numbers - 3
    assert "Keras was not asked for a, z, e, p, l, h, L" in check["D9"].value


def test_all_match_stands_only_where_every_number_was_judged(tmp_path):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    judge = {(step.name, step.t): step.value for step in walkthrough.steps}
    path = write_workbook(walkthrough, tmp_path / "all.xlsx", judge=judge)
    check = opened(path, data_only=True)["Check"]
    assert (check["C4"].value, check["C9"].value) == ("ALL MATCH", 0)


def test_without_a_judge_the_sheet_says_so(workbooks):
    check = opened(workbooks[EXAMPLE])["Check"]
    assert check["E11"].value == "NumPy"
    assert "Keras was not asked" in check["A2"].value


def test_a_judge_with_another_shape_or_no_number_is_refused(tmp_path):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    with pytest.raises(ShapeError, match=r"the judge's values of h at t=1 have the shape \(2,\)"):
        write_workbook(walkthrough, tmp_path / "x.xlsx", judge={("h", 1): [0.0, 1.0]})
    with pytest.raises(NumberError, match="the judge's values of h at t=1 are not all finite"):
        write_workbook(walkthrough, tmp_path / "x.xlsx", judge={("h", 1): [0.0, 1.0, np.nan]})
    assert list(tmp_path.iterdir()) == []


# -- refusing to write --------------------------------------------------------------------


def test_nothing_is_written_if_the_engine_disagrees(tmp_path, monkeypatch):
    def wrong(paths):
        values = dict(recalculate(paths)[0])
        values["Forward", "E36"] = 0.5
        return [values]

    monkeypatch.setattr(workbook_module, "recalculate", wrong)
    target = tmp_path / "kept.xlsx"
    target.write_text("what was there before")
    with pytest.raises(
        ComparisonError,
        match=r'"This is an example" was not written: recalculated by IronCalc, '
        r"Forward!E36 \(h at t=2, unit 1\) shows 0\.5, but 0\.0451\d+ belongs there",
    ):
        write_workbook(CALCULATIONS[EXAMPLE].build(), target)
    assert target.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_sigmoid_beyond_a_spreadsheets_exp_is_refused(tmp_path):
    w = Walkthrough("too far")
    w.step("y", sigmoid(w.weight("u_1", -800.0)))
    with pytest.raises(
        WorkbookError,
        match=r"Forward!C\d+ \(y\) cannot be calculated in a spreadsheet: a number on the way is "
        r"larger than 1e308, such as EXP\(710\)\. Use smaller weights or inputs\.",
    ):
        write_workbook(w, tmp_path / "far.xlsx")


@pytest.mark.parametrize("folder", ["a file, not a folder", "missing"])
def test_a_folder_that_cannot_be_written(tmp_path, folder):
    (tmp_path / "a file, not a folder").write_text("in the way")
    target = tmp_path / folder / "book.xlsx"
    with pytest.raises(WorkbookError, match=r"book\.xlsx cannot be written: "):
        write_workbook(CALCULATIONS["simple_rnn_two_documents"].build(), target)
    assert [path.name for path in tmp_path.iterdir()] == ["a file, not a folder"]


def test_a_failure_while_moving_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "book.xlsx"
    target.write_text("what was there before")

    def fail(source, destination):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(WorkbookError, match=r"book\.xlsx cannot be written: Permission denied\."):
        write_workbook(CALCULATIONS["simple_rnn_two_documents"].build(), target)
    assert target.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_symbol_and_a_note_hold_for_all_steps(workbooks):
    sheet = openpyxl.load_workbook(workbooks["linear_recurrence"])["Forward"]
    assert "Whh5-t" in [str(cell.value) for cell in sheet["A"]]
    sheet = openpyxl.load_workbook(workbooks["language_model_sentence"])["Forward"]
    notes = [str(cell.value) for cell in sheet[get_column_letter(sheet.max_column - 1)]]
    assert "state: the new hidden state; at t = 0: nothing read yet" in notes


def test_the_chart_names_every_step_also_those_of_the_way_back(workbooks):
    sheet = openpyxl.load_workbook(workbooks["bidirectional_and_stacked"])["Forward"]
    reference = sheet._charts[0].series[0].cat.numRef.f.partition("!")[2]
    (steps,) = sheet[reference.replace("$", "")]
    assert [cell.value for cell in steps] == [0, 1, 2, 3, 4, 5]


def test_no_table_is_cut_by_the_end_of_a_page(workbooks):
    sheet = openpyxl.load_workbook(workbooks["backpropagation_through_time"])["Gradients"]
    ends = [cut.id for cut in sheet.row_breaks.brk]
    assert ends
    assert all(sheet.cell(row, 3).value is None for row in ends)


@pytest.mark.parametrize(
    ("key", "heading", "answer"),
    [
        ("ctc_forward", "answer P", 0.437050),  # not the likeliest sign of the last frame
        ("self_attention_head", "first of 2, t=3", 0.247271),  # a vector is no choice
        ("this_is_an_example", "answer, t=4", "This"),
        ("lstm_published", "last state, t=2", 0.771981),
        ("lstm_two_documents", "answer", 0.473750),
    ],
)
def test_the_strip_says_what_the_answer_of_the_calculation_is(key, heading, answer, workbooks):
    sheet = opened(workbooks[key], data_only=True)["Forward"]
    assert sheet["C3"].value == heading
    wanted = answer if isinstance(answer, str) else pytest.approx(answer, abs=1e-6)
    assert sheet["C4"].value == wanted
