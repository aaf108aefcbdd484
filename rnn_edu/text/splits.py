"""Training and test parts that share no text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError
from rnn_edu.text.tokenizers import alphanumeric_words

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers of the training and of the test part."""

    train: IntArray
    test: IntArray


def split_by_group(groups: Sequence[Hashable], test_share: float = 0.2, *, seed: int) -> Split:
    """A random split that never parts a group.

    Args:
        groups: for each row the group that it belongs to, such as the abstract of a window.
        test_share: share of the *groups* that goes to the test part.
        seed: of the draw; the same seed gives the same split.

    Raises:
        UsageError: ``test_share`` does not lie between 0 and 1.
        DataError: there are too few groups for both parts.

    Example:
        >>> split = split_by_group(["a", "a", "b", "b", "c"], test_share=0.34, seed=1)
        >>> split.train.tolist(), split.test.tolist()
        ([2, 3, 4], [0, 1])
    """
    if not 0 < test_share < 1:
        raise UsageError(f"The test share is {test_share}; it must lie between 0 and 1.")
    number: dict[Hashable, int] = {}
    numbers = np.array([number.setdefault(group, len(number)) for group in groups])
    n_test = round(test_share * len(number))
    if not 0 < n_test < len(number):
        raise DataError(
            f"{len(number)} different texts cannot be parted with a test share of {test_share}."
        )
    from sklearn.model_selection import GroupShuffleSplit

    shuffled = GroupShuffleSplit(n_splits=1, test_size=n_test, random_state=seed)
    train, test = next(shuffled.split(numbers, groups=numbers))
    return Split(train, test)


def split_texts(texts: Sequence[str], test_share: float = 0.2, *, seed: int) -> Split:
    """A random split of texts that keeps equal texts in the same part.

    Texts are equal if they have the same words and digits in the same order, whatever the case
    and the punctuation. See :func:`split_by_group` for the arguments and errors.
    """
    return split_by_group([text_key(text) for text in texts], test_share, seed=seed)


def text_key(text: str) -> str:
    """What two texts share if they differ in case, white space and punctuation only.

    Example:
        >>> text_key("Thanks!!") == text_key("thanks")
        True
    """
    # A text without any letter or digit, such as a lone emoji, is its own key.
    return " ".join(alphanumeric_words(text)) or text
