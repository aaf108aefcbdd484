"""Every kind of file that the book writes keeps to the format of Office files."""

from __future__ import annotations

import openpyxl
import pytest

from rnn_edu.calculations import CALCULATIONS, TRAININGS
from rnn_edu.command_line.marks_table import Checked
from rnn_edu.command_line.marks_workbook import write_marks
from rnn_edu.command_line.one_file import OneFile
from rnn_edu.command_line.outcomes import Limits
from rnn_edu.walkthrough.training_workbook import write_training_workbook
from rnn_edu.walkthrough.workbook import write_workbook
from rnn_edu.worksheets import write_worksheet
from tests.conftest import judge


@pytest.fixture(scope="module")
def openxml_audit():
    """A checker of Office files that knows nothing of this book."""
    return judge("openxml_audit")


def written(kind, folder):
    path = folder / f"{kind}.xlsx"
    if kind in TRAININGS:
        return write_training_workbook(TRAININGS[kind].build(), 30, path)
    if kind == "marks":
        sheet = write_worksheet(CALCULATIONS["simple_rnn_two_documents"].build(), path)
        outcome = OneFile(Limits().gigabytes).outcome(sheet)
        return write_marks(folder / "new.xlsx", [Checked("=1.xlsx", sheet, outcome)], ["a.pdf"])
    key, _, worksheet = kind.partition(" ")
    write = write_worksheet if worksheet else write_workbook
    return write(CALCULATIONS[key].build(), path)


KINDS = (
    "this_is_an_example",
    "this_is_an_example worksheet",
    "lstm_two_documents",
    "linear_recurrence",
    "backpropagation_through_time worksheet",
    "lstm_training",
    "marks",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_checker_of_office_files_finds_no_fault(kind, openxml_audit, tmp_path):
    validator = openxml_audit.OpenXmlValidator(max_errors=0)
    found = validator.validate(str(written(kind, tmp_path))).errors
    assert [f"{error.part_uri}: {error.description}" for error in found] == []


def test_the_checker_finds_what_openpyxl_leaves_behind(openxml_audit, tmp_path):
    """Else it would prove nothing that it finds no fault elsewhere."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "a text in its cell"
    workbook.save(tmp_path / "plain.xlsx")
    validator = openxml_audit.OpenXmlValidator(max_errors=0)
    assert validator.validate(str(tmp_path / "plain.xlsx")).errors
