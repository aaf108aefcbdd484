"""The game: its rounds, where their texts come from, and how answers are scored."""

import json

import pytest

from rnn_edu.datasets import load_sample
from rnn_edu.errors import DataError, UsageError
from rnn_edu.language_model.game import (
    Round,
    as_html,
    make_rounds,
    rounds,
    score,
    whole_sentences,
    write_rounds,
)

PLAYED = (
    Round("We saw.", ("one <b>", "two", "three"), "b"),
    Round("They went.", ("four", "five", "six"), "c"),
)


def test_the_humans_texts_were_written_for_this_book_and_the_machines_were_not():
    texts = [text.replace(" .", ".").replace(" ,", ",") for text in load_sample("abstracts").texts]
    assert len(rounds()) == 6
    for played in rounds():
        for letter, passage in zip("abc", played.passages, strict=True):
            written = any(text.startswith(f"{played.start} {passage}") for text in texts)
            assert written == (letter == played.human), passage
            assert len(passage.split()) > 8


def test_the_human_is_not_always_in_the_same_place():
    assert len({played.human for played in rounds()}) == 3


def test_answers_are_scored():
    assert score("bc", PLAYED) == "2 of 2 right"
    assert score("ac", PLAYED) == "1 of 2 right: round 1 was b, not a"


@pytest.mark.parametrize("answers", ["b", "bd", "bcb", ""])
def test_answers_that_are_none_are_refused(answers):
    with pytest.raises(UsageError, match="give 2 letters, one for each round, each of them a, b"):
        score(answers, PLAYED)


def test_a_round_needs_three_passages():
    with pytest.raises(UsageError, match=r"three passages and a, b or c .* it has 2 and 'a'"):
        Round("Start.", ("one", "two"), "a")


def test_rounds_are_made_from_the_first_sentence_on():
    asked = []

    def machine(start, count):
        asked.append((start, count))
        return ["it", "hums", ".", "and"]

    words = ["we", "saw", ".", "it", "ran", ",", "fast", ".", "and"]
    (made,) = make_rounds([words], machine, seed=0)
    assert made.start == "we saw."
    assert sorted(made.passages) == ["it hums.", "it hums.", "it ran, fast."]
    assert made.passages["abc".index(made.human)] == "it ran, fast."
    assert asked == [(["we", "saw", "."], 5)] * 2


def test_a_passage_ends_with_a_sentence():
    assert whole_sentences(["a", ".", "b"]) == ["a", "."]
    assert whole_sentences(["a", "b"]) == ["a", "b"]


def test_rounds_are_written_and_read(tmp_path):
    write_rounds(PLAYED, tmp_path / "game.json")
    assert rounds(tmp_path / "game.json") == PLAYED


@pytest.mark.parametrize("text", ["", "[{}]", json.dumps([{"start": "a", "passages": 3}])])
def test_a_file_without_rounds_is_named(tmp_path, text):
    (tmp_path / "game.json").write_text(text)
    with pytest.raises(DataError, match=r"game\.json does not hold the rounds of the game"):
        rounds(tmp_path / "game.json")


def test_without_scripts_the_page_still_shows_the_rounds():
    text = as_html(PLAYED)
    assert text.count("<details>") == 2
    assert '<li data-human="1"><p>We saw. …</p>' in text
    assert "<li>… one &lt;b&gt;</li>" in text
    assert "The human is c." in text
