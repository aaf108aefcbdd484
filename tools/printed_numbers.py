"""Page numbers beside the links of the printed book: written, printed, read back, until they hold.

Only a printed page knows its number. So the book is printed with the numbers of the printing
before, and each printing is asked where its places lie, until it says what it was told.
"""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

#: More than two printings are needed only where a longer number moves a line to the next page.
MOST_PRINTINGS = 5
#: What stands where a number will be: as wide as most of them.
UNKNOWN = "000"
#: Glossary and references are in the order of the alphabet: found without a number.
NEEDS_NONE = "a:has(> .std-term), .bibtex-citation a, .citation a"
TYPESET = "window.MathJax.startup.promise.then(() => document.fonts.ready).then(() => null)"
#: The numbers go where they belong; an entry of the index names each page once.
WRITE_NUMBERS = """numbers => {
  const places = [...document.querySelectorAll("[data-place]")];
  for (const place of places) place.textContent = numbers[place.dataset.place];
  for (const entry of document.querySelectorAll(".printed-index .places")) {
    const seen = new Set();
    for (const link of entry.querySelectorAll("a")) {
      link.classList.toggle("again", seen.has(link.textContent));
      seen.add(link.textContent);
    }
  }
  return places.map(place => place.dataset.place).filter(place => !(place in numbers));
}"""
#: Between the margins of an A4 sheet, in CSS pixels.
WIDTH_OF_PAPER = 680
#: Paper cannot be scrolled: a formula that is too wide for its place is made smaller.
FIT = """() => {
  const edge = (part) => {
    for (let box = part.parentElement.parentElement; box; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return box.getBoundingClientRect().right;
    return window.innerWidth;
  };
  const tooWide = () => [...document.querySelectorAll("mjx-container > svg")].filter(
    (formula) => formula.getBoundingClientRect().right > edge(formula) + 2);
  for (const formula of tooWide()) {
    const place = formula.getBoundingClientRect();
    const share = Math.max(0.3, (edge(formula) - place.left) / place.width);
    const size = parseFloat(getComputedStyle(formula.parentElement).fontSize);
    formula.parentElement.style.fontSize = `${(0.95 * share * size).toFixed(2)}px`;
  }
  return tooWide().length;
}"""
FOOT = (
    '<div style="width:100%;font:8pt sans-serif;color:#566166;text-align:center">'
    '<span class="pageNumber"></span></div>'
)


def number_links(book: BeautifulSoup) -> None:
    """Puts a page number behind every link that leads out of its own section.

    A link whose place is not printed loses its address and keeps its words.
    """
    places = {str(part["id"]): part for part in book.select("[id]")}
    numberless = {id(link) for link in book.select(NEEDS_NONE)}
    for link in book.select('a[href^="#"]'):
        place = str(link["href"])[1:]
        if place not in places:
            del link["href"]
        elif id(link) not in numberless and home(link) is not home(places[place]):
            for part in reversed(number_of(book, place, in_brackets(link))):
                link.insert_after(part)


def number_of(book: BeautifulSoup, place: str, in_brackets: bool) -> list[Tag | str]:
    """What stands behind a link: the page of a place, in brackets unless it is within some."""
    number = book.new_tag("span", attrs={"class": "page-number", "data-place": place})
    number.string = UNKNOWN
    return [", p. ", number] if in_brackets else [" (p. ", number, ")"]


def in_brackets(link: Tag) -> bool:
    """Whether the words before a link have opened a bracket and not closed it."""
    before = "".join(part.get_text() for part in reversed(list(link.previous_siblings)))
    return before.count("(") > before.count(")")


def home(part: Tag) -> Tag | None:
    """The section of a chapter in which something stands; before the first one, the chapter."""
    sections = [parent for parent in [part, *part.parents] if parent.name == "section"]
    return sections[-2] if len(sections) > 1 else part.find_parent("article")


def print_with_numbers(chromium: str, page: Path, target: Path) -> int:
    """Lets Chromium print a page, its links numbered, with bookmarks, and tags for listeners.

    Returns:
        How many formulas are cut off at the edge of their place.

    Raises:
        RuntimeError: if a place has no page, or the numbers still change after
            :data:`MOST_PRINTINGS`.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(color_scheme="light")
        opened.set_default_timeout(600_000)
        opened.goto(page.as_uri())
        opened.evaluate(TYPESET)
        opened.set_viewport_size({"width": WIDTH_OF_PAPER, "height": 1000})
        opened.emulate_media(media="print")
        cut: int = opened.evaluate(FIT)
        print_page(opened, target)
        for _ in range(MOST_PRINTINGS):
            numbers = pages_of(target)
            if lost := opened.evaluate(WRITE_NUMBERS, numbers):
                raise RuntimeError(f"A link leads to {lost[0]}, which is on no printed page.")
            print_page(opened, target)
            if pages_of(target) == numbers:
                browser.close()
                return cut
    raise RuntimeError(f"After {MOST_PRINTINGS} printings the page numbers still change.")


def print_page(opened: Page, target: Path) -> None:
    """One printing."""
    opened.pdf(
        path=target,
        format="A4",
        margin={"top": "13mm", "bottom": "15mm", "left": "15mm", "right": "15mm"},
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOT,
        tagged=True,
        outline=True,
    )


def pages_of(printed: Path) -> dict[str, int]:
    """The page, counted from 1, of every place that a link of a PDF leads to."""
    reader = PdfReader(printed)
    return {
        name.removeprefix("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }
