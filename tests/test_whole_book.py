"""The whole book in one file: as a PDF with numbered links, and packed to read offline."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pack_offline
import print_book
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
TOOLS = os.pathsep.join(map(str, (ROOT, ROOT / "tools")))

HEAD = '<html lang="en"><head><title>One — A book</title></head><body><article class="bd-article">'
ONE = f"""{HEAD}<h1 id="one">One<a class="headerlink" href="#one">#</a></h1>
<p><a href="b/two.html#two">two</a> <a href="#one">here</a> <a href="sheet.xlsx">a sheet</a>
<a href="https://example.org/">out</a> <img src="a.svg" alt="A line"></p>
<details><summary>More</summary><label for="f">f</label></details>
<table><tr><td><details><summary>show</summary>a long formula</details></td></tr></table>
</article></body></html>"""
TWO = f"""{HEAD}<h1 id="two">Two</h1><p><a href="../one.html">back</a></p>
<script>alert()</script></article></body></html>"""


@pytest.fixture
def together(tmp_path) -> BeautifulSoup:
    (tmp_path / "b").mkdir()
    (tmp_path / "one.html").write_text(ONE, "utf-8")
    (tmp_path / "b" / "two.html").write_text(TWO, "utf-8")
    text = print_book.whole_book(tmp_path, ["one.html", "b/two.html"], "../html/")
    return BeautifulSoup(text, "html.parser")


def test_links_lead_to_places_of_the_whole_book_or_out_of_it(together):
    links = {link.text: link.get("href") for link in together.select("a:not([data-place])")}
    assert links == {
        "two": "#two--two",
        "here": "#one--one",
        "a sheet": None,
        "out": "https://example.org/",
        "back": "#one",
    }
    places = {part["id"] for part in together.select("[id]")}
    assert {"one", "two", "one--one", "two--two"} <= places


def test_everything_is_unfolded_and_nothing_moves(together):
    assert together.select("details[open]")
    assert not together.select("script, a.headerlink")
    assert together.select_one("img")["src"] == "../html/a.svg"
    assert together.select_one("label")["for"] == "one--f"
    assert together.html["data-theme"] == "light"
    assert together.title.string == "One"


def test_a_formula_that_was_behind_a_click_needs_none_on_paper(together):
    assert str(together.td) == "<td>a long formula</td>"


def test_the_reading_order_is_that_of_the_contents():
    names = print_book.reading_order()
    assert names[:2] == ["intro.html", "chapters/01_why_order_matters.html"]
    assert len(names) == len(set(names)) > 15


#: A chapter with wide formulas, and what the index is made of.
PRINTED = ("04_backpropagation_through_time", "notation", "glossary")
FIRST = "4. Backpropagation through time"


@pytest.fixture(scope="module")
def print_run(chromium, pages, tmp_path_factory):
    """A few pages, printed; and what was said of formulas that are cut off."""
    target = tmp_path_factory.mktemp("pdf") / "book.pdf"
    names = ["intro.html", *[f"chapters/{name}.html" for name in PRINTED]]
    # In a process of its own: another test may have a browser open in this one.
    script = "import print_book, pathlib, sys; chromium, pages, target, *names = sys.argv[1:]; "
    script += "path = pathlib.Path; "
    script += "print(print_book.print_pages(chromium, path(pages), names, path(target)))"
    command = [sys.executable, "-c", script, chromium, pages, target, *names]
    env = os.environ | {"PYTHONPATH": TOOLS}
    run = subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE, text=True)
    return target, run.stdout


@pytest.fixture(scope="module")
def printed(print_run):
    from pypdf import PdfReader

    return PdfReader(print_run[0])


def test_no_formula_is_cut_off_at_the_edge_of_the_paper(print_run):
    assert print_run[1].strip() == "0"


def test_the_pdf_has_pages_and_says_what_it_is(printed):
    assert len(printed.pages) > 20
    assert printed.metadata.title == "Recurrent Networks by Hand"
    assert printed.trailer["/Root"]["/Lang"] == "en"


def test_the_pdf_has_a_bookmark_for_every_heading(printed):
    tops = [entry.title for entry in printed.outline if not isinstance(entry, list)]
    below = [
        entry.title
        for part in printed.outline
        if isinstance(part, list)
        for entry in part
        if not isinstance(entry, list)
    ]
    assert tops == [*tops_of_pages(), "Index"]
    assert "The slopes that we need" in below


def tops_of_pages() -> list[str]:
    return ["Recurrent Networks by Hand", "Contents", FIRST, "Notation", "Glossary"]


def test_the_numbers_in_the_contents_are_those_of_the_pages(printed):
    listed = printed.pages[starts(printed)["Contents"]].extract_text()
    for title, page in starts(printed).items():
        if title != "Contents":
            assert re.search(rf"{re.escape(title)}\s+{page + 1}\b", listed), title


def test_every_number_beside_a_link_is_that_of_a_page_that_the_sheet_links_to(printed):
    numbers = 0
    pages = {
        name: printed.get_destination_page_number(place) + 1
        for name, place in printed.named_destinations.items()
    }
    for sheet in printed.pages:
        linked = linked_pages(pages, sheet)
        named = {int(page) for page in re.findall(r"\bp\. (\d+)", sheet.extract_text())}
        assert named <= linked
        numbers += len(named)
    assert numbers > 10


def test_a_chapter_takes_few_sheets(printed):
    """Twenty-four like it, and what is looked up, make a book of fewer than 400 pages."""
    assert starts(printed)["Notation"] - starts(printed)[FIRST] <= 13


def starts(printed) -> dict[str, int]:
    """On which sheet, counted from 0, each part of the book begins."""
    parts = [entry for entry in printed.outline if not isinstance(entry, list)]
    return {part.title: printed.get_destination_page_number(part) for part in parts}


def linked_pages(pages, sheet):
    """The pages, counted from 1, that the links of a sheet lead to."""
    places = (str(link.get_object().get("/Dest", "")) for link in sheet.get("/Annots", ()))
    return {pages[place] for place in places if place in pages}


def test_the_pdf_is_tagged_for_listeners(printed):
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    kinds = set()
    parts = [root["/StructTreeRoot"]]
    while parts and len(kinds) < 200:
        part = parts.pop().get_object()
        if isinstance(part, list):
            parts += part
        elif hasattr(part, "get"):
            kinds.add(str(part.get("/S")))
            parts += [part["/K"]] if "/K" in part and not isinstance(part["/K"], int) else []
    assert {"/H1", "/H2", "/P", "/Table", "/Figure"} <= kinds


def test_without_chromium_nothing_is_printed_and_a_line_says_so(monkeypatch, tmp_path, capsys):
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(print_book, "PAGES", tmp_path)
    monkeypatch.setattr(print_book, "find_chromium", lambda: None)
    assert print_book.main() == 0
    assert "Chromium is missing, so the book was not printed" in capsys.readouterr().out


@pytest.mark.parametrize("tool", [print_book, pack_offline])
def test_without_a_built_book_a_line_says_what_to_do(monkeypatch, tmp_path, capsys, tool):
    monkeypatch.setattr(tool, "PAGES", tmp_path)
    assert tool.main() == 1
    assert "run `make book` first" in capsys.readouterr().out


def test_packing_twice_gives_the_same_bytes(tmp_path):
    pages = tmp_path / "html"
    (pages / "chapters").mkdir(parents=True)
    (pages / "index.html").write_text("first", "utf-8")
    (pages / "chapters" / "one.html").write_text("one", "utf-8")
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        pack_offline.pack(pages, file)
        (pages / "index.html").touch()
    assert files[0].read_bytes() == files[1].read_bytes()
    with zipfile.ZipFile(files[0]) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == [
            f"{pack_offline.FOLDER}/{name}"
            for name in ("READ ME.txt", "chapters/one.html", "index.html")
        ]
    assert not list(Path(tmp_path).glob("*.part"))
