"""The marks of a class as a workbook: every file in it, nothing lost, nothing replaced."""

from __future__ import annotations

import shutil

import openpyxl
import pytest

from rnn_edu.__main__ import main
from rnn_edu.worksheets import write_worksheet
from rnn_edu.worksheets.form import WORKSHEET, Form
from rnn_edu.worksheets.own_numbers import with_own_numbers
from tests.worksheets.test_own_numbers import CALCULATIONS, SIMPLE


def filled(source, target, form, answers):
    workbook = openpyxl.load_workbook(source)
    for number, answer in answers.items():
        workbook[WORKSHEET][form.place_of[number].address].value = answer
    workbook.save(target)


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """Ada is right, Grace forgets tanh, Mallory hands in Ada's, Eve writes Grace's numbers."""
    made = tmp_path_factory.mktemp("made")
    folder = tmp_path_factory.mktemp("class")
    forms, right = {}, {}
    for seed, name in ((1, "Ada"), (2, "Grace"), (3, "Eve"), (4, "=1+1")):
        w = with_own_numbers(CALCULATIONS[SIMPLE].build(), seed, 4)
        write_worksheet(w, made / f"{seed}.xlsx", decimals=4, seed=seed, name=name)
        forms[seed] = Form(w, 4)
        right[seed] = {b.number: round(b.value, 4) for b in forms[seed].blanks}
    forgot = right[2] | {2: right[2][1]}
    filled(made / "1.xlsx", folder / "ada.xlsx", forms[1], right[1])
    filled(made / "2.xlsx", folder / "grace.xlsx", forms[2], forgot)
    filled(made / "3.xlsx", folder / "eve.xlsx", forms[3], forgot)
    filled(made / "4.xlsx", folder / "=2+2.xlsx", forms[4], {1: right[4][1]})
    shutil.copy(folder / "ada.xlsx", folder / "mallory.xlsx")
    (folder / "torn.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "notes.pdf").write_bytes(b"%PDF")
    return folder


@pytest.fixture(scope="module")
def marks(class_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("marks") / "marks.xlsx"
    assert main(["check", str(class_folder), "--marks", str(path)]) == 2
    return openpyxl.load_workbook(path)


def rows(sheet):
    head, *body = list(sheet.iter_rows(min_row=4, values_only=True))
    return [dict(zip(head, row, strict=True)) for row in body]


def test_each_student_has_a_row(marks):
    by_file = {row["file"]: row for row in rows(marks["Marks"])}
    assert set(by_file) == {"ada.xlsx", "grace.xlsx", "eve.xlsx", "=2+2.xlsx", "mallory.xlsx"}
    assert (by_file["ada.xlsx"]["student"], by_file["ada.xlsx"]["mark in %"]) == ("Ada", 100)
    grace = by_file["grace.xlsx"]
    assert grace["first mistake"] == "no. 2, h at t=1"
    assert grace["kind"] == "activation forgotten"
    assert by_file["=2+2.xlsx"]["blank"] == 6


def test_copies_are_named(marks):
    notes = {row["file"]: row["notes"] or "" for row in rows(marks["Marks"])}
    assert "the same own numbers as mallory.xlsx: two copies of one worksheet" in notes["ada.xlsx"]
    assert "the same answers, also where they are wrong, as eve.xlsx" in notes["grace.xlsx"]
    assert "copies" not in notes["=2+2.xlsx"]


def test_the_question_that_most_missed_is_named(marks):
    questions = rows(marks["Questions"])
    assert [q["no."] for q in questions] == [1, 2, 3, 4, 5, 6, 7]
    assert questions[0]["right"] == 4
    worst = max(questions, key=lambda q: q["wrong"] + q["blank"])
    assert f"most missed: no. {worst['no.']}, {worst['number']}" in marks["Marks"]["A2"].value
    assert marks["Marks"]["A2"].value.startswith("5 worksheets marked, 1 file could not be read")


def test_every_number_has_its_sign(marks):
    signs = {row["file"]: row for row in rows(marks[SIMPLE])}
    assert [signs["ada.xlsx"][str(n)] for n in range(1, 8)] == ["✓"] * 7
    assert signs["grace.xlsx"]["2"] == "✗"
    assert signs["=2+2.xlsx"]["7"] == "–"


def test_every_other_file_is_there_with_its_reason(marks):
    why = {row["file"]: row["why"] for row in rows(marks["Not marked"])}
    assert set(why) == {"torn.xlsx", "notes.pdf"}
    assert "no spreadsheet" in why["notes.pdf"]


def test_no_text_is_a_formula(marks):
    cells = [cell for sheet in marks.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=1+1" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_nothing_is_replaced(class_folder, tmp_path, capsys):
    mine = tmp_path / "mine.xlsx"
    mine.write_text("mine")
    for path, sentence in (
        (mine, "mine.xlsx is there already; choose another name"),
        (class_folder / "ada.xlsx", "ada.xlsx is one of the files to be marked"),
        (tmp_path / "marks.csv", "marks.csv must end in .xlsx"),
    ):
        before = path.read_bytes() if path.exists() else None
        assert main(["check", str(class_folder), "--marks", str(path)]) == 2
        out, error = capsys.readouterr()
        assert sentence in error
        assert out == ""
        assert (path.read_bytes() if path.exists() else None) == before
