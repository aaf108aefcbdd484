"""One cell as a circuit: between the whole network and a single number."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.marking.page_data import mistakes_json
from rnn_edu.networks import LSTM, Dense, Input, Network
from rnn_edu.page import PARTS, SCRIPTS, write_page
from rnn_edu.walkthrough.latex import number_text
from rnn_edu.walkthrough.widget import widget_data

from .conftest import HEIGHTS, open_page
from .test_pages import AXE, RUN_AXE, SIZES, TAGS, context
from .test_widgets import MOST_HEIGHT, come_near

#: The calculations with a cell that is drawn, and how many time steps each has.
CELLS = {
    "lstm_two_documents": 2,
    "lstm_published": 2,
    "gru_two_documents": 2,
    "gru_reset_before": 2,
}
FOUND = """data => {
  const model = new rnnEdu.Model(data);
  return JSON.stringify(rnnEdu.cellsOf(model).map(cell => ({
    t: cell.t, numbers: cell.numbers,
    operations: Object.fromEntries(Object.entries(cell.operations).map(([name, [step, formula]]) =>
      [name, [step, [...rnnEdu.engine.calculate(formula, model.values, {}).data]]])),
  })));
}"""


@pytest.fixture(scope="module")
def found(browser):
    """The cells of every calculation, with what their operations come to."""
    page = browser.new_page()
    for name in PARTS:
        page.add_script_tag(path=str(SCRIPTS / f"{name}.js"))
    data = {key: widget_data(c.build()) for key, c in CALCULATIONS.items()}
    yield {key: json.loads(page.evaluate(FOUND, each)) for key, each in data.items()}
    page.close()


def test_lstm_and_gru_have_cells_and_nothing_else(found):
    assert {key: len(cells) for key, cells in found.items() if cells} == CELLS


@pytest.mark.parametrize("key", CELLS)
def test_every_operation_is_that_of_numpy(found, key):
    w = CALCULATIONS[key].build()
    for cell in found[key]:
        value = {name: w.quantities[at].value for name, at in cell["numbers"].items()}
        came_to = {name: numbers for name, (_, numbers) in cell["operations"].items()}
        for name, want in operations(value, w, cell["t"], key).items():
            assert came_to.pop(name) == pytest.approx(np.ravel(want), rel=1e-12), (name, cell["t"])
        assert not came_to
        assert (value["x"] == w["x", cell["t"]].value).all()
        before = {name: v for name, v in value.items() if name.endswith("_before")}
        for name, numbers in before.items():
            assert (numbers == w[name[0], cell["t"] - 1].value).all()


def operations(value, w, t, key):
    """What the operations of a cell come to, from its own numbers."""
    if "f" in value:
        keep, write = value["f"] * value["c_before"], value["i"] * value["c_tilde"]
        squash = np.tanh(value["c"])
        out = value["o"] * squash
        return {"keep": keep, "write": write, "sum": keep + write, "squash": squash, "out": out}
    keep, rest = value["z"] * value["h_before"], 1 - value["z"]
    write = rest * value["h_tilde"]
    if key == "gru_reset_before":
        reset = value["r"] * value["h_before"]
    else:
        W_h, b = w["W_h"].value, w["b"].value
        reset = value["r"] * (value["h_before"] @ W_h[:, -2:] + b[1, -2:])
    return {"keep": keep, "rest": rest, "write": write, "sum": keep + write, "reset": reset}


# -- the page ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cell")
    for key in ("lstm_two_documents", "gru_two_documents"):
        w = CALCULATIONS[key].build()
        rules = mistakes_json(w)
        write_page(w, folder / f"{key}.html", parts=["play"], mistakes_json=rules)
    rng = np.random.default_rng(3)
    network = Network.sequential(Input((None, 2)), LSTM(6), Dense(1))
    weights = [rng.normal(size=s) for s in ((2, 24), (6, 24), (24,), (6, 1), (1,))]
    large = network.walkthrough(weights, rng.normal(size=(3, 2)))
    write_page(large, folder / "large.html", parts=["play"])
    return folder


@pytest.fixture
def cell(browser, folder):
    """Opens the page of a calculation, with a cell in view; the console stays silent."""
    visits = []

    def opened(key, mode="light", size="desktop"):
        visit = open_page(context(browser, mode, size), (folder / f"{key}.html").as_uri())
        visits.append(visit)
        visit.page.wait_for_selector("[data-ready]")
        visit.page.get_by_role("button", name="Cell", exact=True).press("Enter")
        expect(visit.page.locator(".play-cell")).to_be_visible()
        return visit.page

    yield opened
    for visit in visits:
        visit.page.context.close()
    assert not [fault for visit in visits for fault in (*visit.errors, *visit.failures)]


def part_of(page, beginning):
    """The part of the circuit that a listener hears so."""
    return page.locator(f'.play-cell button[aria-label^="{beginning}"]')


def test_numbers_stand_in_the_circuit_and_lead_to_their_products(cell):
    page, w = cell("lstm_two_documents"), CALCULATIONS["lstm_two_documents"].build()
    expect(page.locator(".play-map")).to_be_hidden()
    circuit = page.get_by_role("group", name="The cell lstm at t=1")
    for name in ("i", "f", "o", "c_tilde", "c", "h", "a_f"):
        part = part_of(page, f"{name} at t=1:")
        shown = number_text(w[name, 1].value.item(), 3).replace("-", "−")
        assert part.locator(".play-box").inner_text() == shown
    part_of(page, "f at t=1:").press("Enter")
    assert "f at t=1" in page.locator(".play-pencil").inner_text()
    assert page.locator(".play-cell [aria-current=step]").count() == 1
    kept = (w["f", 1].value * w["c", 0].value).item()
    product = circuit.get_by_role("button", name=f"×: {kept:g}, on the way to c at t=1")
    product.click()
    assert "c at t=1" in page.locator(".play-pencil").inner_text()
    assert page.locator(".play-cell-now").count() == 3
    assert page.locator(".play-cell path.play-now").count() == 7
    assert page.locator(".play-cell .play-operand").count() == 4
    page.get_by_role("button", name="Network", exact=True).click()
    expect(page.locator(".play-map").first).to_be_visible()
    expect(page.locator(".play-cell")).to_be_hidden()


def test_one_goes_through_time_with_the_same_part_in_hand(cell):
    page = cell("gru_two_documents")
    part_of(page, "r at t=1:").click()
    earlier, later = (
        page.get_by_role("button", name=f"The cell one step {w}") for w in ("earlier", "later")
    )
    assert earlier.get_attribute("aria-disabled") == "true"
    later.press("Enter")
    expect(later).to_be_focused()
    assert later.get_attribute("aria-disabled") == "true"
    assert page.get_by_role("group", name="The cell gru at t=2").is_visible()
    current = page.locator(".play-cell [aria-current=step]")
    assert current.get_attribute("aria-label").startswith("r at t=2: ")
    earlier.click()
    assert current.get_attribute("aria-label").startswith("r at t=1: ")
    for _ in range(20):  # the cell follows the steps, and stays when they leave it
        page.evaluate("document.querySelectorAll('.play-main')[1].click()")
    assert page.get_by_role("group", name="The cell gru at t=2").is_visible()
    assert page.locator(".play-cell [aria-current=step]").count() == 0


def test_an_edit_reaches_the_circuit_and_gradients_stand_below_the_numbers(cell):
    page, w = cell("lstm_two_documents"), CALCULATIONS["lstm_two_documents"].build()
    page.get_by_text("All weights and inputs").click()
    b = w["b"].value.copy()
    b[1] = 2.5
    page.locator(".play-givens").get_by_label("b (forget f)").fill("2.5")
    edited = w.with_values({"b": b})
    gate = part_of(page, "f at t=1:")
    assert gate.locator(".play-box").inner_text() == number_text(edited["f", 1].value.item(), 3)
    page.get_by_role("button", name="Gradients").click()
    state = part_of(page, "h at t=")
    t = int(state.get_attribute("aria-label")[7])
    slope = number_text(edited["d_h", t].value.item(), 2).replace("-", "−")
    assert state.locator(".play-cell-slope").inner_text() == slope
    assert state.get_attribute("aria-label").endswith(f"; gradient {slope}")


def test_what_is_tried_is_hidden_here_too(cell):
    page, w = cell("lstm_two_documents"), CALCULATIONS["lstm_two_documents"].build()
    page.get_by_role("button", name="Try it yourself").click()
    part_of(page, "h at t=1:").click()
    heard = page.locator(".play-cell button").evaluate_all("all => all.map(b => b.ariaLabel)")
    hidden = number_text(w["h", 1].value.item(), 2).replace("-", "−")
    assert "h at t=1: one number for you to work out" in heard
    assert not [text for text in heard if hidden in text]
    assert hidden not in page.locator(".play-cell").inner_text()


def test_many_units_are_colours(cell):
    page = cell("large")
    part = part_of(page, "f at t=1:")
    assert part.locator(".play-box").count() == 6
    assert part.inner_text().strip().endswith("1 shut, 1 open")


def test_a_gate_that_is_shut_says_so(cell):
    page = cell("lstm_two_documents")
    gate = part_of(page, "f at t=1:").locator(".play-cell-word")
    assert gate.inner_text() == ""
    page.locator(".play-all > summary").click()
    bias = page.get_by_label("b (forget f)").last
    for number, word in (("-10", "shut"), ("10", "open"), ("0.1", "")):
        bias.fill(number)
        assert gate.inner_text() == word
        assert ("; " + word in part_of(page, "f at t=1:").get_attribute("aria-label")) == bool(word)


@pytest.mark.parametrize("key", ["lstm_two_documents", "gru_two_documents"])
@pytest.mark.parametrize(("mode", "size"), [("light", "desktop"), ("dark", "phone")])
def test_no_barriers_and_it_fits(cell, key, mode, size):
    page = cell(key, mode, size)
    page.get_by_role("button", name="Gradients").click()
    page.evaluate(AXE + "; null")
    found = page.evaluate(RUN_AXE, [{"include": [[".play"]]}, {"runOnly": TAGS}])
    assert not found, "\n".join(found)
    assert page.locator("i.play-math").all_inner_texts() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("chapter", ["06_lstm_by_hand", "07_gru_by_hand"])
def test_a_cell_fits_on_the_screen_there_and_back(browser, site, chapter, size):
    opened = context(browser, size=size)
    page = open_page(opened, f"{site}chapters/{chapter}.html").page
    come_near(page)
    card = page.locator(".play").first
    card.get_by_role("button", name="Cell", exact=True).click()
    heights = card.evaluate(HEIGHTS)
    card.get_by_role("button", name="Gradients").click()
    heights += card.evaluate(HEIGHTS)
    opened.close()
    assert len(heights) > 40
    assert max(heights) < MOST_HEIGHT[size], heights
