"""The key is found behind a formula, whichever way leads to it; honest formulas are left alone."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from rnn_edu.worksheets.ways_to_the_key import WaysToTheKey

BLANK = ("Worksheet", "D11")


@pytest.fixture
def workbook(worksheets):
    book = openpyxl.load_workbook(worksheets["simple_rnn_two_documents"])
    scratch = book["Scratch"]
    scratch["A5"], scratch["A6"], scratch["A7"] = "=Key!C4", "=A5*1", 0.5
    scratch["B5"] = '=INDIRECT("K"&"ey!C4")'
    scratch["B6"], scratch["B7"] = "=A7*2", "=B7+1"
    book["Worksheet"]["D11"] = "=Key!C4"
    book.defined_names["mine"] = DefinedName("mine", attr_text="Key!$C$4:$C$9")
    return book


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=Key!C4", "reads the key (=Key!C4)"),
        ("='KEY'!C4+0", "reads the key (='KEY'!C4+0)"),
        ("=Scratch!A5", "reads the key by way of Scratch!A5 (=Key!C4)"),
        ("=Scratch!A6", "reads the key by way of Scratch!A5 (=Key!C4)"),
        ("=SUM(Scratch!A1:A6)", "reads the key by way of Scratch!A5 (=Key!C4)"),
        ("=SUM(Scratch!A:A)", "reads the key by way of Scratch!A5 (=Key!C4)"),
        ("=MAX(mine)", "reads the key (=MAX(mine))"),
        ("=E11", "reads the key by way of Worksheet!E11"),
        ('=INDIRECT("Key!C4")', "reads the key"),
        ('=indirect("K"&"ey!C4")', "makes up addresses, which may be those of the key"),
        ("=Scratch!B5", "makes up addresses, which may be those of the key by way of Scratch!B5"),
        ("=OFFSET(A1,9,2)", "makes up addresses"),
    ],
)
def test_every_way_is_found(formula, said, workbook):
    found = WaysToTheKey(workbook, {BLANK}).way("Worksheet", formula)
    assert found.startswith(said)


@pytest.mark.parametrize(
    "formula",
    [
        "=TANH(D11)",
        "=Given!C6*2",
        "=Scratch!A7",
        "=Scratch!B6",
        "=Scratch!B7",
        "=1+",
        "=)",
        "=no!A1",
    ],
)
def test_honest_formulas_are_left_alone(formula, workbook):
    """Another blank is not followed, even where it reads the key: it is blank for that itself."""
    assert WaysToTheKey(workbook, {BLANK}).way("Worksheet", formula) == ""


def test_a_renamed_key_is_still_the_key(workbook):
    workbook["Key"].title = "Notes"
    assert (
        WaysToTheKey(workbook, set()).way("Worksheet", "=Notes!C4") == "reads the key (=Notes!C4)"
    )


def test_what_is_reached_by_way_of_another_sheet_counts_as_blank(filled):
    def edit(workbook):
        workbook["Scratch"]["A5"] = "=Key!C4"

    from rnn_edu.worksheets import check_worksheet

    report = check_worksheet(filled("simple_rnn_two_documents", {1: "=Scratch!A5"}, edit=edit))
    assert report.row("f")["blank"] == 7
    assert "no. 1 reads the key by way of Scratch!A5 (=Key!C4), and counts as blank" in str(report)
