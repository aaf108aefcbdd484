"""The built book in a real browser: complete, at home everywhere, readable by everybody."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import axe_playwright_python
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import open_page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Colours are the slow part. The text has the same ones on every screen and is looked at once, on
# the desktop, by day and by night; the phone's own header and footer are looked at beside it.
COLOURS = ["color-contrast", "link-in-text-block"]
ALL_BUT_COLOURS = {"runOnly": TAGS, "rules": {rule: {"enabled": False} for rule in COLOURS}}
ONLY_COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}}
# What a narrow screen changes in the text itself; all other rules ask for what is the same there.
NARROW = ["target-size", "scrollable-region-focusable", "aria-hidden-focus", "css-orientation-lock"]
ONLY_NARROW = {"runOnly": {"type": "rule", "values": NARROW}}
# A style sees elements, classes and odd or even rows: where these are the same, up to the page's
# root, so are the colours. One text of each kind stays; formulas have that of their text.
ONE_OF_EACH_KIND = """() => {
  const odd = e => e.tagName === "TR" ? e.rowIndex % 2 : "";
  const look = e => [e.tagName, e.className, odd(e), e.getAttribute("style")].join();
  const kind = e => e === document.documentElement ? "" : kind(e.parentElement) + ">" + look(e);
  const spoken = e => e.matches("input, select, textarea")
    || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const all = [...document.body.querySelectorAll("*")].filter(e => !e.closest("svg"));
  const kinds = new Map(all.filter(e => spoken(e) && !e.closest("mjx-container"))
    .reverse().map(e => [kind(e), e]));
  const kept = new Set();
  for (let e of kinds.values()) for (; e && !kept.has(e); e = e.parentElement) kept.add(e);
  all.filter(e => !kept.has(e)).forEach(e => e.remove());
}"""
# What MathJax draws and what colours code are thousands of elements with nothing to say to these
# rules: a formula stays as a box of its size, code as its text. The code gets its colours back.
FEWER_ELEMENTS = """() => {
  for (const formula of document.querySelectorAll("mjx-container")) {
    const { width, height } = formula.getBoundingClientRect();
    const box = Object.assign(document.createElement("span"), { textContent: "x" });
    box.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    formula.replaceWith(box);
  }
  const more = ":not(span), [id], [role], [tabindex], [style], [aria-label], [aria-hidden]";
  const coloured = [...document.querySelectorAll("pre")].filter(e => !e.querySelector(more));
  const colours = coloured.map(code => [...code.childNodes]);
  for (const code of coloured) code.textContent = code.textContent;
  window.colourAgain = () => coloured.forEach((code, k) => code.replaceChildren(...colours[k]));
}"""
FRAME = {"include": [[".bd-header-article"], [".bd-footer-content"]]}
RUN_AXE = """([part, options]) =>
  axe.run(part ?? document, {...options, resultTypes: ["violations"]})
  .then(result => result.violations.map(
    v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes[0].html.slice(0, 160)}`))"""

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

# Mathematics that MathJax left as it was, or gave up on.
NOT_TYPESET = """() => [
  ...[...document.querySelectorAll(".math")].filter(e => !e.querySelector("mjx-container")),
  ...[...document.querySelectorAll("table")].filter(e => /\\\\[([]/.test(e.innerText)),
  ...document.querySelectorAll("mjx-merror, [data-mjx-error]"),
].map(e => e.innerText.slice(0, 60))"""

# What ends beyond the edge of what it stands in, all of the page unfolded. Only a formula may.
CUT_OFF = """() => {
  for (const folded of document.querySelectorAll("article details")) folded.open = true;
  const beyond = e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).overflowX !== "visible";
  const told = "svg, .play, .math, mjx-container, .visually-hidden, input, select, textarea";
  return [...document.querySelectorAll(".bd-article *")]
    .filter(e => !e.closest(told) && beyond(e))
    .map(e => `${e.tagName} ${e.className}, ${e.scrollWidth} of ${e.clientWidth} px: `
      + e.innerText.slice(0, 40));
}"""
# Figures that are shown with words less than nine pixels high: `readable_figures` says how wide.
TOO_SMALL = """() => [...document.querySelectorAll(".cell_output img")].filter(e => e.clientWidth
  && e.clientWidth + 1 < parseFloat(e.style.getPropertyValue("--readable")))
  .map(e => `${e.clientWidth} px: ${e.alt.slice(0, 60)}`)"""


# What a first visit may load, the script for mathematics left out, and how soon one can read.
MOST_BYTES = 1_000_000
MOST_MILLISECONDS = 1000
COMPRESSED = {".html", ".css", ".js", ".json", ".svg"}
READABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
# The pages with source code are all made alike: one with a long name stands for the others.
ONE_SOURCE = "code/rnn_edu.calculations.this_is_an_example.html"


def page_names(pages: Path) -> list[str]:
    found = (path.relative_to(pages).as_posix() for path in pages.rglob("*.html"))
    left_out = ("_static/", "index.html", "code/")
    return sorted(name for name in found if name == ONE_SOURCE or not name.startswith(left_out))


def context(browser: Browser, mode: str = "light", size: str = "desktop") -> BrowserContext:
    # Colours that fade into each other would be measured half-way.
    return browser.new_context(viewport=SIZES[size], color_scheme=mode, reduced_motion="reduce")


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    opened = context(browser)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def soups(pages: Path) -> dict[str, BeautifulSoup]:
    return {
        name: BeautifulSoup((pages / name).read_text(encoding="utf-8"), "html.parser")
        for name in page_names(pages)
    }


@dataclass
class Survey:
    """What one look at every page brought up, each fault with the page's name."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    not_typeset: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    too_small: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)
    loads: dict[str, set[str]] = field(default_factory=dict)

    def look_at(self, opened: BrowserContext, site: str, name: str) -> None:
        visit = open_page(opened, site + name)
        page, width = visit.page, visit.page.viewport_size["width"]
        self.loads[name] = {urlsplit(u.removeprefix(site)).path for u in visit.requests}
        strangers = (u for u in visit.requests if not u.startswith((site, "data:", "blob:")))
        self.requests += [f"{name} asks {address}" for address in strangers]
        self.errors += [f"{name} says {text}" for text in visit.errors]
        self.errors += [f"{name} lacks {address}" for address in visit.failures]
        self.not_typeset += [f"{name}: {text!r}" for text in page.evaluate(NOT_TYPESET)]
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            self.too_wide.append(f"{name} needs {needed} px, the screen has {width}")
        self.too_small += [f"{name}: {text}" for text in page.evaluate(TOO_SMALL)]
        self.cut_off += [f"{name}: {text}" for text in page.evaluate(CUT_OFF)]
        self.barriers += [f"{name}: {text}" for text in barriers(page)]
        page.close()


@cache
def weight(file: Path) -> int:
    """The bytes of a file on its way: hosts send text compressed. That for mathematics is free."""
    if not file.is_file() or file.parent.name == "mathjax":
        return 0
    data = file.read_bytes()
    return len(gzip.compress(data, 6)) if file.suffix in COMPRESSED else len(data)


def barriers(page: Page) -> list[str]:
    """What axe objects to: first all rules but those on colour, then these by day and by night."""
    framed = page.locator(".bd-header-article").count() > 0
    narrow = framed and page.viewport_size == SIZES["phone"]
    part = FRAME if narrow else None
    page.evaluate(AXE + "; null")
    page.evaluate(FEWER_ELEMENTS)
    found = page.evaluate(RUN_AXE, [part, ALL_BUT_COLOURS])
    if narrow:
        found += page.evaluate(RUN_AXE, [None, ONLY_NARROW])
    page.evaluate("colourAgain()")
    page.evaluate(ONE_OF_EACH_KIND)
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        page.wait_for_function("m => (document.documentElement.dataset.theme ?? m) === m", arg=mode)
        found += [f"{text} ({mode})" for text in page.evaluate(RUN_AXE, [part, ONLY_COLOURS])]
    return found


class EveryPage:
    """What holds for every page, in light and dark: served to a desktop, opened on a phone."""

    size: str
    served: bool

    @pytest.fixture(scope="class")
    def survey(self, request, browser, site, pages) -> Survey:
        size, served = request.cls.size, request.cls.served
        opened, survey = context(browser, size=size), Survey()
        for name in page_names(pages):
            survey.look_at(opened, site if served else f"{pages.as_uri()}/", name)
        opened.close()
        return survey

    def test_it_asks_no_other_host(self, survey):
        assert not survey.requests, "\n".join(survey.requests)

    def test_the_browser_complains_of_nothing(self, survey):
        assert not survey.errors, "\n".join(survey.errors)

    def test_all_mathematics_is_typeset(self, survey):
        assert not survey.not_typeset, "\n".join(survey.not_typeset)

    def test_it_is_no_wider_than_the_screen(self, survey):
        assert not survey.too_wide, "\n".join(survey.too_wide)

    def test_nothing_is_cut_off(self, survey):
        assert not survey.cut_off, "\n".join(survey.cut_off)

    def test_the_words_of_figures_can_be_read(self, survey):
        assert not survey.too_small, "\n".join(survey.too_small)

    def test_it_has_no_barriers(self, survey):
        assert not survey.barriers, "\n".join(survey.barriers)


class TestOnADesktop(EveryPage):
    size, served = "desktop", True

    def test_it_is_light(self, survey, pages):
        weights = {
            name: sum(weight(pages / address) for address in addresses)
            for name, addresses in survey.loads.items()
        }
        heavy = {name: size for name, size in weights.items() if size > MOST_BYTES}
        assert min(weights.values()) > 0
        assert not heavy, heavy


class TestOnAPhoneFromItsDisk(EveryPage):
    size, served = "phone", False


@pytest.mark.parametrize(("mode", "bright"), [("light", True), ("dark", False)])
def test_the_page_follows_the_readers_choice_of_light_or_dark(browser, site, mode, bright):
    opened = context(browser, mode)
    visit = open_page(opened, site + "intro.html")
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red = int(background.split("(")[1].split(",")[0])
    opened.close()
    assert (red > 200) is bright, background


def test_the_button_changes_light_to_dark_and_back(desktop, site):
    visit = open_page(desktop, site + "intro.html")
    seen = {visit.page.evaluate("document.documentElement.dataset.theme")}
    for _ in range(3):
        visit.page.locator("button.theme-switch-button:visible").first.click()
        seen.add(visit.page.evaluate("document.documentElement.dataset.theme"))
    visit.page.close()
    assert seen == {"light", "dark"}


@pytest.mark.parametrize("words", ["forget gate", "pre-activation", "Hochreiter"])
def test_the_search_finds(desktop, site, words):
    visit = open_page(desktop, f"{site}search.html?q={words.replace(' ', '+')}")
    visit.page.wait_for_selector("#search-results li a", timeout=10_000)
    found = visit.page.locator("#search-results li a").count()
    visit.page.close()
    assert found > 0


@pytest.mark.parametrize(
    ("words", "chapter"),
    [
        ("BPTT", "04_backpropagation_through_time"),
        ("hidden states", "02_rnn_by_hand"),
        ("forget gate", "06_lstm_by_hand"),
        ("perplexity", "13_text_generation"),
        ("stateful", "22_long_streams"),
    ],
)
def test_the_search_says_first_what_a_word_means_and_where_it_is_introduced(
    desktop, pages, words, chapter
):
    visit = open_page(desktop, f"{pages.as_uri()}/search.html?q={words.replace(' ', '+')}")
    visit.page.wait_for_selector(".found-terms a", timeout=10_000)
    place = visit.page.locator(".found-terms p").first.locator("a").last.get_attribute("href")
    visit.page.close()
    assert chapter in place
    assert not visit.errors


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("return_sequences", "08_bidirectional_and_stacked"),
        ("it ran out of memory", "a-large-batch-in-small-pieces"),
        ("wrong shape", "the-shape-that-keras-expects"),
    ],
)
def test_the_search_answers_what_is_no_word_of_the_glossary(desktop, pages, words, place):
    visit = open_page(desktop, f"{pages.as_uri()}/search.html?q={words.replace(' ', '+')}")
    visit.page.wait_for_selector(".found-terms a", timeout=10_000)
    address = visit.page.locator(".found-terms a").first.get_attribute("href")
    visit.page.close()
    path, fragment = urldefrag(address)
    assert place in address
    assert fragment in {"", *ids_of(pages / path)}


def test_what_is_found_from_a_disk_has_a_sentence_beside_it(desktop, pages):
    visit = open_page(desktop, f"{pages.as_uri()}/search.html?q=hidden+state")
    visit.page.wait_for_selector("#search-results li .about", timeout=10_000)
    visit.page.close()
    assert not visit.errors


def test_the_first_file_leads_to_the_first_page(browser, pages):
    opened = context(browser)
    page = opened.new_page()
    page.goto((pages / "index.html").as_uri())
    page.wait_for_url("**/intro.html", timeout=10_000)
    opened.close()


def test_fonts_are_the_books_own(desktop, site):
    visit = open_page(desktop, site + "intro.html")
    loaded = visit.page.evaluate(
        "() => document.fonts.ready.then(fonts => [...fonts]"
        ".filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', '')))"
    )
    visit.page.close()
    assert {"Inter", "JetBrains Mono"} <= set(loaded)


@pytest.mark.parametrize("width", [1280, 1366, 1440])
def test_a_line_of_code_stands_on_one_line(browser, site, width):
    opened = browser.new_context(viewport={"width": width, "height": 900})
    visit = open_page(opened, site + "chapters/07_gru_by_hand.html")
    one, longest = visit.page.evaluate(
        """() => ["x", "x".repeat(88)].map(line => {
          const code = document.querySelector(".cell_input pre");
          code.textContent = line;
          return code.getBoundingClientRect().height;
        })"""
    )
    opened.close()
    assert longest == one


def test_every_internal_link_leads_somewhere(pages, soups):
    faults = []
    for name, soup in soups.items():
        for link in soup.select("a[href], link[href], img[src], script[src]"):
            target = link.get("href") or link.get("src")
            if urlsplit(target).scheme or target.startswith("//"):
                continue
            path, fragment = urldefrag(urljoin(f"/{name}", target))
            file = pages / unquote(urlsplit(path).path).lstrip("/")
            if not file.is_file():
                faults.append(f"{name} links to {target}, which is not there")
            elif file.suffix == ".html" and unquote(fragment) not in {"", *ids_of(file)}:
                faults.append(f"{name} links to {target}, where there is no such place")
    assert not faults, "\n".join(faults)


@cache
def ids_of(file: Path) -> set[str]:
    return {unescape(name) for name in re.findall(r'<[^<>]+?\sid="([^"]*)"', text_of(file))}


@cache
def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_every_file_that_a_style_names_is_there(pages):
    faults = []
    for style in pages.rglob("*.css"):
        for target in re.findall(r"url\([\"']?([^)\"']+)", text_of(style)):
            path = urlsplit(target).path
            if not urlsplit(target).scheme and path and not (style.parent / path).is_file():
                faults.append(f"{style.relative_to(pages)} names {target}, which is not there")
    assert not faults, "\n".join(faults)


@pytest.mark.alone
@pytest.mark.parametrize("name", ["intro.html", "chapters/02_rnn_by_hand.html"])
def test_it_can_be_read_within_a_second(browser, site, name):
    if busy():
        pytest.skip("The machine is too busy to say how fast a page is.")
    times = []
    for _ in range(3):
        opened = context(browser)
        page = opened.new_page()
        page.goto(site + name, wait_until="load")
        times.append(page.evaluate(READABLE))
        opened.close()
    # Chance only ever adds time; the best of three says how fast the page is.
    assert min(times) < MOST_MILLISECONDS, times


def busy() -> bool:
    """Whether much more runs than there are processors; Windows does not tell."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return load > 1.5 * (os.cpu_count() or 1)


def test_hosts_find_what_they_look_for(pages):
    assert "Allow: /" in text_of(pages / "robots.txt")
    lost = BeautifulSoup(text_of(pages / "404.html"), "html.parser")
    assert not lost.select("script[src], img[src]")
    assert [link["href"] for link in lost.select("link[href]")] == ["data:,"]
    assert "Recurrent Networks by Hand" in lost.title.text


def test_downloads_arrive_whole(desktop, site, soups):
    files = {
        urljoin(site + name, link["href"])
        for name, soup in soups.items()
        for link in soup.select("a.download[href], a.reference.download[href]")
    }
    for address in sorted(files):
        answer = desktop.request.get(address)
        assert answer.ok, address
        assert len(answer.body()) > 0, address


def test_every_picture_says_what_it_shows(soups):
    faults = [
        f"{name}: {image.get('src')}"
        for name, soup in soups.items()
        for image in soup.select("img")
        if "logo__image" not in image.get("class", []) and not says_something(image.get("alt"))
    ]
    assert not faults, "\n".join(faults)


def says_something(alt: str | None) -> bool:
    """Whether an alternative text is one, and not the name of a file."""
    return bool(alt and " " in alt.strip() and not alt.endswith((".png", ".svg", ".jpg")))


def test_what_no_reader_needs_is_not_there(pages):
    assert not list(pages.rglob("*.map"))
    assert not [path for path in pages.rglob("*") if "thebe" in path.name]
