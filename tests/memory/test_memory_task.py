"""The task as arrays: where the country stands, what the codes are, what is refused."""

import numpy as np
import pytest

from rnn_edu.datasets.toys import FILLERS, LANGUAGE_OF
from rnn_edu.errors import UsageError
from rnn_edu.memory.memory_task import CHANCE, CLOSING, WORDS, memory_examples, one_hot


@pytest.mark.parametrize("steps", [2, 3, 17])
def test_the_country_stands_k_steps_before_the_answer(steps):
    words, answers = memory_examples(steps, 50, seed=3)
    assert words.shape == (50, 4 + steps)
    for sentence, answer in zip(words, answers, strict=True):
        text = WORDS.decode(sentence)
        assert text[-1 - steps] == list(LANGUAGE_OF)[answer]
        assert tuple(text[-2:]) == CLOSING


def test_no_word_but_the_country_tells_the_answer():
    words, answers = memory_examples(8, 8000, seed=4)
    for answer in range(len(LANGUAGE_OF)):
        fillers = words[answers == answer, 4:-2]
        shares = [np.mean(fillers == WORDS.number(word)) for word in FILLERS]
        assert shares == pytest.approx([1 / len(FILLERS)] * len(FILLERS), abs=0.02)
        assert np.mean(answers == answer) == pytest.approx(CHANCE, abs=0.02)


def test_a_seed_gives_the_same_sentences_again_and_another_seed_others():
    one, again, other = (memory_examples(9, 20, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_each_word_has_a_place_of_its_own():
    words, _ = memory_examples(4, 3, seed=0)
    codes = one_hot(words)
    assert codes.shape == (3, 8, 4 + len(LANGUAGE_OF) + len(FILLERS))
    assert np.array_equal(codes.argmax(axis=-1), words)
    assert np.array_equal(codes.sum(axis=-1), np.ones((3, 8)))


def test_too_few_steps_are_refused():
    with pytest.raises(UsageError, match='2 or more, since "i speak" always follows, but is 1'):
        memory_examples(1, 10, seed=0)
