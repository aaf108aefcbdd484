"""The game: its rounds, where their texts come from, and how answers are scored."""

import json

import pytest

from rnn_edu.datasets import load_sample
from rnn_edu.errors import DataError, UsageError
from rnn_edu.language_model.game import (
    Round,
    as_html,
    draw,
    make_rounds,
    nearest_end,
    rounds,
    score,
    unmistakable,
    whole_sentences,
    write_rounds,
)

PLAYED = (
    Round("We saw.", ("one <b>", "two", "three"), "b"),
    Round("They went.", ("four", "five", "six"), "c"),
)


def test_the_humans_texts_were_written_for_this_book_and_the_machines_were_not():
    texts = [text.replace(" .", ".").replace(" ,", ",") for text in load_sample("abstracts").texts]
    assert len(rounds()) >= 30
    assert len({played.start + played.passages[0] for played in rounds()}) == len(rounds())
    for played in rounds():
        for letter, passage in zip("abc", played.passages, strict=True):
            written = any(text.startswith(f"{played.start} {passage}") for text in texts)
            assert written == (letter == played.human), passage
            assert len(passage.split()) > 8


def test_the_human_is_not_always_in_the_same_place():
    assert len({played.human for played in rounds()}) == 3


def test_a_game_is_drawn_from_all_rounds_and_has_none_twice():
    games = [draw(seed) for seed in range(40)]
    assert all(len(set(game)) == 6 for game in games)
    assert {played for game in games for played in game} == set(rounds())
    assert draw(3) == games[3] != games[4]
    assert set(draw(0, 2, PLAYED)) == set(PLAYED)


@pytest.mark.parametrize("count", [0, 3, -1])
def test_a_game_has_no_more_rounds_than_there_are(count):
    with pytest.raises(UsageError, match=rf"from 1 to 2 rounds, not {count}"):
        draw(0, count, PLAYED)


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
    assert asked == [(["we", "saw", "."], 10)] * 2


def test_a_round_in_which_the_machine_wrote_a_humans_text_is_left_out():
    in_small_letters = [["we", "saw", ".", "one", "<b>"]]
    by_the_human = [["They", "went", ".", "six"]]
    assert unmistakable(PLAYED, in_small_letters + by_the_human) == PLAYED
    assert unmistakable(PLAYED, [["We", "saw", ".", "one", "<b>"]]) == PLAYED[1:]
    assert unmistakable(PLAYED, [["We", "saw", ".", "two"], ["one", "<b>"]]) == PLAYED


def test_a_passage_ends_with_a_sentence():
    assert whole_sentences(["a", ".", "b"]) == ["a", "."]
    assert whole_sentences(["a", "b"]) == ["a", "b"]


def test_the_machine_is_cut_where_it_is_about_as_long_as_the_human():
    words = ["a", ".", "b", "c", ".", "d", "e", "f", ".", "g"]
    cuts = {length: " ".join(nearest_end(words, length)) for length in (0, 4, 8, 50)}
    assert cuts == {0: "a .", 4: "a . b c .", 8: "a . b c . d e f .", 50: "a . b c . d e f ."}
    assert nearest_end(["a", "b"], 1) == ["a", "b"]


def test_length_does_not_give_the_human_away():
    longest = 0
    for played in rounds():
        sizes = [len(passage.split()) for passage in played.passages]
        longest += sizes["abc".index(played.human)] == max(sizes)
    assert longest < len(rounds()) / 2


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
    assert "hidden" not in text
    assert as_html(PLAYED, length=1).count(" hidden>") == 1
