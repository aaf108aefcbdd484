"""Large workbooks: how long they take, what Excel has room for, and what is said beforehand."""

from __future__ import annotations

from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from benchmarks.workbooks import alone, lstm, memory, ratio
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import UsageError, WorkbookError
from rnn_edu.walkthrough import Walkthrough, cross_entropy, exp, largest, softmax, tanh, total
from rnn_edu.walkthrough.recalculate import recalculate
from rnn_edu.walkthrough.sheets.book import Book
from rnn_edu.walkthrough.sheets.elements import elements
from rnn_edu.walkthrough.sheets.limits import nesting, require_takeable
from rnn_edu.walkthrough.sheets.lint import faults
from rnn_edu.walkthrough.workbook import (
    compare_cells,
    expected_size,
    verify_workbook,
    write_workbook,
)


def drawn(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(size=shape)


def softmax_over_classes(classes: int = 300) -> Walkthrough:
    w = Walkthrough(f"A softmax over {classes} classes")
    W = w.weight("W", drawn(4, classes))
    z = w.step("z", w.input("h", drawn(4)) @ W, role="pre-activation")
    p = w.step("p", softmax(z), role="output")
    y = w.target("y", np.eye(classes)[7])
    w.gradients(w.step("L", cross_entropy(y, p), role="loss"))
    return w


def many_inputs() -> Walkthrough:
    w = Walkthrough("300 inputs")
    x, W, b = w.input("x", drawn(300)), w.weight("W", drawn(300, 3)), w.weight("b", drawn(3))
    w.step("y", tanh(x @ W + b), role="output")
    return w


def many_steps(steps: int = 600) -> Walkthrough:
    w = Walkthrough(f"{steps} steps")
    W, U = w.weight("W_xh", [[0.5]]), w.weight("W_hh", [[0.9]])
    h = w.constant("h", [0.0], t=0)
    for t in range(1, steps + 1):
        x = w.input("x", [np.sin(t)], t=t)
        h = w.step("h", tanh(x @ W + h @ U), t=t, role="state")
    w.gradients(w.step("L", total(h * h), role="loss"))
    return w


def many_losses(losses: int = 300) -> Walkthrough:
    w = Walkthrough(f"{losses} losses")
    W, found = w.weight("W", [[0.5]]), []
    for t in range(1, losses + 1):
        e = w.step("e", w.input("x", [np.sin(t)], t=t) @ W, t=t)
        found.append(w.step("l", total(e * e), t=t, role="loss"))
    w.gradients(w.step("L", reduce(add, found) / losses, role="loss"))
    return w


def recalculated(w: Walkthrough, folder: Path) -> bool:
    """Whether IronCalc gives all numbers of the workbook."""
    path = write_workbook(w, folder / "recalculated.xlsx")
    return verify_workbook(w, recalculate([path])[0]).ok


LARGE = {
    "classes": softmax_over_classes,
    "inputs": many_inputs,
    "steps": many_steps,
    "losses": many_losses,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("large")
    return {name: write_workbook(make(), folder / f"{name}.xlsx") for name, make in LARGE.items()}


@pytest.mark.parametrize("name", LARGE)
def test_ironcalc_gives_every_number_of_a_large_calculation(name, written):
    verification = verify_workbook(LARGE[name](), recalculate([written[name]])[0])
    assert verification.ok, verification


def test_libreoffice_gives_every_number_of_large_calculations(written, soffice):
    for name, values in zip(LARGE, recalculate([*written.values()], "libreoffice"), strict=True):
        verification = compare_cells(Book(LARGE[name]()).live, values)
        assert verification.ok, f"{name}: {verification}"


@pytest.mark.parametrize("name", LARGE)
def test_excel_takes_every_formula_of_a_large_calculation(name):
    book = Book(LARGE[name]())
    several = {name for name, area in book.names.items() if area.size != (1, 1)}
    for cell in book.live:
        levels, arguments = nesting(cell.formula)
        assert (len(cell.formula) <= 8192, levels <= 64, arguments <= 255) == (True,) * 3
        # The lint reads token by token, so that long formulas are left to the shorter ones.
        if len(cell.formula) < 300:
            assert faults(cell.formula, several) == [], f"{cell.place} {cell.formula}"


def test_sums_over_time_and_products_are_ranges():
    shown = {cell.title: cell.formula for cell in Book(many_losses()).live}
    assert shown["L"] == "=SUM(l_t)/300"
    shown = {cell.title: cell.formula for cell in Book(many_inputs()).live}
    assert shown["y, element 2"].count("SUMPRODUCT") == 1
    shown = {cell.title: cell.formula for cell in Book(softmax_over_classes(30)).live}
    assert len(shown["p, element 3"]) < 100


def test_the_logarithms_of_many_classes_are_a_range(tmp_path):
    few = {cell.title: cell.formula for cell in Book(softmax_over_classes(8)).live}
    assert "SUMPRODUCT" not in few["L"]
    assert few["L"].count("LN(") == 8
    w = softmax_over_classes(500)
    many = {cell.title: cell.formula for cell in Book(w).live}
    assert many["L"] == "=-SUMPRODUCT(y,LN(p*1))"
    assert recalculated(w, tmp_path)


# -- what does not fit --------------------------------------------------------------------


def test_too_many_steps_are_refused_before_the_work(tmp_path):
    w = Walkthrough("far")
    x = w.input("x", 1.0, t=1)
    w.step("y", x * 2.0, t=20_000)
    told = []
    with pytest.raises(
        UsageError,
        match=r'"far" needs 20,005 columns on a sheet for 20,000 time steps, but Excel has 16,384; '
        r"take fewer time steps or fewer units\.",
    ):
        write_workbook(w, tmp_path / "far.xlsx", progress=lambda *done: told.append(done))
    assert told == []
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="needs 20,005 columns"):
        expected_size(w)


def test_too_many_units_are_refused():
    w = Walkthrough("wide")
    w.step("y", w.input("x", [1.0], t=1) @ w.weight("W", np.ones((1, 17_000))), t=1)
    with pytest.raises(UsageError, match=r'"wide" needs 17,005 columns on a sheet, but Excel has'):
        Book(w)


def test_too_many_rows_are_refused():
    w = Walkthrough("long")
    w.weight("W", np.ones((1_048_570, 1)))
    w.step("y", w.input("x", 1.0) * 2.0)
    with pytest.raises(UsageError, match=r'"long" needs 1,048,\d+ rows on a sheet, but Excel has'):
        expected_size(w)


def test_a_formula_with_too_many_brackets_or_arguments_is_refused():
    with pytest.raises(WorkbookError, match=r"the formula of y has 65 brackets within brackets; E"):
        require_takeable("=" + "TANH(" * 65 + "A1" + ")" * 65, "y")
    require_takeable("=" + "TANH(" * 64 + "A1" + ")" * 64, "y")
    with pytest.raises(WorkbookError, match=r"the formula of y has a function of 256 arguments; E"):
        require_takeable(f"=MAX({','.join(['A1'] * 256)})", "y")
    require_takeable(f"=MAX({','.join(['A1'] * 255)})+MAX(1,2)", "y")


def test_a_softmax_of_numbers_that_have_no_name_is_refused_at_once():
    w = Walkthrough("unnamed")
    w.step("p", softmax(w.input("h", drawn(4), t=1) @ w.weight("W", drawn(4, 300))), t=1)
    with pytest.raises(WorkbookError, match=r"the formula of p at t=1 has \d+ characters; Excel"):
        Book(w)


def test_the_largest_of_more_numbers_than_a_function_takes(tmp_path):
    w = Walkthrough("largest")
    # Every second number: no range, so the cells are listed one by one.
    x = w.input("x", drawn(600))
    w.step("y", largest(*(x[k] for k in range(0, 600, 2))))
    (formula,) = (cell.formula for cell in Book(w).live if cell.title == "y")
    assert nesting(formula)[1] <= 255
    assert recalculated(w, tmp_path)


# -- deep sums ----------------------------------------------------------------------------


def test_a_sum_of_1200_terms_is_no_deeper_than_a_short_one(tmp_path):
    w = many_losses(1200)
    assert recalculated(w, tmp_path)
    twin = w.with_values({"W": [[0.25]]})
    assert float(twin["L"].value) == pytest.approx(float(w["L"].value) / 4)
    terms = [w["l", t] for t in range(1, 1201)]
    assert [q.t for q in reduce(add, terms).quantities()] == list(range(1, 1201))


@pytest.mark.parametrize("key", CALCULATIONS)
def test_all_elements_at_once_are_the_elements_one_by_one(key):
    for step in CALCULATIONS[key].build().steps:
        trees = elements(step.definition)
        assert trees.shape == step.shape
        for index in np.ndindex(step.shape):
            assert trees[index] == step.definition.scalar(index), f"{step.title} {index}"


# -- said beforehand, and meanwhile -------------------------------------------------------


@pytest.mark.parametrize("key", CALCULATIONS)
def test_the_size_is_known_beforehand(key, workbooks):
    walkthrough = CALCULATIONS[key].build()
    size = expected_size(walkthrough)
    assert size.formulas == pytest.approx(len(Book(walkthrough).live), abs=30)
    sheets = openpyxl.load_workbook(workbooks[key]).worksheets
    cells = sum(c.value is not None for sheet in sheets for row in sheet.iter_rows() for c in row)
    assert size.cells == pytest.approx(cells, rel=0.25)


def test_the_size_in_words():
    text = str(expected_size(softmax_over_classes()))
    assert text.startswith("about 34,")
    assert "12,624 of them formulas; about 2 s and 0.4 MB" in text


def test_progress_goes_from_nothing_to_the_whole(tmp_path):
    told = []
    w = softmax_over_classes(20)
    write_workbook(w, tmp_path / "w.xlsx", progress=lambda *done: told.append(done))
    done, whole = [d for d, _ in told], {whole for _, whole in told}
    assert done == sorted(done)
    assert whole == {done[-1]}
    assert len(set(done)) > 6
    assert 0 < done[0] < done[-1] / 2


def test_a_large_difference_is_as_exact_as_its_numbers(tmp_path):
    """1e9 and its neighbour are 1e-7 apart: that is no error of the engine."""
    w = Walkthrough("large")
    w.step("y", exp(w.input("x", 20.0)) * 3.1)
    write_workbook(w, tmp_path / "large.xlsx", judge={("y", None): w["y"].value * (1 + 3e-16)})


# -- time and memory ----------------------------------------------------------------------


@pytest.mark.alone
def test_25_000_cells_take_less_than_eight_times_as_long_as_plain_formulas(tmp_path):
    ratio(lstm(2, 3, True), tmp_path)  # what is loaded and remembered at first use
    cells, _, times = ratio(lstm(16, 10, False), tmp_path)
    assert 20_000 < cells < 30_000
    assert times < 8


@pytest.mark.alone
def test_time_grows_with_the_cells():
    assert alone("power([lstm(units, 10, False) for units in (8, 16, 32)], folder)") < 1.15


@pytest.mark.alone
def test_a_large_workbook_fits_into_200_megabytes():
    assert memory((32, 10, True)) < 200
