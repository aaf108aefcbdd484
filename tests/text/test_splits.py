import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_edu.errors import DataError, UsageError
from rnn_edu.text import split_by_group, split_texts


@given(st.lists(st.integers(0, 12), min_size=2, max_size=60), st.floats(0.1, 0.9))
@settings(deadline=None)
def test_no_group_is_parted_and_no_row_is_lost(groups, share):
    n_test = round(share * len(set(groups)))
    if not 0 < n_test < len(set(groups)):
        with pytest.raises(DataError, match="different texts cannot be parted"):
            split_by_group(groups, share, seed=0)
        return
    split = split_by_group(groups, share, seed=0)
    train, test = ({groups[i] for i in part} for part in (split.train, split.test))
    assert not train & test
    assert len(test) == n_test
    assert sorted([*split.train, *split.test]) == list(range(len(groups)))


def test_equal_texts_stay_together_whatever_their_case_and_signs():
    texts = [f"text {i}" for i in range(50)] + [f"TEXT, {i}!" for i in range(50)]
    split = split_texts(texts, 0.3, seed=4)
    assert not set(split.train % 50) & set(split.test % 50)
    assert len(split.test) == 30


def test_texts_of_signs_only_are_not_all_the_same():
    split = split_texts(["!!", "??", "🙂", "..."], 0.5, seed=0)
    assert len(split.test) == 2


def test_the_same_seed_gives_the_same_split():
    texts = [f"t{i}" for i in range(40)]
    first, again, other = (split_texts(texts, seed=s).test for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_shares_that_cannot_be(share):
    with pytest.raises(UsageError, match=f"The test share is {share}; it must lie between 0 and 1"):
        split_texts(["a", "b"], share, seed=0)
