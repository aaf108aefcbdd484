"""The extension that brings calculations to play with into the pages that ask for them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from book_extensions import play


@pytest.fixture
def app(tmp_path):
    files = {"chapters/workbooks/linear_recurrence.xlsx": (set(), "ab12/linear_recurrence.xlsx")}
    added = []
    return SimpleNamespace(
        outdir=tmp_path,
        builder=SimpleNamespace(name="html", format="html"),
        env=SimpleNamespace(dlfiles=files),
        added=added,
        add_css_file=added.append,
        add_js_file=lambda name, **_: added.append(name),
    )


def prepared(app, body):
    context = {"body": body, "pathto": lambda name, _: f"../{name}"}
    play.prepare_page(app, "chapters/x", "page.html", context, None)
    return context["body"]


def test_a_page_with_a_walkthrough_gets_script_style_data_and_workbook(app):
    body = prepared(app, '<div data-walkthrough="linear_recurrence">words</div>')
    assert app.added == ["play/play.css", "play/start.js"]
    assert 'data-workbook="../_downloads/ab12/linear_recurrence.xlsx"' in body
    data = (app.outdir / "_static" / "play" / "data" / "linear_recurrence.js").read_text("utf-8")
    assert data.startswith("(window.rnnEduWalkthroughs = window.rnnEduWalkthroughs || {})")
    assert '"key":"linear_recurrence"' in data
    rules = (app.outdir / "_static" / "play" / "mistakes" / "linear_recurrence.js").read_text(
        "utf-8"
    )
    assert rules.startswith("(window.rnnEduMistakes = window.rnnEduMistakes || {})")


def test_a_picture_of_a_walkthrough_gets_its_data(app):
    prepared(app, '<div data-picture="temperature" data-of="next_word_hello:z">words</div>')
    assert (app.outdir / "_static" / "play" / "data" / "next_word_hello.js").is_file()


def test_a_page_with_trained_networks_gets_them_and_their_style(app):
    prepared(app, '<div data-network="words_lstm characters_gru">words</div>')
    assert app.added == ["play/play.css", "play/writer.css", "play/start.js"]
    written = {path.name for path in (app.outdir / "_static" / "play" / "networks").iterdir()}
    assert written == {"list.js", "words_lstm.js", "characters_gru.js"}


def test_trained_weights_come_where_they_are_asked_for(app):
    prepared(app, '<div data-walkthrough="this_is_an_example" data-forward>words</div>')
    written = app.outdir / "_static" / "play" / "trained" / "this_is_an_example.js"
    assert not written.exists()
    prepared(
        app, '<div data-walkthrough="this_is_an_example" data-trained data-forward>words</div>'
    )
    assert written.read_text("utf-8").startswith("(window.rnnEduTrained = window.rnnEduTrained")


def test_a_page_that_opens_files_gets_script_and_styles(app):
    prepared(app, "<div data-own>words</div>")
    assert app.added == ["play/play.css", "play/writer.css", "play/start.js"]


def test_other_pages_and_the_printed_page_get_nothing(app):
    assert prepared(app, "<p>words</p>") == "<p>words</p>"
    app.builder.name = "singlehtml"
    prepared(app, '<div data-walkthrough="linear_recurrence">words</div>')
    assert app.added == []
    assert not list(app.outdir.iterdir())


@pytest.mark.parametrize("kind", ["walkthrough", "picture", "network"])
def test_an_unknown_name_is_a_warning_which_fails_the_build(app, monkeypatch, kind):
    warnings = []
    monkeypatch.setattr(play.logger, "warning", lambda text, *rest: warnings.append(text % rest))
    prepared(app, f'<div data-{kind}="lstn">')
    [warning] = warnings
    assert warning.startswith("There is nothing to play called lstn: use one of ")
    assert "temperature" in warning


def test_scripts_are_copied_only_for_pages(app):
    play.copy_scripts(app)
    copied = {path.name for path in (app.outdir / "_static" / "play").iterdir()}
    assert {"start.js", "play.css", "engine.js", "pictures.js"} <= copied
