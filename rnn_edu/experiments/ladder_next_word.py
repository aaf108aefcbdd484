"""The next-word network of four sentences, from twenty seeds and from twenty others."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.datasets.toys import HELLO
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import climb, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.layers import Dense, Embedding, SimpleRNN
from rnn_edu.text import Vocabulary, keras_words, prefixes
from rnn_edu.training import Sequential

NAME = "ladder_next_word"
SETS = {"first": tuple(range(20)), "second": tuple(range(100, 120))}
EPOCHS = {"200 epochs": 200, "1,000 epochs": 1000}

SENTENCES = [keras_words(sentence) for sentence in HELLO]
VOCABULARY = Vocabulary.build(SENTENCES, unknown=None, end=None)
X, Y = prefixes(VOCABULARY.encode_all(SENTENCES))


def untrained(seed: int) -> Sequential:
    """The tutorial's network with the random weights of this seed."""
    stack = [
        Embedding(len(VOCABULARY), 10),
        SimpleRNN(50, activation="relu"),
        Dense(len(VOCABULARY), activation="softmax"),
    ]
    network = Sequential(stack, seed=seed)
    network.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return network


def measured(seed: int, options: RunOptions) -> dict[str, dict[str, float]]:
    """Loss, accuracy and the chances of “your” after each training."""
    found = {}
    for name, epochs in EPOCHS.items():
        network = untrained(seed)
        network.fit(X, Y, epochs=options.epochs_or(epochs), verbose=0)
        judged: Any = network.evaluate(X, Y, return_dict=True)
        after_is, after_are = (chances(network, f"hello how {word}") for word in ("is", "are"))
        found[name] = rounded(
            {
                "loss": judged["loss"],
                "accuracy": judged["accuracy"],
                "your_after_is": after_is["your"],
                "your_after_are": after_are["your"],
                "lean": after_are["your"] - after_are["you"],
            }
        )
    return found


def chances(network: Sequential, beginning: str) -> dict[str, float]:
    """The chance of each word to come next."""
    numbers = VOCABULARY.encode(beginning.split())
    row = np.zeros((1, X.shape[1]), dtype=int)
    row[0, X.shape[1] - len(numbers) :] = numbers
    return dict(zip(VOCABULARY.words, np.asarray(network(row))[0].tolist(), strict=True))


def run(options: RunOptions) -> Path:
    """Trains with both sets of seeds and writes the record."""
    full = FullRun(NAME, options)
    return full.record_of_made_up(
        hashlib.sha256(" / ".join(HELLO).encode()).hexdigest(),
        len(Y),
        [seed for seeds in SETS.values() for seed in seeds],
        setting={"units": 50, "optimizer": "adam", "epochs": list(EPOCHS.values())},
        metrics=climb(partial(measured, options=options), full.checkpoints, SETS),
        baselines={"smallest_loss": smallest_loss()},
        first_batch_loss=first_batch_loss(),
    )


def smallest_loss() -> float:
    """The loss of a model that answers with the shares in the text."""
    same = (X[:, None] == X[None]).all(axis=2)
    shares = [np.mean(Y[row] == answer) for row, answer in zip(same, Y, strict=True)]
    return round(float(-np.mean(np.log(shares))), 6)


def first_batch_loss() -> float:
    """The loss before training, from the first seed."""
    before: Any = untrained(0).evaluate(X, Y, return_dict=True)
    return round(float(before["loss"]), 6)
