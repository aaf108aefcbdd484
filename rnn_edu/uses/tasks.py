"""Four tasks on which kinds of network can be told apart, all made or shipped, none fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load_sample
from rnn_edu.datasets.toys import FILLERS, LANGUAGE_OF
from rnn_edu.errors import UsageError
from rnn_edu.memory.memory_task import CLOSING, WORDS, memory_examples
from rnn_edu.text import Vocabulary, pad_sequences, split_texts

Array = npt.NDArray[Any]
#: How many numbers of the waves are seen before the next is asked for, and how noisy they are.
SEEN, NOISE = 24, 0.1
OPENING = ("i", "am", "from")
#: Words that say nothing, before the first country.
IN_FRONT = 4


@dataclass(frozen=True)
class Task:
    """Sequences with their answers, apart for training and for the test.

    Attributes:
        name: in a few words.
        train: inputs and answers. Inputs have shape (rows, steps) if they are words, else
            (rows, steps, features); answers (rows,), integers for classes, float for numbers.
        test: the same for the test.
        words: size of the vocabulary; 0 if the inputs are vectors.
        outputs: how many classes; 1 if the answer is a number.
        bound: what is known of the best possible result, and nothing if None.
    """

    name: str
    train: tuple[Array, Array]
    test: tuple[Array, Array]
    words: int
    outputs: int
    bound: float | None = None

    @property
    def steps(self) -> int:
        """Length of a sequence."""
        return int(self.train[0].shape[1])

    @property
    def features(self) -> int:
        """Numbers for each step; 0 if the inputs are words."""
        return 0 if self.words else int(self.train[0].shape[2])


def reviews_task(seed: int = 0) -> Task:
    """The shipped reviews, whose label depends on the order of the words.

    A model that sees the words without their order is right in 70 % of cases at best.

    Example:
        >>> task = reviews_task()
        >>> task.train[0].shape[1] == task.steps, task.outputs
        (True, 2)
    """
    data = load_sample("reviews")
    assert data.labels is not None
    words = [text.split() for text in data.texts]
    vocabulary = Vocabulary.build(words, unknown=None, end=None)
    inputs = pad_sequences(vocabulary.encode_all(words))
    split = split_texts(data.texts, 0.25, seed=seed)
    return Task(
        "order of the words",
        (inputs[split.train], data.labels[split.train]),
        (inputs[split.test], data.labels[split.test]),
        words=len(vocabulary),
        outputs=2,
        bound=1.0,
    )


def recall_task(distance: int, seed: int = 0) -> Task:
    """Name the language of the country that was named first, ``distance`` steps ago.

    Somewhere in between a second country is named, in the same words. So it does not help to
    know which countries were named: it has to be known which of them came first.

    Raises:
        UsageError: ``distance`` is below 10, too short for the second country.

    Example:
        >>> task = recall_task(10)
        >>> " ".join(WORDS.decode(task.test[0][0]))
        'it raining you it i am from france week was i am from greece there all i speak'
        >>> task.train[0].shape
        (3200, 18)
    """
    if distance < 10:
        raise UsageError(f"The distance is {distance}; it must be 10 or more.")
    return Task(
        f"the first of two, {distance} steps ago",
        _two_countries(distance, 3200, seed),
        _two_countries(distance, 800, seed + 1000),
        words=len(WORDS),
        outputs=len(LANGUAGE_OF),
        bound=1.0,
    )


def _two_countries(distance: int, rows: int, seed: int) -> tuple[Array, Array]:
    """The sentences of the memory task with "i am from" another country over some fillers.

    A few fillers stand in front, or the start of the text would give the first country away.
    """
    inputs, answers = memory_examples(distance, rows, seed=seed)
    rng = np.random.default_rng(seed)
    first = len(OPENING) + 1
    named = inputs[:, first - 1]
    others = rng.permuted(np.tile(WORDS.encode(list(LANGUAGE_OF)), (rows, 1)), axis=1)[:, :2]
    second = np.where(others[:, 0] == named, others[:, 1], others[:, 0])
    sentence = np.column_stack([np.tile(WORDS.encode(OPENING), (rows, 1)), second])
    places = rng.integers(first, inputs.shape[1] - len(CLOSING) - first + 1, size=rows)
    np.put_along_axis(inputs, places[:, np.newaxis] + np.arange(first), sentence, axis=1)
    in_front = rng.choice(WORDS.encode(FILLERS), size=(rows, IN_FRONT))
    return np.column_stack([in_front, inputs]), answers


def waves_task(seed: int = 0) -> Task:
    """The next value of two waves and noise; the variance of the noise is the least error.

    Example:
        >>> waves_task().train[0].shape
        (3200, 24, 1)
    """
    rng = np.random.default_rng(seed)
    train, test = _waves(3200, rng), _waves(800, rng)
    return Task("the next value of a wave", train, test, words=0, outputs=1, bound=NOISE**2)


def _waves(rows: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """A slow and a fast wave of any phase, and noise on top; the last value is the answer."""
    time = np.arange(SEEN + 1)
    phases = rng.uniform(0, 2 * np.pi, size=(2, rows, 1))
    clean = np.sin(2 * np.pi * time / 12 + phases[0]) + np.sin(2 * np.pi * time / 5 + phases[1])
    values = (clean + NOISE * rng.normal(size=clean.shape)).astype(np.float32)
    return values[:, :-1, np.newaxis], values[:, -1]


def digits_task(seed: int = 0) -> Task:
    """Handwritten digits of 8 by 8 points, read row by row; they come with scikit-learn.

    Example:
        >>> digits_task().train[0].shape
        (1347, 8, 8)
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    images = (images.reshape(-1, 8, 8) / 16).astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=0.25, random_state=seed, stratify=labels
    )
    return Task("a picture, row by row", (train_x, train_y), (test_x, test_y), 0, 10)


#: The tasks of the comparison, by name.
TASKS: dict[str, Callable[[int], Task]] = {
    "reviews": reviews_task,
    "recall_10": lambda seed: recall_task(10, seed),
    "recall_50": lambda seed: recall_task(50, seed),
    "recall_150": lambda seed: recall_task(150, seed),
    "waves": waves_task,
    "digits": digits_task,
}
