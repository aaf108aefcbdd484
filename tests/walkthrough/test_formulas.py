"""The formulas: how they are printed, and that Excel takes every one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import NamingError, WorkbookError
from rnn_edu.networks import LSTM, Dense, Input, Network, SimpleRNN, TimeDistributed
from rnn_edu.walkthrough import (
    Walkthrough,
    concatenate,
    exp,
    log,
    relu,
    sigmoid,
    softmax,
    sqrt,
    tanh,
    total,
)
from rnn_edu.walkthrough.names import is_spreadsheet_name
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets.blocks import OVER_TIME
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.formulas import formula_of
from rnn_edu.walkthrough.sheets.layout import Layout
from rnn_edu.walkthrough.sheets.lint import faults
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.workbook import verify_workbook, write_workbook

BOOKS = {key: Book(calculation.build()) for key, calculation in CALCULATIONS.items()}


def formula(walkthrough: Walkthrough, name: str, index: tuple[int, ...] = ()) -> str:
    return formula_of(Layout(walkthrough), walkthrough[name], index)


def numbers(**values: float) -> Walkthrough:
    w = Walkthrough("some numbers")
    for name, value in values.items():
        w.weight(name, value)
    return w


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda u, v: (u + v) * u, "=(u_1+v_1)*u_1"),
        (lambda u, v: u - (v - u), "=u_1-(v_1-u_1)"),
        (lambda u, v: u / (v * u), "=u_1/(v_1*u_1)"),
        (lambda u, v: -(u + v), "=-(u_1+v_1)"),
        (lambda u, v: u * (-v), "=u_1*(-v_1)"),
        (lambda u, v: u - (-v), "=u_1-(-v_1)"),
        (lambda u, v: -(-u), "=u_1"),  # noqa: B002
        (lambda u, v: -u * v + u, "=-u_1*v_1+u_1"),
        (lambda u, v: u + (-v), "=u_1-v_1"),
        (lambda u, v: -2 * u, "=-2*u_1"),
        (lambda u, v: u * 1e-7, "=u_1*1E-07"),
        (lambda u, v: sigmoid(u - v), "=1/(1+EXP(-(u_1-v_1)))"),
        (lambda u, v: sigmoid(-u), "=1/(1+EXP(u_1))"),
        (lambda u, v: v / sigmoid(u), "=v_1/(1/(1+EXP(-u_1)))"),
        (lambda u, v: relu(u) * tanh(v), "=MAX(0,u_1)*TANH(v_1)"),
        (lambda u, v: sqrt(log(exp(v))), "=SQRT(LN(EXP(v_1)))"),
    ],
)
def test_signs_and_brackets(write, expected):
    w = numbers(u_1=0.5, v_1=2.0)
    w.step("y", write(w["u_1"], w["v_1"]))
    assert formula(w, "y") == expected


def test_a_squared_minus_never_meets_a_power_sign():
    # -2^2 is 4 in a spreadsheet, so powers are written as products.
    for book in BOOKS.values():
        assert not [cell.formula for cell in book.live if "^" in cell.formula]


def test_products_become_sumproducts_of_named_columns():
    book = BOOKS["this_is_an_example"]
    shown = {str(cell.place): cell.formula for cell in book.live}
    a_2 = book.layout.place(book.walkthrough["a", 2], (0,))
    assert shown[str(a_2)] == "=SUMPRODUCT(E$25:E$28,W_xh_1)+SUMPRODUCT(D$36:D$38,W_hh_1)"
    d_W_hh = book.layout.place(book.walkthrough["d_W_hh"], (0, 1))
    assert shown[str(d_W_hh)].startswith("=SUMPRODUCT(Forward!$C$36:$F$36,$D$")


def test_gates_are_addressed_by_their_own_names():
    book = BOOKS["lstm_two_documents"]
    shown = {cell.title: cell.formula for cell in book.live}
    assert "W_xi" in shown["a_i at t=1"]
    assert "W_hf" in shown["a_f at t=2"]
    assert "b_o" in shown["a_o at t=2"]


def test_a_softmax_in_one_step_and_a_concatenation():
    w = Walkthrough("both")
    h = w.constant("h", np.zeros(2), t=0)
    x = w.input("x", [0.3, -0.2, 0.7], t=1)
    W = w.weight("W_z", np.arange(10.0).reshape(5, 2) / 10)
    z = w.step("z", concatenate(h, x) @ W, t=1)
    w.step("p", softmax(z), t=1, role="output")
    layout = Layout(w)
    x_rows, h_rows = layout.block(x).top, layout.block(h).top
    assert formula_of(layout, w["z", 1], (0,)) == (
        f"=SUMPRODUCT(C${h_rows}:C${h_rows + 1},$C$7:$C$8)"
        f"+SUMPRODUCT(D${x_rows}:D${x_rows + 2},$C$9:$C$11)"
    )
    top = layout.block(w["z", 1]).top
    largest = f"MAX(D${top}:D${top + 1})"
    assert formula_of(layout, w["p", 1], (1,)) == (
        f"=EXP(D${top + 1}-{largest})/SUMPRODUCT(EXP(D${top}:D${top + 1}-{largest}))"
    )


def test_a_vector_on_the_right_stands_upright():
    w = Walkthrough("dot product")
    x = w.input("x", [0.3, -0.2, 0.7], t=1)
    v = w.weight("v", [1.0, 2.0, 3.0])
    w.step("y", x @ v, t=1)
    assert formula_of(Layout(w), w["y", 1], ()).endswith(",v)")


def test_a_column_times_a_row_is_written_out(tmp_path):
    """As arrays the two would make a table, and SUMPRODUCT of two shapes is an error."""
    w = Walkthrough("a column and a row")
    x, b = w.input("x", [0.5, -1.0, 2.0], t=1), w.weight("b", [1.0, 3.0, -2.0])
    w.step("y", total(x * b), t=1)
    shown = formula_of(Layout(w), w["y", 1], ())
    assert "SUM" not in shown
    assert shown.count("*") == 3
    recalculated(w, tmp_path)


def test_a_formula_that_is_too_long_is_refused():
    w = Walkthrough("long")
    u = w.weight("u_1", 0.5)
    long = u * 1.0000001
    for _ in range(10):
        long = tanh(long) * tanh(long)
    w.step("y", long)
    with pytest.raises(WorkbookError, match=r"the formula of y has \d+ characters; Excel takes"):
        formula(w, "y")


@pytest.mark.parametrize("key", BOOKS)
def test_excel_takes_every_formula(key):
    book = BOOKS[key]
    several = {name for name, area in book.names.items() if area.size != (1, 1)}
    for cell in book.live:
        assert faults(cell.formula, several) == [], f"{cell.place} {cell.formula}"


@pytest.mark.parametrize("key", BOOKS)
def test_excel_takes_every_defined_name(key):
    names = BOOKS[key].names
    assert all(is_spreadsheet_name(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_the_lint_finds_what_excel_refuses():
    assert faults("=SQRT(A1)*SINH(B1)") == ["the function SINH"]
    assert faults("=W_xh+1", ["W_xh"]) == ["the range W_xh outside an aggregate"]
    assert "an array in braces" in faults("={1,2}")
    assert faults("=LOG(A1)^2") == ["the function LOG", "the operator ^"]


#: In a scan on paper each step has a map of its own.
OWN_STEPS = {"scan_one_by_one", "scan_hillis_steele", "scan_blelloch"}


def starts_elsewhere(quantity):
    """Whether it is a decoder's first step, which reads the last state of the encoder."""
    used = {q.name for q in quantity.definition.quantities()}
    return quantity.name.endswith("_decoder") and "h_encoder" in used


def begins(quantity, later):
    """Whether it is a first step with none of its own kind before it, as the later ones have."""
    if quantity.definition is None or later.definition is None:
        return False
    names = [{q.name for q in step.definition.quantities()} for step in (quantity, later)]
    return quantity.name not in names[0] and quantity.name in names[1]


@pytest.mark.parametrize("key", [key for key in BOOKS if key not in OWN_STEPS])
def test_forward_every_time_step_is_the_same_formula_filled_right(key):
    """The weights are shared: moving a formula to the next column gives that column's."""
    book = BOOKS[key]
    shown = {cell.place: cell.formula for cell in book.live}
    filled = 0
    for quantity in book.walkthrough.steps:
        later = (quantity.name, (quantity.t or 0) + 1)
        if quantity.role == "gradient" or quantity.t is None or later not in book.walkthrough:
            continue
        if starts_elsewhere(quantity) or begins(quantity, book.walkthrough[later]):
            continue
        for index in np.ndindex(quantity.shape):
            here = book.layout.place(quantity, index)
            there = book.layout.place(book.walkthrough[later], index)
            if there not in shown:
                continue  # a starting value at the other end
            moved = Translator(shown[here], here.address).translate_formula(there.address)
            assert moved == shown[there]
            filled += 1
    assert filled >= 2


def test_names_that_differ_in_capitals_only_are_refused():
    w = numbers(W_a=1.0, w_A=2.0)
    with pytest.raises(NamingError, match="the same name for a spreadsheet"):
        Layout(w)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("This", "this"), "cannot all be told apart by a spreadsheet"),
        (("what?", "that"), r"the word 'what\?' cannot be looked up"),
        (("=1", "that"), "the word '=1' cannot be looked up"),
    ],
)
def test_words_that_a_spreadsheet_would_mix_up_are_refused(words, message):
    w = Walkthrough("words")
    w.step("y", w.one_hot("x", words[1], words, t=1) * 2, t=1)
    with pytest.raises(WorkbookError, match=message):
        Layout(w)


def test_shapes_that_change_over_time_are_refused():
    w = Walkthrough("shapes")
    w.input("x", [1.0], t=1)
    w.input("x", [1.0, 2.0], t=2)
    with pytest.raises(WorkbookError, match="x at t=1 has the shape"):
        Layout(w)


# -- networks that nobody wrote by hand ---------------------------------------------------

SIZES, FEW = st.integers(1, 3), st.integers(1, 2)
RUN = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(seed=st.integers(0, 10_000), features=SIZES, units=SIZES, outputs=SIZES, steps=SIZES)
@RUN
def test_any_simple_rnn_recalculates_to_numpy(tmp_path, seed, features, units, outputs, steps):
    rng = np.random.default_rng(seed)
    network = Network.sequential(
        Input((None, features)),
        SimpleRNN(units, return_sequences=True),
        TimeDistributed(Dense(outputs, "softmax")),
        loss="categorical_crossentropy",
    )
    shapes = [(features, units), (units, units), (units,), (units, outputs), (outputs,)]
    target = np.eye(outputs)[rng.integers(outputs, size=steps)]
    recalculated(written(network, shapes, rng, steps, target), tmp_path)


@given(seed=st.integers(0, 10_000), features=SIZES, units=FEW, steps=FEW)
@RUN
def test_any_lstm_recalculates_to_numpy(tmp_path, seed, features, units, steps):
    rng = np.random.default_rng(seed)
    network = Network.sequential(Input((None, features)), LSTM(units), loss="mean_squared_error")
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    recalculated(written(network, shapes, rng, steps, rng.normal(size=units)), tmp_path)


def written(network, shapes, rng, steps, target) -> Walkthrough:
    """A network with weights and inputs that are drawn by lot."""
    weights = [rng.normal(size=shape) for shape in shapes]
    return network.walkthrough(weights, rng.normal(size=(steps, shapes[0][0])), target)


def recalculated(walkthrough: Walkthrough, folder: Path) -> None:
    """Writes a workbook and compares every cell of it."""
    path = write_workbook(walkthrough, folder / "any.xlsx")
    verification = verify_workbook(walkthrough, recalculate([path])[0])
    assert verification.ok, verification
    assert verification.compared >= sum(q.value.size for q in walkthrough.steps)


def test_the_printed_text_of_a_formula_is_the_formula(workbooks):
    book = BOOKS["this_is_an_example"]
    sheet = openpyxl.load_workbook(workbooks["this_is_an_example"], data_only=True)["Forward"]
    texts = book.formula_texts
    assert len(texts) > 60
    for place, text in texts.items():
        if place.sheet == "Forward":
            assert sheet[place.address].value == text


def test_where_steps_have_different_formulas_each_of_them_is_shown(workbooks):
    sheet = openpyxl.load_workbook(workbooks["ctc_forward"], data_only=True)["Forward"]
    beside = {sheet.cell(row, 2).value: sheet.cell(row, 10).value for row in range(29, 34)}
    assert beside["before"] == "t=1: =C$24; t=2 to 4: =C$29*D$24"
    assert beside["o"] == "t=1: =0; t=2 to 4: =SUM(C$30:C$32)*D$26"
    assert sheet.cell(28, 10).value == "formula at t = 1, and where it is another"
    assert sheet.cell(23, 10).value == "formula at t = 1"
    live = openpyxl.load_workbook(workbooks["ctc_forward"])["Forward"].cell(29, 10).value
    assert live == '="t=1: "&_xlfn.FORMULATEXT(C29)&"; t=2 to 4: "&_xlfn.FORMULATEXT(D29)'


@pytest.mark.parametrize("key", CALCULATIONS)
def test_every_formula_of_a_row_is_one_of_those_shown(key):
    """Filled to the right from its first cell, each gives the formulas of the steps it names."""
    book = BOOKS[key]
    formulas = {cell.place: cell.formula for cell in book.live}
    for block in book.layout.blocks:
        columns = {q.t: book.layout.column(q) for q in block.quantities if block.form == OVER_TIME}
        for shown in filter(lambda shown: shown.several, book.explained(block)):
            row = shown.place.row
            found = {}
            for steps, first in shown.pieces:
                moved = Translator(first.formula, first.place.address)
                for place in (Place(block.sheet, row, columns[t]) for t in times_of(steps)):
                    found[place] = moved.translate_formula(place.address)
            places = [Place(block.sheet, row, column) for column in columns.values()]
            assert found == {place: formulas[place] for place in places if place in formulas}


def times_of(steps: str) -> list[int]:
    """The steps that a text such as ``t=2 to 4: `` or ``t=2, 6: `` names."""
    first, _, last = steps.removeprefix("t=").removesuffix(": ").partition(" to ")
    return list(range(int(first), int(last) + 1)) if last else [int(t) for t in first.split(",")]
