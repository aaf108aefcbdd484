"""GloVe's vectors as the start of a network that reads tweets, with few labels and with many.

Each rung changes one thing of the rung before it: how long the first rows of the table are, which
word has which row, and whether the rows are trained. Everything else stays. The answers to the test
tweets are compared in pairs: with those of the rung before from the same seed, and with those of
the bag of words, which learns from the same tweets.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load, load_glove
from rnn_edu.errors import DataError
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.compiled import CompiledOnce
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, in_pairs, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.sentiment import IntArray, airline_words, document_split
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split, pad_sequences
from rnn_edu.text.vectors import embedding_matrix

NAME = "ladder_vectors"
DATA = "airline_sentiment"
#: How many tweets have a label, a fifth of which says when to stop; and how many a batch has.
SIZES = {300: 16, 8078: 64}
UNITS, STEPS, RATE = 32, 35, 0.003
MOST_EPOCHS, PATIENCE = 60, 10
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Start:
    """How the table of words starts, and whether it learns.

    Args:
        rows: ``"random"``, as Keras draws them; ``"dealt"``, GloVe's rows, each given to another
            word at random; ``"GloVe"``, each word its own. Words without a vector start from zeros
            in the last two.
        trained: whether the rows are trained.
    """

    rows: str
    trained: bool = True


STARTS = {
    "random": Start("random"),
    "GloVe, dealt out anew": Start("dealt"),
    "GloVe": Start("GloVe"),
    "GloVe, frozen": Start("GloVe", trained=False),
}


def dealt(rows: FloatArray, seed: int) -> FloatArray:
    """The rows that are not zeros, each in the place of another of them.

    Example:
        >>> dealt(np.array([[0.0], [1.0], [0.0], [2.0], [3.0]]), seed=2).ravel().tolist()
        [0.0, 3.0, 0.0, 1.0, 2.0]
    """
    has, anew = rows.any(axis=1), rows.copy()
    anew[has] = np.random.default_rng(seed).permutation(rows[has])
    return anew


def network(start: Start, ready_made: FloatArray, seed: int) -> Any:
    """A table, an LSTM and the answer, compiled, with the first weights drawn by this seed.

    Args:
        start: of the table.
        ready_made: a row for each word, shape ``(words, numbers)``.
        seed: of the weights, the order of the tweets, and the dealing.
    """
    import keras

    keras.utils.set_random_seed(seed)
    table = keras.layers.Embedding(*ready_made.shape, mask_zero=True)
    model = keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            table,
            keras.layers.LSTM(UNITS, use_cudnn=False),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    if start.rows != "random":
        table.set_weights([dealt(ready_made, seed) if start.rows == "dealt" else ready_made])
    table.trainable = start.trained
    model.compile(keras.optimizers.Adam(RATE), "binary_crossentropy", jit_compile=True)
    return model


def drawn(train: IntArray, count: int, seed: int) -> Split:
    """So many of the training tweets: those to learn from, and a fifth that says when to stop."""
    rows = np.random.default_rng(seed).permutation(train)[:count]
    return Split(rows[count // 5 :], rows[: count // 5])


class Tweets:
    """The tweets with labels, GloVe's rows for their words, and the networks that learn from them.

    Args:
        checkpoints: where a finished training is kept.
        options: as they were asked for.

    Raises:
        DataError: the real tweets or the real vectors are not here.
    """

    def __init__(self, checkpoints: Checkpoints, options: RunOptions) -> None:
        self.data, vectors = load(DATA), load_glove()
        check_real(self.data)
        if not vectors.is_real:
            raise DataError("The record is about GloVe's vectors, but only the sample is here.")
        assert self.data.labels is not None
        self.checkpoints, self.options, self.labels = checkpoints, options, self.data.labels
        sequences, vocabulary = airline_words(self.data)
        self.texts = np.array([" ".join(map(str, numbers)) for numbers in sequences])
        self.x = pad_sequences(sequences, maxlen=STEPS)
        self.ready_made = embedding_matrix(vocabulary, vectors)
        self.split = document_split(len(self.data))
        self.truth = self.labels[self.split.test]
        self._compiled = CompiledOnce()

    def measured(self, seed: int, count: int) -> dict[str, dict[str, float]]:
        """Every start with so many labels: how often it is right, in pairs, and what it cost."""
        part = drawn(self.split.train, count, seed)
        bag = self._bag_of_words(part.train) == self.truth
        found: dict[str, dict[str, float]] = {"bag of words": {"accuracy": float(bag.mean())}}
        before = None
        for name, start in STARTS.items():
            facts = asdict(start) | {"seed": seed, "count": count}
            kept = self.checkpoints.part(facts, partial(self._trained, start, part, seed, count))
            right = np.array(kept.pop("says")) == self.truth
            found[name] = kept | in_pairs(right, bag, "bag")
            if before is not None:
                found[name] |= in_pairs(right, before, "rung_before")
            before = right
        return {name: rounded(figures) for name, figures in found.items()}

    def _trained(self, start: Start, part: Split, seed: int, count: int) -> dict[str, Any]:
        import keras

        fresh = network(start, self.ready_made, seed)
        model = self._compiled.like(start.trained, fresh)
        stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        before = time.process_time()
        losses = model.fit(
            self.x[part.train],
            self.labels[part.train],
            validation_data=(self.x[part.test], self.labels[part.test]),
            batch_size=SIZES[count],
            epochs=self.options.epochs_or(MOST_EPOCHS),
            callbacks=[stop],
            verbose=0,
        ).history["val_loss"]
        seconds = time.process_time() - before
        chances = model.predict(self.x[self.split.test], batch_size=1024, verbose=0)[:, 0]
        says = (chances >= 0.5).astype(int)
        accuracy = float(np.mean(says == self.truth))
        print(f"{start}, {len(part.train)} tweets, seed {seed}: {accuracy:.4f}", flush=True)
        took = {"epochs": len(losses), "best_epoch": int(np.argmin(losses)) + 1}
        return took | {"accuracy": accuracy, "cpu_seconds": seconds, "says": says.tolist()}

    def _bag_of_words(self, rows: IntArray) -> IntArray:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression

        counts = CountVectorizer(token_pattern=r"\S+")
        model = LogisticRegression(max_iter=2000)
        model.fit(counts.fit_transform(self.texts[rows]), self.labels[rows])
        found: IntArray = model.predict(counts.transform(self.texts[self.split.test]))
        return found


def run(options: RunOptions) -> Path:
    """Trains from every start with both sets of seeds, and writes the record."""
    full = FullRun(NAME, options)
    tweets = Tweets(full.checkpoints, options)
    metrics = {
        str(count): climb(partial(tweets.measured, count=count), full.checkpoints, SETS, of=count)
        for count in SIZES
    }
    always = np.bincount(tweets.labels[tweets.split.train]).argmax()
    return full.record(
        tweets.data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting={
            "units": UNITS,
            "steps": STEPS,
            "batch_sizes": list(SIZES.values()),
            "learning_rate": RATE,
            "epochs": options.epochs_or(MOST_EPOCHS),
            "patience": PATIENCE,
            "rows": len(tweets.ready_made),
            "rows_from_glove": int(tweets.ready_made.any(axis=1).sum()),
            "tweets_for_testing": len(tweets.truth),
        },
        metrics=metrics,
        baselines={"always_the_same": round(float(np.mean(tweets.truth == always)), 4)},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first batch before training, of the frozen vectors with the first seed."""
    start_tensorflow()
    data = load(DATA)
    check_real(data)
    assert data.labels is not None
    sequences, vocabulary = airline_words(data)
    model = network(
        STARTS["GloVe, frozen"], embedding_matrix(vocabulary, load_glove()), SETS["first"][0]
    )
    count, batch = max(SIZES.items())
    rows = drawn(document_split(len(data)).train, count, SETS["first"][0]).train[:batch]
    x = pad_sequences([sequences[row] for row in rows], maxlen=STEPS)
    return round(float(model.evaluate(x, data.labels[rows], verbose=0)), 5)
