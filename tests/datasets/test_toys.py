import numpy as np
import pytest

from rnn_edu.datasets import countries_and_languages, toys
from rnn_edu.errors import UsageError


@pytest.mark.parametrize("distance", [0, 1, 20])
def test_the_country_alone_decides_and_stands_so_far_back(distance):
    task = countries_and_languages(500, distance, seed=3)
    for text, label in zip(task.texts, task.labels, strict=True):
        words = text.split()
        assert toys.LANGUAGE_OF[words[3]] == task.label_names[label]
        assert words[-2:] == ["i", "speak"]
        assert len(words) == 4 + distance + 2
    assert len(np.unique(task.labels)) == len(toys.LANGUAGE_OF)


def test_the_same_seed_gives_the_same_task():
    first, second, third = (countries_and_languages(9, 4, seed=s).texts for s in (1, 1, 2))
    assert first == second != third


def test_the_fillers_say_nothing():
    assert not set(toys.FILLERS) & {*toys.LANGUAGE_OF, *toys.LANGUAGE_OF.values()}


@pytest.mark.parametrize(("count", "distance"), [(0, 3), (5, -1)])
def test_impossible_tasks(count, distance):
    with pytest.raises(UsageError, match=f"count is {count} and distance {distance}"):
        countries_and_languages(count, distance, seed=0)
