"""A page that stands alone, in a real browser: from the disk, asking for nothing, for everybody."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.networks import LSTM, Dense, Input, Network
from rnn_edu.page import write_page
from rnn_edu.walkthrough.latex import number_text

from .conftest import open_page
from .test_pages import AXE, ONLY_COLOURS, RUN_AXE, SIZES, TAGS, context

VERDICT = r"""<table class="comparison"><caption>79 agree, 0 differ, 0 not judged</caption>
<thead><tr><th scope="col">Symbol</th><th scope="col">Verdict</th></tr></thead>
<tbody><tr class="agrees"><th scope="row">\(h_{1}\)</th><td>✓ OK</td></tr></tbody></table>"""
KEYS = ("lstm_two_documents", "bidirectional_and_stacked")
LONG = "long"


def a_long_sequence():
    """Four units, thirty steps, gradients: groups by time, long vectors, a wide map."""
    rng = np.random.default_rng(5)
    network = Network.sequential(
        Input((None, 3)), LSTM(4), Dense(12, "softmax"), loss="categorical_crossentropy"
    )
    weights = [rng.normal(0, 0.5, size=s) for s in ((3, 16), (4, 16), (16,), (4, 12), (12,))]
    return network.walkthrough(weights, rng.normal(size=(30, 3)), np.eye(12)[2])


@pytest.fixture(scope="module")
def walkthroughs():
    return {LONG: a_long_sequence(), **{key: CALCULATIONS[key].build() for key in KEYS}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, walkthroughs):
    folder = tmp_path_factory.mktemp("page")
    links = [("Workbook", "network.xlsx"), ("Worksheet", "network_worksheet.xlsx")]
    for key, walkthrough in walkthroughs.items():
        write_page(walkthrough, folder / f"{key}.html", verdict_html=VERDICT, links=links)
    return folder


def opened_page(browser, folder, key, mode="light", size="desktop"):
    opened = context(browser, mode, size)
    visit = open_page(opened, (folder / f"{key}.html").as_uri())
    expect(visit.page.locator("#place[data-ready]")).to_have_count(1)
    return opened, visit


@pytest.mark.parametrize("key", [*KEYS, LONG])
def test_it_asks_for_nothing_and_has_every_symbol(browser, folder, key):
    opened, visit = opened_page(browser, folder, key)
    page = visit.page
    for name in ("Gradients", "Next →"):
        page.get_by_role("button", name=name).click()
    page.get_by_text("All weights and inputs").click()
    assert visit.requests == [(folder / f"{key}.html").as_uri()]
    assert not visit.errors
    assert page.locator(".play math").count() > 20
    # A symbol that the page does not bring along would be words.
    assert page.locator("i.play-math").all_inner_texts() == []
    opened.close()


def test_every_step_shows_its_formula_while_one_walks_through(browser, folder, walkthroughs):
    opened, visit = opened_page(browser, folder, KEYS[1])
    page = visit.page
    for way in ("forwards", "backwards"):
        if way == "backwards":
            page.get_by_role("button", name="Gradients").click()
        steps = page.locator(".play-map button:visible")
        assert steps.count() > 5
        for at in range(0, steps.count(), 5):
            steps.nth(at).click()
            assert page.locator(".play-formula math > mo", has_text="=").count() == 1
            assert page.locator("i.play-math").count() == 0
    opened.close()


def test_it_calculates_again_after_an_edit(browser, folder, walkthroughs):
    opened, visit = opened_page(browser, folder, KEYS[0])
    page, walkthrough = visit.page, walkthroughs[KEYS[0]]
    page.get_by_text("All weights and inputs").click()
    page.get_by_label("W_hy", exact=False).last.fill("-2")
    changed = walkthrough.with_values({"W_hy": [[-2.0]]})["L"]
    expect(page.locator(".play-result-value")).to_have_text(number_text(float(changed.value)))
    opened.close()


@pytest.mark.parametrize("key", [KEYS[0], LONG])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_it_has_no_barriers_and_fits_the_screen(browser, folder, key, mode, size):
    opened, visit = opened_page(browser, folder, key, mode, size)
    page = visit.page
    page.get_by_role("button", name="Open all").click()
    page.locator("td.value details").evaluate_all("all => all.forEach(d => { d.open = true; })")
    page.evaluate(AXE + "; null")
    # A few of many rows that are made alike are enough.
    page.evaluate("""() => document.querySelectorAll("details.time:nth-of-type(n + 4)")
      .forEach(part => part.remove())""")
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert cut_off(page) == []
    rules = {"runOnly": TAGS} if mode == "light" else ONLY_COLOURS  # all else is the same by night
    found = page.evaluate(RUN_AXE, [{"include": [["html"]]}, rules])
    assert not found, "\n".join(found)
    opened.close()


def cut_off(page):
    """What sticks out of the screen and cannot be scrolled to."""
    return page.evaluate("""() => [...document.querySelectorAll("main *, header *")]
      .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1
        && !e.closest(".scroll, .play-scroll, .play-formula, .play-elements, .visually-hidden"))
      .map(e => e.outerHTML.slice(0, 120))""")


def test_with_the_keyboard_alone(browser, folder):
    opened, visit = opened_page(browser, folder, KEYS[0])
    page = visit.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the numbers")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Workbook")).to_be_focused()
    given = page.locator("details.group summary").first
    given.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.group").first).not_to_have_attribute("open", "")
    opened.close()


def test_on_a_phone_rows_are_cards_and_still_a_table(browser, folder):
    opened, visit = opened_page(browser, folder, KEYS[0], size="phone")
    table = visit.page.get_by_role("table", name="lstm", exact=True)
    assert table.get_by_role("row").count() == 20
    assert table.get_by_role("rowheader").count() == 20
    assert (
        table.locator("tbody > tr > td").first.evaluate("e => getComputedStyle(e).display")
        == "block"
    )
    opened.close()


def test_on_paper_every_group_is_open(browser, folder):
    opened, visit = opened_page(browser, folder, LONG)
    page = visit.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.time:not([open])").count() == 0
    expect(page.locator(".play")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.time[open]").count() == 0
    opened.close()


def test_without_scripts_the_steps_can_be_read(browser, folder):
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto((folder / f"{KEYS[0]}.html").as_uri())
    expect(page.get_by_text("Where scripts run")).to_be_visible()
    assert page.locator("table.steps math").count() > 100
    expect(page.get_by_role("button", name="Open all")).to_be_hidden()
    opened.close()


def test_a_script_in_the_verdict_does_not_run(browser, tmp_path, walkthroughs):
    path = write_page(
        walkthroughs[KEYS[0]],
        tmp_path / "x.html",
        verdict_html="<p onclick=\"x\">fine</p><script>document.title = 'gone'</script>",
    )
    opened = context(browser)
    page = open_page(opened, path.as_uri()).page
    expect(page.locator("#place[data-ready]")).to_have_count(1)
    assert page.title() == "LSTM with one unit"
    opened.close()
