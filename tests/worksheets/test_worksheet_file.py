"""The file: what it shows, what it hides, and that its own marks are those of the marking."""

from __future__ import annotations

import math
import random
import re
import zipfile

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import ComparisonError, UsageError, WorkbookError
from rnn_edu.marking import BLANK, FOLLOWS, IDLE, RIGHT, ROUNDED, UNREADABLE, WRONG, mark
from rnn_edu.marking.scene import Scene
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.recalculate import recalculate, stored_values
from rnn_edu.walkthrough.sheets.lint import faults
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets import write_worksheet
from rnn_edu.worksheets.form import Form

WORDS, SIMPLE, LSTM = "this_is_an_example", "simple_rnn_two_documents", "lstm_two_documents"
MARK_OF = {
    RIGHT: f.RIGHT_MARK,
    FOLLOWS: f.FOLLOWS_MARK,
    IDLE: f.IDLE_MARK,
    WRONG: f.WRONG_MARK,
    BLANK: "",
    UNREADABLE: f.NO_NUMBER_MARK,
}


def random_answers(form, seed):
    """Right numbers, wrong ones, what follows from them, blanks, hints and texts."""
    dice = random.Random(seed)
    answers, written = {}, {}
    for blank in form.blanks:
        kind = dice.choice(("right", "follows", "wrong", "zero", "blank", "text", "?"))
        right = round(blank.value, form.tolerance.decimals)
        answer = {"right": right, "wrong": right + dice.uniform(0.01, 0.4), "text": "n/a", "?": "?"}
        answer["zero"] = 0.0
        answers[blank.number] = answer.get(kind)
        if kind == "follows":
            follows = Scene(form.walkthrough, written, form.asked).belongs(blank.quantity)
            answers[blank.number] = float(follows[blank.index])
        if isinstance(answers[blank.number], float) and math.isnan(answers[blank.number]):
            answers[blank.number] = None  # such as the logarithm of a wrong 0
        elif kind in ("right", "follows", "wrong", "zero"):
            written.setdefault(blank.quantity, {})[blank.index] = answers[blank.number]
    return answers


def shown_marks(form, values):
    places = {n: place.moved(0, f.MARK - f.ANSWER) for n, place in form.place_of.items()}
    return {n: values.get((p.sheet, p.address), "") for n, p in places.items()}


def mark_of(item):
    if item.verdict == ROUNDED:
        return f.RIGHT_MARK if item.decimals >= 4 else f.ROUNDED_MARK
    return MARK_OF[item.verdict]


def wanted_marks(form, answers):
    cleaned = {n: None if a in (None, "?") else a for n, a in answers.items()}
    marks = mark(form.walkthrough, form.blanks, cleaned)
    found = {m.blank.number: mark_of(m) for m in marks.marked}
    return found | {n: f.HINT_MARK for n, a in answers.items() if a == "?"}


@pytest.mark.parametrize("key", CALCULATIONS)
def test_the_marks_in_the_file_are_those_of_the_marking(key, forms, filled):
    form = forms[key]
    for seed in (1, 2):
        answers = random_answers(form, seed)
        values = recalculate([filled(key, answers)])[0]
        assert shown_marks(form, values) == wanted_marks(form, answers)


def test_libreoffice_shows_the_same_marks(soffice, forms, filled):
    answers = {key: random_answers(forms[key], 3) for key in CALCULATIONS}
    files = [filled(key, answers[key], f"{key}.xlsx") for key in CALCULATIONS]
    for key, values in zip(CALCULATIONS, recalculate(files, "libreoffice"), strict=True):
        assert shown_marks(forms[key], values) == wanted_marks(forms[key], answers[key])


def test_a_mistake_is_red_and_what_follows_from_it_amber(forms, filled):
    # The learner forgets the bias: a is wrong, and its tanh is right for that a.
    values = recalculate([filled(SIMPLE, {1: 0.563733, 2: 0.510748})])[0]
    marks = shown_marks(forms[SIMPLE], values)
    assert (marks[1], marks[2]) == (f.WRONG_MARK, f.FOLLOWS_MARK)
    assert values["Worksheet", f.FIRST.address] == "Look first at no. 1."


@pytest.mark.parametrize("key", [SIMPLE, LSTM, "padded_sentence"])
@pytest.mark.parametrize("number", [0.0, 0.5])
def test_the_same_number_everywhere_earns_nothing_on_the_sheet_either(key, number, forms, filled):
    form = forms[key]
    answers = {blank.number: number for blank in form.blanks}
    marks = wanted_marks(form, answers)
    assert f.IDLE_MARK in marks.values() or number
    assert {f.FOLLOWS_MARK, f.RIGHT_MARK}.isdisjoint(marks.values())
    assert shown_marks(form, recalculate([filled(key, answers)])[0]) == marks


def test_a_zero_after_a_wrong_number_earns_nothing_and_says_so(forms, filled):
    values = recalculate([filled(SIMPLE, {1: 0.0, 2: 0.0})])[0]
    place = forms[SIMPLE].place_of[2]
    assert values["Worksheet", place.moved(0, f.MARK - f.ANSWER).address] == f.IDLE_MARK
    said = values["Worksheet", place.moved(0, f.HELP - f.ANSWER).address]
    assert said == "The same whatever belongs here: mend what comes before."


@pytest.mark.parametrize("key", CALCULATIONS)
def test_progress_goes_from_nothing_to_all(key, forms, worksheets, filled):
    form = forms[key]
    total = len(form.blanks)
    empty = stored_values(worksheets[key])
    assert empty["Worksheet", f.PROGRESS.address] == f"0 of {total} right"
    assert empty["Worksheet", f.BAR.address] == "░" * 20
    full = recalculate([filled(key, {b.number: b.value for b in form.blanks})])[0]
    assert full["Worksheet", f.PROGRESS.address] == f"{total} of {total} right"
    assert full["Worksheet", f.BAR.address] == "█" * 20
    assert full["Worksheet", f.FIRST.address] == "All numbers are right."


def test_hints_come_when_asked_for(forms, filled):
    blank = next(b for b in forms[WORDS].blanks if b.title == "a at t=2, unit 1")
    texts = [
        recalculate([filled(WORDS, {blank.number: asked})])[0]["Worksheet", f.SAID.address]
        for asked in (None, "?", "??")
    ]
    assert texts == [
        f.HOW_TO_ASK,
        "a_2 = x_2 W_xh + h_1 W_hh",
        "a_2[unit 1] = 1 · 0.052 + h_1[unit 1] · (-0.027) + h_1[unit 2] · (-0.046) "
        "+ h_1[unit 3] · (-0.076)",
    ]


@pytest.mark.parametrize("key", CALCULATIONS)
def test_no_hint_has_leftovers_of_latex(key, forms):
    for blank in forms[key].blanks:
        for hint in (forms[key].hint(blank), forms[key].long_hint(blank)):
            assert re.search(r"\\|matrix|operatorname|&|\bfrac", hint) is None, hint


def test_rows_of_a_matrix_stand_below_each_other_in_its_hint(forms, worksheets):
    form = forms["self_attention_head"]
    blank = next(b for b in form.blanks if b.quantity.name == "K")
    assert form.hint(blank) == "K = [v^(3)_1 // v^(3)_2 // v^(3)_3]"
    read_me = openpyxl.load_workbook(worksheets["self_attention_head"])["Read me"]["B"]
    assert "[a // b]: one below the other" in " ".join(str(cell.value) for cell in read_me)


@pytest.mark.parametrize("key", CALCULATIONS)
def test_no_hint_gives_an_answer_away(key, forms):
    """A hint may hold given numbers and names, but not the number that it leads to."""
    for blank in forms[key].blanks:
        shown = f"{blank.value:.6g}"
        if len(shown.lstrip("-0.")) < 4 or any(
            abs(blank.value - g) < 1e-9 for g in given(forms[key])
        ):
            continue
        assert shown not in forms[key].hint(blank)
        assert shown not in forms[key].long_hint(blank)


def given(form):
    return [float(v) for q in form.shown for v in q.value.flat]


@pytest.mark.parametrize("key", CALCULATIONS)
def test_excel_takes_every_formula(key, worksheets):
    for sheet in openpyxl.load_workbook(worksheets[key]).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert faults(cell.value) == [], f"{sheet.title}!{cell.coordinate}"


def test_only_blanks_can_be_changed_and_the_key_is_hidden(worksheets, forms):
    workbook = openpyxl.load_workbook(worksheets[WORDS])
    sheet = workbook["Worksheet"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    free = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    blanks = {place.address for place in (forms[WORDS].place_of | forms[WORDS].typed_in).values()}
    assert free == blanks | {f.NAME.address, f.NAME.moved(0, 1).address}
    assert workbook["Key"].sheet_state == "veryHidden"
    assert [s.title for s in workbook.worksheets if s.sheet_state == "visible"] == list(
        f.SHEETS[:-1]
    )


def test_colour_is_never_the_only_sign(worksheets):
    """Each rule of colour belongs to a mark that also says it with a symbol and a word."""
    sheet = openpyxl.load_workbook(worksheets[WORDS])["Worksheet"]
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    marks = [rule.formula[0].split("=")[1].strip('"') for rule in rules]
    assert marks == [
        *(f.RIGHT_MARK, f.FOLLOWS_MARK, f.ROUNDED_MARK, f.IDLE_MARK, f.WRONG_MARK),
        f.NO_NUMBER_MARK,
    ]
    assert len({mark[0] for mark in (*marks[:2], *marks[3:5])}) == 4
    assert all(len(mark.split()) > 1 for mark in marks)


def test_it_is_printed_across_the_page_with_its_headings(worksheets):
    sheet = openpyxl.load_workbook(worksheets[WORDS])["Worksheet"]
    assert sheet.print_title_rows == "$8:$8"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


@pytest.mark.parametrize("key", CALCULATIONS)
def test_what_a_step_is_made_of_is_on_the_same_page_in_nine_points(key, worksheets, forms):
    """A landscape page takes 160 characters across in letters of nine points or more."""
    sheet, form = openpyxl.load_workbook(worksheets[key])["Worksheet"], forms[key]
    first, last = sheet.print_area.replace("$", "").rpartition("!")[2].split(":")
    column = column_index_from_string(last.rstrip("0123456789"))
    widths = (sheet.column_dimensions[get_column_letter(k)].width for k in range(1, column + 1))
    assert sum(widths) <= 160.001
    assert first == "A1"
    for step in form.steps:
        assert all(table.after <= column + 1 for table in step.tables)
        shown = {table.quantity for table in step.tables} - {step.quantity}
        small = {q for q in form._made_of(step.quantity).quantities() if q.value.size <= 16}
        assert shown >= {q for q in small if len(q.shape) <= 2}


def test_the_read_me_is_honest(worksheets):
    cells = openpyxl.load_workbook(worksheets[WORDS])["Read me"]["B"]
    text = " ".join(str(cell.value) for cell in cells if cell.value)
    assert "hidden sheet, Key, which anyone can make visible" in text
    assert "python -m rnn_edu check" in text


def test_the_same_calculation_gives_the_same_bytes(worksheets, tmp_path):
    again = write_worksheet(CALCULATIONS[WORDS].build(), tmp_path / "again.xlsx")
    assert again.read_bytes() == worksheets[WORDS].read_bytes()


def test_gradients_are_asked_for_where_the_calculation_is_about_them(forms):
    form = forms["backpropagation_through_time"]
    assert {b.quantity.role for b in form.blanks} == {"gradient"}
    assert form.tolerance.decimals == 8
    assert {q.name for q in form.shown} >= {"W_hh", "W_hy", "h", "p"}
    # The sum over time is asked for whole: its parts are put into the hint.
    last = form.blanks[-1]
    assert form.hint(last) == "∂L/∂b_h = ∂L/∂a_1 + ∂L/∂a_2 + ∂L/∂a_3 + ∂L/∂a_4"


def test_a_formula_that_the_engine_calculates_otherwise_is_not_written(monkeypatch, tmp_path):
    monkeypatch.setattr(Form, "_formula", lambda *_: "=0.5")
    with pytest.raises(ComparisonError, match=r"was not written: recalculated by IronCalc, Key!E"):
        write_worksheet(CALCULATIONS[SIMPLE].build(), tmp_path / "wrong.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_calculation_without_steps_is_refused(tmp_path):
    w = Walkthrough("Nothing to do")
    w.input("x", 1.0)
    with pytest.raises(UsageError, match='"Nothing to do" has no step that a worksheet could ask'):
        write_worksheet(w, tmp_path / "none.xlsx")


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(WorkbookError, match="cannot be written: No such file or directory"):
        write_worksheet(CALCULATIONS[SIMPLE].build(), tmp_path / "no" / "folder.xlsx")


def test_any_walkthrough_can_be_a_worksheet(tmp_path):
    w = Walkthrough("Half of three", key="half")
    w.step("y", w.input("x", 3.0) / 2, note="the half")
    path = write_worksheet(w, tmp_path / "half.xlsx")
    assert zipfile.is_zipfile(path)
    assert len(Form(w).blanks) == 1


def test_who_types_the_given_numbers_as_shown_is_right(worksheets, forms):
    """The steps that are given show two digits more than a learner is asked to write."""
    key = "backpropagation_through_time"
    sheet = openpyxl.load_workbook(worksheets[key])["Given"]
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value}
    assert "0." + "0" * (forms[key].tolerance.decimals + 2) in formats


def test_what_is_no_number_or_nearly_right_is_helped(forms, filled):
    place = forms[SIMPLE].place_of
    answers = {1: "-0,134305", 2: "=1/0", 4: 0.787}
    values = recalculate([filled(SIMPLE, answers)])[0]
    helps = {n: values["Worksheet", place[n].moved(0, f.HELP - f.ANSWER).address] for n in answers}
    marks = {n: values["Worksheet", place[n].moved(0, f.MARK - f.ANSWER).address] for n in answers}
    assert marks == {1: f.NO_NUMBER_MARK, 2: f.NO_NUMBER_MARK, 4: f.WRONG_MARK}
    assert helps[1] == helps[2] == f.NO_NUMBER
    assert helps[4] == "Nearly: are all 6 decimals there, and right?"


def test_names_and_signs_in_hints_are_explained(worksheets):
    workbook = openpyxl.load_workbook(worksheets["lstm_two_documents"])
    given = " ".join(str(cell.value) for cell in workbook["Given"]["B"])
    assert "its parts, from left to right: W_xi, W_xf, W_xc, W_xo" in given
    read_me = " ".join(str(cell.value) for cell in workbook["Read me"]["B"])
    assert "σ(x): =1/(1+EXP(-x))" in read_me
