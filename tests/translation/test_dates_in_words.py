"""Dates in words and in figures: every day can be said, and what is said can be read back."""

from datetime import date
from random import Random

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.grammars import dates
from rnn_edu.translation.dates import READ, WRITTEN, all_days, examples, split_days, text_of
from rnn_edu.translation.examples import END, START

DAYS = [date(2026, 5, 3), date(1999, 12, 31)]


def day_of(words):
    """The day that a sentence names, found by trying all of them: slow, and knows no rules."""
    for day in all_days():
        parts = dates.parts_of(day)
        ways = [parts["<short>"], parts["<long>"]]
        text = " ".join(words)
        named = parts["<day>"] in text and parts["<month>"] in text.split()
        if named and any(text.endswith(way) for way in ways) and spoken(day, text):
            return day
    raise AssertionError(words)


def spoken(day, text):
    ways = (phrase for phrase, _ in dates.DATE_GRAMMAR.sentences())
    parts = dates.parts_of(day)
    return any(" ".join(parts.get(word, word) for word in way) == text for way in ways)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_said_names_one_day_only(seed):
    random = Random(seed)
    day = all_days()[int(random.random() * 73049)]
    assert day_of(dates.said([day], random)) == day


def test_no_two_days_share_a_way_to_say_them():
    seen = set()
    for day in all_days()[::37]:
        parts = dates.parts_of(day)
        for way, _ in dates.DATE_GRAMMAR.sentences():
            seen.add((" ".join(parts.get(word, word) for word in way), day))
    assert len({text for text, _ in seen}) == len(seen)


def test_every_word_has_a_number():
    random = Random(0)
    for day in all_days()[::53]:
        assert set(dates.said([day, day], random)) <= set(READ)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2100, 1, 1)])
def test_other_centuries_are_refused(day):
    with pytest.raises(UsageError, match="between 1900 and 2099"):
        dates.parts_of(day)


def test_the_decoder_is_told_the_figures_shifted_by_one():
    found = examples([DAYS, DAYS[:1]], words=24, figures=8, random=Random(0))
    assert text_of(found.target[0]) == "2026-05-03 1999-12-31"
    assert text_of(found.target[1]) == "2026-05-03"
    assert [WRITTEN[k] for k in found.fed[1]] == [START, "20", "26", "05", "03"] + ["<PAD>"] * 4
    np.testing.assert_array_equal(found.fed[0, 1:], found.target[0, :-1])
    assert WRITTEN.index(END) not in found.fed


def test_no_day_is_both_shown_and_kept_apart():
    seen, unseen = split_days()
    assert not set(seen) & set(unseen)
    assert len(seen) + len(unseen) == len(all_days())
