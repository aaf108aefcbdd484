"""What the printed book has beyond the pages: numbers in links, contents, answers, an index."""

from __future__ import annotations

import print_book
import printed_lists
import printed_numbers
import pytest
from bs4 import BeautifulSoup

from rnn_edu.language_model.game import Round, as_html

PAGE = """<html><head></head><body><main>
<article id="02_one"><section id="02_one--top"><h1>2. One</h1>
<p>To <a href="#02_one--far">far</a> (and <a href="#03_two">two</a>), <a href="#nowhere">gone</a>.
</p>
<section id="02_one--near"><h2>Near</h2><p>A <a href="#glossary--gate"><span class="std-term">gate
</span></a>, gates, the gate, in <span class="math">\\(h_t\\)</span>
[<span class="bibtex-citation"><a href="#references--id1">Elman</a></span>];
<a href="#02_one--here">here</a></p><p id="02_one--here"></p></section>
<section id="02_one--far"><h2>Far</h2><p>A gate.</p></section></section></article>
<article id="03_two"><section id="03_two--top"><h1>3. Two</h1></section></article>
<article id="notation"><section id="notation--top"><h1>Notation</h1><table>
<thead><tr><th>Symbol</th><th>What it is</th></tr></thead><tbody>
<tr><td><p><span class="math">\\(h_t\\)</span></p></td><td>the state: tanh</td></tr>
<tr><td>–</td><td>nothing, <span class="math">\\(x\\)</span></td></tr></tbody></table></section>
</article>
<article id="glossary"><section id="glossary--top"><h1>Glossary</h1><dl class="glossary">
<dt id="glossary--gate">gate</dt><dd>A number.</dd></dl></section></article>
<article id="references"><section id="references--top"><p id="references--id1">Elman</p></section>
</article></main></body></html>"""


@pytest.fixture
def book():
    return BeautifulSoup(PAGE, "html.parser")


def test_every_link_out_of_its_section_has_the_number_of_its_page(book):
    printed_numbers.number_links(book)
    text = " ".join(book.select_one("#\\30 2_one").get_text().split())
    assert text.startswith("2. One To far (p. 000) (and two, p. 000), gone.")
    assert "Elman]; here" in text
    assert [number["data-place"] for number in book.select(".page-number")] == [
        "02_one--far",
        "03_two",
    ]


def test_a_link_to_what_is_not_printed_keeps_its_words_only(book):
    printed_numbers.number_links(book)
    assert "href" not in book.find("a", string="gone").attrs


def test_the_contents_have_every_chapter_and_section_with_its_place(book):
    made = printed_lists.contents(book, {"02_one": "By hand"})
    rows = [
        (row["class"][0], row.find("span").get_text(), row.a["href"])
        for row in made.select(".chapter, .section")
    ]
    assert rows[:4] == [
        ("chapter", "2. One", "#02_one"),
        ("section", "Near", "#02_one--near"),
        ("section", "Far", "#02_one--far"),
        ("chapter", "3. Two", "#03_two"),
    ]
    assert made.select_one(".part").get_text() == "By hand"


def entries(book):
    return {
        entry.contents[0].get_text(): [
            (" ".join(place.get("class", [])), place["href"]) for place in entry.select("a")
        ]
        for entry in printed_lists.index(book).select("p.entry")
    }


def test_a_word_is_listed_where_it_is_introduced_spoken_of_and_explained(book):
    assert entries(book)["gate"] == [
        ("first", "#index-glossary--gate"),
        ("", "#02_one--near"),
        ("explained", "#glossary--gate"),
    ]
    assert book.select_one("#index-glossary--gate").name == "a"


def test_a_symbol_is_listed_with_what_it_is_and_where_it_is_first_written(book):
    found = entries(book)
    assert list(found) == ["gate", "\\(h_t\\), the state"]
    assert found["\\(h_t\\), the state"] == [
        ("first", "#02_one--near"),
        ("explained", "#notation--row-0"),
    ]


def test_the_answers_of_a_game_stand_on_a_page_of_their_own():
    given = [Round("we", ("write", "wrote", "are"), human) for human in "bacb"]
    played = as_html(given, length=3)  # the fourth is not on paper
    book = BeautifulSoup(f"<main><article>{played}</article></main>", "html.parser")
    made = printed_lists.answers(book, "answers")
    assert not book.select("details")
    assert "Who is the human, by round: 1 b, 2 a, 3 c." in made.get_text()
    assert book.select_one("article a")["href"] == "#answers"


def test_without_a_game_there_are_no_answers(book):
    assert printed_lists.answers(book, "answers") is None


def test_the_parts_of_the_contents_have_their_captions():
    assert print_book.captions()["02_rnn_by_hand"] == "By hand"
