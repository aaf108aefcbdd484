"""What a step is made of is seen without scrolling; where it cannot be, that is shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import open_page
from .test_pages import SIZES, context
from .test_widgets import come_near

# At every step of a way, the parts whose numbers are cut off: [step, part, is it shown that there
# is more]. The drawing follows the step in hand by itself.
CUT_OFF = """async card => {
  const [back, next] = card.querySelectorAll(".play-main"), found = [];
  const parts = [".play-stage > .play-fitted", ".play-elements", ".play-network .play-fitted"];
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  while (back.ariaDisabled !== "true") back.click();
  for (;;) {
    for (const part of parts) for (const node of card.querySelectorAll(part)) {
      if (!node.offsetHeight || node.scrollHeight <= node.clientHeight + 1) continue;
      await drawn();
      const step = card.querySelector(".play-where").textContent;
      found.push([step, part, node.classList.contains("play-more-below") || node.scrollTop > 0]);
    }
    if (next.ariaDisabled === "true") return found;
    next.click();
  }
}"""
# Rows of numbers that are wider than their place.
TOO_WIDE = """card => [...card.querySelectorAll(".play-panel .play-scroll")]
  .filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.textContent)"""
FORWARD = ("intro", *(f"chapters/{n}" for n in ("02_", "04_", "07_", "10_next", "19_")))
# The drawing of additive attention has fifteen rows, and a row of scores written out.
FIFTEEN_ROWS = "Attention with a sum inside a tanh"


def address(pages, start):
    [found] = pages.glob(f"{start}*.html")
    return found.relative_to(pages).as_posix()


def cards(browser, site, pages, start, size):
    opened = context(browser, size=size)
    page = open_page(opened, site + address(pages, start)).page
    come_near(page)
    yield from page.locator("[data-walkthrough] .play").all()
    opened.close()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("start", FORWARD)
def test_no_number_of_a_step_is_cut_off_on_the_way_forward(browser, site, pages, start, size):
    faults = []
    for card in cards(browser, site, pages, start, size):
        title = card.locator(".play-title").inner_text()
        for step, part, cue in card.evaluate(CUT_OFF):
            if title.endswith(FIFTEEN_ROWS) and "network" in part and cue:
                continue
            faults.append((title, step, part))
    assert not faults


@pytest.mark.parametrize("start", ["chapters/04_", "chapters/15_"])
def test_what_is_cut_off_on_the_way_back_says_so(browser, site, pages, start):
    for card in cards(browser, site, pages, start, "desktop"):
        card.get_by_role("button", name="Gradients").click()
        found = card.evaluate(CUT_OFF)
        assert found
        assert all(cue for _, _, cue in found), found


def test_a_vector_is_never_wider_than_a_phone(browser, site, pages):
    for card in cards(browser, site, pages, "chapters/04_", "phone"):
        card.get_by_role("button", name="Gradients").click()
        card.get_by_role("grid").get_by_label("d_b_y:").click()
        assert card.locator(".play-panel").count() == 4
        assert card.evaluate(TOO_WIDE) == []


def test_the_first_step_of_the_first_page_stands_side_by_side(browser, site, pages):
    for card in cards(browser, site, pages, "intro", "desktop"):
        card.evaluate(CUT_OFF)
        card.get_by_role("grid").get_by_label("a at t=1:").click()
        tops = card.locator(".play-panel").evaluate_all("all => all.map(p => p.offsetTop)")
        assert len(tops) == 3
        assert max(tops) - min(tops) < 20
        assert card.get_by_role("button", name="all").count() == 0
        assert card.evaluate(TOO_WIDE) == []


def test_a_folded_table_shows_the_numbers_in_hand_and_all_at_a_press(browser, site, pages):
    for card in cards(browser, site, pages, "chapters/15_", "desktop"):
        card.get_by_role("button", name="Gradients").click()
        card.get_by_role("grid").get_by_label("d_h at t=3:").click()
        folded = card.locator(".play-panel.play-folded").first
        shown = folded.locator("td[data-cell]").count()
        in_hand = folded.locator("td.play-used").count()
        whole = folded.get_by_role("button", name="all")
        count = int(whole.inner_text().split()[1])
        assert shown == in_hand < count
        card.locator(".play-elements button").nth(1).click()
        assert folded.locator("td[data-cell]:not(.play-used)").count() == 0
        whole.click()
        assert card.locator(".play-panel:not(.play-folded) td[data-cell]").count() >= count
        below = card.locator(".play-stage > .play-fitted")
        expect(below).to_have_attribute("tabindex", "0")
        expect(below).to_have_attribute("aria-label", re.compile("^What .* is made of$"))


def test_a_long_number_is_written_briefly_until_it_is_taken(browser, site, pages):
    for card in cards(browser, site, pages, "intro", "desktop"):
        field = card.get_by_label("W_xh (This, unit 1)")
        field.fill("0.123456789")
        assert field.input_value() == "0.123456789"
        field.blur()
        assert field.input_value() == "0.123457"
        field.focus()
        assert field.input_value() == "0.123456789"
        assert field.evaluate("f => f.scrollWidth <= f.clientWidth + 1")
