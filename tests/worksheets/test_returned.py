"""Worksheets as they come back: filled in, altered, in another language, broken."""

from __future__ import annotations

import csv
import datetime
import re
import shutil
import time
import zipfile

import numpy as np
import openpyxl
import pytest

from rnn_edu.__main__ import main
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import WorkbookError
from rnn_edu.marking import kinds
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.sheets.carried import CALCULATION
from rnn_edu.worksheets import check_worksheet, is_worksheet, write_worksheet
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.numerals import number_in
from tests.marking import learners
from tests.marking.test_marking import PLANTED

WORDS, SIMPLE, LSTM = "this_is_an_example", "simple_rnn_two_documents", "lstm_two_documents"
HEAD = "self_attention_head"


@pytest.fixture
def right(forms):
    """The right numbers of a worksheet, as a careful learner writes them."""

    def numbers(key):
        form = forms[key]
        return {b.number: round(b.value, form.tolerance.decimals) for b in form.blanks}

    return numbers


def test_a_worksheet_is_told_from_a_workbook(worksheets, tmp_path):
    from rnn_edu.walkthrough.workbook import write_workbook

    book = write_workbook(CALCULATIONS[SIMPLE].build(), tmp_path / "book.xlsx")
    assert is_worksheet(worksheets[SIMPLE])
    assert not is_worksheet(book)
    with pytest.raises(WorkbookError, match=r"book\.xlsx is not a worksheet of this book"):
        check_worksheet(book)


@pytest.mark.parametrize("key", CALCULATIONS)
def test_right_everywhere(key, filled, right):
    report = check_worksheet(filled(key, right(key)))
    assert report.ok
    assert report.percent == 100
    assert str(report).endswith("All numbers are right.")


@pytest.mark.parametrize("key", CALCULATIONS)
def test_handed_in_empty(key, worksheets):
    report = check_worksheet(worksheets[key])
    assert report.ok
    assert report.percent == 0
    assert report.returned.notes == []


@pytest.mark.parametrize(("key", "mistake", "where", "kind"), PLANTED[::5])
def test_a_planted_mistake_is_named_from_the_file(key, mistake, where, kind, forms, filled):
    learner = {
        WORDS: learners.four_words,
        SIMPLE: learners.simple_rnn,
        LSTM: learners.lstm,
        "gru_two_documents": learners.gru,
        "backpropagation_through_time": learners.backwards,
    }[key]
    numbers = learner(mistake)
    answers = {
        b.number: round(float(numbers[b.quantity.name, b.quantity.t][b.index]), 8)
        for b in forms[key].blanks
    }
    report = check_worksheet(filled(key, answers))
    assert report.marks.first_wrong.blank.quantity.title == where
    assert report.marks.mistake.kind == kind


# -- as people write numbers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,532", 0.532),
        ("0.532", 0.532),
        (" −0,134 305 ", -0.134305),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        (",5", 0.5),
        ("2e-3", 0.002),
        ("2E-03", 0.002),
        ("3·10^-4", 3e-4),
        ("+1", 1.0),
        ("", None),
        ("0,5,3", None),
        ("a half", None),
        ("1/2", None),
        ("nan", None),
        ("inf", None),
        ("1_000", None),
        ("1e400", None),
        ("62,5 %", 0.625),
        ("-13.4305%", -0.134305),
        ("% 5", None),
    ],
)
def test_numbers_in_other_formats(text, number):
    assert number_in(text) == number


def test_decimal_commas_are_taken_as_meant_and_noted(filled, right):
    texts = {n: f"{v:.6f}".replace(".", ",") for n, v in right(SIMPLE).items()}
    report = check_worksheet(filled(SIMPLE, texts))
    assert report.ok
    assert report.percent == 100
    assert "Note: 7 numbers were written as text, and taken as meant." in str(report)


def test_a_comma_read_as_thousands_is_called_by_its_name(filled, right):
    answers = {**right(SIMPLE), 1: -134305.0}
    report = check_worksheet(filled(SIMPLE, answers))
    assert report.marks.mistake.kind == kinds.DECIMAL_SIGN


def test_texts_dates_and_truth_values_are_wrong_and_said(filled, right):
    answers = {**right(SIMPLE), 1: "about -0.1", 2: datetime.datetime(2026, 5, 3), 3: True}
    report = check_worksheet(filled(SIMPLE, answers))
    assert report.row("f")["wrong"] == 3
    assert "no. 1, a at t=1: 'about -0.1' is not a number." in str(report)
    assert "no. 2 became a date; its cell needs the format of a number" in str(report)


# -- formulas instead of numbers -------------------------------------------------------------


def test_formulas_without_stored_values_are_calculated(forms, filled, right):
    answers = right(SIMPLE)
    cells = {n: place.address for n, place in forms[SIMPLE].place_of.items()}
    answers |= {2: f"=TANH({cells[1]})", 4: f"=TANH({cells[3]})"}
    report = check_worksheet(filled(SIMPLE, answers))
    assert report.percent == 100
    assert report.returned.notes == []


def test_the_stored_value_of_a_formula_counts(forms, filled, right, tmp_path):
    """A link to another file cannot be calculated here, but its value is in the file."""
    path = filled(SIMPLE, {**right(SIMPLE), 2: "=1-1"})
    address = forms[SIMPLE].place_of[2].address
    altered = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(altered, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "xl/worksheets/sheet3.xml":
                cell = rb'(<c r="%s"[^>]*><f>1-1</f>)<v ?/>' % address.encode()
                data, count = re.subn(cell, rb"\g<1><v>-0.133503</v>", data)
                assert count == 1
            target.writestr(entry, data)
    assert check_worksheet(altered).percent == 100


def test_a_formula_that_fails_is_wrong_and_shown(filled, right):
    report = check_worksheet(filled(SIMPLE, {**right(SIMPLE), 3: "=1/0"}))
    assert "no. 3, a at t=2: '#DIV/0!' is not a number." in str(report)


def test_a_formula_that_nobody_can_calculate_is_noted(monkeypatch, filled, right):
    def give_up(*_):
        raise WorkbookError("IronCalc gave up.")

    monkeypatch.setattr("rnn_edu.worksheets.returned.recalculate", give_up)
    report = check_worksheet(filled(SIMPLE, {**right(SIMPLE), 3: "=[1]Other!A1"}))
    assert report.row("f")["blank"] == 1
    assert "no. 3 holds the formula =[1]Other!A1, whose value is not in the file" in str(report)


@pytest.mark.parametrize("formula", ["=Key!D7", "='key' !D7*1", "=ROUND($Key.D7,6)"])
def test_what_reads_the_key_counts_as_blank_and_is_said(formula, filled, right):
    report = check_worksheet(filled(SIMPLE, {**right(SIMPLE), 3: formula}))
    assert report.row("f")["blank"] == 1
    assert f"no. 3 reads the key ({formula}), and counts as blank" in str(report)


def test_a_matrix_is_filled_in_in_its_own_shape(forms, filled, right):
    form = forms[HEAD]
    keys = [b for b in form.blanks if b.quantity.name == "K"]
    places = [form.typed_in[b.number] for b in keys]
    rows, columns = sorted({p.row for p in places}), sorted({p.column for p in places})
    assert (len(rows), len(columns)) == keys[0].quantity.shape
    assert [(p.row, p.column) for p in places] == [(r, c) for r in rows for c in columns]
    first, second = keys[0].number, keys[1].number
    odd = {first: "=Key!D7", second: "0,5", keys[2].number: None}
    report = check_worksheet(filled(HEAD, right(HEAD) | odd))
    assert f"no. {first} reads the key (=Key!D7), and counts as blank" in str(report)
    assert "1 number was written as text, and taken as meant" in str(report)
    assert (report.row("f")["blank"], report.row("f")["wrong"]) == (2, 1)


@pytest.mark.parametrize("cell", ["ZZZ9999999", "XFE1", "A1048577"])
def test_a_list_that_shows_a_cell_beyond_the_sheet_is_no_crash(cell, forms, filled, right):
    place = forms[HEAD].place_of[19].address

    def edit(workbook):
        workbook["Worksheet"][place].value = f'=IF({cell}="","",{cell})'

    report = check_worksheet(filled(HEAD, right(HEAD), edit=edit))
    assert report.row("f")["right"] == report.marks.total - 1


# -- sheets and rows altered -----------------------------------------------------------------


def test_renamed_and_reordered_sheets_do_no_harm(filled, right):
    def edit(workbook):
        workbook["Worksheet"].title = "Feuille 3"
        workbook["Read me"].title = "Lisez-moi"
        del workbook["Key"], workbook["Given"]
        workbook.move_sheet("Feuille 3", -1)

    assert check_worksheet(filled(WORDS, right(WORDS), edit=edit)).percent == 100


def test_deleted_rows_count_as_blank_and_are_named(forms, filled, right):
    row = forms[WORDS].place_of[5].row
    path = filled(WORDS, right(WORDS), edit=lambda w: w["Worksheet"].delete_rows(row, 2))
    report = check_worksheet(path)
    assert report.ok
    assert report.row("f")["blank"] == 2
    assert "2 rows are missing (no. 5, 6) and counted as blank" in str(report)


def test_inserted_columns_and_rows_and_sorted_rows_do_no_harm(filled, right):
    def insert(workbook):
        workbook["Worksheet"].insert_cols(4)
        workbook["Worksheet"].insert_rows(12, 3)

    assert check_worksheet(filled(SIMPLE, right(SIMPLE), edit=insert)).percent == 100

    def reverse(workbook):
        sheet = workbook["Worksheet"]
        rows = [r for r in range(9, sheet.max_row + 1) if isinstance(sheet.cell(r, 1).value, int)]
        cells = [(sheet.cell(r, 1).value, sheet.cell(r, 4).value) for r in rows][::-1]
        for r, (number, answer) in zip(rows, cells, strict=True):
            sheet.cell(r, 1).value, sheet.cell(r, 4).value = number, answer

    assert check_worksheet(filled(SIMPLE, right(SIMPLE), edit=reverse)).percent == 100


def test_a_row_that_is_there_twice_counts_once(forms, filled, right):
    def repeat(workbook):
        sheet = workbook["Worksheet"]
        last = forms[SIMPLE].last_row + 2
        sheet.cell(last, 1).value, sheet.cell(last, 4).value = 1, 99.0

    report = check_worksheet(filled(SIMPLE, right(SIMPLE), edit=repeat))
    assert report.percent == 100
    assert "no. 1 is there twice; the first one counts" in str(report)


def test_the_line_that_names_the_calculation_gone(filled, right, capsys):
    path = filled(SIMPLE, right(SIMPLE), edit=lambda w: w["Worksheet"].delete_rows(7))
    assert is_worksheet(path)
    assert main(["check", str(path)]) == 2
    assert (
        'returned.xlsx has lost the line that begins with "worksheet" and names the calculation; '
        "copy cell A7 of a fresh worksheet" in capsys.readouterr().err
    )


def test_a_number_too_large_for_a_computer_is_only_wrong(filled, right):
    report = check_worksheet(filled(SIMPLE, {**right(SIMPLE), 1: "1e400"}))
    assert "no. 1, a at t=1: '1e400' is not a number." in str(report)
    assert report.row("f")["right"] == 6


def test_headings_gone(filled, right):
    path = filled(SIMPLE, right(SIMPLE), edit=lambda w: w["Worksheet"].delete_rows(8))
    with pytest.raises(WorkbookError, match=r'has lost the row with the headings "no\." and'):
        check_worksheet(path)


def test_another_edition_and_an_unknown_calculation(filled, right):
    def other(old, new):
        def edit(workbook):
            cell = workbook["Worksheet"]["A7"]
            cell.value = cell.value.replace(old, new)

        return edit

    path = filled(SIMPLE, right(SIMPLE), edit=other("edition ", "edition 0"))
    with pytest.raises(WorkbookError, match=r"was made by another edition of the book \(0"):
        check_worksheet(path)
    path = filled(SIMPLE, right(SIMPLE), edit=other(SIMPLE, "my_own"))
    assert check_worksheet(path).ok, "the calculation in the file counts, whatever its name"


def test_an_older_worksheet_names_a_calculation_of_the_book(filled, right):
    def older(workbook):
        del workbook[CALCULATION]

    path = filled(SIMPLE, right(SIMPLE), edit=older)
    assert check_worksheet(path, calculations=CALCULATIONS).percent == 100
    with pytest.raises(WorkbookError, match="carries no calculation, and the one that it names, "):
        check_worksheet(path)


def test_another_calculation_under_a_name_of_the_book_is_noted(tmp_path):
    w = CALCULATIONS[SIMPLE].build()
    easier = w.with_values({w.weights[0].name: np.zeros(w.weights[0].shape)})
    path = write_worksheet(easier, tmp_path / "easier.xlsx")
    report = check_worksheet(path, calculations=CALCULATIONS)
    assert report.returned.notes == [
        f"the calculation in the file is not the one that this book has as {SIMPLE}"
    ]
    assert check_worksheet(path).returned.notes == []


@pytest.mark.parametrize("key", ["", "my-model, small", "a b"])
def test_the_worksheet_of_a_stranger_is_marked(key, tmp_path):
    w = Walkthrough("Half of three", key=key)
    w.step("y", w.input("x", 3.0) / 2, note="the half")
    path = write_worksheet(w, tmp_path / "half.xlsx")
    workbook = openpyxl.load_workbook(path)
    for answer, percent in ((1.5, 100), (6.0, 0)):
        workbook["Worksheet"][Form(w).place_of[1].address].value = answer
        workbook.save(path)
        assert check_worksheet(path).percent == percent


def test_a_worksheet_whose_calculation_was_changed_is_refused(filled, right):
    def damage(workbook):
        cell = workbook[CALCULATION]["A2"]
        cell.value = cell.value[:200] + "AAAA" + cell.value[204:]

    with pytest.raises(WorkbookError, match="was changed or damaged since it was written"):
        check_worksheet(filled(SIMPLE, right(SIMPLE), edit=damage))


def test_a_name_is_read(filled, right):
    def sign(workbook):
        workbook["Worksheet"]["C3"] = "  Ada "

    report = check_worksheet(filled(SIMPLE, right(SIMPLE), edit=sign))
    assert report.returned.name == "Ada"
    assert str(report).startswith("returned.xlsx, Ada: SimpleRNN with one unit, a worksheet.")


@pytest.mark.parametrize("key", [WORDS, HEAD])
def test_saved_by_libreoffice(key, soffice, filled, right, tmp_path):
    from rnn_edu.walkthrough import recalculate as engines

    path = filled(key, right(key))
    engines._convert(soffice, [path], tmp_path, 120)
    report = check_worksheet(tmp_path / "out" / path.name)
    assert report.percent == 100
    assert report.returned.notes == []


# -- files that cannot be read ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a zip file", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0 a locked file", "is locked with a password or in the old format .xls"),
        (b"PK\x03\x04 half a zip file", "is not an Excel workbook"),
    ],
)
def test_files_that_are_no_workbooks(content, sentence, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match=re.escape(f"broken.xlsx {sentence}")):
        check_worksheet(path)


def test_a_damaged_zip(worksheets, tmp_path):
    whole = bytearray(worksheets[SIMPLE].read_bytes())
    whole[200:1200] = bytes(1000)
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(whole)
    with pytest.raises(WorkbookError, match=r"damaged\.xlsx is damaged or is not an Excel"):
        check_worksheet(path)


# -- a class -------------------------------------------------------------------------------


def test_a_class_of_thirty_with_one_broken_file(forms, filled, right, tmp_path, capsys):
    """Every file is marked but the broken one, which is named; in well under 30 seconds."""
    folder = tmp_path / "class"
    (folder / "group b").mkdir(parents=True)
    keys = (WORDS, LSTM, "gru_two_documents")
    for k in range(29):
        key = keys[k % 3]
        answers = {n: v for n, v in right(key).items() if n % 7 != k % 5}
        answers |= {3: answers.get(3, 0.5) + 0.25} if k % 2 else {}
        path = filled(key, answers, edit=lambda w, k=k: _sign(w, f"=learner {k}"))
        shutil.move(path, folder / ("group b" if k > 20 else "") / f"{k:02}.xlsx")
    (folder / "broken.xlsx").write_bytes(b"PK nonsense")
    (folder / "~$01.xlsx").write_bytes(b"the lock file of an open document")
    (folder / "notes.txt").write_text("not a spreadsheet")
    start = time.perf_counter()
    assert main(["check", str(folder), "--csv", str(tmp_path / "marks.csv")]) == 2
    assert time.perf_counter() - start < 30
    out, error = capsys.readouterr()
    assert error.count("\n") == 1
    assert error.startswith("rnn_edu: broken.xlsx is not an Excel workbook")
    assert "30 worksheets: 29 marked" in out
    assert "1 could not be read." in out
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    assert [row["file"] for row in rows if not row["asked"]] == ["broken.xlsx"]
    assert "is not an Excel workbook" in next(r["notes"] for r in rows if not r["asked"])
    marked = [row for row in rows if row["asked"]]
    assert any(row["file"].startswith("group b/") for row in marked)
    for row in marked:
        parts = [int(row[k]) for k in ("right", "follows", "no credit", "wrong", "blank")]
        assert sum(parts) == int(row["asked"])
        # A name that begins with = would be run as a formula by a spreadsheet program.
        assert row["name"].startswith("'=learner")


def _sign(workbook: openpyxl.Workbook, name: str) -> None:
    cell = workbook["Worksheet"]["C3"]
    cell.value, cell.data_type = name, "s"


def test_files_of_other_programs_in_a_folder_are_named(filled, right, tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    shutil.move(filled(SIMPLE, right(SIMPLE)), folder / "ada.xlsx")
    (folder / "ben.ods").write_bytes(b"PK open document")
    assert main(["check", str(folder)]) == 2
    assert "ben.ods is not an Excel workbook" in capsys.readouterr().err


def test_an_empty_folder_is_a_sentence(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert (
        capsys.readouterr().err == f"rnn_edu: there is no spreadsheet in the folder {tmp_path}.\n"
    )


def test_a_table_that_cannot_be_written_is_a_sentence(filled, right, tmp_path, capsys):
    path = filled(SIMPLE, right(SIMPLE))
    assert main(["check", str(path), "--csv", str(tmp_path / "no" / "marks.csv")]) == 2
    out, error = capsys.readouterr()
    assert "All numbers are right." in out
    assert "marks.csv cannot be written: No such file or directory." in error


def test_exit_codes(filled, right, capsys):
    answers = right(SIMPLE)
    assert main(["check", str(filled(SIMPLE, answers, "a.xlsx"))]) == 0
    assert main(["check", str(filled(SIMPLE, {1: answers[1]}, "b.xlsx"))]) == 0
    assert main(["check", str(filled(SIMPLE, {**answers, 1: 0.5}, "c.xlsx"))]) == 1
    assert "worksheets: " not in capsys.readouterr().out


def test_the_command_writes_one_worksheet_for_each_calculation(tmp_path, capsys):
    assert main(["worksheets", str(tmp_path / "new")]) == 0
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == sorted(f"{key}_worksheet.xlsx" for key in CALCULATIONS)
    assert capsys.readouterr().out == f"Worksheets written to {tmp_path / 'new'}: {len(names)}.\n"
