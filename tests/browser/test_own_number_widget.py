"""A reader's own number in the page: marked as Python marks it, in place, for everybody."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from book_extensions.play import write_data, write_mistakes
from rnn_edu.calculations import CALCULATIONS
from rnn_edu.marking import WRONG, blanks_of, mark, page_data
from rnn_edu.marking.mistakes import variants
from rnn_edu.marking.scene import Scene, tolerance_for
from rnn_edu.page import PARTS, SCRIPTS, write_page
from rnn_edu.walkthrough.widget import widget_data

from .conftest import open_page
from .test_pages import AXE, RUN_AXE, SIZES, TAGS, context
from .test_widgets import PAGE

#: Each kind of cell, gradients, attention, and softmax.
MARKED = (
    *("this_is_an_example", "lstm_two_documents", "gru_two_documents", "gru_reset_before"),
    *("dot_attention", "backpropagation_through_time", "min_lstm_two_documents"),
)
#: Steps of each calculation, and planted numbers of each step.
STEPS, NUMBERS = 8, 14

VERDICTS = """([data, rules, planted]) => {
  const marker = new rnnEdu.Marker(new rnnEdu.Model(data), rules);
  return JSON.stringify(planted.map(([at, place, number]) => {
    const { verdict, decimals, mistake } = marker.mark(at, place, number);
    return [verdict, decimals, mistake && mistake.kind, mistake && mistake.sentence];
  }));
}"""


@pytest.fixture(scope="module")
def engine(browser):
    """An empty page with the scripts."""
    page = browser.new_page()
    for name in PARTS:
        page.add_script_tag(path=str(SCRIPTS / f"{name}.js"))
    yield page
    page.close()


def planted(walkthrough, rng):
    """Numbers that readers may write: mistakes, roundings, slips of the pen, and anything."""
    steps = [q for q in walkthrough.steps if q.value.size]
    for k in rng.choice(len(steps), size=min(STEPS, len(steps)), replace=False):
        step = steps[k]
        index = tuple(int(rng.integers(size)) for size in step.shape)
        wanted = float(step.value[index])
        seen = Scene(walkthrough, {}, walkthrough.steps)
        wrong = [float(formula.value[index]) for _, formula in variants(seen, step)]
        wrong = list(rng.permutation(wrong)[: NUMBERS - 8]) if wrong else []
        slips = [wanted * 10, -wanted, exchanged(wanted), float(rng.normal())]
        elsewhere = float(steps[int(rng.integers(len(steps)))].value.flat[0])
        for number in [*wrong, *slips, elsewhere, wanted]:
            yield step, index, round(number, int(rng.integers(2, 9)))


def exchanged(number):
    """Two of its digits in the other order."""
    text = f"{number:.6f}"
    return float(text[:-3] + text[-2] + text[-3] + text[-1])


def in_python(walkthrough, step, index, number):
    """The verdict of the rules that mark worksheets, of one number among right ones."""
    blanks = blanks_of(walkthrough.steps)
    [blank] = [b for b in blanks if b.quantity is step and b.index == index]
    decimals = tolerance_for([step]).decimals
    marks = mark(walkthrough, blanks, {blank.number: number}, decimals=decimals)
    marked = marks.marked[blank.number - 1]
    mistake = marks.mistake if marked.verdict == WRONG else None
    return [marked.verdict, marked.decimals, mistake and mistake.kind, mistake and mistake.sentence]


@pytest.mark.parametrize("key", MARKED)
def test_the_page_marks_as_python_does(engine, key):
    walkthrough = CALCULATIONS[key].build()
    numbers = list(planted(walkthrough, np.random.default_rng(len(key))))
    at = {q: k for k, q in enumerate(walkthrough.quantities)}
    asked = [
        [at[step], int(np.ravel_multi_index(index, step.shape)) if index else 0, number]
        for step, index, number in numbers
    ]
    rules = json.loads(page_data.mistakes_json(walkthrough))
    found = json.loads(engine.evaluate(VERDICTS, [widget_data(walkthrough), rules, asked]))
    want = [in_python(walkthrough, *each) for each in numbers]
    differing = [
        (n[0].title, *n[1:], w, f) for n, w, f in zip(numbers, want, found, strict=True) if w != f
    ]
    assert not differing, "\n".join(map(str, differing))
    assert len({w[2] for w in want}) >= 6, "too few kinds of mistakes were planted"


# -- the page ---------------------------------------------------------------------------------

KEY = "this_is_an_example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page of a calculation as it would lie on a reader's disk."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(SCRIPTS, folder / "play")
    write_data(folder / "play" / "data", KEY)
    write_mistakes(folder / "play" / "mistakes", KEY)
    (folder / f"{KEY}.html").write_text(PAGE.format(key=KEY), encoding="utf-8")
    return folder


@pytest.fixture
def play(browser, folder):
    """Opens the page, with the step that is named in hand; the console stays silent."""
    visits = []

    def opened(step, mode="light", size="desktop"):
        visit = open_page(context(browser, mode, size), (folder / f"{KEY}.html").as_uri())
        visits.append(visit)
        page = visit.page
        page.wait_for_selector("[data-ready]")
        page.get_by_role("button", name="Try it yourself").click()
        expect(page.locator(".play-own")).to_be_visible()
        page.get_by_role("grid").get_by_label(f"{step}:").locator(".play-box").first.click()
        return page

    yield opened
    for visit in visits:
        visit.page.context.close()
    assert not [fault for visit in visits for fault in (*visit.errors, *visit.failures)]


def handed_in(page, number):
    """What is said of a number that is typed."""
    field = page.get_by_role("textbox", name="Your number for")
    field.fill(number)
    field.press("Enter")
    return page.locator(".play-verdict").inner_text()


@pytest.fixture(scope="module")
def example():
    return CALCULATIONS[KEY].build()


def test_a_mistake_is_named_in_place(play, example):
    page = play("h at t=2")
    inside = example["a", 2].value[0]
    assert handed_in(page, f"{inside:.6f}") == (
        f"{inside:.5g} is not what belongs there. "
        "It looks as if the activation was left out: tanh was not applied."
    )
    assert "the sign is the wrong way round" in handed_in(page, f"{-np.tanh(inside):.6f}")
    assert handed_in(page, "0.9").endswith("none of the mistakes that are known here.")
    assert handed_in(page, "abc") == "“abc” is not a number. Write one such as 0.5 or -2."
    assert handed_in(page, "") == "The field is empty."
    assert page.locator(".play-pencil").is_hidden()


def test_a_right_number_is_revealed_and_a_rounded_one_says_how_far(play, example):
    page = play("h at t=2")
    first, second, _ = example["h", 2].value
    assert handed_in(page, f"{first:.4f}") == "Right to 4 decimals."
    assert f"{first:.6g}" in page.locator(".play-pencil").inner_text()
    page.locator(".play-elements button").nth(1).click()
    assert page.locator(".play-pencil").is_hidden()
    assert page.get_by_role("textbox", name="Your number for").input_value() == ""
    assert handed_in(page, f"{second:.6f}".replace(".", ",")).startswith("Right. Read as -0.0834")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".play-verdict")).to_have_text("Here it is, worked out.")
    assert page.locator(".play-pencil").is_visible()


def test_nothing_betrays_the_number(play, example):
    page = play("L")
    loss = f"{float(example['L'].value):.6g}"
    everything = "document.querySelector('.play').outerHTML"
    assert loss not in page.evaluate(everything)
    assert loss[:4] not in page.locator(".play").inner_text()
    heard = page.get_by_role("grid").get_by_label("L:").get_attribute("aria-label")
    assert heard == "L: one number for you to work out"
    expect(page.locator(".play-live")).to_contain_text("L: one number for you to work out")
    page.get_by_label("x at t=1").first.select_option("an")
    expect(page.locator(".play-live")).to_contain_text("L is for you to work out.")
    page.get_by_role("grid").get_by_label("h at t=1:").click()
    boxes = page.get_by_role("grid").get_by_label("h at t=1:").locator(".play-box")
    assert boxes.all_inner_texts() == ["?", "?", "?"]
    assert page.locator(".play-elements .play-figure").all_inner_texts() == ["?", "?", "?"]


def test_other_numbers_are_marked_by_what_they_are_now(play, example):
    page = play("a at t=1")
    field = page.get_by_label("W_xh (This, unit 1)")
    field.fill("0.5")
    assert handed_in(page, f"{example['a', 1].value[0]:.6f}").startswith("0.033 is not what")
    assert handed_in(page, "0.5") == "Right."
    field.fill("0.25")
    assert page.locator(".play-verdict").inner_text() == ""
    assert page.locator(".play-pencil").is_hidden()


def test_the_rules_come_when_they_are_asked_for(browser, folder):
    opened = context(browser)
    visit = open_page(opened, (folder / f"{KEY}.html").as_uri())
    visit.page.wait_for_selector("[data-ready]")
    assert not [address for address in visit.requests if "/mistakes/" in address]
    button = visit.page.get_by_role("button", name="Try it yourself")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert [address for address in visit.requests if "/mistakes/" in address]
    button.press("Enter")
    expect(visit.page.locator(".play-own")).to_be_hidden()
    expect(visit.page.locator(".play-pencil")).to_be_visible()
    opened.close()


def test_without_the_rules_nothing_is_hidden(browser, folder):
    opened = context(browser)
    opened.route("**/mistakes/*", lambda route: route.abort())
    page = open_page(opened, (folder / f"{KEY}.html").as_uri()).page
    page.wait_for_selector("[data-ready]")
    page.get_by_role("button", name="Try it yourself").click()
    expect(page.locator(".play-live")).to_contain_text("The rules for marking cannot be read")
    assert page.locator(".play-hidden").count() == 0
    opened.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_no_barriers_and_it_fits(browser, tmp_path_factory, mode, size):
    # A page of its own has all colours; the book's page is looked at with all others.
    walkthrough = CALCULATIONS["lstm_two_documents"].build()
    path = write_page(
        walkthrough,
        tmp_path_factory.mktemp("own") / "lstm.html",
        parts=["play"],
        mistakes_json=page_data.mistakes_json(walkthrough),
    )
    opened = context(browser, mode, size)
    visit = open_page(opened, path.as_uri())
    page = visit.page
    page.get_by_role("button", name="Gradients").click()
    page.get_by_role("button", name="Try it yourself").click()
    expect(page.locator(".play-own")).to_be_visible()
    assert "is not what belongs there." in handed_in(page, "0.123456")
    page.evaluate(AXE + "; null")
    found = page.evaluate(RUN_AXE, [{"include": [[".play"]]}, {"runOnly": TAGS}])
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert visit.requests == [path.as_uri()]
    assert not visit.errors
    opened.close()
