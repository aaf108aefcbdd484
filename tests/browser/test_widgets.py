"""What readers play with, in a real browser: right to 1e-9, usable by everybody, hard to break."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from book_extensions.play import write_data
from rnn_edu.calculations import CALCULATIONS, next_word_hello, this_is_an_example
from rnn_edu.calculations.this_is_an_example import W_HH, W_HY, W_XH
from rnn_edu.calculations.three_words import written_for
from rnn_edu.page import PARTS, SCRIPTS
from rnn_edu.text import adjust
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Choice
from rnn_edu.walkthrough.functions import FUNCTIONS, named, with_values
from rnn_edu.walkthrough.latex import number_text
from rnn_edu.walkthrough.replay import Replay
from rnn_edu.walkthrough.widget import PLAIN_OPERATIONS, SUMS, part_data, row_symbol, widget_data
from tests.walkthrough.all_sorts import sorts

from .conftest import HEIGHTS, open_page
from .test_pages import AXE, FEWER_ELEMENTS, RUN_AXE, SIZES, TAGS, context

EDITS = 200
TOLERANCE = 1e-9
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Play</title>
<link rel="stylesheet" href="play/play.css"><main><h1>Play</h1>
<div data-walkthrough="{key}" data-workbook="{key}.xlsx">words</div></main>
<script src="play/start.js"></script>"""
# The model as the page holds it, one edit after the other, every value after each of them.
REPLAYED = """([data, edits]) => {
  const model = new rnnEdu.Model(data);
  return JSON.stringify(edits.map(edit => ({
    fault: model.change([edit]),
    values: model.values.flatMap(value => [...value.data]),
  })));
}"""


VALUES = """data => {
  const { engine } = rnnEdu;
  return engine.evaluate(data, engine.givenAtFirst(data)).map(value => [...value.data]);
}"""


def folder_of(factory, key, attribute):
    """A folder with the scripts, the data of a calculation, and a page that asks for it so."""
    folder = factory.mktemp(key)
    shutil.copytree(SCRIPTS, folder / "play")
    write_data(folder / "play" / "data", key)
    page = PAGE.format(key=key).replace(" data-workbook", f" {attribute} data-workbook")
    (folder / "page.html").write_text(page, encoding="utf-8")
    return folder


@contextmanager
def calculation_of(browser, folder):
    """The page of a folder, its calculation ready; it complains of nothing and lacks nothing."""
    opened = context(browser)
    visit = open_page(opened, (folder / "page.html").as_uri())
    visit.page.wait_for_selector("[data-ready]")
    yield visit.page
    opened.close()
    assert not visit.errors
    assert not visit.failures


@pytest.fixture(scope="module")
def engine(browser):
    """An empty page with the scripts."""
    page = browser.new_page()
    for name in (*PARTS, "pictures", "looking", "sampling", "choosing"):
        page.add_script_tag(path=str(SCRIPTS / f"{name}.js"))
    yield page
    page.close()


def random_edits(walkthrough, seed):
    """Numbers and words changed at random, as a list for the page."""
    rng = np.random.default_rng(seed)
    given = [(at, q) for at, q in enumerate(walkthrough.quantities) if q.definition is None]
    for _ in range(EDITS):
        at, quantity = given[rng.integers(len(given))]
        if quantity.choice is None:
            place = int(rng.integers(quantity.value.size))
            yield {"at": at, "place": place, "value": float(rng.uniform(-1.5, 1.5))}
        else:
            yield {"at": at, "word": str(rng.choice([*quantity.choice.options, ""]))}


class InNumPy:
    """The same calculation in NumPy, edited in the same way."""

    def __init__(self, walkthrough):
        self.quantities = walkthrough.quantities
        self.replay = Replay(walkthrough)
        self.given = {q: q.value.copy() for q in self.quantities if q.definition is None}

    def after(self, edit):
        """All values after one more edit."""
        quantity = self.quantities[edit["at"]]
        if "word" in edit:
            choice = quantity.choice
            self.given[quantity] = Choice(edit["word"], choice.options, choice.form).value()
        else:
            self.given[quantity].reshape(-1)[edit["place"]] = edit["value"]
        values = self.replay(self.given)
        return np.concatenate([np.ravel(values[q]) for q in self.quantities])


@pytest.mark.parametrize("key", CALCULATIONS)
def test_every_value_and_gradient_after_random_edits(engine, key):
    walkthrough = CALCULATIONS[key].build()
    edits = list(random_edits(walkthrough, seed=len(key)))
    shown = json.loads(engine.evaluate(REPLAYED, [widget_data(walkthrough), edits]))
    titles = [q.title for q in walkthrough.quantities for _ in range(q.value.size)]
    numpy = InNumPy(walkthrough)
    assert len(shown) == EDITS
    for edit, found in zip(edits, shown, strict=True):
        assert found["fault"] is None, edit
        want = numpy.after(edit)
        differences = np.abs(want - found["values"]) / np.maximum(1, np.abs(want))
        worst = int(np.argmax(differences))
        assert differences[worst] <= TOLERANCE, (
            f"{titles[worst]}: {differences[worst]} after {edit}"
        )


# How far the result moves when a number moves, beside the gradient that the page shows for it.
NUDGED = """data => {
  const model = new rnnEdu.Model(data), by = 1e-5, found = [];
  const moved = edit => { model.change([edit]); return model.value(model.result); };
  for (const at of model.gradients.keys()) {
    if (!model.isField(at)) continue;
    const place = model.values[at].data.length - 1, value = model.value(at, place);
    const gradient = model.gradient(at, place);
    const up = moved({ at, place, value: value + by });
    const down = moved({ at, place, value: value - by });
    moved({ at, place, value });
    found.push([model.name(at, place), (up - down) / (2 * by), gradient]);
  }
  return found;
}"""


#: Calculations without a loss, which have no gradients.
NO_LOSS = {"two_words_in_order", "self_attention_head"}


@pytest.mark.parametrize("key", sorted(set(CALCULATIONS) - NO_LOSS))
def test_gradients_are_what_the_result_does_when_a_number_moves(engine, key):
    found = engine.evaluate(NUDGED, widget_data(CALCULATIONS[key].build()))
    assert len(found) >= 2
    for name, measured, gradient in found:
        assert measured == pytest.approx(gradient, rel=1e-5, abs=1e-8), name


# The loss at first, and after ten steps of learning at the rate that the page takes.
LEARNED = """data => {
  const model = new rnnEdu.Model(data), before = model.value(model.result);
  const rate = model.rateThatHelps(0.5, 10), same = model.value(model.result) === before;
  for (let k = 0; k < 10; k++) model.downhill(rate);
  return [model.quantities[model.result].role, same, rate, before, model.value(model.result)];
}"""


@pytest.mark.parametrize("key", sorted(set(CALCULATIONS) - NO_LOSS))
def test_learning_in_the_page_lowers_the_loss(engine, key):
    role, same, rate, before, after = engine.evaluate(
        LEARNED, widget_data(CALCULATIONS[key].build())
    )
    assert same
    if role == "loss":
        assert after < before, (key, rate)


def test_the_script_knows_every_operation_of_the_format(engine):
    names = set(engine.evaluate("rnnEdu.engine.names"))
    scripted = {name for name, function in FUNCTIONS.items() if function.scripted}
    settings = {*SUMS.values(), "spread", "slice", "place", "one_hot", "reshape", "spread_down"}
    assert names == scripted | settings | set(PLAIN_OPERATIONS.values())


def test_every_function_of_the_table_is_that_of_numpy(engine):
    grid = np.concatenate([np.linspace(-10, 10, 161), [-700.0, -30.0, -1e-7, 1e-7, 30.0, 300.0]])
    w = Walkthrough("Every function", key="functions")
    below, above = w.input("a", grid), w.input("b", np.abs(grid) + 0.25)
    for k, function in enumerate([*FUNCTIONS.values(), named("elu_0.5"), named("clip_-2.0_1.5")]):
        w.step(f"h_{k}", function(below if function.domain is None else above), note=function.name)
    found = engine.evaluate(VALUES, widget_data(w))
    for quantity, values in zip(w.quantities, found, strict=True):
        want = quantity.value
        differences = np.abs(want - values) / np.maximum(1, np.abs(want))
        assert differences.max() <= TOLERANCE, quantity.note


@pytest.mark.parametrize(
    "key",
    [
        1,
        -1,
        (slice(None), -2),
        (..., slice(1, None)),
        (slice(-2, None), ..., 0),
        slice(None, None, -1),
        (slice(2, 0, -1), slice(-9, 9, 2)),
        (slice(None), [2, 0, 2, -1]),
    ],
)
def test_the_script_takes_the_parts_that_numpy_takes(engine, key):
    whole = np.arange(60).reshape(3, 4, 5)
    found = engine.evaluate("part => rnnEdu.engine.partOf([3, 4, 5], part)", part_data(key))
    assert found == {"places": whole[key].ravel().tolist(), "shape": list(whole[key].shape)}


def test_every_operation_is_that_of_numpy(engine):
    w = sorts()
    for quantity, values in zip(w.quantities, engine.evaluate(VALUES, widget_data(w)), strict=True):
        differences = np.abs(np.ravel(quantity.value) - values) / np.maximum(1, np.abs(values))
        assert differences.max() <= TOLERANCE, quantity.title


def test_every_operation_has_its_pencil_line(engine):
    w = sorts()
    lines = engine.evaluate(PENCIL, widget_data(w))
    for quantity, line in zip(w.steps, lines, strict=True):
        value = float(quantity.value.reshape(-1)[-1])
        assert calculated(line) == pytest.approx(value, rel=1e-3, abs=1e-4), (quantity.title, line)


def test_data_of_another_format_is_refused(engine):
    data = {**widget_data(CALCULATIONS["linear_recurrence"].build()), "format": 3}
    said = engine.evaluate(
        "d => { try { new rnnEdu.Model(d) } catch (e) { return e.message } }", data
    )
    assert said == "This page's script reads format 2; the calculation is in format 3."


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0.5", 0.5), (" -2 ", -2), ("−0.25", -0.25), ("1e-3", 0.001), (".5", 0.5), ("+3.", 3)],
)
def test_numbers_are_read_as_people_write_them(engine, typed, value):
    assert engine.evaluate("t => rnnEdu.numbers.read(t)", typed) == {"value": value}


@pytest.mark.parametrize(
    "number", [0.0452104, -3.0, 1e-9, 123456.7, 1234567.0, 0.000123456789, 999999.5, -0.0, 1e22]
)
def test_numbers_are_written_as_in_the_rest_of_the_book(engine, number):
    written = engine.evaluate("x => rnnEdu.numbers.node(x).textContent", number)
    plain = f"{number:.6g}".replace("-0", "0") if number == 0 else f"{number:.6g}"
    mantissa, _, exponent = plain.partition("e")
    expected = f"{mantissa} · 10{int(exponent)}" if exponent else mantissa
    assert written == expected.replace("-", "−")


# -- the pencil line --------------------------------------------------------------------------

# The last element of every step, written out.
PENCIL = """data => {
  const model = new rnnEdu.Model(data);
  const cell = (quantity, k) => model.value(quantity, k);
  const write = x => rnnEdu.numbers.node(x);
  return model.steps(true).map(at => {
    const line = document.createElement("p");
    const last = model.element(at, model.values[at].data.length - 1);
    line.append(...rnnEdu.pencil.written(last, cell, write).nodes);
    return line.textContent;
  });
}"""


@pytest.mark.parametrize("key", CALCULATIONS)
def test_the_pencil_line_gives_the_value(engine, key):
    walkthrough = CALCULATIONS[key].build()
    lines = engine.evaluate(PENCIL, widget_data(walkthrough))
    for quantity, line in zip(walkthrough.steps, lines, strict=True):
        value = float(quantity.value.reshape(-1)[-1])
        assert calculated(line) == pytest.approx(value, rel=1e-3, abs=1e-5), (quantity.title, line)


def test_brackets_do_not_depend_on_the_sign_of_a_state(engine):
    from_word = [[-0.5, 0.021, 0.065], *W_XH[1:]]
    walkthrough = this_is_an_example([from_word, W_HH, W_HY])
    lines = engine.evaluate(PENCIL, widget_data(walkthrough))
    written = dict(zip(((q.name, q.t) for q in walkthrough.steps), lines, strict=True))
    assert walkthrough["h", 1].value[0] < 0
    assert "((" not in written["a", 2]


def calculated(line):
    """What a line such as ``tanh(0.5 · (−2))`` comes to."""
    functions = {
        name: lambda u, *values, entry=entry: with_values(entry, values).compute(np.asarray(u))
        for name, entry in {**FUNCTIONS, "σ": FUNCTIONS["sigmoid"]}.items()
    }
    functions["max"] = max
    powers = re.sub(r"(\d) · 10(−?\d+)", r"\1e\2", line)
    python = powers.replace(";", ",").replace("·", "*").replace("−", "-")
    return float(eval(python, {"__builtins__": {}}, functions))


# -- the small pictures -----------------------------------------------------------------------


def test_the_pictures_calculate_as_numpy_does(engine):
    ask = "rnnEdu.pictures.calculations"
    scores, temperature = np.array([1.5, -0.25, 3.0]), 0.7
    shares = np.exp(scores / temperature) / np.exp(scores / temperature).sum()
    found = engine.evaluate(f"([z, T]) => {ask}.softmaxAt(z, T)", [scores.tolist(), temperature])
    assert np.allclose(found, shares, rtol=0, atol=1e-12)
    bits = engine.evaluate(f"p => {ask}.entropy(p)", [*shares.tolist(), 0.0])
    assert bits == pytest.approx(-np.sum(shares * np.log2(shares)), abs=1e-12)
    assert engine.evaluate(f"{ask}.powers(-0.9, 4)") == pytest.approx((-0.9) ** np.arange(5))
    states = engine.evaluate(f"{ask}.memories(0.8, 0.5, -0.6, 3, t => t <= 2)")
    assert states == pytest.approx([-0.3, -0.54, -0.432])


@pytest.mark.parametrize("key", ["dot_attention", "additive_attention"])
def test_the_picture_of_attention_writes_and_looks_as_the_calculation_does(engine, key):
    build = CALCULATIONS[key].build
    data = widget_data(build())
    for date in (("ninth", "June", "2025"), ("third", "May", "2025")):
        ask = "([data, read]) => rnnEdu.pictures.calculations.looksWhileWriting(data, read)"
        rows = engine.evaluate(ask, [data, date])
        w = build(date=date)
        assert tuple(row["word"] for row in rows) == written_for(date)
        weights = [row["weights"] for row in rows]
        assert np.allclose(weights, w.over_time("alpha"), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("temperature", "top_k"), [(0.5, 8), (1.0, 3), (1.7, 5), (0.1, 1)])
def test_words_are_chosen_as_in_python(engine, temperature, top_k):
    given = [0.31, 0.2, 0.15, 0.12, 0.09, 0.06, 0.04, 0.03]
    ask = "([p, T, k]) => rnnEdu.pictures.calculations.adjusted(p, T, k)"
    found = engine.evaluate(ask, [given, temperature, top_k])
    want = adjust(given, temperature=temperature, top_k=top_k)
    assert np.allclose(found, want, rtol=0, atol=1e-12)


# -- the page ---------------------------------------------------------------------------------


#: The calculations of which there is a page of its own.
KEYS = (
    *("this_is_an_example", "next_word_hello", "lstm_two_documents"),
    *("backpropagation_through_time", "linear_recurrence"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page for one calculation, as it would lie on a reader's disk."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(SCRIPTS, folder / "play")
    for key in KEYS:
        write_data(folder / "play" / "data", key)
        (folder / f"{key}.html").write_text(PAGE.format(key=key), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def from_disk(browser):
    opened = context(browser)
    yield opened
    opened.close()


@pytest.fixture
def play(from_disk, folder):
    """Opens the page of a calculation; in the end the console must have been silent."""
    visits = []

    def opened(key="this_is_an_example"):
        visit = open_page(from_disk, (folder / f"{key}.html").as_uri())
        visits.append(visit)
        visit.page.wait_for_selector("[data-ready]")
        return visit.page

    yield opened
    for visit in visits:
        visit.page.close()
    assert not [fault for visit in visits for fault in (*visit.errors, *visit.failures)]


def result(page):
    return page.locator(".play-result-value").inner_text()


def shown(number):
    return f"{number:.6g}".replace("-", "−")


def test_next_and_back_go_through_the_steps(play):
    page = play()
    where, live = page.locator(".play-where"), page.locator(".play-live")
    assert "1 / 25" in where.inner_text()
    page.get_by_role("button", name="Next").click()
    assert "2 / 25" in where.inner_text()
    expect(live).to_contain_text("Step 2 of 25. h at t=1: unit 1 0.033, unit 2 0.021")
    assert "tanh(0.033) = 0.032988" in page.locator(".play-pencil").inner_text()
    page.get_by_role("button", name="Back").press("Enter")
    page.get_by_role("button", name="Back").press("Enter")
    assert "1 / 25" in where.inner_text()


def test_arrow_keys_go_through_time(play):
    page = play()
    page.locator("[aria-current=step]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("h at t=2: unit 1 0.0452")
    assert page.locator("[aria-current=step]").count() == 1


def test_a_weight_is_edited_with_the_keyboard(play):
    page = play()
    page.get_by_label("W_xh (This, unit 1)").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.5")
    W_xh = this_is_an_example()["W_xh"].value.copy()
    W_xh[0, 0] = 0.5
    assert result(page) == shown(this_is_an_example().with_values({"W_xh": W_xh})["L"].value)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    W_xh[0, 0] = 0.61
    assert result(page) == shown(this_is_an_example().with_values({"W_xh": W_xh})["L"].value)
    expect(page.locator(".play-live")).to_contain_text("W_xh (This, unit 1) is now 0.61. L went")


def test_a_word_is_picked(play):
    page = play("next_word_hello")
    page.get_by_label("word at t=4").first.select_option("are")
    want = next_word_hello("hello how are")
    assert result(page) == shown(want["L"].value)
    page.get_by_label("word at t=4").first.select_option("")
    assert result(page) == shown(want.with_values({("word", 4): ""})["L"].value)


def test_the_slider_moves_the_number_in_hand(play):
    page = play()
    page.get_by_label("W_hh (unit 2, unit 1)").focus()
    slider = page.locator("input[type=range]")
    assert "unit 2 → unit 1" in page.locator(".play-held").inner_text()
    slider.focus()
    page.keyboard.press("End")
    W_hh = this_is_an_example()["W_hh"].value.copy()
    W_hh[1, 0] = 1.0
    assert result(page) == shown(this_is_an_example().with_values({"W_hh": W_hh})["L"].value)
    assert page.get_by_label("W_hh (unit 2, unit 1)").input_value() == "1"


def map_of(page):
    """What a listener hears of every step."""
    return page.locator(".play-map button").evaluate_all("all => all.map(b => b.ariaLabel)")


def drawn_boldly(page):
    return page.locator(".play-network:not([hidden]) .play-arrows path.play-now")


def test_arrows_lead_from_everything_that_a_step_is_made_of(play):
    page = play()
    for step, operands, arrows in (("h at t=2", 1, 1), ("a at t=2", 2, 2), ("L", 4, 4)):
        page.get_by_role("grid").get_by_label(f"{step}:").click()
        assert page.locator(".play-operand").count() == operands, step
        assert drawn_boldly(page).count() == arrows, step
    box = page.get_by_label("L:").bounding_box()
    for arrow in drawn_boldly(page).all():
        end = arrow.bounding_box()
        assert box["y"] - 8 < end["y"] + end["height"] <= box["y"] + 1


def test_a_box_chooses_its_number(play):
    page = play()
    page.get_by_role("grid").get_by_label("h at t=2:").locator(".play-box").nth(1).click()
    assert page.locator(".play-pencil").inner_text().startswith("h at t=2 unit 2 = tanh(")


def test_a_number_that_is_made_of_no_other_is_said_once(play):
    page = play("backpropagation_through_time")
    page.get_by_role("button", name="Gradients").click()
    written = page.locator(".play-pencil")
    assert (written.inner_text().count("="), written.locator("strong").inner_text()) == (1, "1")


def test_a_tiny_number_is_not_shown_as_zero(play):
    shown = play().evaluate(
        """numbers => {
          const q = { formula: ["tanh"], shape: [numbers.length], role: "gradient" };
          const boxes = new rnnEdu.Boxes(q, { data: numbers }, numbers.length);
          boxes.show(numbers, size => size);
          return [...boxes.node.children].map(box => box.textContent);
        }""",
        [0.0004, -0.0004, 0.0, -0.0, 0.006],
    )
    assert shown == ["4e−4", "−4e−4", "0.00", "0.00", "0.01"]


def test_shares_fill_their_boxes_and_the_target_is_marked(play):
    page = play()
    boxes = page.get_by_label("p at t=1:").locator(".play-box")
    shares = this_is_an_example()[("p", 1)].value
    filled = boxes.evaluate_all(
        "all => all.map(b => parseFloat(b.style.getPropertyValue('--share')))"
    )
    assert filled == pytest.approx(100 * shares, abs=0.06)
    wanted = boxes.evaluate_all("all => all.map(b => b.classList.contains('play-wanted'))")
    assert wanted == [False, True, False, False]
    negative = page.get_by_label("h at t=2:").locator(".play-box.play-negative")
    assert negative.count() == int((this_is_an_example()[("h", 2)].value < 0).sum())


@pytest.mark.parametrize("size", list(SIZES))
def test_chances_are_read_in_the_drawing(play, size):
    page = play("backpropagation_through_time")
    page.set_viewport_size(SIZES[size])
    boxes = page.get_by_label("p at t=2:").locator(".play-box")
    p = CALCULATIONS["backpropagation_through_time"].build()["p", 2].value
    assert boxes.all_inner_texts() == [f"{share:.2f}" for share in p]
    clipped = """all => all.map(
      b => [parseFloat(getComputedStyle(b).fontSize), b.scrollWidth - b.clientWidth])"""
    for font, over in boxes.evaluate_all(clipped):
        assert font >= 9
        assert over <= 0
    page.set_viewport_size(SIZES["desktop"])


# Each box of the way back: the size of its number, and how much of the colour it has.
COLOURS = """([data]) => {
  const model = new rnnEdu.Model(data), found = [];
  for (const button of document.querySelectorAll(".play-network:not([hidden]) button")) {
    const [title] = button.ariaLabel.split(": ");
    const at = model.quantities.findIndex(q => q.title === title);
    const shares = [...button.querySelectorAll(".play-box")].map(
      box => parseFloat(box.style.getPropertyValue("--share")));
    found.push(...shares.map((share, k) => [Math.abs(model.value(at, k)), share]));
  }
  return found;
}"""


@pytest.mark.parametrize("key", ["backpropagation_through_time", "linear_recurrence"])
def test_the_way_back_has_one_scale_for_all_rows(play, key):
    page = play(key)
    page.get_by_role("button", name="Gradients").click()
    found = page.evaluate(COLOURS, [widget_data(CALCULATIONS[key].build())])
    sizes, shares = np.array(sorted(found)).T
    assert (np.diff(shares) >= 0).all()
    assert (shares[sizes == 0] == 0).all()
    assert (shares[sizes > 0] > 0).all()
    assert shares[-1] == 100
    assert len(set(shares)) > 10
    scale = page.locator(".play-network:not([hidden]) .play-scale")
    assert "one scale for all rows, in powers of ten; 0 is white" in scale.inner_text()


def slopes_of_the_last_loss():
    """How the loss of the last word of chapter 4 changes with each state, by hand."""
    w = CALCULATIONS["backpropagation_through_time"].build()
    h = {t: w["h", t].value for t in range(1, 5)}
    y = next(q.value for q in w.quantities if q.role == "target" and q.t == 4)
    slope = w["W_hy"].value @ (w["p", 4].value - y)
    found = {4: slope}
    for t in (3, 2, 1):
        slope = w["W_hh"].value @ (slope * (1 - h[t + 1] ** 2))
        found[t] = slope
    return [float(np.abs(found[t]).max()) for t in (1, 2, 3, 4)]


ARRIVING = {
    "backpropagation_through_time": slopes_of_the_last_loss,
    "linear_recurrence": lambda: [0.5 ** (5 - t) for t in range(1, 6)],
}


@pytest.mark.parametrize("key", ARRIVING)
def test_where_the_gradient_vanishes_is_seen_and_said(play, key):
    page = play(key)
    page.get_by_role("button", name="Gradients").click()
    want = ARRIVING[key]()
    cells = page.locator(".play-arriving .play-moved")
    shown = [number_text(size, 3).replace("e-0", "e−") for size in want]
    assert [text.removeprefix("the least: ") for text in cells.all_inner_texts()] == shown
    bars = cells.evaluate_all(
        "all => all.map(c => parseFloat(c.style.getPropertyValue('--share')))"
    )
    assert bars == pytest.approx([max(0.6, 100 * size / max(want)) for size in want], abs=0.01)
    assert page.locator(".play-arriving .play-most").inner_text().endswith(shown[0])
    said = page.locator(".play-network:not([hidden]) .play-scale").inner_text()
    assert said.endswith(f"Least arrives at t=1: {shown[0]}")


def test_a_gate_that_is_shut_is_named_and_marked(play):
    page = play("lstm_two_documents")
    said = page.locator(".play-gates")
    w = CALCULATIONS["lstm_two_documents"].build()
    gates = {q.title: q for q in w.steps if q.role == "gate"}
    least = min(gates.values(), key=lambda q: q.value.item())
    size = number_text(least.value.item(), 3)
    assert said.inner_text() == (
        f"Gates, from 0 to 1. None is shut; least open: input gate at t={least.t}, {size}"
    )
    marked = page.locator(".play-shut")
    assert marked.get_attribute("aria-label").startswith(f"{least.title}: ")
    page.get_by_text("All weights and inputs").click()
    page.get_by_label("b (forget f)").first.fill("-10")
    assert said.inner_text().endswith("Shut, below 0.1: forget gate at t=1; forget gate at t=2")
    heard = marked.evaluate_all("all => all.map(b => b.ariaLabel.split(':')[0])")
    assert heard == ["f at t=1", "f at t=2"]


def test_it_walks_by_itself_until_it_is_stopped(play):
    page = play()
    run = page.get_by_role("button", name="Run")
    run.click()
    expect(page.locator(".play-where")).to_contain_text("3 / 25")
    run.click()
    assert run.get_attribute("aria-pressed") == "false"
    stopped = page.locator(".play-where").inner_text()
    page.wait_for_timeout(1100)
    assert page.locator(".play-where").inner_text() == stopped


def test_learning_ten_times_is_ten_times_learning_a_little(play):
    found = []
    for name, times in (("Learn a little", 10), ("Learn 10 times", 1)):
        page = play()
        page.get_by_role("button", name="Gradients").click()
        assert page.locator(".play-course").is_hidden()
        for _ in range(times):
            page.get_by_role("button", name=name).click()
        points = page.locator(".play-course polyline").get_attribute("points").split()
        assert len(points) == 11
        found.append((result(page), points))
    assert found[0] == found[1]
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".play-course").is_hidden()


def test_the_next_step_in_a_row_is_t_plus_one():
    walkthrough = CALCULATIONS["backpropagation_through_time"].build()
    quantity = next(q for q in walkthrough.steps if q.name == "d_h_via_a" and q.t == 2)
    assert "{t+1}" in row_symbol(quantity)
    rows = {q["title"]: q.get("row") for q in widget_data(walkthrough)["quantities"]}
    assert rows[quantity.title] == row_symbol(quantity)


def test_rows_are_headed_by_their_symbols_at_any_time():
    walkthrough = CALCULATIONS["lstm_two_documents"].build()
    heads = [q.get("row") for q in widget_data(walkthrough)["quantities"] if "formula" in q]
    assert heads == [row_symbol(quantity) for quantity in walkthrough.steps]
    assert {"c_{t}", r"\partial L/\partial c_{t}", "L"} <= set(heads)


def test_reset_brings_everything_back(play):
    page = play()
    before = map_of(page)
    page.get_by_label("W_xh (This, unit 1)").fill("0.9")
    page.get_by_label("x at t=2").first.select_option("an")
    assert map_of(page) != before
    assert page.locator(".play-changed").count() > 0
    page.get_by_role("button", name="Reset").click()
    assert map_of(page) == before
    assert page.locator(".play-changed").count() == 0
    assert page.get_by_label("W_xh (This, unit 1)").input_value() == "0.033"


def test_gradients_on_demand_and_a_little_learning(play):
    page = play("lstm_two_documents")
    want = CALCULATIONS["lstm_two_documents"].build()
    learn = page.get_by_role("button", name="Learn a little")
    assert not learn.is_visible()
    assert page.locator(".play-slope:not(:empty)").count() == 0
    page.get_by_role("button", name="Gradients").click()
    page.locator("summary").click()
    slope = page.get_by_label("W_hy", exact=True).locator("xpath=following-sibling::span")
    gradient = want["d_W_hy"].value.item()
    assert slope.inner_text().endswith(f"{gradient:.3g}".replace("-", "−"))
    learn.click()
    moved = {q.name: q.value - 0.5 * want[f"d_{q.name}"].value for q in want.weights}
    assert result(page) == shown(want.with_values(moved)["L"].value)
    page.get_by_role("button", name="Gradients").click()
    assert not learn.is_visible()


def test_what_training_changed_is_said_when_it_has_run(play):
    page = play("backpropagation_through_time")
    said = page.locator(".play-learned")
    page.get_by_role("button", name="Gradients").click()
    assert said.is_hidden()
    page.get_by_role("button", name="Learn 10 times").click()
    assert re.fullmatch(r"Changed most: .+ by [+−]0\.\d+", said.inner_text())
    said.click()
    largest = page.locator(".play-changes-head > p").inner_text().split("The largest change: ")[1]
    assert said.is_hidden()  # with the strip; the view says it
    page.get_by_role("button", name="Network", exact=True).click()
    change = said.inner_text().split(" by ")[1]
    assert largest.endswith(f"{change}.")
    page.get_by_role("button", name="Reset").click()
    assert said.is_hidden()


BAD = {
    "abc": "“abc” is not a number. Write one such as 0.5 or -2.",
    "": "The field is empty.",
    "1e400": "1e400 is too large for a computer to hold: the limit is about 1.8e308.",
    "1,234.5": "“1,234.5” could mean two numbers. Write it without commas, such as 1234.5.",
    "0x10": "“0x10” is not a number. Write one such as 0.5 or -2.",
    "100000": "With 100000 here, e at t=1 would be larger than a computer can hold.",
}


@pytest.mark.parametrize("typed", BAD)
def test_what_is_not_a_number_is_said_and_nothing_is_lost(play, typed):
    page = play()
    page.get_by_label("z at t=1").click()
    field = page.get_by_label("W_hy (unit 3, is)")
    field.fill("0.75")
    before = result(page)
    field.fill(typed)
    field.press("Tab")
    said = page.locator(".play-problem:not(:empty)")
    assert said.inner_text() == f"{BAD[typed]} W_hy (unit 3, is) stays 0.75."
    assert said.get_attribute("id") == field.get_attribute("aria-describedby")
    assert field.input_value() == "0.75"
    assert result(page) == before
    field.fill("0.5")
    assert said.count() == 0


def test_a_comma_is_taken_as_a_decimal_point_and_that_is_said(play):
    page = play()
    field = page.get_by_label("W_xh (This, unit 1)")
    field.fill("0,5")
    with_comma = result(page)
    field.press("Tab")
    said = page.locator(".play-problem:not(:empty)")
    assert said.inner_text() == "Read as 0.5: the comma is taken as a decimal point."
    field.fill("0.5")
    assert result(page) == with_comma
    assert field.input_value() == "0.5"


# -- in the built book ------------------------------------------------------------------------

READY = "document.querySelectorAll('[data-ready]').length"
PLACES = "[data-walkthrough], [data-picture]"
IN_PLACES = {
    "include": [["[data-walkthrough]"], ["[data-picture]"]],
    "exclude": [["mjx-container"]],
}


@pytest.fixture(scope="module")
def chapters(pages: Path) -> list[str]:
    """The pages with something to play."""
    found = sorted(pages.glob("chapters/*.html"))
    return [page.relative_to(pages).as_posix() for page in found if is_to_play(page)]


def is_to_play(page: Path) -> bool:
    return "data-walkthrough=" in page.read_text(encoding="utf-8")


def come_near(page):
    """Come near every place, so that all of them are there."""
    for place in page.locator(PLACES).all():
        place.scroll_into_view_if_needed()
    page.wait_for_function(f"{READY} === document.querySelectorAll('{PLACES}').length")


# At 1280 x 900 cause and effect stand on one screen, and on a phone on two.
MOST_HEIGHT = {"desktop": 760, "phone": 1500}


@pytest.mark.parametrize("size", list(SIZES))
def test_the_way_forward_fits_on_the_screen(browser, site, size):
    opened = context(browser, size=size)
    page = open_page(opened, site + "chapters/02_rnn_by_hand.html").page
    come_near(page)
    card = page.locator(".play").first
    heights = []
    for weights in ("Untrained", "Trained"):
        card.get_by_role("button", name=weights, exact=True).click()
        for step in card.get_by_role("grid").get_by_role("button").all():
            step.locator(".play-box").first.click()
            heights.append(card.bounding_box()["height"])
    opened.close()
    assert max(heights) < MOST_HEIGHT[size], heights


@pytest.mark.parametrize(
    ("start", "size"),
    [
        *((start, "desktop") for start in ("04_", "06_", "07_", "08_", "15_", "19_")),
        *((start, "phone") for start in ("04_", "08_", "19_")),
    ],
)
def test_every_step_of_large_calculations_fits_on_the_screen(browser, site, chapters, start, size):
    [name] = [name for name in chapters if f"/{start}" in name]
    opened = context(browser, size=size)
    page = open_page(opened, site + name).page
    come_near(page)
    highest = {}
    for card in page.locator("[data-walkthrough] .play").all():
        title = card.locator(".play-title").inner_text()
        highest[title, "forwards"] = max(card.evaluate(HEIGHTS))
        for button in card.get_by_role("button", name="Gradients").all():
            button.click()
            highest[title, "back"] = max(card.evaluate(HEIGHTS))
            assert seen_in_its_window(card)
    opened.close()
    assert max(highest.values()) < MOST_HEIGHT[size], highest


HALF_A_ROW = 9  # pixels


@pytest.mark.parametrize(("start", "card"), [("04_", 0), ("08_", 0), ("19_", 0), ("19_", 1)])
def test_the_whole_way_back_is_seen_without_scrolling(browser, site, chapters, start, card):
    [name] = [name for name in chapters if f"/{start}" in name]
    opened = context(browser)
    page = open_page(opened, site + name).page
    come_near(page)
    player = page.locator("[data-walkthrough] .play").nth(card)
    player.get_by_role("button", name="Gradients").click()
    drawing = player.locator(".play-network:not([hidden]) .play-scroll")
    hidden = drawing.evaluate("d => d.scrollHeight - d.clientHeight")
    opened.close()
    assert hidden < HALF_A_ROW


def seen_in_its_window(card):
    """Whether the step in hand is in the part of the drawing that is shown."""
    window = card.locator(".play-network:not([hidden]) .play-scroll").bounding_box()
    step = card.locator(".play-map:visible [aria-current=step]").bounding_box()
    top = window["y"] - 1 <= step["y"]
    return top and step["y"] + step["height"] <= window["y"] + window["height"] + 1


def test_every_calculation_of_the_book_can_be_played_with(pages, chapters):
    found = {
        key
        for name in chapters
        for key in re.findall(r'data-walkthrough="([^"]+)"', (pages / name).read_text("utf-8"))
    }
    there = {k for k, c in CALCULATIONS.items() if (pages / f"chapters/{c.chapter}.html").is_file()}
    assert found == there


def test_on_a_phone_from_its_disk_nothing_overflows_or_complains(browser, pages, chapters):
    opened, faults = context(browser, "dark", "phone"), []
    for name in chapters:
        visit = open_page(opened, f"{pages.as_uri()}/{name}")
        come_near(visit.page)
        for open_more in (unfold, show_changes):
            open_more(visit.page)
            needed = visit.page.evaluate("document.documentElement.scrollWidth")
            faults += [f"{name} is {needed} px wide"] if needed > SIZES["phone"]["width"] else []
        faults += [f"{name}: {text}" for text in (*visit.errors, *visit.failures)]
        visit.page.close()
    opened.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("start", ["02_", "05_", "06_", "10_next"])
def test_no_barriers_closed_or_open_by_day_or_by_night(browser, site, chapters, start):
    [name] = [name for name in chapters if f"/{start}" in name]
    opened = context(browser)
    page = open_page(opened, site + name).page
    page.evaluate(AXE + "; null")
    come_near(page)
    page.evaluate(FEWER_ELEMENTS)
    found = barriers(page, TAGS)
    unfold(page)
    found += barriers(page, TAGS)
    show_changes(page)
    found += barriers(page, TAGS)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    found += barriers(page, {"type": "rule", "values": ["color-contrast"]})
    opened.close()
    assert not found, "\n".join(found)


def unfold(page):
    """Show all gradients and all that is given."""
    for button in page.get_by_role("button", name="Gradients").all():
        button.click()
    for summary in page.locator(".play-all > summary").all():
        summary.click()


def show_changes(page):
    """Let every network learn, and show what that changed in its weights."""
    for button in page.locator("[aria-label='Learn 10 times']:visible").all():
        button.click()
    for button in page.get_by_role("button", name="What changed").all():
        button.click()


def barriers(page, rules):
    """What axe objects to in the places to play."""
    page.evaluate("scrollTo(0, 0)")  # else the header of the page lies over a button by chance
    return page.evaluate(RUN_AXE, [IN_PLACES, {"runOnly": rules, "preload": False}])


# Counts what a page sets in motion by script.
COUNT_MOTION = """window.moved = 0;
const animate = Element.prototype.animate;
Element.prototype.animate = function (...all) { moved += 1; return animate.apply(this, all); };"""


def test_the_first_page_is_alive_at_once(browser, site):
    opened = browser.new_context(viewport=SIZES["desktop"])
    opened.add_init_script(COUNT_MOTION)
    page = open_page(opened, site + "intro.html").page
    page.wait_for_selector("[data-ready]")
    card = page.locator(".play")
    assert card.bounding_box()["y"] < 450
    assert card.get_by_role("button", name="Gradients").count() == 0
    assert page.evaluate("moved") == 25
    assert (
        card.get_by_role("button", name="Trained", exact=True).get_attribute("aria-pressed")
        == "true"
    )
    before = result(page)
    card.get_by_label("x at t=1").select_option("an")
    assert result(page) != before
    opened.close()


def test_nothing_moves_by_itself_where_the_reader_wants_less_motion(browser, site):
    opened = browser.new_context(reduced_motion="reduce")
    opened.add_init_script(COUNT_MOTION)
    page = open_page(opened, site + "intro.html").page
    page.wait_for_selector("[data-ready]")
    assert page.locator(".play [aria-current=step]").count() == 1
    moving = "document.querySelector('.play').getAnimations({ subtree: true }).length"
    assert page.evaluate(moving) == page.evaluate("moved") == 0
    opened.close()


def test_the_workbook_is_one_click_away(pages, browser, chapters):
    opened = context(browser)
    page = open_page(opened, f"{pages.as_uri()}/{chapters[0]}").page
    come_near(page)
    for link in page.locator("a.play-workbook").all():
        target = link.evaluate("a => a.href").removeprefix(pages.as_uri()).lstrip("/")
        assert (pages / target).is_file(), target
    opened.close()


def test_without_scripts_there_are_words(browser, pages, chapters):
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto(f"{pages.as_uri()}/{chapters[0]}")
    assert "can be played with" in page.locator("[data-walkthrough]").first.inner_text()
    opened.close()


def test_scripts_come_when_the_reader_comes_near(browser, site, chapters):
    opened = context(browser)
    visit = open_page(opened, site + chapters[1])
    parts = [address for address in visit.requests if "/play/" in address]
    assert {Path(address.split("?")[0]).name for address in parts} == {"play.css", "start.js"}
    elsewhere = open_page(opened, site + "chapters/glossary.html")
    assert not [address for address in elsewhere.requests if "/play/" in address]
    opened.close()
