"""Files that would break a run, each as small as it can be: one sentence, the class goes on."""

from __future__ import annotations

import csv
import re
import shutil
import time
import zipfile

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from rnn_edu.__main__ import main
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.command_line.checking import check_files
from rnn_edu.command_line.examining import Examiner
from rnn_edu.command_line.outcomes import Limits
from rnn_edu.walkthrough.workbook import write_workbook

SIMPLE = "simple_rnn_two_documents"
WORDS = "this_is_an_example"


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    w = CALCULATIONS[WORDS].build()
    judge = {(q.name, q.t): q.value for q in w.steps if q.role == "state"}
    return write_workbook(w, path, judge=judge)


def in_xml(source, target, entry, pattern, new):
    """A copy in which the text of one part is changed, as no spreadsheet program would."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in old.namelist():
            data = old.read(name)
            if name == entry:
                data, count = re.subn(pattern, new, data, count=1)
                assert count == 1
            out.writestr(name, data)
    return target


def edited(source, target, edit):
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def cell_set(sheet, address, value):
    def edit(workbook):
        workbook[sheet][address].value = value

    return edit


def name_set(workbook):
    workbook.defined_names["W_xh"] = DefinedName("W_xh", attr_text="Forward!$ZZZZ$24")


def with_number(number):
    def make(worksheet, book, target):
        cell = rb'(<c r="D11"[^>]*?)(?: t="\w+")?\s*/>'
        return in_xml(
            worksheet, target, "xl/worksheets/sheet3.xml", cell, rb"\1><v>%s</v></c>" % number
        )

    return make


def with_edit(edit, of_book=False):
    def make(worksheet, book, target):
        return edited(book if of_book else worksheet, target, edit)

    return make


def bomb(worksheet, book, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", bytes(400 * 2**20))
    return target


def long_text(worksheet, book, target):
    return in_xml(
        worksheet,
        target,
        "xl/worksheets/sheet3.xml",
        rb'(<c r="D11"[^>]*?)(?: t="\w+")?\s*/>',
        rb'\1 t="inlineStr"><is><t>' + b"1" * 2_000_000 + b"</t></is></c>",
    )


DEEP = "=" + "(" * 3000 + "1" + ")" * 3000
FILES = {
    "a number beyond floats": (with_number(b"1e999"), 1, "'#NUM!' is not a number"),
    "more digits than a number": (with_number(b"9" * 400), 1, "'#NUM!' is not a number"),
    "a text of 2 million digits": (long_text, 2, "2,000,000 characters; a cell of a spreadsheet"),
    "the number of a row": (
        with_edit(cell_set("Worksheet", "A11", "1e999")),
        0,
        "1 row is missing",
    ),
    "brackets in an answer": (with_edit(cell_set("Worksheet", "D11", DEEP)), 0, "no. 1 holds the"),
    "brackets in a workbook": (
        with_edit(cell_set("Forward", "Z90", DEEP), True),
        2,
        "Forward!Z90 holds a formula of 6,002 characters with 3,000 brackets",
    ),
    "a name beyond a sheet": (with_edit(name_set, True), 2, "beyond the last column or row"),
    "a far corner": (with_edit(cell_set("Worksheet", "XFD1048576", 1)), 0, "7 are blank"),
    "a far corner of a workbook": (
        with_edit(cell_set("Forward", "XFD1048576", 1), True),
        0,
        "formulas hold",
    ),
    "a zip bomb": (bomb, 2, "unpacks to 400 MB in 1 parts, more than the 300 MB"),
    "whole rows": (
        with_edit(cell_set("Forward", "Z90", "=SUMPRODUCT(1:5000,1:5000)"), True),
        2,
        "GB of memory",
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_would_break_the_run_is_one_sentence(what, worksheets, book, tmp_path, capfd):
    make, code, sentence = FILES[what]
    path = make(worksheets[SIMPLE], book, tmp_path / "ada.xlsx")
    start = time.perf_counter()
    assert main(["check", str(path)]) == code
    assert time.perf_counter() - start < 30
    out, error = capfd.readouterr()
    assert sentence in out + error
    assert "Traceback" not in out + error
    assert error.count("\n") == (code == 2)


def test_a_class_goes_on_whatever_one_file_does(worksheets, book, tmp_path, capfd):
    folder = tmp_path / "class"
    folder.mkdir()
    shutil.copy(worksheets[SIMPLE], folder / "zoe.xlsx")
    FILES["a zip bomb"][0](None, None, folder / "ada.xlsx")
    FILES["whole rows"][0](None, book, folder / "ben.xlsx")
    assert main(["check", str(folder), "--csv", str(tmp_path / "marks.csv")]) == 2
    out, error = capfd.readouterr()
    assert error.count("\n") == 2
    assert "3 worksheets: 1 marked" in out
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == ["ada.xlsx", "ben.xlsx", "zoe.xlsx"]
    assert [bool(row["asked"]) for row in rows] == [False, False, True]


def test_a_file_that_takes_too_long(worksheets, book):
    with Examiner(Limits(seconds=0.0)) as examiner:
        outcome = examiner.examine(book)
        assert outcome.text == "book.xlsx could not be checked: it takes longer than 0 seconds."
        examiner.limits = Limits()
        assert examiner.examine(worksheets[SIMPLE]).code == 0


def test_merged_cells_that_a_deleted_row_leaves_behind(worksheets, tmp_path):
    merge = (rb'<mergeCell ref="[^"]*"', b'<mergeCell ref="C3:B2"')
    path = in_xml(worksheets[SIMPLE], tmp_path / "a.xlsx", "xl/worksheets/sheet3.xml", *merge)
    assert main(["check", str(path)]) == 0


# -- nobody's work is overwritten ------------------------------------------------------------


def test_the_table_never_replaces_a_students_work(worksheets, tmp_path, capsys):
    files = [shutil.copy(worksheets[SIMPLE], tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    before = files[0].read_bytes()
    assert main(["check", "--csv", *map(str, files)]) == 2
    assert files[0].read_bytes() == before
    assert "must end in .csv: --csv marks.csv." in capsys.readouterr().err
    table = shutil.copy(files[0], tmp_path / "work.csv")
    assert main(["check", str(files[1]), "--csv", str(table)]) == 2
    assert table.read_bytes() == before
    assert "is there already and is no table of marks" in capsys.readouterr().err


def test_a_table_of_marks_is_replaced_also_with_semicolons(worksheets, tmp_path):
    for options in ([], ["--semicolons"], []):
        table = tmp_path / "marks.csv"
        assert main(["check", str(worksheets[SIMPLE]), "--csv", str(table), *options]) == 0
        assert len(table.read_text("utf-8-sig").split(";")) == (29 if options else 1)
        assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


# -- every file is accounted for -------------------------------------------------------------


def test_every_file_is_named_and_told_apart(worksheets, tmp_path, capsys):
    for name in ("a/x.xlsx", "b/x.xlsx", "x.xlsx (1)"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(worksheets[SIMPLE], tmp_path / name)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as out:
        out.writestr("ada.ods", "PK")
    with zipfile.ZipFile(tmp_path / "y.xlsb", "w") as out:
        out.writestr("xl/workbook.bin", "")
    (tmp_path / "notes.txt").write_text("")
    assert main(["check", str(tmp_path)]) == 2
    out, error = capsys.readouterr()
    for name in ("a/x.xlsx: ", "b/x.xlsx: ", "x.xlsx (1): "):
        assert out.count(f"{name}SimpleRNN with one unit") == 1
    assert "rnn_edu: all.zip is an archive of files (ada.ods); unpack it" in error
    assert "rnn_edu: y.xlsb is a binary workbook (.xlsb)" in error
    assert "Not looked at, as no spreadsheet: notes.txt." in out
    files = [tmp_path / "a/x.xlsx", tmp_path / "b/x.xlsx"]
    assert check_files(files) == 0
    out = capsys.readouterr().out
    assert all(f"{file}: SimpleRNN" in out for file in files)


def test_no_formula_in_a_table_whatever_parts_its_columns(filled, tmp_path):
    def sign(workbook):
        cell = workbook["Worksheet"]["C3"]
        cell.value, cell.data_type = 'Ada;=1+1;"@SUM(A1)\n=2', "s"

    table = tmp_path / "marks.csv"
    assert main(["check", str(filled(SIMPLE, {}, edit=sign)), "--csv", str(table)]) == 0
    for separator in ",;|":
        for line in table.read_text("utf-8-sig").splitlines():
            assert not re.search(rf"{re.escape(separator)}[\s\"]*[=@]", line)


def test_verdicts_on_every_number_copies_and_what_is_most_often_wrong(
    forms, filled, tmp_path, capsys
):
    folder = tmp_path / "class"
    folder.mkdir()
    values = {b.number: round(b.value, 6) for b in forms[SIMPLE].blanks}
    for name, answers in (
        ("a", {**values, 1: 0.5}),
        ("b", {**values, 1: 0.5}),
        ("c", values),
        ("d", values),
    ):
        shutil.move(filled(SIMPLE, answers), folder / f"{name}.xlsx")
    assert main(["check", str(folder), "--csv", str(tmp_path / "marks.csv")]) == 1
    out = capsys.readouterr().out
    assert "Most often wrong first: no. 1, a at t=1, in 2 worksheets." in out
    assert "The same answers, also where they are wrong: a.xlsx, b.xlsx." in out
    with (tmp_path / "marks_numbers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 * 7
    assert next(r["verdict"] for r in rows if r["file"] == "a.xlsx") == "wrong"


# -- workbooks -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def words(tmp_path_factory):
    """A workbook in which a word is looked up in a list."""
    return write_workbook(
        CALCULATIONS[SIMPLE].build(), tmp_path_factory.mktemp("words") / "words.xlsx"
    )


def test_a_word_changed_in_its_list_is_said_rightly(words, tmp_path, capsys):
    path = edited(words, tmp_path / "a.xlsx", cell_set("Forward", "B19", "sehr"))
    assert main(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert "too large for a spreadsheet" not in out
    assert "shows #N/A: the word that it looks for is not in its list" in out


@pytest.mark.parametrize("cell", ["D28", "B19"])
def test_capital_letters_of_a_word_change_nothing(cell, words, tmp_path, capsys):
    path = edited(words, tmp_path / "a.xlsx", cell_set("Forward", cell, "VERY"))
    assert main(["check", str(path)]) == 0
    assert "formulas hold" in capsys.readouterr().out


def test_an_overwritten_number_of_the_judge_is_noticed(book, tmp_path, capsys):
    path = edited(book, tmp_path / "a.xlsx", cell_set("Check", "E12", 0.5))
    assert main(["check", str(path)]) == 1
    assert "is 0.5, but the original numbers give 0.0329880" in capsys.readouterr().out
