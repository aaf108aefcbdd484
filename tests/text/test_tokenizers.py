import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu.datasets import load_sample
from rnn_edu.text import (
    Vocabulary,
    alphanumeric_words,
    characters,
    keras_words,
    split_words,
    text_vectorization_words,
)

TRICKY = [
    "Well-known networks don't forget: 3.5% of 'em, e.g. (A_b) [c] {d}",
    "signs ~ ^ ` | \\ / @ # $ & * + = < > a|b a\\b a^b",
    "tabs\tand\nlines\r\nand  two   spaces ",
    "Ärger über ÉCOLES, naïve café",
    "curly ‘quotes’ and “more” – dashes — and …",
    "no\u00a0break space",
    "a\x0bb\x0cc\x1cd\x85e\u2028f\u3000g",
    "<UNK> and <EOS>!",
    "",
    " . ",
]


@pytest.fixture(scope="module")
def text_vectorization():
    import keras

    return keras.layers.TextVectorization


def assert_cut_alike(text_vectorization, texts):
    """The standard tool, given our words as its vocabulary, finds exactly them in their places."""
    mine = [text_vectorization_words(text) for text in texts]
    known = sorted({word for words in mine for word in words} | {"spare"})
    layer = text_vectorization(vocabulary=known, ragged=True)
    codes = Vocabulary(known, end=None).encode_all(mine)
    assert layer(texts).to_list() == [row.tolist() for row in codes]


def test_text_vectorization_cuts_the_same_words(text_vectorization):
    assert_cut_alike(text_vectorization, [*TRICKY, *load_sample("abstracts").texts[:50]])


# A word that is nothing but the character 0 ends at once for TensorFlow, and is Keras's mask.
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")


@given(st.lists(st.text(CHARACTERS, max_size=30), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_text_vectorization_cuts_the_same_words_of_any_text(text_vectorization, texts):
    assert_cut_alike(text_vectorization, texts)


def test_text_vectorization_has_the_same_words_and_numbers(text_vectorization):
    texts = list(load_sample("abstracts").texts[:100])
    words = [text_vectorization_words(text) for text in texts]
    vocabulary = Vocabulary.build(words, end=None)
    layer = text_vectorization()
    layer.adapt(texts)
    # Words that are equally frequent come in another order there.
    assert set(layer.get_vocabulary()[2:]) == set(vocabulary.words[2:])
    ranks = [vocabulary.counts[w] for w in layer.get_vocabulary()[2:]]
    assert ranks == [vocabulary.counts[w] for w in vocabulary.words[2:]]
    layer.set_vocabulary(list(vocabulary.words[2:]))
    codes = np.asarray(layer(texts))
    for row, mine in zip(codes, vocabulary.encode_all(words), strict=True):
        np.testing.assert_array_equal(row[: len(mine)], mine)
        assert not row[len(mine) :].any()


@pytest.mark.parametrize("lower", [True, False])
def test_the_former_tokenizer_cuts_the_same_words(lower):
    from keras.src.legacy.preprocessing.text import text_to_word_sequence

    for text in TRICKY:
        assert keras_words(text, lower=lower) == text_to_word_sequence(text, lower=lower)


def test_three_ways_differ_where_the_text_says_they_do():
    text = "Don't-stop me, É!"
    assert split_words(text) == ["Don't-stop", "me,", "É!"]
    assert alphanumeric_words(text) == ["don", "t", "stop", "me"]
    assert keras_words(text) == ["don't", "stop", "me", "é"]
    assert text_vectorization_words(text) == ["dontstop", "me", "É"]
    assert characters("a b") == ["a", " ", "b"]
