"""Reading a workbook back: what a learner may change, and what is found if a formula breaks."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import ironcalc
import numpy as np
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough import recalculate as engines
from rnn_edu.walkthrough.readback import check_workbook
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.carried import CALCULATION
from rnn_edu.walkthrough.workbook import write_workbook

EXAMPLE, LSTM = "this_is_an_example", "lstm_two_documents"


@pytest.mark.parametrize("key", CALCULATIONS)
def test_an_untouched_workbook_holds(key, workbooks):
    report = check_workbook(workbooks[key])
    assert report.ok
    assert report.changed == ()
    assert report.verdict == "ALL MATCH"
    live = Book(CALCULATIONS[key].build()).live
    # Relative, where numbers are above 1: a gradient of 98 has two digits less behind the point.
    size = max(abs(cell.value) for cell in live if isinstance(cell.value, float))
    assert report.largest <= 1e-13 * max(1.0, size)
    assert sum(sheet.cells for sheet in report.sheets) >= len(live)


def test_what_the_report_says(workbooks):
    lines = str(check_workbook(workbooks["simple_rnn_two_documents"])).splitlines()
    assert lines[:6] == [
        "simple_rnn_two_documents.xlsx: SimpleRNN with one unit.",
        "Changed since it was made: nothing.",
        "Forward: all 16 formulas hold.",
        "Gradients: all 16 formulas hold.",
        "One step: all 15 formulas hold.",
        "Check: all 79 formulas hold.",
    ]
    assert lines[6] == "The verdict on the Check sheet is ALL MATCH."
    assert re.match(
        r"Recalculated by IronCalc; largest difference from NumPy \d\.\de-1\d\.", lines[7]
    )


def test_changed_weights_and_words_are_told_and_hold(edited):
    def change(file):
        forward = file["Forward"]
        forward["C7"], forward["E24"], forward["C36"] = 0.5, "an", 0.1

    report = check_workbook(edited(EXAMPLE, change))
    assert report.ok
    assert report.verdict == "WEIGHTS CHANGED"
    assert report.changed == (
        "W_xh, This to unit 1 is 0.5, was 0.033",
        "h at t=0, unit 1 is 0.1, was 0",
        "x at t=2 is an, was is",
    )


def test_a_word_taken_away(edited):
    def change(file):
        file["Forward"]["E24"] = None

    report = check_workbook(edited(EXAMPLE, change))
    assert report.ok
    assert report.changed == ("x at t=2 is nothing, was is",)


def test_a_weight_may_be_a_formula_of_the_learners(edited):
    def change(file):
        file["Forward"]["C7"] = "=1/4"

    assert check_workbook(edited(EXAMPLE, change)).ok


def test_a_formula_written_differently_is_fine(edited):
    def change(file):
        file["Forward"]["D36"] = "=(EXP(2*D31)-1)/(EXP(2*D31)+1)"
        file["Gradients"]["D46"] = "=D41-D41*Forward!D36^2"

    assert check_workbook(edited(EXAMPLE, change)).ok


# -- what breaks --------------------------------------------------------------------------


def broken(edited, sheet: str, address: str, content: object, key: str = EXAMPLE):
    def change(file):
        file[sheet][address] = content

    return check_workbook(edited(key, change))


def test_the_source_s_mistake_is_found(edited):
    """The published sheet hands on the pre-activation instead of its tanh."""
    report = broken(edited, "Forward", "E36", "=E$31")
    assert not report.ok
    assert report.verdict == "MISMATCH"
    assert str(report.first) == (
        "Forward!E36 (h at t=2, unit 1) holds =E$31, which gives 0.0452104; "
        "=TANH(E$31) belongs there, which gives 0.045179623."
    ).replace("0.0452104", f"{report.first.shown:.12g}").replace(
        "0.045179623", f"{report.first.wanted:.12g}"
    )
    forward, gradients, _, check = report.sheets
    assert len(forward.wrong) == 1
    assert forward.follow > 10
    assert str(forward).startswith(f"Forward: {117 - 1 - forward.follow} of 117 formulas hold, ")
    assert gradients.wrong == check.wrong == ()
    assert gradients.follow > 10
    assert 1e-6 < report.largest < 1


def test_a_formula_overwritten_by_a_number(edited):
    report = broken(edited, "Forward", "F37", 0.25)
    assert str(report.first) == (
        "Forward!F37 (h at t=3, unit 2) holds the number 0.25; the formula =TANH(F$32) "
        "belongs there."
    )


def test_a_formula_overwritten_by_its_own_value(edited):
    value = float(CALCULATIONS[EXAMPLE].build()["h", 3].value[1])
    report = broken(edited, "Forward", "F37", value)
    assert report.verdict == "ALL MATCH"
    assert "holds the number 0.0470" in str(report.first)


def test_a_formula_overwritten_by_a_text(edited):
    report = broken(edited, "Forward", "F37", "tanh")
    assert "holds the text 'tanh'; the formula =TANH(F$32) belongs there." in str(report.first)


def test_a_formula_deleted(edited):
    report = broken(edited, "Gradients", "D46", None)
    assert str(report.first).startswith("Gradients!D46 (d_a at t=1, unit 1) is empty; the formula")
    assert report.sheets[0].wrong == ()


def test_a_formula_that_is_right_by_chance(edited):
    value = float(CALCULATIONS[EXAMPLE].build()["h", 3].value[1])
    report = broken(edited, "Forward", "F37", f"={value!r}")
    assert "which is right for these weights but not for others" in str(report.first)


def test_the_first_of_several_in_order_of_calculation(edited):
    def change(file):
        file["Forward"]["G60"] = 1
        file["Forward"]["D31"] = 2
        file["Forward"]["F36"] = 3

    report = check_workbook(edited(EXAMPLE, change))
    assert report.first is not None
    assert str(report.first.place) == "Forward!D31"
    assert [str(finding.place) for finding in report.sheets[0].wrong] == [
        "Forward!D31",
        "Forward!F36",
        "Forward!G60",
    ]


def test_a_verdict_that_was_typed(edited):
    report = broken(edited, "Check", "C4", "ALL MATCH")
    assert str(report.first).startswith(
        "Check!C4 (the verdict) holds the text 'ALL MATCH'; the formula =IF(C8>0,"
    )


def test_a_label_that_a_formula_reads(edited):
    report = broken(edited, "Forward", "B25", "That")
    assert str(report.first) == (
        "Forward!D25 (x at t=1, This) gives 0 where 1 belongs, though its formula is right: "
        "a word in a list or a heading that it reads was changed."
    )


def test_every_formula_is_missed_when_it_is_replaced(workbooks, tmp_path):
    """Each cell in turn: whatever is overwritten is what is named."""
    key = "simple_rnn_two_documents"
    book = Book(CALCULATIONS[key].build())
    for cell in book.live[::7]:
        file = openpyxl.load_workbook(workbooks[key])
        file[cell.place.sheet][cell.place.address] = 0.123
        file.save(tmp_path / "one.xlsx")
        report = check_workbook(tmp_path / "one.xlsx")
        assert report.first is not None
        assert report.first.place == cell.place


# -- moved, and saved by other programs ---------------------------------------------------


def with_rows_inserted(original: Path, sheet: str, row: int, target: Path) -> None:
    """IronCalc moves the cells and formulas as Excel does; it leaves the names to us."""
    model = ironcalc.load_from_xlsx(str(original))
    sheets = [properties["name"] for properties in model.get_worksheets_properties()]
    model.insert_rows(sheets.index(sheet), row, 2)
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for name in sheets:
        file.create_sheet(name)
    for k, r, c in model.get_all_cells():
        content = model.get_cell_formula(k, r, c) or model.get_cell_value(k, r, c)
        file[sheets[k]].cell(r, c, content)
    for name, defined in openpyxl.load_workbook(original).defined_names.items():
        text = defined.attr_text
        if text.startswith(f"{sheet}!"):
            text = re.sub(r"\$(\d+)", lambda m: f"${int(m[1]) + 2 * (int(m[1]) >= row)}", text)
        file.defined_names[name] = DefinedName(name, attr_text=text)
    file.save(target)


@pytest.mark.parametrize(("sheet", "row"), [("Forward", 21), ("Check", 9), ("Gradients", 2)])
def test_rows_inserted_above_a_table(workbooks, tmp_path, sheet, row):
    with_rows_inserted(workbooks[LSTM], sheet, row, tmp_path / "moved.xlsx")
    report = check_workbook(tmp_path / "moved.xlsx")
    assert report.ok, str(report)
    assert report.verdict == "ALL MATCH"


def test_saved_by_libreoffice(soffice, workbooks, tmp_path):
    shutil.copyfile(workbooks[LSTM], tmp_path / "lstm.xlsx")
    engines._convert(soffice, [tmp_path / "lstm.xlsx"], tmp_path, 120)
    saved = tmp_path / "out" / "lstm.xlsx"
    assert check_workbook(saved).ok
    file = openpyxl.load_workbook(saved)
    place = Book(CALCULATIONS[LSTM].build()).layout.place
    walkthrough = CALCULATIONS[LSTM].build()
    address = Book(walkthrough).layout.place(walkthrough["c", 2], (0,)).address
    assert place is not None
    file["Forward"][address] = -0.5
    file.save(saved)
    assert str(check_workbook(saved).first).startswith(
        f"Forward!{address} (c at t=2) holds the number -0.5; the formula ="
    )


def test_recalculated_by_libreoffice(soffice, workbooks):
    report = check_workbook(workbooks[LSTM], engine="libreoffice")
    assert report.ok
    assert "Recalculated by LibreOffice" in str(report)


def test_a_judge_with_some_values_is_read_back(tmp_path):
    walkthrough = CALCULATIONS[EXAMPLE].build()
    judge = {("h", t): walkthrough["h", t].value for t in (1, 2, 3, 4)}
    path = write_workbook(walkthrough, tmp_path / "judged.xlsx", judge=judge, judge_name="Keras")
    report = check_workbook(path)
    assert report.ok
    # 3 formulas for each of the 12 numbers, 2 for each thing that may be changed, 4 to sum up.
    assert report.sheets[-1].cells == 3 * 12 + 2 * len(Book(walkthrough).given) + 4


def test_weights_other_than_the_books(tmp_path):
    original = CALCULATIONS[EXAMPLE].build()
    other = original.with_values({"W_hh": np.arange(9.0).reshape(3, 3) / 10})
    report = check_workbook(write_workbook(other, tmp_path / "other.xlsx"))
    assert report.ok
    assert report.changed == ()


# -- what cannot be read ------------------------------------------------------------------


def refused(path: Path, message: str, **options) -> None:
    with pytest.raises(WorkbookError, match=message):
        check_workbook(path, **options)


def test_there_is_no_such_file(tmp_path):
    refused(tmp_path / "none.xlsx", r"^there is no file .*none\.xlsx\.$")


def test_nothing_in_it_or_only_its_beginning(tmp_path):
    (tmp_path / "empty.xlsx").write_bytes(b"")
    refused(
        tmp_path / "empty.xlsx",
        r"^empty\.xlsx is empty: saving, sending or fetching it broke off\. Save or send it once",
    )
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04 cut off")
    refused(tmp_path / "half.xlsx", r"^half\.xlsx is not an Excel .*: its end is missing, as after")


@pytest.mark.parametrize(
    ("entry", "data", "sentence"),
    [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "is an OpenDocument file"),
        ("Index/Document.iwa", "", "is a Numbers document; open it in Numbers and export"),
        ("xl/workbook.bin", "", r"is a binary workbook \(\.xlsb\), whatever its name"),
    ],
)
def test_a_file_of_another_kind_renamed_to_xlsx(tmp_path, entry, data, sentence):
    with zipfile.ZipFile(tmp_path / "renamed.xlsx", "w") as archive:
        archive.writestr(entry, data)
    refused(tmp_path / "renamed.xlsx", rf"^renamed\.xlsx {sentence}.*\.xlsx")


def test_not_a_workbook_at_all(tmp_path):
    (tmp_path / "table.xlsx").write_bytes(b"x,y\n1,2\n")
    refused(
        tmp_path / "table.xlsx",
        r"^table\.xlsx is not an Excel workbook \(\.xlsx\)\. If it was saved in another format, "
        r"open it and save it as \.xlsx\.$",
    )


def test_an_archive_of_something_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    refused(tmp_path / "zip.xlsx", r"^zip\.xlsx is damaged or is not an Excel workbook \(")


def test_a_damaged_workbook(workbooks, tmp_path):
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(workbooks[LSTM]) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet2" in name else data)
    refused(damaged, r"^damaged\.xlsx is damaged or is not an Excel workbook \(.+\); save or send")


def test_a_workbook_of_something_else(tmp_path):
    openpyxl.Workbook().save(tmp_path / "mine.xlsx")
    refused(
        tmp_path / "mine.xlsx",
        r"^mine\.xlsx has no cells named calculation; either it is not a workbook of this book, "
        r"or the name was deleted\. Make it again with: python -m rnn_edu workbooks DIR, or "
        r"explain MODEL\.$",
    )


def test_a_key_that_the_book_does_not_have(edited):
    def change(file):
        del file[CALCULATION]
        file["Read me"]["C4"] = "rnn_by_magic"

    refused(
        edited(LSTM, change),
        r"^lstm_two_documents\.xlsx carries no calculation, and the one that it names, "
        rf"'rnn_by_magic', is not one of this book: {', '.join(CALCULATIONS)}\.$",
        calculations=CALCULATIONS,
    )


def test_another_edition(edited):
    def change(file):
        file["Read me"]["C5"] = "0123456789ab"

    refused(edited(LSTM, change), r"was made by another edition of the book \(0123456789ab; this")


@pytest.mark.parametrize("sheet", ["Forward", "Gradients", "Check"])
def test_a_sheet_is_missing(edited, sheet):
    def change(file):
        del file[sheet]

    refused(
        edited(LSTM, change),
        rf"^lstm_two_documents\.xlsx has no sheet {sheet}; it has One step, Read.*\. If it was "
        "renamed, give",
    )


@pytest.mark.parametrize("name", ["W_x", "c_t", "x_t_word", "check_table", "originals_table"])
def test_a_name_is_missing(edited, name):
    def change(file):
        del file.defined_names[name]

    refused(edited(LSTM, change), rf"has no cells named {name}; either it is not a workbook of")


def test_a_name_whose_cells_were_deleted(edited):
    def change(file):
        file.defined_names["W_x"].attr_text = "Forward!#REF!"

    refused(edited(LSTM, change), r"the name W_x in .* stands for Forward!#REF!, which are no cel")


def test_a_table_that_lost_a_row(edited):
    def change(file):
        file.defined_names["W_xh"].attr_text = "Forward!$C$7:$E$9"

    refused(
        edited(EXAMPLE, change),
        r"the name W_xh in .* stands for Forward!\$C\$7:\$E\$9, but 4 rows and 3 columns on the "
        r"sheet Forward belong to it; rows or columns were added or removed inside the table\.",
    )


@pytest.mark.parametrize(
    ("content", "held"),
    [("a lot", "holds the text 'a lot'"), (None, "is empty"), ("=1/0", "holds the text '#DIV/0!'")],
)
def test_no_number_where_a_weight_belongs(edited, content, held):
    def change(file):
        file["Forward"]["D8"] = content

    refused(
        edited(EXAMPLE, change),
        r"^this_is_an_example\.xlsx: Forward!D8 \(W_xh, is to unit 2\) "
        rf"{re.escape(held)}; a number belongs there\.$",
    )


def test_a_word_that_is_not_in_the_list(edited):
    def change(file):
        file["Forward"]["E24"] = "was"

    refused(
        edited(EXAMPLE, change),
        r"^this_is_an_example\.xlsx: Forward!E24 \(x at t=2\) holds 'was', which is not in its "
        r"list: This, is, an, example",
    )


def test_no_number_where_the_judges_belongs(edited):
    def change(file):
        file["Check"]["E12"] = "about 0.03"

    refused(
        edited(EXAMPLE, change),
        r"^this_is_an_example\.xlsx: Check!E12 \(the judge's a at t=1, .*\) holds 'about 0\.03'",
    )


def test_a_row_of_the_check_sheet_that_names_nothing(edited):
    def change(file):
        file["Check"]["A12"] = "q"

    refused(
        edited(EXAMPLE, change),
        r"^this_is_an_example\.xlsx: Check!A12 and the cells beside it name nothing that this",
    )


def test_numbers_with_which_nothing_can_be_calculated(edited):
    def change(file):
        file["Forward"]["C18"] = 1e6

    refused(
        edited(EXAMPLE, change),
        r"^with the numbers in this_is_an_example\.xlsx the calculation cannot be done: ",
    )
