"""Every word of the glossary is linked from a page, and every reference is cited by one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
TERM = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+?)>?`")
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")


def prose(path: Path) -> str:
    """What a page says outside of its code cells."""
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def entries_of(glossary: str) -> list[str]:
    """The entries of a glossary page: the terms, and below them what they mean."""
    block = re.search(
        r"^```\{glossary\}\n(?::\w+:\n)*(.*?)^```", glossary, re.DOTALL | re.MULTILINE
    )
    assert block, "the page has no glossary"
    return re.split(r"\n\s*\n", block[1].strip())


def terms_of(glossary: str) -> list[list[str]]:
    """The terms of a glossary page; names of one thing stand in one list."""
    entries = entries_of(glossary)
    return [[line for line in entry.splitlines() if line[0] != " "] for entry in entries]


@pytest.fixture(scope="module")
def book() -> dict[str, str]:
    """The prose of every page that is in the repository's book."""
    files = [ROOT / "intro.md", *(ROOT / "chapters").glob("*.md")]
    files += (ROOT / "chapters").glob("*.ipynb")
    return {path.stem: prose(path) for path in files}


def test_every_word_of_the_glossary_is_linked_from_another_page(book):
    linked = {t for name, page in book.items() if name != "glossary" for t in TERM.findall(page)}
    assert [names for names in terms_of(book["glossary"]) if not linked & set(names)] == []


def test_the_page_that_a_word_of_the_glossary_names_links_back_to_it(book):
    wrong = []
    for entry in entries_of(book["glossary"]):
        pages = re.findall(r"\{doc\}`(\w+)`", entry)
        names = [line for line in entry.splitlines() if line[0] != " "]
        if not any(set(TERM.findall(book[page])) & set(names) for page in pages):
            wrong.append((names[0], pages))
    assert wrong == []


def test_every_link_to_the_glossary_finds_its_word(book):
    known = {name for names in terms_of(book["glossary"]) for name in names}
    for page, text in book.items():
        assert set(TERM.findall(text)) <= known, page


def test_a_page_links_a_word_once(book):
    for page, text in book.items():
        if page != "glossary":
            often = {term: n for term, n in Counter(TERM.findall(text)).items() if n > 1}
            assert often == {}, page


def test_the_words_of_the_glossary_are_in_order_and_listed_once(book):
    first = [names[0].lower() for names in terms_of(book["glossary"])]
    assert first == sorted(first)
    every = [name.lower() for names in terms_of(book["glossary"]) for name in names]
    assert len(every) == len(set(every))


def test_every_reference_is_cited_and_every_citation_has_a_reference(book):
    listed = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "references.bib").read_text("utf-8"), re.M))
    lists = [keys for page in book.values() for keys in CITED.findall(page)]
    cited = {key.strip() for keys in lists for key in keys.split(",")}
    assert listed - cited == set()
    assert cited - listed == set()


def test_the_glossary_is_read_as_sphinx_reads_it():
    words = "LSTM\nmemory\n  A layer with a {term}`gate`.\n\ngate\n  A share.\n"
    page = "```{glossary}\n:sorted:\n\n" + words + "```\n"
    assert terms_of(page) == [["LSTM", "memory"], ["gate"]]
    assert TERM.findall("{term}`gate` and {term}`the gates <gate>`") == ["gate", "gate"]
