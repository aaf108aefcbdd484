"""What the local extensions count and write, apart from Sphinx."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes

from book_extensions import source_pages
from book_extensions.execution_status import Status, from_records, status_of, table
from book_extensions.lost_page import lost_page
from book_extensions.reading_times import (
    CODE_LINES,
    PICTURES,
    PRINTED_LINES,
    WORDS,
    minutes_of,
)
from book_extensions.search_help import plain, terms
from book_extensions.set_up import first_cells
from book_extensions.site import robots, sitemap

ROOT = Path(__file__).resolve().parents[1]


def cell(number, *tags, **metadata):
    return {
        "cell_type": "code",
        "execution_count": number,
        "metadata": {"tags": list(tags), **metadata},
    }


def test_a_cell_that_was_not_run_in_its_turn_does_not_count():
    cells = [cell(1), cell(3), cell(None), {"cell_type": "markdown", "metadata": {}}]
    assert status_of({"cells": cells}).executed == 1


def test_ignored_outputs_and_stored_times_are_counted():
    cells = [cell(1), cell(2, "nbval-ignore-output"), cell(3, execution={"started": "now"})]
    assert status_of({"cells": cells}) == Status(3, 3, 2, 1, 0, 1)


def test_cells_that_show_a_record_are_told_from_those_that_use_its_names_anew():
    sources = (
        "record = read_record('alice')",
        "for name, share in record['metrics'].items():\n    print(name, share)",
        "for name in ('a', 'b'):\n    print(name)",
        "def best(record):\n    return record",
        "record = train()\nprint(record)",
        "%pip install x",
    )
    assert list(from_records(sources)) == [True, True, False, False, False, False]
    cells = [cell(1) | {"source": sources[0]}, cell(2) | {"source": "record", "outputs": ["x"]}]
    assert status_of({"cells": cells}).recorded == 1


def test_the_last_row_adds_up():
    lines = table(
        {"chapters/one": Status(3, 3, 2, 1, 1, 0), "chapters/two": Status(4, 4, 4, 0, 0, 0)}
    )
    assert lines[2].startswith("| [](/chapters/one) | 3 |")
    assert lines[-1] == "| **All together** | 7 | 7 | 6 | 1 | 1 | 0 |"


def test_the_source_of_an_inherited_method_is_that_of_the_class_that_has_it():
    info = {"module": "rnn_edu.layers", "fullname": "LSTM.set_weights"}
    address = source_pages.address_of("py", info)
    module, _, line = address.removeprefix("../code/").partition(".html#line-")
    text = source_pages.source(module).splitlines()
    assert "def set_weights" in text[int(line) - 1]
    assert f'id="line-{line}"' in source_pages.page_of(module)


def test_what_is_not_ours_or_has_no_source_has_no_link():
    assert source_pages.address_of("py", {"module": "numpy", "fullname": "tanh"}) is None
    assert source_pages.address_of("py", {"module": "rnn_edu.walkthrough", "fullname": "R"}) is None
    assert source_pages.address_of("std", {"module": "rnn_edu.errors", "fullname": "R"}) is None


def test_only_a_site_with_an_address_says_where_its_map_is():
    assert "Sitemap" not in robots("")
    found = sitemap("https://example.org/", {"intro", "chapters/b"})
    assert found.index("chapters/b.html") < found.index("intro.html")


def test_the_lost_page_carries_everything_with_it():
    page = lost_page("A <book>", "")
    assert 'href="intro.html"' in page
    assert "A &lt;book&gt;" in page


def test_imports_before_the_first_heading_are_one_fold():
    def code(*parts):
        return nodes.container("", *parts, classes=["cell"])

    shown = code(nodes.container(classes=["cell_output"]))
    heading = nodes.section("", nodes.title("", "The idea"), code())
    before = (nodes.title("", "A chapter"), nodes.note())
    folded = nodes.section("", *before, code(), code(), shown, code(), heading)
    assert first_cells(folded) == folded.children[2:4]
    assert first_cells(nodes.section("", *before, shown, heading)) == []
    assert first_cells(nodes.section("", *before, heading, code())) == []


def test_the_search_knows_the_names_and_the_chapter_of_a_term():
    text = """<dl class="glossary"><dt id="term-one">one#</dt><dd>Another. See nothing.</dd>
    <dt id="term-backpropagation-through-time">backpropagation through time<a>#</a></dt>
    <dt id="term-BPTT">BPTT<a>#</a></dt>
    <dd><p>The gradient of \\(h_{t}\\) goes back <span class="bibtex-citation">[1]</span>. See
    <a class="reference internal" href="04.html"><span class="doc">Back</span></a>.</p></dd></dl>"""
    assert terms(BeautifulSoup(text, "html.parser"))[1] == {
        "names": ["backpropagation through time", "BPTT"],
        "says": "The gradient of h_t goes back.",
        "place": "chapters/glossary.html#term-BPTT",
        "chapter": ["chapters/04.html", "Back"],
    }


def test_text_for_the_search_has_no_marks_of_formulas():
    assert plain(" \\(\\tanh\\) of  \\(W_{xh}\\) ,\n done") == "tanh of W_xh, done"


def test_a_text_of_one_minute_its_code_and_its_picture_and_no_exercise():
    def text(source):
        return {"cell_type": "markdown", "metadata": {}, "source": source}

    drawn = {"data": {"image/svg+xml": "<svg/>"}, "output_type": "display_data"}
    shown = cell(1) | {"source": "x = 1\n" * CODE_LINES, "outputs": [drawn]}
    printed = cell(2) | {"source": "", "outputs": [{"text": "1\n" * PRINTED_LINES}]}
    unseen = cell(3, "remove-cell") | {"source": "assert x\n" * 99, "outputs": []}
    exercises = [text("## Exercises\n" + "word " * 999), shown, text("## Recap")]
    cells = [text("$a + b$ " + "word " * (WORDS - 1)), shown, printed, unseen, *exercises]
    assert minutes_of(cells) == 1 + (1 + 1 / PICTURES) + 1 + 1 / WORDS


def test_the_landing_page_says_how_times_are_counted():
    said = " ".join((ROOT / "intro.md").read_text(encoding="utf-8").split())
    rates = (
        f"{WORDS} words, {CODE_LINES} lines of code or {PRINTED_LINES} printed lines in a minute"
    )
    assert rates in said
    assert PICTURES == 2
    assert "half a minute for a picture" in said
