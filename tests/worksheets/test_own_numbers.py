"""Worksheets for a class: own numbers, the decimals asked for, names as they are written."""

from __future__ import annotations

import itertools

import numpy as np
import openpyxl
import pytest

from rnn_edu.__main__ import main
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.command_line.class_list import MOST_NAMES, read_names
from rnn_edu.errors import UsageError
from rnn_edu.marking import FOLLOWS, RIGHT, ROUNDED, WRONG, mark
from rnn_edu.marking.scene import Scene, Tolerance
from rnn_edu.walkthrough import Walkthrough, tanh
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.storage import to_json
from rnn_edu.worksheets import check_worksheet, write_worksheet
from rnn_edu.worksheets import form as f
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.own_numbers import seed_for, with_own_numbers

SIMPLE, LSTM, WORDS = "simple_rnn_two_documents", "lstm_two_documents", "this_is_an_example"
#: With three decimals the smallest gradients and probabilities keep a single digit.
FEW_DIGITS = {("backpropagation_through_time", 3), ("next_word_hello", 3)}


def own(key, seed, decimals):
    return with_own_numbers(CALCULATIONS[key].build(), seed, decimals)


def with_a_pencil(form):
    """The answers of a careful learner, who goes on with rounded numbers."""
    written, answers = {}, {}
    for blank in form.blanks:
        belongs = Scene(form.walkthrough, written, form.asked).belongs(blank.quantity)
        answers[blank.number] = round(float(belongs[blank.index]), form.tolerance.decimals)
        written.setdefault(blank.quantity, {})[blank.index] = answers[blank.number]
    return answers


@pytest.mark.parametrize("key", CALCULATIONS)
def test_weights_are_distinct_and_away_from_zero(key):
    w = own(key, 3, None)
    drawn = w.weights or [q for q in w.of_role("input") if q.choice is None]
    values = np.concatenate([q.value.reshape(-1) for q in drawn])
    assert np.abs(values).min() >= 0.1
    assert len(set(np.abs(values))) == len(values)
    assert all(round(v, 3) == v for v in values.tolist())


@pytest.mark.parametrize(("key", "decimals"), itertools.product(CALCULATIONS, (3, 4, 6)))
def test_right_at_the_decimals_asked_for_counts_in_full(key, decimals):
    form = Form(own(key, 5, decimals), decimals)
    exact = {b.number: round(b.value, decimals) for b in form.blanks}
    marks = mark(form.walkthrough, form.blanks, exact, decimals=decimals)
    assert marks.count(RIGHT) == marks.total == marks.credit
    if key in (SIMPLE, LSTM, WORDS):
        marks = mark(form.walkthrough, form.blanks, with_a_pencil(form), decimals=decimals)
        assert marks.credit == marks.total
        assert {m.verdict for m in marks.marked} <= {RIGHT, ROUNDED}


@pytest.mark.parametrize(("key", "decimals"), itertools.product(CALCULATIONS, (3, 4, 6)))
def test_zeros_are_worth_nothing(key, decimals):
    form = Form(own(key, 7, decimals), decimals)
    zeros = {b.number: 0.0 for b in form.blanks}
    assert mark(form.walkthrough, form.blanks, zeros, decimals=decimals).credit < 0.1 * len(zeros)


@pytest.mark.parametrize(("key", "decimals"), itertools.product(CALCULATIONS, (3, 4, 6)))
def test_answers_have_digits_and_differ(key, decimals):
    """For nearly all of them: enough digits to tell, and no two of a step the same."""
    form = Form(own(key, 11, decimals), decimals)
    small = [abs(b.value) < 20 * 10.0**-decimals for b in form.blanks if b.value]
    assert np.mean(small) <= (0.1 if (key, decimals) in FEW_DIGITS else 0.05)


def test_half_the_credit_for_a_decimal_less():
    assert [Tolerance(d).roundings for d in (3, 4, 6, 8)] == [(2,), (3,), (5, 4, 3), (7, 6, 5)]
    form = Form(own(SIMPLE, 1, 4), 4)
    answers = {b.number: round(b.value, 4) for b in form.blanks}
    answers[7] = round(answers[7], 3)
    marks = mark(form.walkthrough, form.blanks, answers, decimals=4)
    assert marks.credit == marks.total - 0.5
    assert "Rounded to 3 decimals, 1 counts half or nothing: write 4." in str(marks)


@pytest.mark.parametrize("decimals", [3, 4, 6])
def test_a_forgotten_tanh_is_named_on_the_sheet_and_by_check(decimals, tmp_path):
    """One rule, seen twice: on the sheet, and by the command."""
    w = own(SIMPLE, 9, decimals)
    path = write_worksheet(w, tmp_path / "own.xlsx", decimals=decimals, seed=9, name="Ada")
    form = Form(w, decimals)
    answers = {1: round(form.blanks[0].value, decimals)}
    answers[2] = answers[1]
    workbook = openpyxl.load_workbook(path)
    for number, answer in answers.items():
        workbook[f.WORKSHEET][form.place_of[number].address].value = answer
    workbook.save(path)
    report = check_worksheet(path)
    assert report.returned.seed == 9
    assert [m.verdict for m in report.marks.marked[:2]] == [RIGHT, WRONG]
    assert "tanh was not applied" in report.marks.mistake.sentence
    values = recalculate([path])[0]
    place = form.place_of[2]
    shown = [values[f.WORKSHEET, place.moved(0, k - f.ANSWER).address] for k in (f.MARK, f.HELP)]
    assert shown == [
        f.WRONG_MARK,
        "It looks as if the activation was left out: tanh was not applied.",
    ]


def test_what_follows_is_told_from_what_is_wrong_with_own_numbers():
    form = Form(own(SIMPLE, 2, 3), 3)
    wrong = {1: round(form.blanks[0].value + 0.3, 3)}
    wrong[2] = round(float(np.tanh(wrong[1])), 3)
    marks = mark(form.walkthrough, form.blanks, wrong, decimals=3)
    assert [m.verdict for m in marks.marked[:2]] == [WRONG, FOLLOWS]


# -- the command -----------------------------------------------------------------------------


def test_a_class_gets_own_numbers_under_own_names(tmp_path, capsys):
    names = tmp_path / "names.csv"
    names.write_text("No.;Name\n1;Ada Lovelace\n2;=1+1\n3;a/b\n", encoding="utf-8-sig")
    command = ["worksheets", str(tmp_path / "out"), "--class", str(names), "--of", SIMPLE]
    assert main([*command, "--decimals", "3"]) == 0
    files = sorted((tmp_path / "out" / SIMPLE).iterdir())
    assert [file.name for file in files] == ["=1+1.xlsx", "Ada Lovelace.xlsx", "a_b.xlsx"]
    reports = [check_worksheet(file, calculations=CALCULATIONS) for file in files]
    assert [report.returned.name for report in reports] == ["=1+1", "Ada Lovelace", "a/b"]
    assert {report.returned.decimals for report in reports} == {3}
    assert len({report.returned.seed for report in reports}) == 3
    assert reports[1].returned.seed == seed_for("Ada Lovelace", SIMPLE, 0)
    assert [report.returned.notes for report in reports] == [[], [], []]
    text = str(openpyxl.load_workbook(files[1])[f.WORKSHEET]["I3"].value)
    assert text == "Yellow: your numbers, with 3 decimals, or formulas."
    before = files[1].read_bytes()
    assert main([*command, "--decimals", "3"]) == 0
    assert files[1].read_bytes() == before
    assert main([*command, "--decimals", "3", "--seed", "1"]) == 0
    assert files[1].read_bytes() != before
    assert "Worksheets written to" in capsys.readouterr().out


def test_also_for_a_network_of_their_own(tmp_path):
    w = Walkthrough("Mine", key="mine")
    w.step("h", tanh(w.input("x", 0.5) * w.weight("w", 2.0)), role="state")
    folder = tmp_path / "my network"
    folder.mkdir()
    stored = folder / "calculation.json"
    stored.write_text(to_json(w), encoding="utf-8")
    (tmp_path / "names.txt").write_text("Ada\nGrace\n", encoding="utf-8")
    names = str(tmp_path / "names.txt")
    assert main(["worksheets", str(tmp_path), "--class", names, "--of", str(stored)]) == 0
    report = check_worksheet(folder / "Ada.xlsx")
    assert (report.title, report.returned.name) == ("Mine", "Ada")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no name; it needs one student a row"),
        ("Name\n", "holds no name"),
        ("Ada\nada\n", "holds the name 'Ada' twice"),
        ("x\n" * 2, "holds the name 'x' twice"),
        ("\n".join(map(str, range(MOST_NAMES + 1))), "holds 2001 names; more than 2000"),
        (b"\xff\xfe\x00", "is not a text in UTF-8"),
        ('"' + "a" * 200_000, "is no CSV file"),
    ],
)
def test_a_list_of_names_that_is_none_is_a_sentence(text, sentence, tmp_path):
    path = tmp_path / "names.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=sentence):
        read_names(path)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--class", "nowhere.csv"], "the names cannot be read from nowhere.csv: No such file"),
        (["--of", "nothing"], "'nothing' is no calculation of this book: two_words_in_order"),
        (["--of", "nowhere.json"], "the calculation cannot be read from nowhere.json"),
        (["--decimals", "5"], "--decimals: invalid choice: 5"),
    ],
)
def test_a_wrong_command_is_a_sentence(arguments, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["worksheets", "out", *arguments])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_depend_on_no_weight_cannot_be_own_ones():
    w = Walkthrough("Given")
    w.step("y", w.constant("x", 3.0) / 2)
    with pytest.raises(UsageError, match='"Given" has neither weights nor numbers that are read'):
        with_own_numbers(w, 1)
    w = Walkthrough("Too small")
    w.step("y", w.input("x", 1e-9) * w.weight("w", 1.0))
    with pytest.raises(UsageError, match="too small for the decimals asked for"):
        with_own_numbers(w, 1)
