"""The sheet One step, and the strip that says what a change has done."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.networks import Dense, Input, Network
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.readback import check_workbook
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets import one_step as drawn
from rnn_edu.walkthrough.sheets import which_step as module
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.picked import STEP, UNIT
from rnn_edu.walkthrough.sheets.places import ONE_STEP, Place
from rnn_edu.walkthrough.sheets.which_step import one_step
from rnn_edu.walkthrough.workbook import write_workbook

WORDS, GRU = "this_is_an_example", "gru_two_documents"


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    return {
        key: write_workbook(CALCULATIONS[key].build(), folder / f"{key}.xlsx")
        for key in CALCULATIONS
    }


def changed(source, target, cells):
    workbook = openpyxl.load_workbook(source, rich_text=True)
    for (sheet, address), value in cells.items():
        workbook[sheet][address].value = value
    workbook.save(target)
    return target


def picked(step, unit):
    return {(ONE_STEP, STEP.address): step, (ONE_STEP, UNIT.address): unit}


def results(key, values):
    """The result of each operation, and what NumPy has for it."""
    step = one_step(Layout(CALCULATIONS[key].build()))
    pick = int(values[ONE_STEP, STEP.address]), int(values[ONE_STEP, UNIT.address]) - 1
    places = [Place(ONE_STEP, part.last, step.product).address for part in step.parts]
    shown = [values[ONE_STEP, place] for place in places]
    return shown, [part.result.value(pick) for part in step.parts]


@pytest.mark.parametrize("key", CALCULATIONS)
def test_every_step_and_unit_can_be_picked(key, books, tmp_path):
    step = one_step(Layout(CALCULATIONS[key].build()))
    for t, unit in ((step.times[0], step.units), (step.times[-1], 1)):
        path = changed(books[key], tmp_path / "picked.xlsx", picked(t, unit))
        shown, wanted = results(key, recalculate([path])[0])
        np.testing.assert_allclose(shown, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("key", CALCULATIONS)
def test_of_a_layer_with_a_state_the_way_to_its_state_is_shown(key):
    w = CALCULATIONS[key].build()
    layers = [q.origin.layer for q in w.steps if q.role == "state" and q.origin]
    step = one_step(Layout(w))
    assert step.layer == (layers[0] if layers else "")
    if layers:
        assert step.parts[-1].quantity.role == "state"
        assert step.times == sorted(
            {q.t for q in w.steps if q.name == step.parts[-1].quantity.name}
        )


@pytest.mark.parametrize(
    ("key", "times", "shown"),
    [
        ("ctc_forward", [2, 3, 4], {"z", "p", "alpha"}),  # the first sums have another formula
        ("scan_blelloch", [8], {"a_1", "b_1", "a_2", "b_2", "a_3", "b_3", "h"}),
        ("scan_one_by_one", [1, 2, 3, 4, 5, 6, 7, 8], {"h"}),
        ("layer_normalised", [1, 2], {"a", "mean", "variance", "normalised", "h"}),
    ],
)
def test_without_such_a_layer_what_is_calculated_step_by_step_is_shown(key, times, shown):
    step = one_step(Layout(CALCULATIONS[key].build()))
    assert (step.times, step.quantities) == (times, shown)


@pytest.mark.parametrize(
    ("key", "equations"),
    [
        (WORDS, ["= tanh(at)"]),
        ("lstm_two_documents", ["= ft · ct-1 + it · c̃t", "= ot · tanh(ct)"]),
        ("ctc_forward", ["= (αt-1[o] + αt-1[between] + αt-1[n]) · pt[o]"]),
        ("ctc_forward", ["= exp(zt) / (exp(zt[blank]) + exp(zt[n]) + exp(zt[o]))"]),
    ],
)
def test_a_number_is_explained_by_its_formula_in_symbols(key, equations, books):
    sheet = openpyxl.load_workbook(books[key], rich_text=True)[ONE_STEP]
    said = [str(row[2].value) for row in sheet.iter_rows(min_row=9)]
    assert set(equations) <= set(said)


def test_the_sheet_says_what_it_covers_and_where_the_rest_is(books):
    sheet = openpyxl.load_workbook(books["additive_attention"])[ONE_STEP]
    assert sheet["A2"].value == (
        "The layer encoder at one of the steps 1 to 3: each number beside those that it is made of."
    )
    links = {cell.hyperlink.location: cell.value for row in sheet for cell in row if cell.hyperlink}
    assert links == {
        "Forward!A1": "→ Forward: key, decoder, query, attention, joined, answer, the loss",
        "Gradients!A1": "→ Gradients: how the loss changes with each of these numbers",
    }
    assert [sheet[f"B{row}"].value for row in (4, 5)] == ["step, of 3", "unit, of 2"]


def test_libreoffice_shows_the_same(soffice, books, tmp_path):
    files = [changed(books[key], tmp_path / f"{key}.xlsx", picked(1, 2)) for key in (WORDS, GRU)]
    for key, values in zip((WORDS, GRU), recalculate(files, "libreoffice"), strict=True):
        shown, wanted = results(key, values)
        np.testing.assert_allclose(shown, wanted, rtol=1e-12, atol=1e-14)


def test_another_pick_is_no_fault_and_an_altered_formula_is_one(books, tmp_path):
    path = changed(books[WORDS], tmp_path / "a.xlsx", picked(2, 3))
    assert check_workbook(path).ok
    altered = changed(books[WORDS], tmp_path / "b.xlsx", {(ONE_STEP, "J13"): "=D13+F13"})
    report = check_workbook(altered)
    assert not report.ok
    assert "'One step'!J13 (a at one step, written out)" in str(report)


def test_a_change_is_seen_in_the_strip_of_every_sheet(books, tmp_path):
    path = changed(books[WORDS], tmp_path / "changed.xlsx", {("Forward", "C7"): 0.9})
    values = recalculate([path])[0]
    strips = Book(CALCULATIONS[WORDS].build()).strips
    assert list(strips) == [ONE_STEP, "Forward", "Gradients"]
    for sheet, strip in strips.items():
        answer, now, before, gap = (values[sheet, place.address] for place in strip.places)
        assert values[sheet, strip.verdict_place.address] == "WEIGHTS CHANGED"
        assert answer in ("This", "is", "an", "example")
        assert before == pytest.approx(float(CALCULATIONS[WORDS].build()["L"].value))
        assert abs(gap) > 1e-6
        assert gap == pytest.approx(now - before)
    file = openpyxl.load_workbook(path)
    assert file.sheetnames[0] == ONE_STEP
    assert [file[sheet].freeze_panes for sheet in strips] == ["A9", "C5", "C5"]


def test_sheets_are_linked_both_ways(books):
    file = openpyxl.load_workbook(books[WORDS])
    links = {
        name: [
            cell.hyperlink.location
            for row in file[name].iter_rows()
            for cell in row
            if cell.hyperlink
        ]
        for name in (ONE_STEP, "Forward")
    }
    assert links == {
        ONE_STEP: ["Forward!A1", "Gradients!A1"],
        "Forward": ["'One step'!A1", "Check!A1"],
    }


def test_what_does_not_fit_has_no_such_sheet(monkeypatch, tmp_path):
    network = Network.sequential(Input((2,)), Dense(1, "sigmoid"))
    w = network.walkthrough([[[0.5], [-0.25]], [0.1]], [1.0, 2.0], title="No time")
    assert one_step(Layout(w)) is None
    path = write_workbook(w, tmp_path / "none.xlsx")
    assert ONE_STEP not in openpyxl.load_workbook(path).sheetnames
    monkeypatch.setattr(module, "MOST_UNITS", 2)
    assert one_step(Layout(CALCULATIONS[WORDS].build())) is None


def test_a_long_vector_beside_a_short_one_is_no_single_look(monkeypatch):
    w = Walkthrough("short and long")
    for t in (1, 2):
        x = w.step("x", 2 * w.input("s", [1.0, 2.0], t=t), t=t)
        w.step("y", w.input("r", np.ones(40), t=t) * x[0], t=t)
    monkeypatch.setattr(module, "_parts", None)  # so long a list is not even begun
    assert one_step(Layout(w)) is None


def test_of_many_units_only_the_weights_of_the_one_picked_are_shown(monkeypatch, tmp_path):
    monkeypatch.setattr(drawn, "MOST_SIDE_BY_SIDE", 2)
    path = write_workbook(CALCULATIONS[WORDS].build(), tmp_path / "many.xlsx")
    path = changed(path, tmp_path / "picked.xlsx", picked(3, 2))
    shown, wanted = results(WORDS, recalculate([path])[0])
    np.testing.assert_allclose(shown, wanted, rtol=1e-12)
