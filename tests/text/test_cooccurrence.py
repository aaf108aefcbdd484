"""Word vectors by counting, against slow loops and formulas."""

from itertools import combinations

import numpy as np
import pytest

from rnn_edu.errors import DataError, UsageError
from rnn_edu.text.cooccurrence import cooccurrences, count_vectors, positive_pmi

TEXTS = [[1, 2, 3, 1], [4, 2, 2], [5]]


@pytest.mark.parametrize("window", [1, 2, 5])
def test_counts_equal_those_of_a_slow_loop(window):
    wanted = np.zeros((6, 6))
    for text in TEXTS:
        for i, j in combinations(range(len(text)), 2):
            if j - i <= window:
                wanted[text[i], text[j]] += 1
                wanted[text[j], text[i]] += 1
    assert cooccurrences(TEXTS, 6, window).tolist() == wanted.tolist()


def test_pmi_is_the_formula_and_never_negative():
    counts = cooccurrences(TEXTS, 6, 2)
    table = positive_pmi(counts)
    total, single = counts.sum(), counts.sum(axis=1)
    wanted = np.log(counts[1, 2] / total / (single[1] / total * single[2] / total))
    assert wanted > 0
    assert np.isclose(table[1, 2], wanted, atol=1e-15)
    assert table.min() == 0
    assert table[0].tolist() == [0] * 6


def test_all_directions_together_give_the_table_up_to_signs():
    counts = cooccurrences(TEXTS, 6, 2)
    vectors = count_vectors(counts, 6)
    squared = vectors @ vectors.T
    table = positive_pmi(counts)
    # The vectors are U times the root of S, so their products are U S U^T = (M M^T)^(1/2).
    assert np.allclose(squared @ squared, table @ table.T, atol=1e-12)


def test_words_in_the_same_places_are_alike_and_unmet_words_are_zeros():
    texts = [[1, 3], [2, 3], [4, 5], [6, 5]]
    vectors = count_vectors(cooccurrences(texts, 8), 3)
    assert np.allclose(vectors[1], vectors[2], atol=1e-12)
    assert np.linalg.norm(vectors[1] - vectors[4]) > 0.5
    assert not vectors[[0, 7]].any()


def test_a_number_without_a_word_is_named():
    with pytest.raises(DataError, match="no word 6; the table has 0 to 5"):
        cooccurrences([[1, 6]], 6)


def test_a_window_of_zero_is_refused():
    with pytest.raises(UsageError, match="window is 0 and words is 6"):
        cooccurrences(TEXTS, 6, 0)


def test_lonely_words_give_no_vectors():
    with pytest.raises(DataError, match="No two words stand together"):
        count_vectors(cooccurrences([[1], [2]], 3), 2)


@pytest.mark.parametrize("length", [0, 7])
def test_a_length_that_does_not_fit_is_refused(length):
    with pytest.raises(UsageError, match=f"6 words give vectors of 1 to 6 numbers, not {length}"):
        count_vectors(cooccurrences(TEXTS, 6), length)
