"""Reading the workbook of a training run back."""

import openpyxl
import pytest

from rnn_edu.calculations.training import lstm_training
from rnn_edu.errors import WorkbookError
from rnn_edu.walkthrough.sheets.found import FoundWorkbook
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.walkthrough.training_readback import check_training_workbook
from rnn_edu.walkthrough.training_workbook import write_training_workbook

EPOCHS = 4


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("training") / "run.xlsx"
    return write_training_workbook(lstm_training(), EPOCHS, path)


@pytest.fixture
def checked(workbook, tmp_path):
    """Edits a copy of the workbook, and checks it."""

    def check(edit):
        book = openpyxl.load_workbook(workbook)
        edit(book)
        book.save(tmp_path / "edited.xlsx")
        return check_training_workbook(tmp_path / "edited.xlsx", lstm_training(), EPOCHS)

    return check


def test_a_workbook_as_it_was_written_holds(workbook):
    report = check_training_workbook(workbook, lstm_training(), EPOCHS)
    assert report.ok
    assert report.changed == 0
    assert report.verdict == "ALL MATCH"
    assert "all 596 formulas hold" in str(report)
    assert FoundWorkbook(workbook, load(workbook)).key() == "lstm_training"


def test_another_start_holds_too(checked):
    def other_start(book):
        book["Training"]["E10"] = 0.25

    report = checked(other_start)
    assert report.ok
    assert (report.changed, report.verdict) == (1, "WEIGHTS CHANGED")


def test_a_formula_overwritten_by_a_number_is_named(checked):
    def overwrite(book):
        book["Training"]["F12"] = 0.5

    report = checked(overwrite)
    assert not report.ok
    assert str(report.first).startswith("Training!F12 (new_W_x, epoch 2) holds 0.5; the formula =")


def test_a_wrong_formula_and_an_empty_cell_are_named(checked):
    def spoil(book):
        book["Training"]["B13"] = "=1+1"

    assert "Training!B13 (L, epoch 3) holds =1+1; the formula" in str(checked(spoil))

    def empty(book):
        book["Training"]["B11"] = None

    assert "Training!B11 (L, epoch 1) is empty; the formula" in str(checked(empty))


def test_text_where_a_number_belongs_is_refused(checked):
    def write_text(book):
        book["Training"]["E10"] = "lots"

    with pytest.raises(
        WorkbookError, match=r"Training!E10 \(W_x\) holds 'lots' where a number bel"
    ):
        checked(write_text)


def test_a_missing_sheet_is_named(checked):
    def delete(book):
        del book["Epoch viewer"]

    with pytest.raises(WorkbookError, match="has no sheet Epoch viewer"):
        checked(delete)
