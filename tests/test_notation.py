"""The page Notation has every symbol of the chapters' formulas and every name of a calculation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from rnn_edu.calculations import CALCULATIONS

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
NUMBERED = sorted(CHAPTERS.glob("[0-9]*.ipynb"))
PAGE = (CHAPTERS / "notation.md").read_text("utf-8")
#: Letters that only count the rows and columns of a sum, explained where they stand.
COUNTING = {"i", "j"}
GREEK = r"\\(?:alpha|beta|gamma|delta|Delta|epsilon|eta|theta|lambda|mu|rho|sigma|tau|phi|ell)\b"


def formulas(text: str) -> list[str]:
    """What stands between dollar signs, code left out."""
    text = re.sub(r"```\{code.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return [a or b for a, b in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", text, re.DOTALL)]


def letters(formula: str) -> set[str]:
    """The letters of a formula, without what stands below them, accents and words."""
    formula = re.sub(r"\\(?:text|mathrm|operatorname|begin|end)\{[^}]*\}", " ", formula)
    formula = re.sub(r"_\{(?:[^{}]|\{[^{}]*\})*\}|_\\?\w|\^\\top", "", formula)
    formula = re.sub(r"\\(?:tilde|hat|bar|overrightarrow|overleftarrow)\b", "", formula)
    greek = set(re.findall(GREEK, formula))
    formula = re.sub(r"\\[a-zA-Z]+", " ", formula)
    return greek | set(re.findall(r"(?<![a-zA-Z])[a-zA-Z](?![a-zA-Z])", formula))


def letters_of(chapter: Path) -> set[str]:
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return set().union(*map(letters, formulas(text)))


def used_by_chapter() -> dict[str, set[str]]:
    """The letters of each chapter's formulas and of its calculations, by its number."""
    used = {path.stem[:2].lstrip("0"): letters_of(path) for path in NUMBERED}
    for calculation in CALCULATIONS.values():
        symbols = [q.symbol for q in calculation.build().quantities if q.role != "gradient"]
        used[calculation.chapter[:2].lstrip("0")] |= {symbol.base for symbol in symbols}
    return used


def rows(page: str) -> Iterator[list[str]]:
    """The cells of every row of a table, the heads left out."""
    for line in page.splitlines():
        if line.startswith("| ") and not re.match(r"\| (?:---|Symbol|Letter)", line):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def of_one_chapter(page: str) -> Iterator[tuple[set[str], set[str]]]:
    """Letters and chapters of the rows that name chapters in their last column."""
    for *cells, last in rows(page):
        if re.fullmatch(r"\d+(?:, \d+)*", last):
            yield set().union(*map(letters, formulas(cells[0]))), set(last.split(", "))


TWICE = PAGE.split("(letters-used-twice)=")[1]
TABLES = PAGE.split("(letters-used-twice)=")[0]


@pytest.mark.parametrize("chapter", NUMBERED, ids=lambda path: path.stem)
def test_every_letter_of_a_chapters_formulas_is_on_the_page(chapter):
    known = set().union(*map(letters, formulas(PAGE)))
    assert letters_of(chapter) - COUNTING <= known


def test_every_letter_listed_for_a_chapter_is_used_there():
    used = used_by_chapter()
    for symbols, chapters in of_one_chapter(TABLES):
        for symbol in symbols - {"t", "k", "r"}:
            missing = {chapter for chapter in chapters if symbol not in used[chapter]}
            assert not missing, f"{symbol} is not in the formulas of {missing}"


def test_every_name_of_a_calculation_is_on_the_page():
    in_code = " ".join(re.findall(r"`([^`\n]+)`", TABLES))
    for calculation in CALCULATIONS.values():
        for quantity in calculation.build().quantities:
            # A word says what it is; a letter, or a letter with an addition, does not.
            word = len(re.split(r"_", quantity.name)[0]) > 2
            if quantity.role != "gradient" and not word:
                assert re.search(rf"(?<!\w){quantity.name}(?!\w)", in_code), quantity.name


def test_a_letter_with_a_second_meaning_is_in_the_last_table():
    """What a chapter's own table adds is a new letter, or one that is listed as used twice."""
    first, *later = re.split(r"^## (?=Words and their counts)", TABLES, flags=re.MULTILINE)
    general = first + later[0].split("## Operations")[1]
    before = set().union(*map(letters, formulas(general)))
    own = set().union(*(symbols for symbols, _ in of_one_chapter(TABLES)))
    listed = set().union(*(letters(f) for row in rows(TWICE) for f in formulas(row[0])))
    assert own & before <= listed


def test_the_last_table_names_chapters_that_have_the_letter():
    used = used_by_chapter()
    for row in rows(TWICE):
        symbols = set().union(*map(letters, formulas(row[0])))
        for chapters in re.findall(r"(?:^|; )(\d+(?:, \d+)*)(?:[:,])", row[-1]):
            for chapter in chapters.split(", "):
                assert symbols & used[chapter], f"{symbols} in chapter {chapter}"
