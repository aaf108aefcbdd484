import pytest
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from rnn_edu.errors import DataError
from rnn_edu.text.cleaning import (
    NEWS_STEPS,
    clean_news,
    lemmas,
    lower_case,
    measure,
    without_gutenberg_tail,
    without_stop_words,
)

TEXT = "Stress costs [photo] 40 dollars,\n@doctors said: see http://x.y/z #advice"
STEP = {step.name: step for step in NEWS_STEPS}


@pytest.mark.parametrize(
    ("name", "meant", "printed"),
    [
        ("white space", "a b s", "a\t b  "),
        ("brackets", "see ", "see [1"),
        ("digits", "odd ", "o 10"),
        ("punctuation", "we saw", "wsw"),
        ("links and tags", "go  now", "go a now"),
    ],
)
def test_each_step_does_what_was_meant_and_not_what_was_printed(name, meant, printed):
    text = {
        "white space": "a\t b s",
        "brackets": "see [1]",
        "digits": "odd 10",
        "punctuation": "we, saw!",
        "links and tags": "go @a now",
    }[name]
    assert STEP[name](text) == meant
    assert STEP[name].as_printed(text) == printed


def test_in_the_printed_order_links_and_tags_have_nothing_left_to_find():
    effects = {effect.name: effect for effect in measure([TEXT, "plain"], NEWS_STEPS)}
    assert effects["links and tags"].texts_changed == 0
    assert effects["punctuation"].characters_removed > 0


def test_cleaning_as_it_was_meant():
    assert clean_news(TEXT) == "stress costs dollars said see"


def test_the_effect_of_each_step_is_measured_after_the_one_before():
    def drop_b(text):
        return text.replace("b", "")

    effects = measure(["Ab", "b", "c"], [lower_case, drop_b])
    assert [(e.name, e.texts_changed, e.characters_removed) for e in effects] == [
        ("lower case", 1, 0),
        ("drop b", 2, 2),
    ]
    with pytest.raises(DataError, match="There are no texts to clean"):
        measure([], NEWS_STEPS)


def test_stop_words_are_those_of_scikit_learn():
    assert len(ENGLISH_STOP_WORDS) == 318
    words = ["not", "a", "good", "plot", "but", "no"]
    assert without_stop_words(words) == ["good", "plot"]


def test_lemmas_are_those_of_simplemma():
    assert lemmas(["studies", "went", "better", "xyzzy"]) == ["study", "go", "good", "xyzzy"]


def test_the_gutenberg_tail():
    text = "The end.\nEnd of Project Gutenberg's Alice\nTerms of use"
    assert without_gutenberg_tail(text) == "The end.\n"
    with pytest.raises(DataError, match="The text has no line that begins with"):
        without_gutenberg_tail("The end.")
