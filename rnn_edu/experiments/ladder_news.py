"""The news network repaired rung by rung: masks, a mean for the last state, no layers, vectors.

Every rung changes one thing of the one before it, on the same texts, split, optimizer and stopping;
the last two have no recurrent layer at all. Each stands beside the bag of words on the same texts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load, load_glove
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import climb, one_of_two, rounded
from rnn_edu.experiments.news_model import (
    BOTH_WAYS,
    DROPOUT,
    LAST,
    WORD_NUMBERS,
    NewsExperiment,
    scores,
)
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import embedding_matrix, pad_sequences

NAME = "ladder_news"
DATA = "news_category_v3"
#: Three seeds each: the layers in both directions are slow.
SETS = {"first": (0, 1, 2), "second": (100, 101, 102)}
RATE, SPREAD, BATCH, MOST_EPOCHS, PATIENCE = 0.003, 0.5, 128, 30, 2
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rung:
    """How a network reads.

    Args:
        mask: skip the padding.
        mean: take the mean of the states after all words, not a last layer's last state.
        recurrent: two layers read in both directions; otherwise none does.
        vectors: start the table from GloVe's 50 numbers a word, not from 70 drawn ones.
    """

    mask: bool = True
    mean: bool = True
    recurrent: bool = True
    vectors: bool = False


RUNGS = {
    "the tutorial's layers": Rung(mask=False, mean=False),
    "masks": Rung(mean=False),
    "mean of all states": Rung(),
    "mean of rows": Rung(recurrent=False),
    "mean of rows, GloVe start": Rung(recurrent=False, vectors=True),
}


class News:
    """The news made ready, with the vectors of their words."""

    def __init__(self, experiment: NewsExperiment) -> None:
        self.experiment, self.parts = experiment, experiment.parts
        self.labels = experiment.labels
        self.x = pad_sequences(experiment.sequences, maxlen=experiment.longest)
        self.vectors = embedding_matrix(experiment.vocabulary, load_glove())

    def build(self, rung: Rung, seed: int) -> Any:
        """The network, compiled."""
        import keras

        keras.utils.set_random_seed(seed)
        answer = keras.layers.Dense(self.experiment.answers, activation="softmax")
        middle = [*self._readers(rung), *_summary(rung), keras.layers.Dropout(DROPOUT)]
        words = keras.Input((self.x.shape[1],), dtype="int32")
        model = keras.Sequential([words, self._table(rung), *middle, answer])
        model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
        return model

    def answers(self, rung: Rung, seed: int, epochs: int) -> tuple[FloatArray, dict[str, float]]:
        """The chances of each category for the test texts; epochs and seconds."""
        import keras

        model, parts = self.build(rung, seed), self.parts
        stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
        before = time.process_time()
        history = model.fit(
            self.x[parts.train],
            self.labels[parts.train],
            validation_data=(self.x[parts.validation], self.labels[parts.validation]),
            batch_size=BATCH,
            epochs=epochs,
            callbacks=[stop],
            verbose=0,
        ).history["val_loss"]
        spent = {"epochs": len(history), "cpu_seconds": time.process_time() - before}
        return model.predict(self.x[parts.test], batch_size=512, verbose=0), spent

    def bag_of_words(self) -> FloatArray:
        """The chances of each category for the test texts, by logistic regression on counts."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression

        texts = np.array([" ".join(words) for words in self.experiment.words])
        counts, model = CountVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=500)
        model.fit(counts.fit_transform(texts[self.parts.train]), self.labels[self.parts.train])
        chances = np.zeros((len(self.parts.test), self.experiment.answers))
        chances[:, model.classes_] = model.predict_proba(counts.transform(texts[self.parts.test]))
        return chances

    def measured(
        self, seed: int, bag: FloatArray, options: RunOptions
    ) -> dict[str, dict[str, float]]:
        """Every rung beside the bag of words."""
        found, truth = {}, self.labels[self.parts.test]
        bag_right = bag.argmax(axis=1) == truth
        for name, rung in RUNGS.items():
            chances, spent = self.answers(rung, seed, options.epochs_or(MOST_EPOCHS))
            lead = one_of_two(bag_right, chances.argmax(axis=1) == truth)[2]
            found[name] = rounded(scores(chances, truth) | {"lead": lead} | spent)
        return found

    def _table(self, rung: Rung) -> Any:
        import keras

        if rung.vectors:
            vectors = self.vectors
            return keras.layers.Embedding(*vectors.shape, mask_zero=rung.mask, weights=[vectors])
        start = keras.initializers.RandomUniform(-SPREAD, SPREAD)
        return keras.layers.Embedding(
            len(self.vectors), WORD_NUMBERS, mask_zero=rung.mask, embeddings_initializer=start
        )

    def _readers(self, rung: Rung) -> list[Any]:
        import keras

        return [
            keras.layers.Bidirectional(
                keras.layers.SimpleRNN(
                    BOTH_WAYS, dropout=0.1, recurrent_dropout=rate, return_sequences=True
                )
            )
            for rate in (0.2, 0.3)[: 2 * rung.recurrent]
        ]


def _summary(rung: Rung) -> list[Any]:
    import keras

    if rung.mean:
        return [keras.layers.GlobalAveragePooling1D()]
    return [keras.layers.SimpleRNN(LAST)]


def run(options: RunOptions) -> Path:
    """Climbs the ladder and writes the record; DataError without the real news."""
    full = FullRun(NAME, options)
    data = load(DATA)
    check_real(data)
    news = News(NewsExperiment(data))
    bag = news.bag_of_words()
    climbed = partial(news.measured, bag=bag, options=options)
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting={
            "optimizer": "Adam",
            "learning_rate": RATE,
            "spread": SPREAD,
            "batch_size": BATCH,
            "epochs": options.epochs_or(MOST_EPOCHS),
            "patience": PATIENCE,
            "steps": news.x.shape[1],
            "words": len(news.vectors),
        },
        metrics=climb(climbed, full.checkpoints, SETS),
        baselines={"bag_of_words": scores(bag, news.labels[news.parts.test])},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first training texts before training, of the tutorial's layers."""
    start_tensorflow()
    data = load(DATA)
    check_real(data)
    news = News(NewsExperiment(data))
    rows = news.parts.train[:BATCH]
    model = news.build(RUNGS["the tutorial's layers"], SETS["first"][0])
    return round(float(model.evaluate(news.x[rows], news.labels[rows], verbose=0)), 5)
