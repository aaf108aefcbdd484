"""Copied runs of words, the models that count, and many texts written at once."""

import numpy as np
import pytest

from rnn_edu.errors import DataError, ShapeError, UsageError
from rnn_edu.text.copies import Copies
from rnn_edu.text.ngrams import Bigrams, Unigrams, perplexity
from rnn_edu.text.writing import write_rows

BOOK = ["the", "cat", "saw", "the", "dog", "and", "the", "dog", "saw", "the", "bird", "and", "left"]
NUMBERS = np.array([0, 1, 2, 0, 3, 4, 0, 3, 2, 0, 5, 4, 6])
SIZE = 8


# -- copies ----------------------------------------------------------------------------------


def longest_copy(words, begin):
    """The same by trying every place of the book."""
    text = " ".join(BOOK) + " "
    lengths = range(1, len(words) - begin + 1)
    found = [n for n in lengths if f" {' '.join(words[begin : begin + n])} " in f" {text}"]
    return max(found, default=0)


@pytest.mark.parametrize("at_least", [1, 2, 3, 4])
def test_runs_are_the_longest_from_each_beginning(at_least):
    copies = Copies(BOOK, at_least)
    random = np.random.default_rng(0)
    for _ in range(50):
        words = random.choice(["the", "dog", "saw", "and", "bird", "fish"], 12).tolist()
        runs, after = copies.runs(words), 0
        for begin, end in runs:
            assert begin >= after
            assert end - begin == longest_copy(words, begin) >= at_least
            after = end
        copied = {place for begin, end in runs for place in range(begin, end)}
        for place in set(range(len(words))) - copied:
            assert not any(begin <= place < begin + at_least for begin, _ in runs)


def test_a_run_at_the_end_of_the_book_ends_there():
    assert Copies(BOOK, 3).runs([*BOOK[-3:], "the", "cat"]) == [(0, 3)]
    assert Copies(BOOK, 3).runs(BOOK) == [(0, len(BOOK))]
    assert Copies(BOOK, 3).runs(["the", "cat"]) == []


def test_the_longer_of_two_places_is_taken():
    # "saw the" occurs twice; what follows decides which run is longer.
    assert Copies(BOOK, 2).runs(["saw", "the", "bird", "and"]) == [(0, 4)]


def test_copies_are_counted_and_not_shown():
    copies = Copies(BOOK, 4)
    written = ["a", "fish", "saw", "the", "bird", "and", "left", "the", "the"]
    assert copies.share(written) == 5 / 9
    assert copies.shortened(written, keep=2) == "a fish saw the [+3 words of the book] the the"


def test_wrong_use_of_copies_is_named():
    with pytest.raises(UsageError, match="run of 0 words cannot be; take at least 1"):
        Copies(BOOK, 0)
    with pytest.raises(UsageError, match="without words has no share"):
        Copies(BOOK, 3).share([])
    with pytest.raises(UsageError, match="keep is 3; a copied run has 3 words or more"):
        Copies(BOOK, 3).shortened(BOOK, keep=3)


# -- models that count -----------------------------------------------------------------------


def test_unigrams_are_counts_plus_one():
    model = Unigrams(NUMBERS, SIZE)
    assert model.probability([0, 6, 7]) == pytest.approx([5 / 21, 2 / 21, 1 / 21], abs=1e-15)
    assert model.probability(np.arange(SIZE)).sum() == pytest.approx(1, abs=1e-12)


def test_bigrams_by_the_formula():
    model = Bigrams(NUMBERS, SIZE)
    # "the" was met 4 times with a word behind it: dog twice, cat and bird once; 3 different.
    expected = [(2 + 3 * 3 / 21) / 7, (0 + 3 * 1 / 21) / 7]
    assert model.probability([0, 0], [3, 7]) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("before", range(SIZE))
def test_the_chances_after_every_word_add_up_to_one(before):
    chances = Bigrams(NUMBERS, SIZE).probability(np.full(SIZE, before), np.arange(SIZE))
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances.min() > 0


def test_a_word_with_nothing_behind_it_leaves_the_simple_chances():
    model = Bigrams(NUMBERS, SIZE)
    for never in (6, 7):  # the last word of the text, and one that it does not have
        chances = model.probability(np.full(SIZE, never), np.arange(SIZE))
        assert chances == pytest.approx(model.unigrams.table, abs=1e-15)


def test_wrong_numbers_are_named():
    with pytest.raises(DataError, match="There is no word 8; the vocabulary has 0 to 7"):
        Unigrams(NUMBERS, SIZE).probability([8])
    with pytest.raises(DataError, match="There is no word -1"):
        Bigrams([0, -1], SIZE)
    with pytest.raises(DataError, match="There is no word 9"):
        Bigrams(NUMBERS, SIZE).probability([9], [0])
    with pytest.raises(UsageError, match="A vocabulary of 0 words cannot be counted"):
        Unigrams([], 0)
    with pytest.raises(ShapeError, match=r"\(2,\) words before and \(1,\) targets do not fit"):
        Bigrams(NUMBERS, SIZE).probability([0, 1], [0])


def test_perplexity():
    assert perplexity(np.full(7, 1 / 50)) == pytest.approx(50, rel=1e-12)
    assert perplexity([0.5, 0.125]) == pytest.approx(4, rel=1e-12)
    assert np.isfinite(perplexity([0.0, 1.0]))
    with pytest.raises(DataError, match="no perplexity"):
        perplexity([])


# -- many texts ------------------------------------------------------------------------------


def successor(windows):
    """Certain that the next number follows the last one."""
    return np.eye(SIZE)[(windows[:, -1] + 1) % SIZE]


def test_each_text_goes_on_from_its_own_window():
    assert write_rows(successor, [[0, 1], [5, 6]], 3).tolist() == [[2, 3, 4], [7, 0, 1]]


def test_the_window_slides():
    seen = []

    def remember(windows):
        seen.append(windows.tolist())
        return successor(windows)

    write_rows(remember, [[0, 1, 2]], 2)
    assert seen == [[[0, 1, 2]], [[1, 2, 3]]]


def test_chance_is_seeded_and_obeys_the_choice():
    def even(windows):
        return np.full((len(windows), SIZE), 1 / SIZE)

    starts = np.zeros((4, 2), int)
    first, second = (write_rows(even, starts, 9, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(first, second)
    assert len({tuple(row) for row in first.tolist()}) == 4
    kept = write_rows(even, starts, 50, np.random.default_rng(1), exclude=[0, 1, 2, 3, 4, 5])
    assert set(kept.ravel().tolist()) == {6, 7}


def test_a_single_window_is_no_table():
    with pytest.raises(ShapeError, match=r"shape \(texts, length\); these have \(2,\)"):
        write_rows(successor, [0, 1], 3)
