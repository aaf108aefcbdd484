"""The page of a walkthrough: what stands in it, and what cannot break out of it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.errors import DataError, UsageError
from rnn_edu.networks import LSTM, Dense, Input, Network
from rnn_edu.page import write_page
from rnn_edu.page.plans import MOST_BYTES
from rnn_edu.page.script_files import SCRIPTS
from rnn_edu.page.values import value_html
from rnn_edu.page.writing import page_html
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.counting import OF_UNITS
from rnn_edu.walkthrough.widget import widget_data

HOSTILE = "</script><script>alert(1)</script> <!-- <b>&amp; “x” \u2028 \\(y\\)"


def soup_of(walkthrough, **settings):
    return BeautifulSoup(page_html(walkthrough, **settings), "html.parser")


@pytest.fixture(scope="module")
def lstm():
    return CALCULATIONS["lstm_two_documents"].build()


@pytest.fixture(scope="module")
def page(lstm):
    return soup_of(lstm, verdict_html=r"<p>Keras agrees on \(h_{1}\)</p>", links=[("W", "w.xlsx")])


def large(units, steps, features):
    """An LSTM with a softmax, and its gradients."""
    rng = np.random.default_rng(3)
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,), (units, 3), (3,)]
    network = Network.sequential(
        Input((None, features)),
        LSTM(units),
        Dense(3, "softmax"),
        loss="categorical_crossentropy",
    )
    weights = [rng.normal(0, 0.4, size=shape) for shape in shapes]
    return network.walkthrough(weights, rng.normal(size=(steps, features)), [0, 1, 0])


def test_every_quantity_has_a_row_in_the_order_of_calculation(page, lstm):
    rows = page.select("table.steps > tbody > tr")
    assert len(rows) == len(lstm.quantities)
    given = [row for row in rows if row.select_one("td[colspan]")]
    assert rows[: len(given)] == given
    assert len(given) == len(lstm.quantities) - len(lstm.steps)
    titles = [summary.b.text for summary in page.select("details.group > summary")]
    assert titles[:4] == ["Weights", "Inputs, targets and starts", "lstm", "dense"]
    assert titles[4:] == ["Loss", "Gradients: Loss", "Gradients: dense", "Gradients: lstm"]


def test_a_row_has_symbol_meaning_formula_numbers_and_value(page, lstm):
    [row] = [r for r in page.select("tr.role-loss") if r.th.math["data-tex"] == "L"]
    loss = lstm["L"]
    assert loss.note in row.th.text
    assert row.select_one("td.formula math")["data-tex"] == loss.definition.latex()
    assert "0.474" in row.select_one(".put-in").text
    assert row.select_one("td.value").text == f"{float(loss.value):.6g}"


def test_formulas_are_set_without_a_script(page):
    text = page.select_one("main").get_text()
    assert not re.search(r"\\[a-zA-Z(]", text)
    assert page.select_one("section.card p math msub").get_text() == "h1"


def test_the_main_numbers_are_at_the_top(page, lstm):
    facts = dict(
        zip((d.text for d in page.select("dt")), (d.text for d in page.select("dd")), strict=True)
    )
    assert facts["Steps"] == str(len(lstm.steps))
    assert facts["Numbers"] == str(sum(q.value.size for q in lstm.quantities))
    assert facts["Layers with weights"] == "2"
    assert facts["Loss L"] == f"{float(lstm['L'].value):.6g}"


def test_the_data_are_those_of_the_widget(page, lstm):
    assert json.loads(page.select_one("#data").string) == widget_data(lstm)


def test_the_rules_for_marking_are_there_where_they_fit(lstm):
    assert not soup_of(lstm).select_one("#mistakes")
    page = soup_of(lstm, mistakes_json='{"steps":{}}')
    assert json.loads(page.select_one("#mistakes").string) == {"steps": {}}
    large = soup_of(lstm, mistakes_json=f'"{"x" * MOST_BYTES}"')
    assert not large.select_one("#mistakes")
    assert large.select_one("#data")
    assert large.select_one(".left-out").text.startswith("Your own numbers are not marked here")


def test_links_lead_to_the_files_beside_the_page(page):
    [link] = page.select("nav.files a")
    assert (link.text, link["href"]) == ("W", "w.xlsx")


def test_the_same_walkthrough_gives_the_same_bytes(lstm, tmp_path):
    one, two = (write_page(lstm, tmp_path / f"{k}.html").read_bytes() for k in (1, 2))
    assert one == two


def test_only_the_parts_that_are_asked_for(lstm):
    page = soup_of(lstm, verdict_html="<p>fine</p>", parts=["play"])
    assert page.select_one("#place")
    assert not page.select_one("section.card, #steps")
    # What the script needs is there although no table shows it.
    found = {formula["data-tex"] for formula in page.find("template").find_all("math")}
    assert {q.latex_symbol for q in lstm.quantities} <= found
    assert not soup_of(lstm, parts=["steps"]).select_one("#place, #data, template")


def hostile():
    w = Walkthrough(HOSTILE, note=HOSTILE, key=HOSTILE)
    x = w.input("x", [1.0, 2.0], note=HOSTILE, labels=([HOSTILE, "b"],))
    word = w.one_hot("v", HOSTILE, [HOSTILE, "other"])
    w.step("y", x + word, note=HOSTILE, labels=([HOSTILE, "b"],))
    return w


def test_hostile_words_stay_words():
    page = soup_of(hostile(), links=[(HOSTILE, "a b&c.xlsx")])
    assert page.h1.text == page.title.text == HOSTILE
    assert page.select_one("nav.files a").text == HOSTILE
    assert "alert(1)" not in "".join(
        s.string for s in page.select("script") if s.get("type") != "application/json"
    )
    assert not page.select("main b b, main script")
    data = json.loads(page.select_one("#data").string)
    assert data["title"] == HOSTILE
    assert data["quantities"][0]["labels"] == [[HOSTILE, "b"]]


def test_every_script_of_the_page_and_no_other_may_run():
    html = page_html(hostile())
    page = BeautifulSoup(html, "html.parser")
    policy = page.select_one("meta[http-equiv]")["content"]
    scripts = [s for s in page.select("script") if s.get("type") != "application/json"]
    assert policy.count("sha256-") == len(scripts)
    assert "default-src 'none'" in policy
    assert not page.select("script[src], link[rel=stylesheet], img")
    assert html.count("</script>") == len(scripts) + 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file" + ":///etc/x"]
)
def test_a_link_is_no_script(lstm, address):
    with pytest.raises(UsageError, match="cannot link to"):
        page_html(lstm, links=[("W", address)])


def test_mistakes_are_one_sentence_and_leave_nothing(lstm, tmp_path):
    with pytest.raises(UsageError, match="no part 'map'; its parts are verdict, play, steps"):
        write_page(lstm, tmp_path / "a.html", parts=["map"])
    with pytest.raises(UsageError, match="has no step"):
        write_page(Walkthrough("Empty"), tmp_path / "a.html")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_page(lstm, tmp_path / "file" / "a.html")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_walkthrough_without_layers_has_two_groups():
    w = Walkthrough("Plain")
    x, v = w.input("x", [1.0, 2.0]), w.weight("v", [[0.5], [2.0]])
    loss = w.step("L", (x @ v)[0], role="loss")
    w.gradients(loss)
    titles = [summary.b.text for summary in soup_of(w).select("details.group > summary")]
    assert titles == ["Weights", "Inputs, targets and starts", "Steps", "Gradients"]


def test_many_steps_are_parted_by_time_and_long_values_open():
    w = large(16, 12, 4)
    page = soup_of(w)
    assert len(page.select("table.steps > tbody > tr")) == len(w.quantities)
    assert not page.select("details[open]")
    [group] = [g for g in page.select("details.group") if g.summary.b.text == "lstm"]
    times = [summary.text for summary in group.select("details.time > summary b")]
    assert times == [f"t = {t}" for t in range(1, 13)]
    long = page.select_one("td.value details")
    assert "64 = " in long.summary.text
    assert len(long.select("td")) == 4 * 64 + 1


def test_a_page_that_would_be_too_large_says_what_it_leaves_out():
    w = large(8, 160, 8)
    html = page_html(w)
    assert len(html.encode()) <= MOST_BYTES
    said = BeautifulSoup(html, "html.parser").select_one("main > .left-out").text
    assert "only the first" in said


def test_numbers_of_a_network_that_is_too_large_to_play_with(monkeypatch, lstm):
    monkeypatch.setattr("rnn_edu.page.plans.MOST_TO_PLAY_WITH", 50)
    page = soup_of(lstm)
    assert not page.select_one("#place, #data")
    assert "With 79 numbers there is nothing to play with" in page.select_one(".left-out").text


def test_an_array_with_three_axes_is_rows_with_two_names():
    w = Walkthrough("Three axes")
    x = w.constant("x", np.arange(40.0).reshape(2, 5, 4))
    w.step("y", x * 2)
    rows = value_html(w["x"]).split("<tbody>")[1].split("<tr>")[1:]
    assert len(rows) == 10
    assert rows[5].startswith('<th scope="row">2, 1<td>20<td>21<td>22<td>23')
    assert len(soup_of(w).select("td.value details")) == 2


def test_units_and_features_are_counted_from_one_by_name():
    quantities = {(q.name, q.t): q for q in large(2, 1, 3).quantities}
    for name, first in (("a_i", "unit 1"), ("c_tilde", "unit 1"), ("x", "feature 1")):
        assert f"<li><span>{first}</span>" in value_html(quantities[name, 1]), name
    assert "<li><span>unit 2</span>" in value_html(quantities["d_a_i", 1])


def test_the_script_calls_units_what_python_does():
    [pattern] = re.findall(r"OF_UNITS = /\^\((.+)\)\$/;", (SCRIPTS / "model.js").read_text("utf-8"))
    assert pattern == OF_UNITS.pattern
