"""Texts in sentences and words, and parts that share nothing."""

import numpy as np
import pytest

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts import language
from rnn_edu.own_texts.corpus import (
    LONGEST,
    Corpus,
    Reading,
    read_corpus,
    read_sentences,
    vocabulary_of,
)
from rnn_edu.own_texts.cutting import Cutting, kind_of, sentences_of
from rnn_edu.own_texts.language import counted
from rnn_edu.own_texts.parts import at_random, in_order
from rnn_edu.own_texts.spread import mean_of


@pytest.mark.parametrize(
    "text", ["stop, ada!", "(well-known) words", "“why?” she asked", "it's 5 o'clock."]
)
def test_words_and_back_again(text):
    assert Cutting().text(Cutting().words(text)) == text


def test_letters_with_marks_and_scripts_without_case_stay_whole():
    assert Cutting().words("नमस्ते दुनिया, É") == ["नमस्ते", "दुनिया", ",", "é"]
    assert Cutting().words("e\u0301") == Cutting().words("é")


def test_characters_with_spaces_come_back():
    cutting = Cutting(lower=False, characters=True)
    assert cutting.text(cutting.words("To be or")) == "To be or"


def test_prose_and_lines_are_told_apart():
    book = ["The rain had stopped. She", "went to the window and looked", "out. Nobody was there."]
    assert kind_of(book) == "prose"
    assert kind_of(["Nobody came. It rained. " * 20]) == "prose"
    assert kind_of(["club wins again", "rain in the south"]) == "lines"
    assert kind_of(["@you Thanks. It was late!", "No seats? Never again.", "So nice"]) == "lines"


def test_sentences_of_a_script_without_spaces():
    assert sentences_of(["雨です。また雨です。"], "prose") == ["雨です。", "また雨です。"]


def test_a_kind_that_does_not_exist():
    with pytest.raises(UsageError, match="read as 'lines' or as 'prose', not as 'verse'"):
        sentences_of(["rain"], "verse")


def test_groups_are_never_parted():
    groups = [i % 40 for i in range(400)]
    parts = at_random(groups, seed=3)
    assert np.array_equal(np.sort(np.concatenate(parts.all())), np.arange(400))
    found = [{groups[row] for row in part} for part in parts.all()]
    assert [len(part) for part in found] == [32, 4, 4]
    assert not set.intersection(*found[:2])
    assert not set.intersection(*found[1:])
    assert np.array_equal(at_random(groups, seed=3).train, parts.train)


def test_too_few_rows_for_three_parts():
    with pytest.raises(DataError, match="The rows are only 2 in number, too few for three parts"):
        in_order(2)
    with pytest.raises(DataError, match="The different texts or groups are only 2 in number"):
        at_random(["a", "b", "a", "b"], seed=1)


def test_a_margin_is_that_of_many_draws():
    random = np.random.default_rng(1)
    lengths = random.integers(1, 9, 400)
    sums = random.gamma(2.0, 1.0, 400) * lengths
    draws = random.integers(0, 400, (4000, 400))
    means = sums[draws].sum(1) / lengths[draws].sum(1)
    assert mean_of(sums, lengths).margin == pytest.approx(1.96 * means.std(), rel=0.05)


def test_a_large_vocabulary_is_counted_with_fewer_words_before(monkeypatch):
    sentences = [["rain", "again"], ["snow", "again"]] * 20
    corpus = Corpus(sentences, sentences, sentences, vocabulary_of(sentences, 10))
    monkeypatch.setattr(language, "LARGEST", 7**3)
    assert counted(corpus)[1] <= 3
    monkeypatch.setattr(language, "LARGEST", 6**2)
    assert counted(corpus)[1] == 2


@pytest.fixture
def corpus_of(tmp_path):
    def corpus_of(text, **how):
        path = tmp_path / "text.txt"
        path.write_text(text, encoding="utf-8")
        return read_corpus(path, Reading(**how))

    return corpus_of


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello\n" * 50, "has one word only, 'hello'; there is nothing to predict"),
        ("rain and snow\n", "has 1 sentence, read one a line .*needs at least 30"),
        ("rain and snow\n" * 29, "has 29 sentences"),
        ("\n".join(f"w{i} v{i}" for i in range(50)), "None of the 80 words .* is met twice"),
    ],
)
def test_texts_that_nothing_can_be_learned_from(corpus_of, text, sentence):
    with pytest.raises(DataError, match=sentence):
        corpus_of(text)


def test_the_vocabulary_knows_the_training_part_alone(corpus_of):
    text = "rain again\nsnow again\n" * 20 + "hail hail\n" * 4
    corpus = corpus_of(text)
    assert set(corpus.vocabulary.words) == {"<UNK>", "<EOS>", "rain", "again", "snow"}
    assert [len(part) for part in (corpus.train, corpus.validation, corpus.held_out)] == [36, 4, 4]
    assert corpus.new_sentences() == [True] * 4
    assert corpus.vocabulary.unknown_share(corpus.held_out) == 1


def test_sorted_sentences_are_drawn_at_random(corpus_of):
    corpus = corpus_of("".join(f"{a} {b}\n" for a in "abcdefgh" for b in "abcdefgh"))
    assert "sorted" in corpus.notes[-1]
    assert len({sentence[0] for sentence in corpus.held_out}) > 1


def test_long_sentences_are_cut_and_said(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("to be or not " * LONGEST, encoding="utf-8")
    sentences, notes = read_sentences(path, Reading())
    assert [len(sentence) for sentence in sentences] == [LONGEST] * 4
    assert "1 sentences" in notes[-1] or "1 sentence" in notes[-1]
