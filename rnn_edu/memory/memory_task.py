"""The memory task as arrays: sentences whose answer depends on one word, k steps before.

The sentences are those of :func:`rnn_edu.datasets.countries_and_languages`: "i am from india
... i speak", and the language is to be named. Here they are counted as a network counts: k is
the number of steps from the country to the answer, the two of "i speak" included.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import countries_and_languages
from rnn_edu.datasets.toys import FILLERS, LANGUAGE_OF
from rnn_edu.errors import UsageError
from rnn_edu.text import Vocabulary

CLOSING = ("i", "speak")
#: Every word that the network reads.
WORDS = Vocabulary(
    ("i", "am", "from", "speak", *LANGUAGE_OF, *FILLERS), padding=False, unknown=None, end=None
)
#: The accuracy of a blind guess.
CHANCE = 1 / len(LANGUAGE_OF)

Ids = npt.NDArray[np.int64]


def memory_examples(steps: int, count: int, *, seed: int) -> tuple[Ids, Ids]:
    """Sentences in which the country must be kept for ``steps`` steps, and their answers.

    Args:
        steps: k, how many words follow the country before the answer is due.
        count: how many sentences.
        seed: of the countries and the filler words.

    Returns:
        The words as numbers, shape (count, 4 + steps), and the languages as numbers, (count,).

    Raises:
        UsageError: ``steps`` is below 2.

    Example:
        >>> words, answers = memory_examples(5, count=1, seed=0)
        >>> " ".join(WORDS.decode(words[0])), list(LANGUAGE_OF.values())[answers[0]]
        ('i am from finland raining it see i speak', 'finnish')
    """
    if steps < len(CLOSING):
        raise UsageError(
            f'steps must be 2 or more, since "i speak" always follows, but is {steps}.'
        )
    task = countries_and_languages(count, distance=steps - len(CLOSING), seed=seed)
    assert task.labels is not None
    return np.stack(WORDS.encode_all([text.split() for text in task.texts])), task.labels


def one_hot(words: Ids) -> npt.NDArray[np.float32]:
    """Each word as a vector with a single 1, shape (sentences, time, words in all)."""
    return np.eye(len(WORDS), dtype=np.float32)[words]
