"""Word vectors, learned and ready-made, from two sets of seeds.

First the table that a next-word network learns from made-up headlines, in which towns lie in
regions. Then ready-made vectors as the start of a network on airline tweets, with few labels and
with more: a seed draws the tweets, and every model gets the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset, load, load_glove, load_sample
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, one_of_two, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.sentiment import IntArray
from rnn_edu.grammars.headlines import TOWNS
from rnn_edu.layers import Dense, Embedding, SimpleRNN
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import (
    Vocabulary,
    alphanumeric_words,
    embedding_matrix,
    nearest,
    pad_sequences,
    split_words,
)
from rnn_edu.training import Adam, Sequential

NAME = "ladder_embeddings"
DATA = "airline_sentiment"
EPOCHS = 6
LABELS = (300, 2800)
TEST = 1000
#: Of the tweets' networks; each stops where a fifth of its labels is answered best.
RATE, BATCH, MOST_EPOCHS, PATIENCE = 0.01, 64, 40, 5
FloatArray = npt.NDArray[np.float64]


class Headlines:
    """The made-up headlines, and how well a table of word vectors knows their towns."""

    def __init__(self) -> None:
        sentences = [split_words(line) for line in load_sample("headlines").texts]
        self.news = Vocabulary.build(sentences, unknown=None)
        rows = pad_sequences(self.news.encode_all(sentences, end=True), padding="post")
        self.x, self.y = rows[:, :-1], rows[:, 1:]
        self.region = {town: name for name, towns in TOWNS.items() for town in towns}

    def network(self, seed: int, memory: bool) -> Sequential:
        """Predicts the next word after each word; without memory it sees that word only."""
        stack: list[Any] = [Embedding(len(self.news), 16, mask_zero=True)]
        if memory:
            stack.append(SimpleRNN(32, return_sequences=True))
        stack.append(Dense(len(self.news), activation="softmax"))
        network = Sequential(stack, seed=seed)
        network.compile(Adam(learning_rate=0.01), "sparse_categorical_crossentropy")
        return network

    def measured(self, seed: int, options: RunOptions) -> dict[str, dict[str, float]]:
        """What the tables with and without memory find, and rows drawn at random."""
        found = {}
        for name, memory in (("with memory", True), ("no memory", False)):
            network = self.network(seed, memory)
            epochs = options.epochs_or(EPOCHS)
            network.fit(self.x, self.y, epochs=epochs, batch_size=128, verbose=0)
            found[name] = self.finds(network.get_weights()[0])
        drawn = np.random.default_rng(seed).normal(size=(len(self.news), 16))
        return found | {"random": self.finds(drawn)}

    def finds(self, table: FloatArray) -> dict[str, float]:
        """Share of the towns whose nearest word is a town; whose nearest town is a neighbour."""
        towns = list(self.region)
        places = [self.news.number(town) for town in towns]
        near = [self.news.words[nearest(table, table[p], 2)[0][1]] for p in places]
        among = [towns[nearest(table[places], table[p], 2)[0][1]] for p in places]
        pairs = zip(towns, among, strict=True)
        same = [self.region[town] == self.region[other] for town, other in pairs]
        return rounded({"town": np.mean([w in self.region for w in near]), "region": np.mean(same)})


@dataclass(frozen=True)
class Start:
    """How a network on tweets begins and reads.

    Args:
        vectors: whether its table starts from the ready-made ones.
        trainable: whether the table may change.
        memory: an LSTM of 32 units reads the rows; otherwise their mean is taken.
    """

    vectors: bool
    trainable: bool = True
    memory: bool = False


STARTS = {
    "mean of rows, random start": Start(vectors=False),
    "mean of rows, GloVe kept": Start(vectors=True, trainable=False),
    "mean of rows, GloVe start": Start(vectors=True),
    "LSTM(32), random start": Start(vectors=False, memory=True),
    "LSTM(32), GloVe kept": Start(vectors=True, trainable=False, memory=True),
    "LSTM(32), GloVe start": Start(vectors=True, memory=True),
}


class Tweets:
    """The tweets as rows of ready-made vectors, and models that learn from a few of them."""

    def __init__(self, data: Dataset) -> None:
        assert data.labels is not None
        words = [alphanumeric_words(text) for text in data.texts]
        vocabulary = Vocabulary.build(words, unknown=None, end=None)
        self.labels = data.labels
        self.texts = np.array([" ".join(row) for row in words])
        self.x = pad_sequences(vocabulary.encode_all(words))
        self.vectors = embedding_matrix(vocabulary, load_glove())

    def measured(self, seed: int, options: RunOptions) -> dict[str, dict[str, float]]:
        """Every start beside the bag of words, for each number of labels."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        test, found = order[-TEST:], {}
        for count in LABELS:
            rows = order[:count]
            bag = self.bag_of_words(rows, test) == self.labels[test]
            found[f"{count} labels, bag of words"] = rounded({"accuracy": bag.mean()})
            for name, start in STARTS.items():
                right = self.network(start, seed, rows, test, options) == self.labels[test]
                figures = {"accuracy": right.mean(), "lead": one_of_two(bag, right)[2]}
                found[f"{count} labels, {name}"] = rounded(figures)
        return found

    def bag_of_words(self, rows: IntArray, test: IntArray) -> IntArray:
        """What logistic regression on word counts answers on the test rows."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        counts = CountVectorizer(token_pattern=r"\S+")
        model = make_pipeline(counts, LogisticRegression(max_iter=1000))
        answers: IntArray = model.fit(self.texts[rows], self.labels[rows]).predict(self.texts[test])
        return answers

    def network(
        self, start: Start, seed: int, rows: IntArray, test: IntArray, options: RunOptions
    ) -> IntArray:
        """What a network answers on the test rows; a fifth of its rows says when to stop."""
        import keras

        model, cut = self.build(start, seed), len(rows) // 5
        stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        model.fit(
            self.x[rows[cut:]],
            self.labels[rows[cut:]],
            validation_data=(self.x[rows[:cut]], self.labels[rows[:cut]]),
            batch_size=BATCH,
            epochs=options.epochs_or(MOST_EPOCHS),
            callbacks=[stop],
            verbose=0,
        )
        answers: IntArray = model.predict(self.x[test], batch_size=512, verbose=0).argmax(axis=1)
        return answers

    def build(self, start: Start, seed: int) -> Any:
        """The network, compiled; padding is masked."""
        import keras

        keras.utils.set_random_seed(seed)
        ready = {"weights": [self.vectors]} if start.vectors else {}
        table = keras.layers.Embedding(
            *self.vectors.shape, mask_zero=True, trainable=start.trainable, **ready
        )
        mean = keras.layers.GlobalAveragePooling1D()
        reader = keras.layers.LSTM(32) if start.memory else mean
        answer = keras.layers.Dense(2, activation="softmax")
        model = keras.Sequential([keras.Input((self.x.shape[1],)), table, reader, answer])
        model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
        return model


def run(options: RunOptions) -> Path:
    """Trains with both sets of seeds and writes the record."""
    full = FullRun(NAME, options)
    data = load(DATA)
    check_real(data)
    tweets, headlines, kept = Tweets(data), Headlines(), full.checkpoints
    metrics: Mapping[str, Any] = {
        "headlines": climb(partial(headlines.measured, options=options), kept, of="headlines"),
        "tweets": climb(partial(tweets.measured, options=options), kept, of="tweets"),
    }
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting={
            "headlines": {"epochs": EPOCHS, "learning_rate": 0.01, "batch_size": 128},
            "tweets": {
                "labels": list(LABELS),
                "test": TEST,
                "learning_rate": RATE,
                "batch_size": BATCH,
                "epochs": MOST_EPOCHS,
                "patience": PATIENCE,
            },
        },
        metrics=metrics,
        baselines={"most_common": round(float(np.mean(data.labels == 0)), 4)},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first 64 tweets before training, from the plainest start."""
    start_tensorflow()
    tweets = Tweets(load(DATA))
    model = tweets.build(STARTS["mean of rows, random start"], SETS["first"][0])
    return round(float(model.evaluate(tweets.x[:BATCH], tweets.labels[:BATCH], verbose=0)), 5)
