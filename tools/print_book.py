"""Prints the built book as one PDF, with bookmarks and tags: `make pdf`.

    python tools/print_book.py

Chromium prints a single page that is put together from the built ones, in the order of the
contents. Where Chromium is missing, a line says so and nothing is printed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

from rnn_edu.command_line.doctor import find_chromium
from rnn_edu.whole_files import replacing

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "_build" / "html"
PRINTED = ROOT / "_build" / "pdf" / "recurrent-networks-by-hand.pdf"

#: What belongs to a page on the screen only.
SCREEN_ONLY = "a.headerlink, script, .book-play, button, .copybtn, .prev-next-footer"
#: Attributes that name other elements of the same page.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")
TYPESET = "window.MathJax.startup.promise.then(() => document.fonts.ready).then(() => null)"
#: Between the margins of an A4 sheet, in CSS pixels.
WIDTH_OF_PAPER = 658
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


def main() -> int:
    """Prints the book; returns 0 if it was printed, or if there is no Chromium to print it."""
    if not (PAGES / "index.html").is_file():
        print("There is no built book to print: run `make book` first.")
        return 1
    chromium = find_chromium()
    if chromium is None:
        print("Chromium is missing, so the book was not printed (CHROMIUM may name its program).")
        return 0
    cut = print_pages(chromium, PAGES, reading_order(), PRINTED)
    if cut:
        print(f"Formulas that are wider than the paper: {cut}.")
    print(f"Printed to {PRINTED.relative_to(ROOT)}.")
    return 0


def print_pages(chromium: str, pages: Path, names: list[str], target: Path) -> int:
    """Prints some pages as one PDF, which is moved into place when it is whole.

    Args:
        chromium: the program.
        pages: the folder of the built book.
        names: of the pages, in the order wanted.
        target: where the PDF belongs.

    Returns:
        How many formulas are cut off at the edge of their place.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    together = target.with_suffix(".html")
    to_pages = Path(os.path.relpath(pages, target.parent)).as_posix() + "/"
    together.write_text(whole_book(pages, names, to_pages), encoding="utf-8", newline="\n")
    with replacing(target) as beside:
        cut = print_page(chromium, together, beside)
    together.unlink()
    return cut


def reading_order() -> list[str]:
    """The names of the pages, as the contents have them."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [entry for part in toc["parts"] for entry in part["chapters"]]
    return [f"{name}.html" for entry in [{"file": toc["root"]}, *chapters] for name in files(entry)]


def files(entry: dict[str, object]) -> list[str]:
    """The name of an entry of the contents, and of those below it."""
    below = entry.get("sections", [])
    assert isinstance(below, list)
    return [str(entry["file"]), *(name for child in below for name in files(child))]


def whole_book(pages: Path, names: list[str], to_pages: str) -> str:
    """All pages as a single one, whose addresses lead to its own places, or into ``to_pages``."""
    first = read(pages / names[0])
    assert first.head is not None
    assert first.body is not None
    for link in first.head.select(
        "link[rel=next], link[rel=prev], link[rel=index], link[rel=search]"
    ):
        link.decompose()
    assert first.title is not None
    assert first.html is not None
    # On the screen a script chooses; paper is light.
    first.html["data-theme"] = first.html["data-mode"] = "light"
    first.title.string = str(first.title.string).partition(" — ")[0]
    redirect(first.head, names[0], names, to_pages)
    first.body.clear()
    main = first.new_tag("main", attrs={"class": "bd-main printed-book"})
    first.body.append(main)
    for name in names:
        article = read(pages / name).select_one("article.bd-article")
        assert article is not None
        main.append(prepared(article, name, names, to_pages))
    keep_scripts_of_mathematics(first)
    return str(first)


def read(path: Path) -> BeautifulSoup:
    """A built page."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def prepared(article: Tag, name: str, names: list[str], to_pages: str) -> Tag:
    """The article of a page, all of it unfolded, with ids that no other page has."""
    for part in article.select(SCREEN_ONLY):
        part.decompose()
    answers_to_the_end(article)
    for folded in article.select("details"):
        folded["open"] = ""
        if folded.summary is not None and folded.summary.get_text(strip=True) == "show":
            folded.summary.decompose()
            folded.unwrap()
    for part in article.select("[id]"):
        part["id"] = place(name, str(part["id"]))
    for attribute in REFERENCES:
        for part in article.select(f"[{attribute}]"):
            part[attribute] = " ".join(place(name, i) for i in str(part[attribute]).split())
    redirect(article, name, names, to_pages)
    article["id"] = place(name)
    return article


def answers_to_the_end(article: Tag) -> None:
    """Takes the answer from under each round of a game to the end of the chapter.

    Rounds that the page only draws from go.
    """
    for spare in article.select("[data-game] > ol > li[hidden]"):
        spare.decompose()
    rounds = article.select("[data-game] > ol > li")
    if not rounds:
        return
    letters = []
    for number, played in enumerate(rounds, start=1):
        letters.append(f"{number} {'abc'[int(str(played['data-human']))]}")
        for answer in played.select("details"):
            answer.decompose()
    line = BeautifulSoup(f"<p>Who is the human, by round: {', '.join(letters)}.</p>", "html.parser")
    article.append(line)


def place(name: str, fragment: str = "") -> str:
    """The id of a place of a page within the whole book.

    Example:
        >>> place("chapters/notation.html", "gates")
        'notation--gates'
    """
    return f"{Path(name).stem}--{fragment}" if fragment else Path(name).stem


def redirect(part: Tag, name: str, names: list[str], to_pages: str) -> None:
    """Turns addresses seen from a page into addresses seen from the whole book.

    What is no page of the book, such as a workbook, cannot be reached from paper: its link goes,
    its words stay.
    """
    for element in part.select("[src]"):
        if not urlsplit(str(element["src"])).scheme:
            element["src"] = to_pages + urljoin(name, str(element["src"]))
    for element in part.select("[href]"):
        address = str(element["href"])
        path, fragment = urldefrag(urljoin(name, address))
        if urlsplit(address).scheme or not path:
            continue
        if path in names:
            element["href"] = "#" + place(path, fragment)
        elif element.name == "link":
            element["href"] = to_pages + path
        else:
            del element["href"]


def keep_scripts_of_mathematics(book: BeautifulSoup) -> None:
    """Leaves only MathJax and its settings: nothing else may change a page that is printed."""
    for script in book.select("script"):
        text = f"{script.get('src', '')} {script.string or ''}"
        if "mathjax" not in text.lower():
            script.decompose()


def print_page(chromium: str, page: Path, target: Path) -> int:
    """Lets Chromium print a page, with bookmarks from its headings and tags for listeners.

    Returns:
        How many formulas are cut off at the edge of their place.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(color_scheme="light")
        opened.set_default_timeout(300_000)
        opened.goto(page.as_uri())
        opened.evaluate(TYPESET)
        opened.set_viewport_size({"width": WIDTH_OF_PAPER, "height": 1000})
        opened.emulate_media(media="print")
        cut: int = opened.evaluate(FIT)
        opened.pdf(
            path=target,
            format="A4",
            margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
            tagged=True,
            outline=True,
        )
        browser.close()
    return cut


if __name__ == "__main__":
    sys.exit(main())
