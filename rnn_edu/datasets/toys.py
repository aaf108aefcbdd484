"""The documents' toy texts, and the memory task that one of their sentences asks for."""

from __future__ import annotations

import numpy as np

from rnn_edu.datasets.dataset import Dataset, IntArray
from rnn_edu.errors import UsageError

HELLO = (
    "hello how are you",
    "hello how is your day",
    "hello how are your friends",
    "hello what are you doing",
)
CONCERT = (
    "The concert was boring for the first 15 minutes while the band warmed up but then was "
    "terribly exciting."
)
LANGUAGE_OF = {
    "india": "hindi",
    "france": "french",
    "japan": "japanese",
    "greece": "greek",
    "poland": "polish",
    "turkey": "turkish",
    "finland": "finnish",
    "vietnam": "vietnamese",
}
FILLERS = ("well", "you", "see", "my", "friend", "it", "was", "raining", "there", "all", "week")


def countries_and_languages(count: int, distance: int, *, seed: int) -> Dataset:
    """A memory task: "i am from india ... i speak", and the language is to be named.

    Between the country and "i speak" stand ``distance`` words that say nothing. A model that has
    forgotten the country can only guess: one in eight.

    Args:
        count: number of texts; the countries are drawn at random.
        distance: words between the country and "i speak".
        seed: of the draw.

    Raises:
        UsageError: ``count`` is below 1 or ``distance`` below 0.

    Example:
        >>> task = countries_and_languages(1, distance=3, seed=0)
        >>> task.texts[0], task.label_names[task.labels[0]]
        ('i am from finland raining it see i speak', 'finnish')
    """
    if count < 1 or distance < 0:
        raise UsageError(
            f"count is {count} and distance {distance}; at least 1 text and 0 words are needed."
        )
    random = np.random.default_rng(seed)
    countries, languages = zip(*LANGUAGE_OF.items(), strict=True)
    labels: IntArray = random.integers(len(countries), size=count)
    fillers = random.integers(len(FILLERS), size=(count, distance))
    texts = tuple(
        " ".join(["i am from", countries[label], *(FILLERS[i] for i in row), "i speak"])
        for label, row in zip(labels, fillers, strict=True)
    )
    return Dataset(
        name="countries_and_languages",
        texts=texts,
        labels=labels,
        label_names=languages,
        what=f"A country, {distance} words that say nothing, and the question for its language",
        source="written for this book",
        licence="MIT, as the book",
    )
