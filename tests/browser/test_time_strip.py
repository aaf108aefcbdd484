"""More than twelve time steps: a strip of all of them, and a window on those that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_edu.networks import LSTM, Dense, Input, Network, SimpleRNN
from rnn_edu.page import write_page

from .conftest import open_page
from .test_pages import SIZES, context

STEPS = 40
NETWORKS = {"one": (SimpleRNN(1), 1), "four": (LSTM(4), 4), "twelve": (SimpleRNN(1), 1)}
DRAWN = """() => [...document.querySelectorAll(".play-map:not([hidden] *) thead tr:first-child th")]
  .filter(head => !head.hidden).map(head => Number(head.textContent.match(/\\d+/g).at(-1)))"""
CLICKED = "(button, times) => { for (let k = 0; k < times; k++) button.click(); }"


def network_of(name, steps):
    layer, units = NETWORKS[name]
    gates = 4 if isinstance(layer, LSTM) else 1
    network = Network.sequential(
        Input((None, 3)), layer, Dense(3, "softmax"), loss="categorical_crossentropy"
    )
    rng = np.random.default_rng(5)
    shapes = ((3, gates * units), (units, gates * units), (gates * units,), (units, 3), (3,))
    weights = [rng.normal(0, 0.5, size=shape) for shape in shapes]
    return network.walkthrough(weights, rng.normal(size=(steps, 3)), np.eye(3)[2])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    for name in NETWORKS:
        steps = 12 if name == "twelve" else STEPS
        write_page(network_of(name, steps), folder / f"{name}.html", parts=["play"])
    return folder


@pytest.fixture
def opened(browser, folder):
    contexts = []

    def page_of(name, size="desktop", **more):
        contexts.append(context(browser, size=size, **more))
        visit = open_page(contexts[-1], (folder / f"{name}.html").as_uri())
        visit.page.wait_for_selector("[data-ready]")
        return visit.page

    yield page_of
    for each in contexts:
        each.close()


def window(page):
    return page.get_by_role("slider", name="Time steps that are drawn")


def said(page):
    return window(page).get_attribute("aria-valuetext")


def test_twelve_steps_need_no_strip(opened):
    page = opened("twelve")
    assert page.locator(".play-times").count() == 0
    assert page.evaluate(DRAWN) == list(range(1, 13))


def test_the_window_is_moved_by_keys(opened):
    page = opened("one")
    assert said(page) == "steps 1 to 12 of 40"
    assert page.locator(".play-time").count() == STEPS
    window(page).focus()
    for key, first in (
        *(("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 1), ("PageUp", 13)),
        *(("End", 29), ("ArrowRight", 29), ("PageDown", 17), ("Home", 1)),
    ):
        page.keyboard.press(key)
        assert said(page) == f"steps {first} to {first + 11} of 40", key
        assert page.evaluate(DRAWN) == list(range(first, first + 12))
        assert window(page).get_attribute("aria-valuenow") == str(first)


@pytest.mark.parametrize("size", list(SIZES))
def test_the_window_is_dragged(opened, size):
    page = opened("one", size)
    strip = page.locator(".play-times").bounding_box()
    middle = strip["y"] + strip["height"] / 2
    at = strip["x"] + strip["width"] * 3 / STEPS
    page.mouse.move(at, middle)
    page.mouse.down()
    page.mouse.move(at + strip["width"] * 20 / STEPS, middle, steps=4)
    page.mouse.up()
    assert said(page) == "steps 21 to 32 of 40"
    assert page.evaluate(DRAWN) == list(range(21, 33))
    page.mouse.move(strip["x"] + 2, middle)
    assert said(page) == "steps 21 to 32 of 40"
    page.mouse.click(strip["x"] + 2, middle)
    assert said(page) == "steps 1 to 12 of 40"


def test_the_window_follows_the_step_in_hand(opened):
    page = opened("one")
    page.locator(".play-main").last.evaluate(CLICKED, 2 * 19)
    assert page.locator("[aria-current=step]").get_attribute("aria-label").startswith("a at t=20:")
    assert said(page) == "steps 10 to 21 of 40"
    assert page.locator("[aria-current=step]").is_visible()
    assert page.locator(".play-arrows path.play-now").count() == 1
    page.locator("[aria-current=step]").focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert said(page) == "steps 7 to 18 of 40"
    assert page.evaluate("document.activeElement.ariaLabel").startswith("a at t=8:")
    page.get_by_role("button", name="Gradients").click()
    assert said(page) == "steps 29 to 40 of 40"


def test_a_step_out_of_the_window_leaves_the_drawing_within_reach(opened):
    page = opened("one")
    window(page).focus()
    page.keyboard.press("End")
    assert page.locator(".play-map [aria-current=step]:visible").count() == 0
    assert page.locator(".play-map button[tabindex='0']:visible").count() == 1


def test_the_strip_shows_how_far_the_state_moves(opened):
    page = opened("one")
    walkthrough = network_of("one", STEPS)
    h = [0.0, *(walkthrough["h", t].value.item() for t in range(1, STEPS + 1))]
    moved = np.abs(np.diff(h))
    shares = page.locator(".play-time").evaluate_all(
        "all => all.map(bar => parseFloat(bar.style.getPropertyValue('--share')))"
    )
    assert shares == pytest.approx(100 * moved / moved.max(), abs=0.06)
    assert page.locator(".play-time").nth(12).get_attribute("title").startswith("t=13: ")


@pytest.mark.parametrize("size", list(SIZES))
def test_a_window_on_four_units_has_room_for_their_numbers(opened, size):
    page = opened("four", size)
    assert said(page) == "steps 1 to 6 of 40"
    numbers = page.get_by_label("h at t=2:").locator(".play-box").all_inner_texts()
    want = network_of("four", STEPS)["h", 2].value
    if size == "desktop":
        assert [float(text.replace("−", "-")) for text in numbers] == pytest.approx(want, abs=0.005)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


def test_units_are_counted_from_one_by_name(opened):
    page = opened("four")
    labels = page.locator(".play-elements .play-label").all_inner_texts()
    assert labels == ["unit 1", "unit 2", "unit 3", "unit 4"]
    assert page.get_by_label("x at t=1 (feature 1)").count() == 1
