"""The word vectors that a next-word network learns from made-up headlines, from two sets of seeds.

In the headlines towns lie in regions. Which tables know the towns, and which the regions?
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load_sample
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.grammars.headlines import TOWNS
from rnn_edu.layers import Dense, Embedding, SimpleRNN
from rnn_edu.text import Vocabulary, nearest, pad_sequences, split_words
from rnn_edu.text.cooccurrence import cooccurrences, count_vectors
from rnn_edu.training import Adam, Sequential

NAME = "ladder_embeddings"
EPOCHS, RATE, BATCH = 6, 0.01, 128
FloatArray = npt.NDArray[np.float64]


class Headlines:
    """The made-up headlines, and how well a table of word vectors knows their towns."""

    def __init__(self) -> None:
        self.sentences = [split_words(line) for line in load_sample("headlines").texts]
        self.news = Vocabulary.build(self.sentences, unknown=None)
        rows = pad_sequences(self.news.encode_all(self.sentences, end=True), padding="post")
        self.x, self.y = rows[:, :-1], rows[:, 1:]
        self.region = {town: name for name, towns in TOWNS.items() for town in towns}

    def network(self, seed: int, memory: bool) -> Sequential:
        """Predicts the next word after each word; without memory it sees that word only."""
        stack: list[Any] = [Embedding(len(self.news), 16, mask_zero=True)]
        if memory:
            stack.append(SimpleRNN(32, return_sequences=True))
        stack.append(Dense(len(self.news), activation="softmax"))
        network = Sequential(stack, seed=seed)
        network.compile(Adam(learning_rate=RATE), "sparse_categorical_crossentropy")
        return network

    def measured(self, seed: int, options: RunOptions) -> dict[str, dict[str, float]]:
        """What the tables with and without memory find, and rows drawn at random."""
        found = {}
        for name, memory in (("with memory", True), ("no memory", False)):
            network = self.network(seed, memory)
            epochs = options.epochs_or(EPOCHS)
            network.fit(self.x, self.y, epochs=epochs, batch_size=BATCH, verbose=0)
            found[name] = self.finds(network.get_weights()[0])
        drawn = np.random.default_rng(seed).normal(size=(len(self.news), 16))
        return found | {"random": self.finds(drawn)}

    def counting(self) -> dict[str, float]:
        """What vectors find that were counted, without any network."""
        numbers = self.news.encode_all(self.sentences)
        return self.finds(count_vectors(cooccurrences(numbers, len(self.news), window=2), 16))

    def finds(self, table: FloatArray) -> dict[str, float]:
        """Share of the towns whose nearest word is a town; whose nearest town is a neighbour."""
        towns = list(self.region)
        places = [self.news.number(town) for town in towns]
        near = [self.news.words[nearest(table, table[p], 2)[0][1]] for p in places]
        among = [towns[nearest(table[places], table[p], 2)[0][1]] for p in places]
        pairs = zip(towns, among, strict=True)
        same = [self.region[town] == self.region[other] for town, other in pairs]
        return rounded({"town": np.mean([w in self.region for w in near]), "region": np.mean(same)})


def run(options: RunOptions) -> Path:
    """Trains with both sets of seeds and writes the record."""
    full = FullRun(NAME, options)
    data, headlines = load_sample("headlines"), Headlines()
    climbed = partial(headlines.measured, options=options)
    return full.record_of_made_up(
        hashlib.sha256("\n".join(data.texts).encode()).hexdigest(),
        len(data),
        [seed for seeds in SETS.values() for seed in seeds],
        setting={"epochs": options.epochs_or(EPOCHS), "learning_rate": RATE, "batch_size": BATCH},
        metrics=climb(climbed, full.checkpoints, of="headlines"),
        baselines={"counting": headlines.counting()},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first headlines before training, of the network with a memory."""
    headlines = Headlines()
    network = headlines.network(SETS["first"][0], memory=True)
    batch = slice(BATCH)
    return round(network.loss_and_gradients(headlines.x[batch], headlines.y[batch])[0], 6)
