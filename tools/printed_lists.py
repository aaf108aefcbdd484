"""What a printed book has and a screen does not need: contents with pages, answers, an index."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from printed_numbers import UNKNOWN

#: What an entry of the index leads to: how each place is shown, and the place.
Places = list[tuple[str, str]]

ANSWERS = "answers-of-the-game"
GLOSSARY, NOTATION = "glossary", "notation"
#: A section speaks of a term if it names it so often; the index has so many of them for a term.
OFTEN, MOST_SECTIONS = 3, 4
TERM_LINK = "a:has(> .std-term)"
LEGEND = (
    "In bold the page that introduces a word, in italics its entry in the glossary or in the "
    "notation; then sections that speak of it most."
)


def contents(book: BeautifulSoup, captions: dict[str, str]) -> Tag:
    """The chapters and their sections, each with its page.

    Args:
        book: all pages, put together.
        captions: of each part of the book, by the id of its first chapter.
    """
    article, section = page(book, "contents", "Contents")
    for chapter in book.select("main > article"):
        if caption := captions.get(str(chapter["id"])):
            section.append(new(book, "p", caption, "part"))
        for level, heading in headings(chapter):
            row = new(book, "p", "", level)
            row.extend([heading, link(book, str(heading["data-of"]))])
            section.append(row)
    return article


def headings(chapter: Tag) -> Iterator[tuple[str, Tag]]:
    """The titles of a chapter and of its sections, as copies that know their places."""
    for section in chapter.select("section[id]"):
        if (title := section.find(["h1", "h2"], recursive=False)) is not None:
            copy = unwrapped(
                BeautifulSoup(f"<span>{title.decode_contents()}</span>", "html.parser")
            )
            copy["data-of"] = section["id"] if title.name == "h2" else chapter["id"]
            yield ("section" if title.name == "h2" else "chapter"), copy


def answers(book: BeautifulSoup, name: str) -> Tag | None:
    """Takes the answers from under the rounds of a game to a page of their own.

    Rounds that the page only draws from go.

    Args:
        book: all pages, put together.
        name: the id of the page with the answers.

    Returns:
        The page; None where nothing is played.
    """
    for spare in book.select("[data-game] > ol > li[hidden]"):
        spare.decompose()
    letters = []
    for number, played in enumerate(book.select("[data-game] > ol > li"), start=1):
        letters.append(f"{number} {'abc'[int(str(played['data-human']))]}")
        for answer in played.select("details"):
            answer.decompose()
    game = book.select_one("[data-game]")
    if game is None:
        return None
    to_answers = new(book, "a", "The answers")
    to_answers["href"] = f"#{name}"
    line = new(book, "p", "")
    line.extend([to_answers, " stand at the end of the book."])
    game.append(line)
    article, section = page(book, name, "Answers of the game")
    section.append(new(book, "p", f"Who is the human, by round: {', '.join(letters)}."))
    return article


def index(book: BeautifulSoup) -> Tag:
    """Words and symbols with their pages: where each is introduced, explained and spoken of."""
    article, section = page(book, "index", "Index")
    section.append(new(book, "p", LEGEND))
    parts: dict[str, Iterator[tuple[str, Places]] | Iterator[tuple[Tag, Places]]]
    parts = {"Words": words(book), "Symbols": symbols(book)}
    for title, found in parts.items():
        below = new(book, "section", "")
        below["id"] = f"index--{title.lower()}"
        below.append(new(book, "h2", title))
        for name, places in found:
            entry, numbers = new(book, "p", "", "entry"), new(book, "span", "", "places")
            numbers.extend(link(book, place, look) for look, place in places)
            entry.extend([name, numbers])
            below.append(entry)
        section.append(below)
    return article


def words(book: BeautifulSoup) -> Iterator[tuple[str, Places]]:
    """Every word of the glossary, in the order of the alphabet, and its places."""
    spoken = sections(book)
    introduced: dict[str, Tag] = {}
    for found in book.select(f"article:not(#{GLOSSARY}) {TERM_LINK}"):
        introduced.setdefault(str(found.get("href"))[1:], found)
    terms = book.select(f"#{GLOSSARY} dl.glossary > dt")
    for term in sorted(terms, key=lambda term: term.get_text().lower()):
        place, name = str(term["id"]), term.get_text().strip()
        places = [("", section) for section in most_about(name, spoken)]
        if first := introduced.get(place):
            first["id"] = f"index-{place}"
            places.insert(0, ("first", str(first["id"])))
        yield name, [*places, ("explained", place)]


def sections(book: BeautifulSoup) -> dict[str, dict[str, str]]:
    """The text of every section of the numbered chapters, by the ids of chapter and section."""
    return {
        str(chapter["id"]): {
            str(part["id"]): part.get_text(" ").lower()
            for part in chapter.select("article > section > section[id]")
        }
        for chapter in book.select("main > article")
        if str(chapter["id"])[0].isdigit()
    }


def most_about(name: str, chapters: dict[str, dict[str, str]]) -> list[str]:
    """Of each chapter the section that names a word most, if often; the best few of these."""
    word = re.compile(rf"(?<![\w-]){re.escape(name.lower())}s?(?![\w-])")
    best = []
    for order, parts in enumerate(chapters.values()):
        counts = [(len(word.findall(text)), part) for part, text in parts.items()]
        often, part = max(counts, default=(0, ""), key=lambda count: count[0])
        if often >= OFTEN:
            best.append((-often, order, part))
    return [part for _, _, part in sorted(sorted(best)[:MOST_SECTIONS], key=lambda one: one[1])]


def symbols(book: BeautifulSoup) -> Iterator[tuple[Tag, Places]]:
    """Every symbol of the notation, with what it is, and where a chapter first writes it."""
    formulas = formulas_of_sections(book)
    for number, row in enumerate(book.select(f"#{NOTATION} tbody tr")):
        table = row.find_parent("table")
        assert table is not None
        heads = [head.get_text() for head in table.select("thead th")]
        cells = row.find_all("td")
        symbol = cells[0].select_one(".math")
        if symbol is None or "What it is" not in heads:
            continue
        row["id"] = f"{NOTATION}--row-{number}"
        what = cells[heads.index("What it is")].get_text().partition(":")[0].strip()
        entry = BeautifulSoup(f"<span>{cells[0].decode_contents()}, {what}</span>", "html.parser")
        chapter = cells[heads.index("Chapter")].get_text() if "Chapter" in heads else ""
        first = first_written(formulas, symbol.get_text(), chapter.partition(",")[0].strip())
        places = [("first", first)] if first else []
        yield unwrapped(entry), [*places, ("explained", str(row["id"]))]


def formulas_of_sections(book: BeautifulSoup) -> dict[str, str]:
    """All formulas of each section of the numbered chapters, in their order, by its id."""
    return {
        str(part["id"]): "\n".join(math.get_text() for math in part.select(".math"))
        for part in book.select("article > section > section[id]")
        if str(part["id"])[0].isdigit()
    }


def first_written(formulas: dict[str, str], symbol: str, chapter: str) -> str | None:
    """The first section that writes a symbol, in a chapter if its number is known."""
    written = re.compile(rf"(?<![A-Za-z\\]){re.escape(symbol[2:-2])}(?![A-Za-z])")
    start = f"{int(chapter):02d}_" if chapter.isdigit() else ""
    sections = (place for place in formulas if place.startswith(start))
    return next((place for place in sections if written.search(formulas[place])), None)


def unwrapped(words: BeautifulSoup) -> Tag:
    """The only element of some words, without the paragraphs in it."""
    for paragraph in words.select("p"):
        paragraph.unwrap()
    assert words.span is not None
    return words.span


def page(book: BeautifulSoup, name: str, title: str) -> tuple[Tag, Tag]:
    """A new page of the book, and its section with nothing but the title."""
    article = new(book, "article", "", f"bd-article printed-{name}")
    article["id"] = name
    section = new(book, "section", "")
    section["id"] = f"{name}--page"
    section.append(new(book, "h1", title))
    article.append(section)
    return article, section


def link(book: BeautifulSoup, place: str, look: str = "") -> Tag:
    """A page number that leads to its place."""
    made = new(book, "a", UNKNOWN, look)
    made["href"], made["data-place"] = f"#{place}", place
    return made


def new(book: BeautifulSoup, name: str, text: str, look: str = "") -> Tag:
    """A new element with a text."""
    made = book.new_tag(name, attrs={"class": look} if look else {})
    if text:
        made.string = text
    return made
