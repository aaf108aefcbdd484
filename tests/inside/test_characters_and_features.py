"""Texts as rows, and what can be said of every place in them."""

import re

import numpy as np
import pytest

from rnn_edu.errors import DataError, NamingError, UsageError
from rnn_edu.inside import character_numbers, one_hot_text, text_features
from rnn_edu.inside.village import WIDTH, clause_ends, village_news

TEXT = 'ab "c9\nd" e.\nf'


def test_each_row_has_its_one_in_the_place_of_the_character():
    rows = one_hot_text("cab", "abc")
    assert rows.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert character_numbers("cab", "abc").tolist() == [2, 0, 1]


def test_an_unknown_character_is_named_with_its_place():
    with pytest.raises(NamingError) as caught:
        one_hot_text("abé", "ab")
    assert str(caught.value) == (
        "The network does not know the character 'é', number 3 of the text; it knows these 2: 'ab'."
    )


def test_an_empty_text_is_refused():
    with pytest.raises(DataError, match="The text is empty; there is nothing to read"):
        character_numbers("", "ab")
    with pytest.raises(DataError, match="The text is empty; it has no features"):
        text_features("")


def test_every_feature_of_a_text_counted_by_hand():
    found = {name: column.astype(int).tolist() for name, column in text_features(TEXT).items()}
    #                         a  b  _  "  c  9  ⏎  d  "  _  e  .  ⏎  f
    assert found == {
        "inside quotes": [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
        "quote length": [0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0],
        "digit": [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        "vowel": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
        "place in word": [1, 2, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1],
        "place in line": [1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 0, 1],
        "sentence length": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2],
        "even line": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0],
    }


def test_the_news_are_the_same_for_the_same_seed_and_others_for_another():
    assert village_news(5, 60, seed=3) == village_news(5, 60, seed=3)
    assert village_news(5, 60, seed=3) != village_news(5, 60, seed=4)


def test_items_have_their_length_and_no_line_is_too_long():
    items = village_news(50, 128, seed=2)
    assert {len(item) for item in items} == {128}
    lines = [line for item in items for line in item.split("\n")]
    assert max(map(len, lines)) == WIDTH
    assert not any("\n\n" in item for item in items)


def test_we_and_our_stand_inside_of_quotes_and_only_there():
    for item in village_news(200, 200, seed=2):
        inside = text_features(item)["inside quotes"]
        for spoken in re.finditer(r"\b(we|our)\s", item):
            assert inside[spoken.start()] == 1
        for told in re.finditer(r"\b(people|costs|says|built)\s", item):
            assert inside[told.start()] == 0


def test_news_have_quotes_and_numbers_and_a_length():
    text = "".join(village_news(100, 128, seed=2))
    assert text.count('"') > 200
    assert 0.005 < np.mean([character.isdigit() for character in text]) < 0.1
    with pytest.raises(UsageError, match="at least 1 character; length is 0"):
        village_news(1, 0, seed=2)


def test_a_clause_ends_before_a_mark_a_full_stop_and_another_clause():
    item = (
        'the vicar says "we need less\nrain and our mill is very old".\nthe boat costs 20 pounds.'
    )
    ends = clause_ends(item)
    assert ends.shape == (len(item),)
    assert [item[: end + 1].split()[-1] for end in ends.nonzero()[0]] == ["rain", "old", "pounds"]


def test_at_the_end_of_a_clause_the_quotes_are_those_who_say_we():
    seen = {True: 0, False: 0}
    for item in village_news(200, 200, seed=2):
        inside, ends = text_features(item)["inside quotes"], clause_ends(item).nonzero()[0]
        for clause in re.finditer(r"\b(we|our|people|the)\s(?=need\s|\w+\sis\s)", item):
            spoken = clause[1] in ("we", "our")
            for end in ends[ends > clause.start()][:1]:
                assert inside[end] == spoken
                seen[spoken] += 1
    assert min(seen.values()) > 100
