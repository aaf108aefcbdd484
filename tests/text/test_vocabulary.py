import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_edu.errors import DataError, NamingError, UsageError
from rnn_edu.text import Vocabulary, prefixes, split_words
from rnn_edu.text.padding import pad_sequences

HELLO = [
    ["hello", "how", "are", "you"],
    ["hello", "how", "is", "your", "day"],
    ["hello", "how", "are", "your", "friends"],
    ["hello", "what", "are", "you", "doing"],
]


def test_words_are_ranked_by_frequency_then_by_first_meeting():
    vocabulary = Vocabulary.build(HELLO)
    assert vocabulary.words == (
        *("", "<UNK>", "<EOS>"),
        *("hello", "how", "are", "you", "your", "is", "day", "friends", "what", "doing"),
    )
    assert vocabulary.counts["hello"] == 4


def test_specials_can_be_left_out():
    assert Vocabulary(["a"], unknown=None, end=None).words == ("", "a")
    assert Vocabulary(["a"], padding=False).words == ("<UNK>", "<EOS>", "a")
    assert Vocabulary(["a"], padding=False, unknown=None, end=None).words == ("a",)


def test_padding_has_the_number_0_and_no_word_has():
    vocabulary = Vocabulary.build(HELLO, unknown=None, end=None)
    assert min(int(codes.min()) for codes in vocabulary.encode_all(HELLO)) == 1
    assert len(vocabulary) == 10 + 1


def test_the_most_frequent_words_are_kept():
    vocabulary = Vocabulary.build(HELLO, most_frequent=2)
    assert vocabulary.words[3:] == ("hello", "how")
    assert vocabulary.encode(["hello", "doing"]).tolist() == [3, 1]
    assert vocabulary.unknown_share(HELLO) == pytest.approx(1 - 7 / 19)


def test_codes_and_back():
    vocabulary = Vocabulary.build(HELLO)
    codes = vocabulary.encode_all(HELLO, end=True)
    assert [vocabulary.decode(c) for c in codes] == [[*words, "<EOS>"] for words in HELLO]
    padded = pad_sequences(codes, 9)
    assert vocabulary.decode(padded[0]) == ["hello", "how", "are", "you", "<EOS>"]


@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), min_size=1, max_size=8))
def test_codes_agree_with_a_dictionary_and_lists(sentences):
    vocabulary = Vocabulary(["c", "a", "b"])
    number = {word: i for i, word in enumerate(vocabulary.words)}
    expected = [[number.get(w, number["<UNK>"]) for w in words] for words in sentences]
    assert [codes.tolist() for codes in vocabulary.encode_all(sentences)] == expected


def test_a_word_that_is_not_listed():
    without = Vocabulary(["to", "be"], unknown=None)
    with pytest.raises(NamingError) as error:
        without.encode(["to", "see"])
    assert str(error.value) == (
        "The word 'see' is not among the 4 of the vocabulary, which has no word for unknown ones."
    )
    assert Vocabulary(["to", "be"]).number("see") == 1
    assert "see" not in without
    assert "to" in without


@pytest.mark.parametrize("number", [-1, 5])
def test_a_number_without_a_word(number):
    with pytest.raises(NamingError, match=f"No word has the number {number}; the vocabulary has 0"):
        Vocabulary(["to", "be"]).decode([3, number])


@pytest.mark.parametrize("words", [["a", "b", "a"], ["<UNK>"], [""]])
def test_a_word_twice(words):
    with pytest.raises(NamingError, match="is in the vocabulary twice"):
        Vocabulary(words)


def test_special_words_in_the_text_are_counted_once():
    assert Vocabulary.build([["a", "<UNK>", ""]]).words == ("", "<UNK>", "<EOS>", "a")


@pytest.mark.parametrize("sentences", [[], [[]]])
def test_an_empty_text(sentences):
    with pytest.raises(DataError, match="The text has no words, so no vocabulary can be made"):
        Vocabulary.build(sentences)


def test_wrong_arguments():
    with pytest.raises(UsageError, match="keeps at least 1 word; most_frequent is 0"):
        Vocabulary.build(HELLO, most_frequent=0)
    with pytest.raises(UsageError, match="'hello how' is one text; cut it into words first"):
        Vocabulary.build(["hello how"])
    with pytest.raises(UsageError, match="has no word for the end of a sentence"):
        Vocabulary(["a"], end=None).encode(["a"], end=True)
    with pytest.raises(DataError, match="no share of unknown ones"):
        Vocabulary(["a"]).unknown_share([])


def test_the_time_grows_with_the_text_and_not_with_the_vocabulary():
    random = np.random.default_rng(0)
    sentences = [[f"w{i}" for i in row] for row in random.integers(50_000, size=(20_000, 8))]
    small = Vocabulary([f"w{i}" for i in range(100)])
    large = Vocabulary([f"w{i}" for i in range(50_000)])

    def seconds(vocabulary):
        times = []
        for _ in range(3):
            start = time.perf_counter()
            vocabulary.encode_all(sentences)
            times.append(time.perf_counter() - start)
        return min(times)

    # A list would take about 500 times as long with the large one.
    assert seconds(large) < 10 * seconds(small)


def test_the_hello_sentences_as_the_document_prepares_them():
    from keras.src.legacy.preprocessing.text import Tokenizer

    lines = [" ".join(words) for words in HELLO]
    tokenizer = Tokenizer()
    tokenizer.fit_on_texts(lines)
    vocabulary = Vocabulary.build(map(split_words, lines), unknown=None, end=None)
    assert {w: vocabulary.number(w) for w in tokenizer.word_index} == tokenizer.word_index
    x, y = prefixes(vocabulary.encode_all(HELLO))
    rows = [
        codes[: i + 1]
        for codes in tokenizer.texts_to_sequences(lines)
        for i in range(1, len(codes))
    ]
    expected = pad_sequences(rows)
    np.testing.assert_array_equal(np.column_stack([x, y]), expected)


def test_counts_are_those_of_the_text():
    assert Vocabulary.build(HELLO).counts == Counter(w for words in HELLO for w in words)
