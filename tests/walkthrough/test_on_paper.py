"""Workbooks on paper, for readers who do not see their charts, and for those who restyle them."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from rnn_edu.calculations import CALCULATIONS

#: Of the smallest texts so many characters have room in a column of width 1.
CHARACTERS = 1.4


def size_on_paper(sheet):
    """The size of the smallest texts, of 10 points, when the sheet is as wide as a page."""
    area = (
        sheet.print_area.split("!")[-1].replace("$", "") if sheet.print_area else sheet.dimensions
    )
    left, _, right, _ = range_boundaries(area)
    columns = (get_column_letter(k) for k in range(left, right + 1))
    width = sum(sheet.column_dimensions[column].width for column in columns) * 7 / 96 * 2.54
    paper = 29.7 if sheet.page_setup.orientation == "landscape" else 21.0
    return 10 * min(1.0, (paper - 2.4) / width)


@pytest.mark.parametrize("key", CALCULATIONS)
def test_texts_keep_nine_points_on_paper(key, workbooks):
    for sheet in openpyxl.load_workbook(workbooks[key]).worksheets:
        if sheet.sheet_state == "visible":
            assert size_on_paper(sheet) >= 9.0, sheet.title


def test_where_numbers_fill_a_page_their_notes_stand_below_them(workbooks):
    """A number for each of eleven words leaves no room beside them."""
    sheet = openpyxl.load_workbook(workbooks["next_word_hello"], rich_text=True)["Forward"]
    notes = [str(row[0].value) for row in sheet.iter_rows(max_col=1) if row[0].value]
    assert "weight: embeddings: a row of numbers for each word" in notes
    assert "output: probability of each word" in notes
    merged = [str(area) for area in sheet.merged_cells.ranges]
    row = next(r[0].row for r in sheet.iter_rows(max_col=1) if "output: " in str(r[0].value))
    assert f"A{row}:M{row}" in merged
    assert sheet.print_area.endswith(f"$M${sheet.print_area.split('$')[-1]}")


@pytest.mark.parametrize("key", CALCULATIONS)
def test_what_may_be_changed_is_said_within_the_page(key, workbooks):
    file = openpyxl.load_workbook(workbooks[key])
    for sheet in (file[name] for name in ("Forward", "Gradients") if name in file.sheetnames):
        hint = next(c for c in sheet[3] if str(c.value).startswith(("Coloured", "Nothing")))
        last = range_boundaries(sheet.print_area.split("!")[-1].replace("$", ""))[2]
        columns = map(get_column_letter, range(hint.column, last + 1))
        room = sum(sheet.column_dimensions[column].width for column in columns)
        assert room * CHARACTERS >= len(hint.value), sheet.title


@pytest.mark.parametrize("key", CALCULATIONS)
def test_every_chart_says_in_words_what_it_shows(key, workbooks):
    with zipfile.ZipFile(workbooks[key]) as file:
        drawings = [n for n in file.namelist() if re.match(r"xl/drawings/drawing\d+\.xml", n)]
        frames = [f for n in drawings for f in re.findall(rb"<[^<]*cNvPr [^>]*>", file.read(n))]
    told = [re.findall(rb'descr="([^"]+)"', frame) for frame in frames if b"Chart" in frame]
    assert told
    assert all(len(text) == 1 and b": " in text[0] and b"It shows" in text[0] for text in told)


def test_cells_of_a_kind_have_a_named_style(workbooks):
    file = openpyxl.load_workbook(workbooks["this_is_an_example"])
    named = {"Sheet title", "Section", "Column heading", "Note", "Framed number"}
    assert named | {"Calculated number", "Formula as text"} <= set(file.named_styles)
    sheet = file["Forward"]
    assert (sheet["A1"].style, sheet["C7"].style) == ("Sheet title", "Framed number")
    # A style has no more than its name says: no frame or alignment of the first cell of its kind.
    section = next(cell for cell in sheet["A"] if cell.value == "The answer at one step")
    assert section.style == "Section"
    assert section.alignment.horizontal != "center"


def test_colours_of_states_go_as_far_as_their_numbers(workbooks):
    """A state of 0.03 would look like 0 on a scale that goes to 1."""
    sheet = openpyxl.load_workbook(workbooks["this_is_an_example"])["Forward"]
    scales = [
        (area.sqref, rule.colorScale.cfvo)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.type == "colorScale"
    ]
    assert scales
    for cells, (low, middle, high) in scales:
        corners = re.findall(r"\$([A-Z]+)\$(\d+)", high.val)[:2]
        assert ":".join(column + row for column, row in corners) == str(cells)
        assert (low.type, middle.type, high.type) == ("formula", "num", "formula")
        assert (low.val, float(middle.val)) == (f"-{high.val}", 0.0)


def test_a_bar_of_an_answer_is_as_long_as_the_chart_allows(workbooks):
    with zipfile.ZipFile(workbooks["this_is_an_example"]) as file:
        charts = [file.read(n) for n in file.namelist() if n.startswith("xl/charts/chart")]
    bars = next(chart for chart in charts if b"Probability of each answer" in chart)
    scaling = re.findall(rb"<scaling>.*?</scaling>", bars)
    assert b'<min val="0" />' in scaling[1] or b'<min val="0"/>' in scaling[1]
    assert b"<max" not in b"".join(scaling)
