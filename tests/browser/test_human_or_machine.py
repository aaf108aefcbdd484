"""The game in a real browser: with the keyboard alone, scored rightly, without barriers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from rnn_edu.language_model.game import Round, as_html

from .conftest import open_page
from .test_pages import AXE, RUN_AXE, SIZES, TAGS, context

GAME = {"include": [[".hm"]]}
STATIC = Path(__file__).resolve().parents[2] / "_static"
PLAYED = (
    Round("We saw.", ("one & only.", "two.", "three."), "b"),
    Round("They went.", ("four.", "five.", "six."), "c"),
)
#: A game has two of these seven.
MANY = tuple(Round(f"Start {n}.", (f"human {n}.", "two.", "three."), "a") for n in range(7))
#: With it every card of the deck stays where it is.
IN_ORDER = "Math.random = () => 0.999999"
PAGE = """<!DOCTYPE html><html lang="en" data-theme="{mode}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Game</title>
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="human_or_machine.css">
<script src="human_or_machine.js"></script>
<style>body {{ background: var(--pst-color-background); }}</style>
<main><h1>Game</h1>{game}</main></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page by day and by night, with the book's own style and script beside it."""
    folder = tmp_path_factory.mktemp("game")
    for name in ("book.css", "human_or_machine.css", "human_or_machine.js"):
        (folder / name).write_text((STATIC / name).read_text("utf-8"), "utf-8")
    for mode in ("light", "dark"):
        page = PAGE.format(mode=mode, game=as_html(PLAYED))
        (folder / f"{mode}.html").write_text(page, "utf-8")
    many = PAGE.format(mode="light", game=as_html(MANY, length=2))
    (folder / "many.html").write_text(many, "utf-8")
    return folder


@pytest.fixture
def visit(browser, folder):
    opened = context(browser)
    opened.add_init_script(IN_ORDER)
    yield open_page(opened, (folder / "light.html").as_uri())
    opened.close()


def play(page):
    """Plays a game of two rounds to its end; returns the numbers of the rounds."""
    numbers = []
    for _ in range(2):
        legend = page.locator("legend").inner_text()
        numbers.append(int(legend.split("Start ")[1].split(".")[0]))
        page.get_by_role("radio").first.check()
        page.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("the first is the human’s")
        page.get_by_role("button").click()
    return numbers


def test_it_is_played_from_the_disk_with_the_keyboard_alone(visit):
    page = visit.page
    assert not visit.errors
    expect(page.get_by_text("Round 1 of 2 · 0 right so far")).to_be_visible()
    keys = page.keyboard
    keys.press("Tab")
    keys.press("ArrowDown")  # from the first choice to the second
    expect(page.get_by_label("two.")).to_be_checked()
    keys.press("Tab")
    keys.press("Enter")
    status = page.get_by_role("status")
    expect(status).to_have_text("Right: the second is the human’s.")
    assert page.locator(".hm-writer").all_inner_texts() == ["Machine", "Human", "Machine"]
    keys.press("Enter")
    legend = page.locator("legend")
    expect(legend).to_contain_text("They went.")
    expect(legend).to_be_focused()
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    expect(status).to_have_text("No: the third is the human’s. You found 1 of 2.")
    keys.press("Enter")
    expect(page.get_by_text("Round 1 of 2 · 0 right so far")).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(0)


def test_every_game_has_other_rounds_until_all_have_come(browser, folder):
    opened = context(browser)
    page = open_page(opened, (folder / "many.html").as_uri()).page
    expect(page.get_by_text("Round 1 of 2 · 0 right so far")).to_be_visible()
    games = [play(page) for _ in range(4)]
    assert len({number for game in games[:3] for number in game}) == 6
    assert len(set(games[3])) == 2  # one round is left of the deck, so all are mixed again
    opened.close()


def test_the_rounds_are_drawn_at_random(browser, folder):
    opened = context(browser)
    page = open_page(opened, (folder / "many.html").as_uri()).page
    starts = set()
    for _ in range(12):
        starts.add(page.locator("legend").inner_text())
        page.reload()
    assert len(starts) > 1  # the chance of twelve equal ones is 1 in 7 to the power 11
    opened.close()


def test_nothing_is_judged_before_something_is_chosen(visit):
    page = visit.page
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Choose one of the three first.")
    expect(page.get_by_role("radio").first).to_be_enabled()
    assert page.locator(".hm-writer").all_inner_texts() == ["", "", ""]


def test_what_is_told_to_a_screen_reader(visit):
    page = visit.page
    assert page.get_by_role("group", name="Human or machine, a game").count() == 1
    assert page.get_by_role("group", name="Which one did the human write?").count() == 1
    assert page.get_by_role("radio", name="… one & only.").count() == 1


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_it_has_no_barriers_before_and_after_an_answer(browser, folder, mode, size):
    opened = context(browser, mode, size)
    opened.add_init_script(IN_ORDER)
    page = open_page(opened, (folder / f"{mode}.html").as_uri()).page
    page.evaluate(AXE + "; null")
    found = page.evaluate(RUN_AXE, [GAME, {"runOnly": TAGS}])
    page.get_by_label("three.").check()
    page.get_by_role("button").click()
    found += page.evaluate(RUN_AXE, [GAME, {"runOnly": TAGS}])
    assert not found, "\n".join(found)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    opened.close()


def test_without_scripts_the_rounds_can_be_read(browser, folder):
    opened = browser.new_context(java_script_enabled=False)
    page = opened.new_page()
    page.goto((folder / "light.html").as_uri())
    expect(page.get_by_text("We saw. …")).to_be_visible()
    page.get_by_text("Who wrote what in round 1").click()
    expect(page.get_by_text("The human is b.")).to_be_visible()
    page.goto((folder / "many.html").as_uri())
    expect(page.get_by_text("Start 1. …")).to_be_visible()
    expect(page.get_by_text("Start 2. …")).to_be_hidden()
    opened.close()
