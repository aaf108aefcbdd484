"""The trained networks in the page: right to 1e-5, from the disk, for everybody, hard to break."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from book_extensions.play import write_networks
from rnn_edu.page import SCRIPTS
from rnn_edu.page.trained import NETWORKS, WEIGHTS, stored

from .conftest import open_page
from .test_pages import AXE, RUN_AXE, SIZES, TAGS, context
from .test_widgets import MOST_HEIGHT

TOLERANCE = 1e-5
MOST_BYTES = 1_500_000
BEGINNINGS = {
    "words_lstm": ("", "inchley colts beat ashford by two", "Disclosed is a silent bean counter."),
    "characters_gru": ("", "inchley c", "millers warn of drought"),
}
ONE_SCREEN = 860
LONG = "disclosed is a portable bean counter . the letter sorter"
PAGE = f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Play</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="play/play.css"><link rel="stylesheet" href="play/writer.css">
<main class="bd-article"><h1>Play</h1><div data-network="{" ".join(NETWORKS)}">words</div></main>
<script src="play/start.js"></script>"""
# What the page's script makes of some tokens: states and gates of every step, chances at the end.
READ = """([key, tokens, off, held]) => {
  const network = new rnnEdu.Trained(rnnEduNetworks[key]);
  const steps = network.read(tokens, { off: new Set(off), held });
  const found = name => steps.map(step => [...step[name]]);
  return Object.fromEntries([...network.states, ...network.gates].map(name => [name, found(name)])
    .concat([["chances", rnnEdu.sampling.softmax([...steps.at(-1).scores])]]));
}"""

# One text after the other, each as it is read from the one before, and how many steps that took.
EDITED = """([texts, off]) => {
  const network = new rnnEdu.Trained(rnnEduNetworks.words_lstm);
  const hand = { off: new Set(off), held: {} };
  const read = text => network.cut(text).map(token => network.numberOf.get(token));
  const numbers = steps => steps.map(step => [...step.h, ...step.scores].join());
  const step = network.step.bind(network);
  let known, taken = 0;
  network.step = (...all) => { taken += 1; return step(...all); };
  return texts.map(text => {
    taken = 0;
    known = network.read(read(text), hand, known);
    const few = taken;
    const same = numbers(known).join() === numbers(network.read(read(text), hand)).join();
    return [few, same];
  });
}"""

CUT = """([key, text]) => {
  const network = new rnnEdu.Trained(rnnEduNetworks[key]);
  return network.cut(text).map(token => network.numberOf.get(token));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the card of the networks, as it would lie on a reader's disk."""
    folder = tmp_path_factory.mktemp("networks")
    shutil.copytree(SCRIPTS, folder / "play")
    write_networks(folder / "play" / "networks")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def visit(browser, folder):
    """The page with the LSTM open; in the end the console must have been silent."""
    opened = context(browser)
    visit = open_page(opened, (folder / "page.html").as_uri())
    visit.page.wait_for_selector("[data-ready]")
    visit.before_opening = list(visit.requests)
    for name in ("GRU", "LSTM"):
        choose(visit.page, name)
        expect(visit.page.locator(".writer-map")).to_be_visible()
    yield visit
    opened.close()
    assert not [*visit.errors, *visit.failures]
    assert not [address for address in visit.requests if not address.startswith("file:")]


@pytest.fixture
def page(visit):
    """The page as it is when it has just been opened."""
    visit.page.get_by_role("button", name="Undo all").press("Enter")
    visit.page.get_by_label("Seed").fill("1")
    visit.page.get_by_label("Draw from").select_option("all")
    visit.page.get_by_label("Greedy").uncheck()
    begin(visit.page, "inchley colts")
    visit.page.get_by_role("button", name="hidden state h").click()
    return visit.page


def long_text(page):
    """An abstract is read, and the card shows its cell states."""
    begin(page, LONG)
    page.get_by_role("button", name="cell state c").click()


def choose(page, name):
    """Open a network and wait until it is the one on the page, not the one before it."""
    button = page.get_by_role("button", name=name)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true", timeout=15_000)


def begin(page, text):
    page.get_by_label("A beginning").fill(text)
    page.get_by_role("button", name="Read it").click()


def written(page):
    return page.locator(".writer-text").inner_text()


def chances(page):
    """The words that are shown with their chances, as the page writes them."""
    rows = page.locator(".writer-next tbody tr").all_inner_texts()
    return dict(re.match(r"(.+): write it\s+(.+)$", row, re.S).groups() for row in rows)


def in_keras(network, tokens):
    """States of every step and the chances in the end, by Keras's own cell."""
    import keras

    weights = dict(zip(WEIGHTS, network.weights, strict=True))
    cell = getattr(keras.layers, f"{network.cell}Cell")(network.units)
    cell.build((None, weights["W_e"].shape[1]))
    cell.set_weights([weights[name] for name in ("W_xh", "W_hh", "b_h")])
    names = ["h", "c"] if network.cell == "LSTM" else ["h"]
    states = [np.zeros((1, network.units), np.float32) for _ in names]
    steps = []
    for token in tokens:
        answer, states = cell(weights["W_e"][[token]], states)
        states = list(states) if isinstance(states, (list, tuple)) else [states]
        steps.append([np.asarray(state)[0] for state in states])
    scores = np.asarray(answer)[0] @ weights["W_hy"] + weights["b_y"]
    shares = np.exp(scores - scores.max())
    found = {name: np.array([step[k] for step in steps]) for k, name in enumerate(names)}
    return found | {"chances": shares / shares.sum()}


@pytest.mark.parametrize("key", NETWORKS)
def test_states_and_chances_are_those_of_keras(visit, key):
    network = stored(key)
    for text in BEGINNINGS[key]:
        numbers = network.numbers(text)
        assert visit.page.evaluate(CUT, [key, text]) == numbers[1:]
        found = visit.page.evaluate(READ, [key, numbers[1:], [], {}])
        for name, want in in_keras(network, numbers).items():
            assert np.abs(np.array(found[name]) - want).max() <= TOLERANCE, (text, name)


def test_a_unit_is_off_and_gates_are_held(visit):
    tokens = stored("words_lstm").numbers("inchley colts beat")[1:]
    free = visit.page.evaluate(READ, ["words_lstm", tokens, [], {}])
    off = visit.page.evaluate(READ, ["words_lstm", tokens, [3], {}])
    assert not np.array(off["h"])[:, 3].any()
    assert np.abs(np.array(off["chances"]) - free["chances"]).max() > 1e-4
    held = {"f": {"at": 0, "unit": None}, "o": {"at": 1, "unit": 5}}
    found = {
        name: np.array(values)
        for name, values in visit.page.evaluate(READ, ["words_lstm", tokens, [], held]).items()
    }
    assert not found["f"].any()
    assert (found["o"][:, 5] == 1).all()
    assert found["o"][0, 4] == free["o"][0][4]
    assert np.allclose(found["h"], found["o"] * np.tanh(found["c"]), atol=1e-12)


def test_networks_come_when_the_reader_opens_one(visit, folder):
    assert not [address for address in visit.before_opening if re.search(r"lstm|gru", address)]
    sizes = [path.stat().st_size for path in (folder / "play" / "networks").iterdir()]
    assert len(sizes) == len(NETWORKS) + 1
    assert sum(sizes) < MOST_BYTES


def test_the_same_seed_writes_the_same_words(page):
    texts = []
    for seed in ("7", "7", "8", "9"):
        page.get_by_label("Seed").fill(seed)
        begin(page, "")
        for _ in range(6):
            page.get_by_role("button", name="Write one").click()
        texts.append(written(page))
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1


def test_it_soon_forgets_the_device_of_an_abstract(page):
    begin(page, "disclosed is a portable bean counter .")
    page.get_by_role("button", name="Write ten").click()
    assert "counter . the letter sorter" in written(page)


def test_greedy_cold_and_few_words(page):
    before = chances(page)
    page.get_by_label("Draw from").select_option("2")
    assert len([share for share in chances(page).values() if share != "0.0 %"]) == 2
    page.get_by_label("Greedy").check()
    assert list(chances(page).values())[:2] == ["100.0 %", "0.0 %"]
    likeliest = next(iter(chances(page)))
    page.get_by_role("button", name="Write one").click()
    assert written(page) == f"inchley colts {likeliest}"
    page.get_by_label("Greedy").uncheck()
    page.get_by_label("Draw from").select_option("all")
    begin(page, "inchley colts")
    assert chances(page) == before
    page.get_by_label("Temperature").focus()
    page.keyboard.press("Home")
    assert float(next(iter(chances(page).values()))[:-2]) > float(next(iter(before.values()))[:-2])
    for _ in range(50):
        page.keyboard.press("ArrowRight")
    assert chances(page) == before


def test_it_runs_until_the_text_ends(page):
    run = page.get_by_role("button", name="Run", exact=True)
    run.click()
    expect(page.locator(".writer-end")).to_be_visible(timeout=15_000)
    assert run.get_attribute("aria-pressed") == "false"
    expect(page.locator(".play-live")).to_contain_text("the text ends here")
    page.get_by_label("Seed").fill("5")
    page.get_by_label("Seed").press("Tab")
    page.get_by_role("button", name="Write one").click()
    assert len(written(page).split()) == 3


def test_it_reads_along_while_one_types(page):
    field = page.get_by_label("A beginning")
    field.fill("")
    field.press_sequentially("police ")
    assert written(page) == "police"
    field.press_sequentially("xylo")
    assert written(page) == "police"
    assert page.locator(".writer-form .play-problem").inner_text() == ""
    page.get_by_role("button", name="Write one").click()
    assert "“xylo”" in page.locator(".writer-form .play-problem").inner_text()
    assert written(page) == "police"


BAD = {
    "inchley xylophones": "The network has never read “xylophones”; it knows the ",
    "<b>a</b> b c d e f": "“<b>a</b>”",
    "inchley " * 1250: "That is 10,000 characters, 1,250 words; the page reads 600 words at most.",
}


@pytest.mark.parametrize("text", BAD)
def test_what_it_cannot_read_is_said_and_the_page_goes_on(page, text):
    before = written(page), chances(page)
    begin(page, text)
    said = page.locator(".writer-form .play-problem")
    assert BAD[text] in said.inner_text()
    assert said.inner_text().endswith("What was read before stays.")
    assert (written(page), chances(page)) == before
    begin(page, "")
    assert said.inner_text() == ""
    expect(page.locator(".play-live")).to_contain_text("the chances of the first word")


def test_a_seed_that_is_none_is_said(page):
    page.get_by_label("Seed").fill("apple")
    page.get_by_label("Seed").press("Tab")
    expect(page.locator(".play-live")).to_contain_text("“apple” is no seed")
    assert page.get_by_label("Seed").input_value() == "1"


def test_a_cell_is_chosen_with_the_keyboard_and_with_a_click(page):
    page.get_by_role("group", name="Every unit").focus()
    page.get_by_label("Unit", exact=True).fill("5")
    page.get_by_label("Unit", exact=True).press("Tab")
    page.get_by_role("group", name="Every unit").focus()
    for key in ("ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".play-live")).to_contain_text("Unit 6 after “inchley”, step 2: h is ")
    page.locator(".writer-cells").click(position={"x": 3, "y": 80})
    assert page.get_by_label("step", exact=True).input_value() == "1"
    assert page.locator(".writer-after").inner_text() == "after “start”"


def test_interfering_shows_before_and_after_and_can_be_undone(page):
    before = chances(page)
    page.get_by_label("forget gate f").select_option("0")
    expect(page.locator(".writer-effect").first).to_contain_text("as learned to")
    assert chances(page) != before
    expect(page.locator(".play-live")).to_contain_text("The forget gate f is held shut, 0")
    page.get_by_label("forget gate f").select_option("learned")
    page.get_by_label(re.compile("Switch unit .* off")).check()
    expect(page.locator(".writer-hand")).to_contain_text("Switched off: ")
    page.get_by_role("button", name="Undo all").click()
    assert chances(page) == before
    assert not page.get_by_label(re.compile("Switch unit .* off")).is_checked()


def test_an_unknown_word_is_named_as_soon_as_it_is_finished(page):
    problem = page.locator(".writer .play-problem").first
    page.get_by_label("A beginning").fill("inchley xylophones")
    assert problem.inner_text() == ""
    page.get_by_label("A beginning").fill("inchley xylophones ")
    assert problem.inner_text().startswith("The network has never read “xylophones”; it knows")
    page.get_by_label("A beginning").fill("inchley colts ")
    assert problem.inner_text() == ""
    assert written(page).startswith("inchley colts")


def test_the_pictures_of_all_states_and_gates_differ(page):
    drawn = {}
    for name in ("hidden state h", "cell state c", "forget gate f", "input gate i"):
        page.get_by_role("button", name=name).click()
        drawn[name] = page.locator(".writer-cells").evaluate("c => c.toDataURL()")
    assert len(set(drawn.values())) == len(drawn)


# How far down the line of the chosen unit is at its last step, from 0 at the top of its band to 1:
# what is drawn there and cannot be seen through, as the lines of the axis can.
LINE = """([band, apart]) => {
  const canvas = document.querySelector(".writer-cells"), fine = window.devicePixelRatio;
  const steps = Number(document.querySelectorAll(".writer-where input")[1].max);
  const x = Math.round((canvas.width - 2 * fine) * (steps - 0.5) / steps);
  const top = canvas.height - fine * (band + 1.5 * apart), high = canvas.height - top;
  const pixels = canvas.getContext("2d").getImageData(x, top, 1, high).data;
  const rows = Array.from({ length: high }, (_, y) => y).filter(y => pixels[4 * y + 3] > 200);
  return (rows.reduce((a, b) => a + b, 0) / rows.length / fine - apart / 2) / band;
}"""


def test_a_unit_that_counts_is_named_and_its_line_is_drawn(page):
    long_text(page)
    network = stored("words_lstm")
    states = np.array(page.evaluate(READ, ["words_lstm", network.numbers(LONG)[1:], [], {}])["c"])
    r = np.corrcoef(states[1:].T, np.arange(len(states) - 1))[-1, :-1]
    page.get_by_role("button", name="hidden state h").click()
    named = page.locator(".writer-counters button")
    best = {texts: counters[0] for texts, counters in network.counters.items()}
    assert named.all_inner_texts() == [
        f"in {texts} unit {unit}, r {r:.2g}".replace("-", "−")
        for texts, (_, unit, r) in best.items()
    ]
    named.nth(1).click()
    name, unit, _ = best["abstracts"]
    assert page.locator(".writer-looks [aria-pressed=true]").inner_text() == f"cell state {name}"
    assert page.get_by_label("Unit", exact=True).input_value() == str(unit)
    assert [b.get_attribute("aria-pressed") for b in named.all()] == ["false", "true"]
    line = f"line: unit {unit}, here r {r[unit - 1]:.2g}".replace("-", "−")
    assert line in page.locator(".writer-legend").inner_text()
    share = states[-1, unit - 1] / np.abs(states).max()
    assert page.evaluate(LINE, [44, 8]) == pytest.approx((1 - share) / 2, abs=0.06)
    begin(page, "inchley colts")
    expect(page.locator(".writer-legend")).not_to_contain_text("here r")


def test_a_network_of_which_no_unit_counts_says_so(visit):
    choose(visit.page, "GRU")
    said = visit.page.locator(".writer-counters").inner_text()
    choose(visit.page, "LSTM")
    assert said.endswith("None does: the best is unit 33, r −0.23.")


def test_each_gate_of_the_chosen_unit_says_whether_it_is_shut(page):
    begin(page, "inchley colts beat ashford by two")
    found = page.evaluate(
        READ, ["words_lstm", page.evaluate(CUT, ["words_lstm", written(page)]), [], {}]
    )
    unit = int(page.get_by_label("Unit", exact=True).input_value()) - 1
    for gate, name in {"f": "forget", "i": "input", "o": "output"}.items():
        share = found[gate][-1][unit]
        word = "shut" if share < 0.1 else "open" if share > 0.9 else ""
        line = page.locator(".writer-unit dl > div", has_text=f"{name} gate {gate}")
        assert line.locator("b").inner_text() == word
        filled = line.locator(".writer-gate").evaluate(
            "g => parseFloat(g.style.getPropertyValue('--share'))"
        )
        assert filled == pytest.approx(100 * share, abs=1e-6)


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_what_one_plays_with_is_on_one_screen(browser, pages, name):
    opened = context(browser)
    page = open_page(
        opened, (pages / "chapters" / "play_with_a_trained_network.html").as_uri()
    ).page
    page.locator("[data-network]").scroll_into_view_if_needed()
    choose(page, name)
    height = page.locator(".writer").bounding_box()["height"]
    opened.close()
    assert height < ONE_SCREEN


def test_the_cell_state_is_what_one_sees_first(visit):
    for name, state in (("GRU", "hidden state h"), ("LSTM", "cell state c")):
        choose(visit.page, name)
        pressed = visit.page.locator(".writer-looks [aria-pressed=true]")
        assert pressed.all_inner_texts() == [state]


def test_gates_that_are_held_shut_do_not_look_empty(page):
    page.get_by_role("button", name="forget gate f").click()
    drawn = """() => {
      const canvas = document.querySelector(".writer-cells"), { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, height >> 2, width, height >> 1);
      return data.filter((alpha, k) => k % 4 === 3 && alpha > 100).length / (data.length / 4);
    }"""
    page.get_by_label("forget gate f").select_option("0")
    all_held = page.evaluate(drawn)
    assert all_held > 0.05
    assert page.locator(".writer-held").inner_text() == "held shut, 0, in all units"
    page.get_by_label("held in").select_option("one")
    assert page.locator(".writer-held").inner_text().startswith("held shut, 0, in unit ")
    page.get_by_role("button", name="Undo all").click()
    assert page.locator(".writer-held").inner_text() == ""


@pytest.mark.parametrize("off", [[], [3, 7]])
def test_what_begins_alike_is_not_read_again(page, off):
    texts = [
        "inchley colts",
        "inchley colts beat",
        "inchley colts",
        "inchley council",
        "",
        "police",
    ]
    found = page.evaluate(EDITED, [texts, off])
    assert found == [[3, True], [1, True], [0, True], [1, True], [0, True], [1, True]]


def test_an_edit_shows_what_reading_it_afresh_would(visit, page):
    def shown():
        text = page.locator(".writer-text").evaluate("t => [t.innerText, t.outerHTML]")
        return [
            *text,
            page.locator(".writer-unit").inner_text(),
            page.locator(".writer-next").inner_text(),
        ]

    begin(page, "inchley colts beat ashford by two")
    page.get_by_label("A beginning").fill("inchley colts beat ashford by one")
    typed = shown()
    begin(page, "")
    begin(page, "inchley colts beat ashford by one")
    assert shown() == typed
    assert typed[0].startswith("inchley colts beat ashford by one")


def test_on_a_wide_screen_nothing_is_folded(page):
    assert page.locator(".writer-fold:not([open])").count() == 0
    assert page.locator(".writer-fold > summary:visible").count() == 0
    page.set_viewport_size(SIZES["phone"])
    expect(page.locator(".writer-fold[open]")).to_have_count(0)
    page.set_viewport_size(SIZES["desktop"])
    expect(page.get_by_label("Temperature")).to_be_visible()


def test_on_a_phone_there_are_no_barriers_by_day_or_by_night(browser, pages):
    name = pages / "chapters" / "play_with_a_trained_network.html"
    opened = context(browser, size="phone")
    phone = open_page(opened, name.as_uri())
    phone.page.locator("[data-network]").scroll_into_view_if_needed()
    phone.page.get_by_role("button", name="GRU").click()
    phone.page.get_by_role("button", name="Write ten").click()
    height = phone.page.locator(".writer").bounding_box()["height"]
    for summary in phone.page.locator(".writer summary").all():
        summary.press("Enter")
    expect(phone.page.get_by_label("Temperature")).to_be_visible()
    phone.page.evaluate(AXE + "; null")
    found = []
    for mode in ("light", "dark"):
        phone.page.emulate_media(color_scheme=mode)
        phone.page.wait_for_function("m => document.documentElement.dataset.theme === m", arg=mode)
        within = {"include": [["[data-network]"]], "exclude": [["mjx-container"]]}
        found += phone.page.evaluate(RUN_AXE, [within, {"runOnly": TAGS, "preload": False}])
    needed = phone.page.evaluate("document.documentElement.scrollWidth")
    opened.close()
    assert not found, "\n".join(found)
    assert needed <= SIZES["phone"]["width"]
    assert height < MOST_HEIGHT["phone"]
    assert not [*phone.errors, *phone.failures]


def test_the_network_chosen_last_is_the_one_that_opens(visit):
    pressed = visit.page.evaluate(
        """async keys => {
      const place = document.createElement("div");
      place.dataset.network = keys.join(" ");
      const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
      new rnnEdu.NetworkChoice(place, key => wait(key === keys[0] ? 300 : 0));
      const buttons = [...place.querySelectorAll(".writer-choice button")];
      for (const button of buttons) button.click();
      await wait(1500);
      return buttons.map(button => button.getAttribute("aria-pressed"));
    }""",
        list(NETWORKS),
    )
    assert pressed == ["false", "true"]


def test_every_script_of_the_card_is_there():
    named = re.search(r"NETWORKS = \[(.*?)\]", (SCRIPTS / "start.js").read_text("utf-8"))[1]
    for name in re.findall(r'"(\w+)"', named):
        assert Path(SCRIPTS / f"{name}.js").is_file(), name
