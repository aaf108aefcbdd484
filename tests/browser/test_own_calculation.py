"""A calculation that a reader brings as a file: opened in the page, or refused in one sentence."""

from __future__ import annotations

import json
import shutil

import pytest
from playwright.sync_api import expect

from rnn_edu.calculations import CALCULATIONS, this_is_an_example
from rnn_edu.marking.page_data import mistakes_data
from rnn_edu.page import SCRIPTS
from rnn_edu.walkthrough.widget import widget_data

from .conftest import open_page
from .test_pages import context

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Open</title>
<link rel="stylesheet" href="play/play.css"><link rel="stylesheet" href="play/writer.css">
<main class="bd-article"><h1>Open</h1><div data-own>words</div></main>
<script src="play/start.js"></script>"""
CHECK = """data => {
  try { rnnEdu.savedFile.check(data); return ""; } catch (error) { return error.message; }
}"""
DROP = """([text, name]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text.repeat(name === "large.json" ? 1e6 : 1)], name));
  const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
  document.querySelector(".writer-drop").dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def visit(browser, tmp_path_factory):
    """The page from a disk; in the end it must have asked for nothing else."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(SCRIPTS, folder / "play")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    opened = context(browser)
    visit = open_page(opened, (folder / "page.html").as_uri())
    visit.page.wait_for_selector("[data-ready]")
    file = {"name": "chosen.json", "mimeType": "", "buffer": json.dumps(example()).encode()}
    visit.page.get_by_label("Drop the file").set_input_files(file)
    expect(visit.page.get_by_role("status").first).to_contain_text("“chosen.json” is open")
    yield visit
    opened.close()
    assert not [*visit.errors, *visit.failures]
    assert not [address for address in visit.requests if not address.startswith("file:")]


def example(**changes):
    return widget_data(this_is_an_example()) | changes


def with_quantity(at, **changes):
    data = example()
    data["quantities"][at] |= changes
    return data


def test_a_dropped_file_is_shown_and_can_be_played_with(visit):
    visit.page.evaluate(DROP, [json.dumps(example()), "calculation.json"])
    expect(visit.page.locator(".play-map")).to_be_visible()
    expect(visit.page.get_by_role("status").first).to_have_text(
        "“calculation.json” is open: This is an example. The file has no rules for marking, so "
        "the card cannot offer “Try it yourself”."
    )
    assert visit.page.get_by_role("button", name="Try it yourself").count() == 0
    visit.page.get_by_role("button", name="Next").click()
    assert "2 / 25" in visit.page.locator(".play-where").inner_text()


def test_a_file_with_rules_marks_the_readers_own_number(visit):
    visit.page.evaluate(DROP, [json.dumps(with_rules()), "explained.json"])
    expect(visit.page.get_by_role("status").first).to_have_text(
        "“explained.json” is open: This is an example."
    )
    step = visit.page.get_by_role("grid").get_by_label("h at t=2:").locator(".play-box").first
    step.click()
    visit.page.get_by_role("button", name="Try it yourself").click()
    for number, said in (("0.045180", "Right."), ("0.045210", "tanh was not applied")):
        step.click()
        visit.page.get_by_label("Your number for h at t=2").fill(number)
        visit.page.get_by_role("button", name="Check").click()
        expect(visit.page.locator(".play-verdict")).to_contain_text(said)


def with_rules(**changes):
    return example(mistakes=mistakes_data(this_is_an_example()) | changes)


def with_rules_of_a_step(**changes):
    data = with_rules()
    data["mistakes"]["steps"][FORMULA] |= changes
    return data


def outer_product(size):
    """A sum of more numbers than any page can hold, in a small file."""
    names = {"symbol": "x", "note": "", "t": None}
    given = {"name": "x", "title": "x", "role": "input", "shape": [size], "value": [0] * size}
    step = {"name": "y", "title": "y", "role": "step", "shape": []}
    step["formula"], step["latex"] = ["sum", ["outer", 0, 0]], "x"
    return example(quantities=[given | names, step | names], result=1)


FORMULA = next(k for k, q in enumerate(example()["quantities"]) if "formula" in q)
BAD = {
    "damaged": ('{"format": 2, "quantities": [', "it is damaged, or no JSON."),
    "none": ("[1, 2, 3]", "it holds no calculation that python -m rnn_edu explain has saved."),
    "a list": ("null", "it holds no calculation that python -m rnn_edu explain has saved."),
    "later": (json.dumps(example(format=7)), "it was written by a later version of the book "),
    "large": ("[[0,0,0]]", "it has 9.0 MB; the page opens up to 8."),
    "shape": (json.dumps(with_quantity(0, shape=[99999, 99999])), "numbers; the page shows up to"),
    "misfit": (json.dumps(with_quantity(0, value=[1.0])), "should have 12 numbers and has not."),
    "link": (json.dumps(with_quantity(0, symbol=r"\href{javascript:0}{W}")), "has a command that"),
    "rules": (json.dumps(with_rules(symbols=[])), "its rules for marking are damaged."),
    "no rules": (json.dumps(with_rules(steps={})), "its rules for marking are damaged."),
    "digits": (
        json.dumps(with_rules_of_a_step(decimals="six")),
        "its rules for marking are damaged.",
    ),
    "bad rule": (
        json.dumps(with_rules_of_a_step(mistakes=[[0, 0, ["alert", 0]]])),
        "it uses the operation “alert”, which this page does not know.",
    ),
    "circle": (json.dumps(with_quantity(FORMULA, formula=FORMULA)), "that is not there."),
    "unknown": (json.dumps(with_quantity(FORMULA, formula=["alert", 0])), "operation “alert”"),
    "huge": (json.dumps(outer_product(90_000)), "would have more numbers than a page can hold."),
    "endless": (
        json.dumps(example(functions={"f": ["f", "u"]}) | {"result": 1}),
        "a formula in it is nested too deeply.",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_shown_is_said_and_what_is_shown_stays(visit, kind):
    text, reason = BAD[kind]
    visit.page.evaluate(DROP, [text, f"{kind}.json"])
    said = visit.page.get_by_role("status").first
    expect(said).to_contain_text(f"“{kind}.json” cannot be shown: ")
    expect(said).to_contain_text(reason)
    assert visit.page.locator(".play-map").first.is_visible()


def test_every_calculation_of_the_book_passes_the_check(visit):
    for key, calculation in CALCULATIONS.items():
        walkthrough = calculation.build()
        data = widget_data(walkthrough) | {"mistakes": mistakes_data(walkthrough)}
        assert visit.page.evaluate(CHECK, data) == "", key
