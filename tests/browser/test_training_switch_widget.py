"""A network before and after training, at a switch: what it remembers of each word is seen."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from book_extensions.play import write_trained
from rnn_edu.calculations import after_training, this_is_an_example
from rnn_edu.walkthrough.latex import number_text

from .conftest import open_page
from .test_pages import context
from .test_widgets import PAGE, calculation_of, folder_of

KEY = "this_is_an_example"
# The page lets the network learn as its buttons do.
LEARNED = """(rounds) => {
  const model = new rnnEdu.Model(rnnEduWalkthroughs.this_is_an_example);
  for (let k = 0; k < rounds; k++) model.downhill(0.5);
  return Object.fromEntries(Object.keys(rnnEduTrained.this_is_an_example).map(
    at => [at, [...model.values[at].data]]));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = folder_of(tmp_path_factory, KEY, "data-trained")
    write_trained(folder / "play" / "trained", KEY)
    return folder


@pytest.fixture
def page(browser, folder):
    with calculation_of(browser, folder) as page:
        yield page


def moved_row(page):
    """The row below the drawing, without the words for listeners."""
    return [cell.evaluate("c => c.lastChild.data") for cell in page.locator(".play-moved").all()]


def moved_in_python(w):
    silent = [w.with_values({("x", t): ""}) for t in (1, 2, 3, 4)]
    sizes = [np.abs(s["h", 4].value - w["h", 4].value).max() for s in silent]
    return [number_text(float(size), 2).replace("-", "−") for size in sizes]


def test_the_row_says_which_word_changed_the_last_state_most(page):
    before, after = this_is_an_example(), after_training(this_is_an_example())
    as_written = [text.replace("e−05", "e−5") for text in moved_in_python(before)]
    assert moved_row(page) == as_written
    assert page.locator(".play-most").evaluate("c => c.cellIndex") == 4
    page.get_by_role("button", name="Trained", exact=True).press("Enter")
    assert moved_row(page) == moved_in_python(after)
    most = page.locator(".play-most")
    assert most.inner_text().startswith("the most: ")
    assert most.evaluate("c => c.cellIndex") == 3
    assert page.locator(".play-result-value").inner_text() == number_text(after["L"].value.item())
    said = "Trained: L: 0.022. Without “an”, h at t=4 moves most, by 0.065."
    expect(page.locator(".play-live")).to_have_text(said)


def test_words_stay_and_weights_go_back(page):
    trained, untrained = (
        page.get_by_role("button", name=name, exact=True) for name in ("Trained", "Untrained")
    )
    first = page.locator(".play-map").inner_text()
    page.get_by_label("x at t=1").first.select_option("an")
    trained.click()
    assert trained.get_attribute("aria-pressed") == "true"
    assert untrained.get_attribute("aria-pressed") == "false"
    want = after_training(this_is_an_example()).with_values({("x", 1): "an"})
    assert page.locator(".play-result-value").inner_text() == number_text(want["L"].value.item())
    page.get_by_label("W_xh (This, unit 1)").fill("2")
    page.get_by_role("button", name="Reset").click()
    assert page.get_by_label("W_xh (This, unit 1)").input_value() == "-1.235"
    assert page.get_by_label("x at t=1").first.input_value() == "This"
    untrained.click()
    assert page.locator(".play-map").inner_text() == first
    assert page.locator(".play-changed").count() == 0


def test_what_training_changed_is_seen_and_can_be_undone(page):
    view = page.get_by_role("button", name="What changed")
    view.click()
    shown, back = page.locator(".play-changes"), page.get_by_role("button", name="Back to the old")
    assert "No weight has changed yet" in shown.inner_text()
    assert back.get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Trained", exact=True).click()
    before, after = this_is_an_example(), after_training(this_is_an_example())
    cells = shown.locator("td:has(b)").all_inner_texts()
    read = [[float(n) for n in re.findall(r"[-+]?\d[\d.]*", c.replace("−", "-"))] for c in cells]
    olds = np.concatenate([q.value.ravel() for q in before.weights])
    news = np.concatenate([q.value.ravel() for q in after.weights])
    assert np.allclose(read, np.array([news - olds, olds, news]).T, rtol=6e-3, atol=0)
    assert "L is 0.022; with the old weights it would be 1.04." in shown.inner_text()
    assert "W_hy (unit 2, an), −2.15" in shown.inner_text()
    back.click()
    untrained = page.get_by_role("button", name="Untrained", exact=True)
    assert untrained.get_attribute("aria-pressed") == "true"
    assert "No weight has changed yet" in shown.inner_text()
    page.get_by_role("button", name="Next").click()
    assert shown.is_hidden()
    assert page.locator(".play-result-value").inner_text() == number_text(before["L"].value.item())


def test_the_page_would_learn_the_same_weights(page):
    learned = page.evaluate(LEARNED, 100)
    quantities = after_training(this_is_an_example()).quantities
    assert len(learned) == 3
    for at, numbers in learned.items():
        assert np.allclose(quantities[int(at)].value.ravel(), numbers, rtol=0, atol=5.001e-4)


def test_without_the_mark_there_is_no_switch(browser, folder):
    plain = PAGE.format(key=KEY)
    (folder / "plain.html").write_text(plain, encoding="utf-8")
    opened = context(browser)
    page = open_page(opened, (folder / "plain.html").as_uri()).page
    page.wait_for_selector("[data-ready]")
    assert page.get_by_role("button", name="Trained").count() == 0
    assert page.locator(".play-moved").count() == 0
    opened.close()
