"""Counting models: chances add up to 1, a case done by hand, and the formula word by word."""

import numpy as np
import pytest

from rnn_edu.errors import DataError, NamingError, UsageError
from rnn_edu.text.kneser_ney import KneserNey


@pytest.fixture(scope="module")
def sentences():
    random = np.random.default_rng(2)
    share = 1 / np.arange(1, 12)
    lengths = random.integers(2, 9, 60)
    return [
        np.array([*random.choice(np.arange(2, 13), n, p=share / share.sum()), 1]) for n in lengths
    ]


def plain_kneser_ney(sentences, words, order, discount):
    """The formula word by word, with dictionaries; returns p(context, word)."""
    padded = [[words] * (order - 1) + list(map(int, s)) for s in sentences]
    grams = [tuple(s[i - order + 1 : i + 1]) for s in padded for i in range(order - 1, len(s))]
    levels = {order: {g: grams.count(g) for g in set(grams)}}
    for n in range(order - 1, 0, -1):
        longer = levels[n + 1]
        levels[n] = {g: sum(x[1:] == g for x in longer) for g in {x[1:] for x in longer}}

    def p(context, word):
        counts = levels[len(context) + 1]
        after = {g: c for g, c in counts.items() if g[:-1] == context}
        lower = p(context[1:], word) if context else 1 / words
        if not after:
            return lower
        total = sum(after.values())
        kept = max(after.get((*context, word), 0) - discount, 0)
        return kept / total + discount * len(after) / total * lower

    return p


def test_two_sentences_by_hand():
    """2 3 1 and 2 4 1, five words: after 2 come 3 and 4, once each; the discount is one half.

    Different words before: the start before 2; 2 before 3; 2 before 4; 3 and 4 before 1. That is
    five, of four kinds. So p(3) = 0.5/5 + 0.5 * 4/5 * 1/5 = 0.18, and
    p(3 | 2) = 0.5/2 + 0.5 * 2/2 * 0.18 = 0.34.
    """
    model = KneserNey([np.array([2, 3, 1]), np.array([2, 4, 1])], 5, order=2, discount=0.5)
    assert model.chances([2])[3] == pytest.approx(0.34, abs=1e-15)
    assert model.chances([2])[0] == pytest.approx(0.5 * 0.5 * 4 / 5 / 5, abs=1e-15)


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_the_formula_word_by_word(sentences, order):
    model = KneserNey(sentences, 14, order, discount=0.7)
    p = plain_kneser_ney(sentences, 14, order, 0.7)
    for before in ([], [2], [4, 2], [2, 3, 5], [13, 13], [3, 2, 4, 2]):
        context = tuple([14] * order + before)[-order + 1 :]
        expected = [p(context, word) for word in range(14)]
        assert np.allclose(model.chances(before), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_chances_add_up_to_1(sentences, order):
    model = KneserNey(sentences, 14, order)
    for before in ([], [2], [3, 2], [13], [13, 2], [2, 13], [5, 6, 7]):
        chances = model.chances(before)
        assert chances.sum() == pytest.approx(1, abs=1e-12)
        assert order == 1 or np.all(chances > 0)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_a_text_at_once_is_each_word_after_the_other(sentences, order):
    model = KneserNey(sentences[10:], 14, order)
    one_by_one = [np.log(model.chances(s[:i])[s[i]]) for s in sentences[:10] for i in range(len(s))]
    assert np.allclose(model.log_chances(sentences[:10]), one_by_one, rtol=0, atol=1e-12)
    assert model.perplexity(sentences[:10]) == pytest.approx(np.exp(-np.mean(one_by_one)))


def test_unigrams_are_shares(sentences):
    flat = np.concatenate(sentences)
    assert np.allclose(
        KneserNey(sentences, 14, 1).chances(), np.bincount(flat, minlength=14) / len(flat)
    )
    assert KneserNey(sentences, 15, 1).perplexity([np.array([14, 1])]) == np.inf


def test_a_word_that_follows_one_word_only_is_rare_elsewhere():
    """The 3 occurs more often than the 4, but only after the 2."""
    text = [np.array([2, 3, 1])] * 9 + [np.array([n, 4, 1]) for n in (5, 6, 7, 8)]
    model = KneserNey(text, 9, order=2)
    assert model.chances([0])[4] > model.chances([0])[3]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"order": 0}, "order of the model is a whole number from 1 on, not 0"),
        ({"order": 2.5}, "order of the model is a whole number from 1 on, not 2.5"),
        ({"order": 17}, "17 words out of 14 do not fit into one number of 64 bits"),
        ({"discount": 1.0}, "discount is 1.0; it must lie between 0 and 1"),
    ],
)
def test_arguments_outside_what_is_allowed(sentences, arguments, sentence):
    with pytest.raises(UsageError, match=sentence):
        KneserNey(sentences, 14, **arguments)


def test_no_words_and_wrong_numbers(sentences):
    with pytest.raises(DataError, match="no words, so nothing can be counted"):
        KneserNey([], 5)
    with pytest.raises(NamingError, match="No word has the number 12; the numbers go from 0 to 11"):
        KneserNey(sentences, 12)
    with pytest.raises(NamingError, match="No word has the number 77"):
        KneserNey(sentences, 14).chances([77])
