"""Sums in words: what they come to, what is set aside, and how often a guess is right."""

from collections import Counter, defaultdict
from itertools import accumulate
from random import Random

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.grammars import sums
from rnn_edu.translation.examples import END, START
from rnn_edu.translation.sums import READ, SHOWN, SUMS, WRITTEN, drawn, examples, is_unseen

VALUES = {sums.number(k): k for k in range(sums.LARGEST_TOTAL + 1)}
SIGNS = {"plus": 1, "and": 1, "minus": -1, "less": -1}


def value_of(words):
    """What a sentence comes to, read word by word."""
    *said, last = words
    assert last == "is"
    total = VALUES[said[0]]
    for sign, term in zip(said[1::2], said[2::2], strict=True):
        total += SIGNS[sign] * VALUES[term]
        assert 0 <= total <= 40
    return total


@pytest.mark.parametrize("length", [1, 2, 5, 12])
def test_what_is_said_comes_to_the_total(length):
    random = Random(length)
    for _ in range(200):
        terms = sums.draw_terms(length, random)
        assert value_of(sums.said(terms, random)) == sum(terms)


@pytest.mark.parametrize(
    "terms", [(), (-3,), (21,), (5, -6), (20, 20, 1), (3, 0)], ids=lambda terms: str(terms)
)
def test_what_is_no_sum_of_this_grammar_is_refused(terms):
    with pytest.raises(UsageError, match=r"terms from 1 to 20.*given are"):
        sums.said(terms, Random(0))


def test_a_sum_of_nothing_is_refused():
    with pytest.raises(UsageError, match="at least 1 term"):
        sums.draw_terms(0, Random(0))


def every_sum(length):
    """All sums of a length with their chances, listed one by one."""
    found = [((), 1.0)]
    for _ in range(length):
        found = [
            ((*terms, term), chance / len(sums.next_terms(sum(terms))))
            for terms, chance in found
            for term in sums.next_terms(sum(terms))
        ]
    return found


@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_chances_of_guesses_are_those_of_all_sums_listed(length):
    totals, by_last = Counter(), defaultdict(Counter)
    for terms, chance in every_sum(length):
        totals[sum(terms)] += chance
        by_last[terms[-1]][sum(terms)] += chance
        assert all(0 <= total <= 40 for total in accumulate(terms))
    assert sum(totals.values()) == pytest.approx(1)
    assert sums.best_guess(length) == pytest.approx(max(totals.values()), abs=1e-14)
    best = sum(max(counter.values()) for counter in by_last.values())
    assert sums.best_guess_from_last(length) == pytest.approx(best, abs=1e-14)


def test_the_sums_drawn_have_these_chances():
    random, count = Random(5), 20_000
    found = Counter(sum(sums.draw_terms(3, random)) for _ in range(count))
    for total, chance in sums.total_chances(3).items():
        spread = (count * chance * (1 - chance)) ** 0.5
        assert abs(found[total] - count * chance) < 4.5 * spread


def test_what_is_set_aside_is_never_shown_in_any_order():
    random = Random(1)
    shown = {tuple(sorted(t)) for n in SHOWN for t in drawn(n, 500, random, unseen=False)}
    kept = {tuple(sorted(t)) for n in SHOWN for t in drawn(n, 500, random, unseen=True)}
    assert not shown & kept
    share = np.mean([is_unseen(sums.draw_terms(4, random)) for _ in range(5000)])
    assert 0.17 < share < 0.24


def test_the_numbers_read_back_are_the_sum_and_its_total():
    found = examples([(7, 12, -4), (20, 18)], words=6, random=Random(0))
    read = [[READ[k] for k in row if k] for row in found.source]
    assert [value_of(words) for words in read] == [15, 38]
    assert [WRITTEN[k] for k in found.target[1]] == ["thirty", "eight", END]
    assert [WRITTEN[k] for k in found.fed[1]] == [START, "thirty", "eight"]
    assert [WRITTEN[k] for k in found.target[0]] == ["fifteen", END, "<PAD>"]


@pytest.mark.parametrize("length", [*SUMS.shown, *SUMS.longer])
def test_there_is_room_for_every_sum(length):
    test = SUMS.unseen(length, 50)
    assert test.source.shape == (50, 2 * length)
    assert (test.source > 0).all()
    assert test.target.shape == (50, 3)


def test_a_training_shows_as_many_of_each_length():
    shown = SUMS.training(0, 300)
    terms = (shown.source > 0).sum(axis=1) // 2
    assert Counter(terms.tolist()) == {2: 100, 3: 100, 4: 100}
