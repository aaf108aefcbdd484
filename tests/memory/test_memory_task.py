"""The generated sentences: what they hold, how they repeat, what is refused."""

import numpy as np
import pytest

from rnn_edu.errors import UsageError
from rnn_edu.memory.memory_task import (
    CLOSING,
    FILLERS,
    LANGUAGES,
    OPENING,
    WORDS,
    memory_sentences,
    one_hot,
    spelt,
)


@pytest.mark.parametrize("steps", [2, 3, 17])
def test_the_country_stands_k_steps_before_the_answer(steps):
    words, answers = memory_sentences(steps, 50, seed=3)
    assert words.shape == (50, len(OPENING) + 1 + steps)
    for sentence, answer in zip(words, answers, strict=True):
        text = spelt(sentence).split()
        assert tuple(text[:3]) == OPENING
        assert text[-1 - steps] == list(LANGUAGES)[answer]
        assert tuple(text[-2:]) == CLOSING
        assert set(text[4:-2]) <= set(FILLERS)


def test_no_word_but_the_country_tells_the_answer():
    words, answers = memory_sentences(6, 4000, seed=4)
    for answer in range(len(LANGUAGES)):
        fillers = words[answers == answer, 4:-2]
        shares = [np.mean(fillers == WORDS.index(word)) for word in FILLERS]
        assert shares == pytest.approx([1 / len(FILLERS)] * len(FILLERS), abs=0.02)
        assert np.mean(answers == answer) == pytest.approx(0.25, abs=0.03)


def test_a_seed_gives_the_same_sentences_again_and_another_seed_others():
    one, again, other = (memory_sentences(9, 20, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_each_word_has_a_place_of_its_own():
    assert len(set(WORDS)) == len(WORDS) == 16
    words, _ = memory_sentences(4, 3, seed=0)
    codes = one_hot(words)
    assert codes.shape == (3, 8, 16)
    assert np.array_equal(codes.argmax(axis=-1), words)
    assert np.array_equal(codes.sum(axis=-1), np.ones((3, 8)))


def test_too_few_steps_are_refused():
    with pytest.raises(UsageError, match='2 or more, since "i speak" follows, but is 1'):
        memory_sentences(1, 10, seed=0)


def test_no_sentences_are_refused():
    with pytest.raises(UsageError, match="count must be 1 or more, but is 0"):
        memory_sentences(5, 0, seed=0)
