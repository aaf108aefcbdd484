"""Prints the built book as one PDF, with bookmarks and tags: `make pdf`.

    python tools/print_book.py

Chromium prints a single page that is put together from the built ones, in the order of the
contents. What only a screen can do is left out; contents, page numbers and an index are added.
Where Chromium is missing, a line says so and nothing is printed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import printed_lists
import yaml
from bs4 import BeautifulSoup, Tag
from printed_numbers import number_links, print_with_numbers
from pypdf import PdfReader

from rnn_edu.command_line.doctor import find_chromium
from rnn_edu.whole_files import replacing

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "_build" / "html"
PRINTED = ROOT / "_build" / "pdf" / "recurrent-networks-by-hand.pdf"

#: So many pages are no longer a book to hold.
TOO_MANY = 400
STYLE = Path(__file__).with_name("printed_book.css")

#: What belongs to a page on the screen only: what is pressed, played with or downloaded, and the
#: code that the pages fold away as well, since it only imports or draws. A chapter marks a
#: sentence of its own with the class ``screen-only``.
SCREEN_ONLY = (
    "a.headerlink, script, .book-play, button, .copybtn, .prev-next-footer, .screen-only, "
    "#the-map, [data-walkthrough], [data-picture], [data-network], [data-own], "
    "details.set-up, details.above-input, .viewcode-link"
)
#: Beyond its signature, the printed reference of the code has the first paragraph of each thing.
MORE_OF_THE_CODE = "dl.py > dd > :not(dl.py, p:first-child)"
#: Attributes that name elements of the same page.
REFERENCES = {"id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"}


def main() -> int:
    """Prints the book; returns 1 if there is none or it grew too long, else 0.

    Without Chromium nothing is printed, and that is no fault.
    """
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
    sheets = len(PdfReader(PRINTED).pages)
    print(f"Printed to {PRINTED.relative_to(ROOT)}, {sheets} pages.")
    if sheets >= TOO_MANY:
        print(f"A book of {TOO_MANY} pages or more is not printed again: shorten what is new.")
    return int(sheets >= TOO_MANY)


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
        cut = print_with_numbers(chromium, together, beside)
    together.unlink()
    return cut


def reading_order() -> list[str]:
    """The names of the pages, as the contents have them."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [entry for part in toc["parts"] for entry in part["chapters"]]
    return [f"{name}.html" for entry in [{"file": toc["root"]}, *chapters] for name in files(entry)]


def captions() -> dict[str, str]:
    """The caption of each part of the contents, by the id of its first chapter."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return {place(part["chapters"][0]["file"]): part["caption"] for part in toc["parts"]}


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
    add_lists(first, main)
    keep_scripts_of_mathematics(first)
    return str(first)


def add_lists(book: BeautifulSoup, main: Tag) -> None:
    """Adds page numbers, the contents behind the first page, answers and an index at the end."""
    answers = printed_lists.answers(book, printed_lists.ANSWERS)
    if answers is not None:
        main.append(answers)
    number_links(book)
    if book.select_one(f"#{printed_lists.GLOSSARY}") is not None:
        main.append(printed_lists.index(book))
    main.insert(1, printed_lists.contents(book, captions()))
    style = printed_lists.new(book, "style", STYLE.read_text(encoding="utf-8"))
    assert book.head is not None
    book.head.append(style)


def read(path: Path) -> BeautifulSoup:
    """A built page."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def prepared(article: Tag, name: str, names: list[str], to_pages: str) -> Tag:
    """The article of a page, all of it unfolded, with ids that no other page has."""
    for part in article.select(SCREEN_ONLY):
        part.decompose()
    if Path(name).stem.startswith("api"):
        for part in article.select(MORE_OF_THE_CODE):
            part.decompose()
    for folded in article.select("details"):
        folded["open"] = ""
        if folded.summary is not None and folded.summary.get_text(strip=True) == "show":
            folded.summary.decompose()
            folded.unwrap()
    for part in article.find_all(True):
        for attribute in REFERENCES & part.attrs.keys():
            part[attribute] = " ".join(place(name, i) for i in str(part[attribute]).split())
    redirect(article, name, names, to_pages)
    article["id"] = place(name)
    return article


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


if __name__ == "__main__":
    sys.exit(main())
