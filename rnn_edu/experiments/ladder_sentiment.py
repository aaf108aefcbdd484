"""LSTM(32) beside the bag of words on the same airline tweets, rung by rung.

A fifth of the training tweets is kept for choosing a threshold; all rungs but the last train on the
other four fifths, the bag of words too. The test tweets are those of the document's split.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments import airline_lstm
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, one_of_two, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.sentiment import (
    IntArray,
    SentimentSetting,
    airline_words,
    build,
    document_split,
    held_back,
)
from rnn_edu.text import pad_sequences

NAME = "ladder_sentiment"
DATA = "airline_sentiment"
SETTING = airline_lstm.WIDE
FloatArray = npt.NDArray[np.float64]


class Tweets:
    """The tweets, their parts, and both models.

    Args:
        data: with labels, 1 for what is to be found.
        setting: of the network.

    Attributes:
        split: the document's.
        inner: its training part without the fifth for choosing, and that fifth as ``test``.
    """

    def __init__(self, data: Dataset, setting: SentimentSetting) -> None:
        assert data.labels is not None
        self.labels, self.setting = data.labels, setting
        self.sequences, vocabulary = airline_words(data)
        self.rows = len(vocabulary)
        self.x = pad_sequences(self.sequences, maxlen=setting.steps)
        self.split = document_split(len(data))
        self.inner = held_back(self.split)

    def network(self, seed: int, rows: IntArray, balanced: bool = False) -> Any:
        """The LSTM trained on these rows."""
        model = build(self.setting, self.rows, seed)
        model.fit(
            self.x[rows],
            self.labels[rows],
            batch_size=self.setting.batch_size,
            epochs=self.setting.epochs,
            class_weight=class_weights(self.labels[rows]) if balanced else None,
            verbose=0,
        )
        return lambda asked: model.predict(self.x[asked], batch_size=1024, verbose=0)[:, 1]

    def bag_of_words(self, rows: IntArray, balanced: bool = False) -> Any:
        """Logistic regression on how often each word occurs, trained on these rows."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        texts = np.array([" ".join(map(str, numbers)) for numbers in self.sequences])
        weights = "balanced" if balanced else None
        model = make_pipeline(
            CountVectorizer(token_pattern=r"\S+"),
            LogisticRegression(max_iter=1000, class_weight=weights),
        )
        model.fit(texts[rows], self.labels[rows])
        return lambda asked: model.predict_proba(texts[asked])[:, 1]

    def rungs(self, make: Any) -> dict[str, tuple[FloatArray, float]]:
        """For each rung the chances of the test tweets, and the threshold that decides.

        Args:
            make: trains a model on rows, balanced or not, and gives what answers rows.
        """
        part, choosing, test = self.inner.train, self.inner.test, self.split.test
        plain, weighted = make(part), make(part, balanced=True)
        chosen = best_threshold(plain(choosing), self.labels[choosing])
        return {
            "as trained": (plain(test), 0.5),
            "class weights": (weighted(test), 0.5),
            "threshold chosen": (plain(test), chosen),
            "all training tweets": (make(self.split.train)(test), 0.5),
        }


def class_weights(labels: IntArray) -> dict[int, float]:
    """Weights with which each label counts as much as the other.

    Example:
        >>> class_weights(np.array([0, 0, 0, 1]))
        {0: 0.6666666666666666, 1: 2.0}
    """
    counts = np.bincount(labels)
    return {label: len(labels) / (len(counts) * int(n)) for label, n in enumerate(counts)}


def best_threshold(chances: FloatArray, labels: IntArray) -> float:
    """The threshold with the largest F1; of equally good ones the lowest.

    Example:
        >>> float(best_threshold(np.array([0.1, 0.3, 0.4, 0.9]), np.array([0, 1, 0, 1])))
        0.3
    """
    from sklearn.metrics import f1_score

    tried = np.unique(np.asarray(chances).round(2))
    scores = [f1_score(labels, chances >= threshold) for threshold in tried]
    return float(tried[int(np.argmax(scores))])


def judged(chances: FloatArray, threshold: float, labels: IntArray) -> dict[str, float]:
    """Accuracy; F1 and share found of the label 1; area under the curve; the threshold."""
    from sklearn.metrics import f1_score, roc_auc_score

    says = chances >= threshold
    return rounded(
        {
            "accuracy": np.mean(says == labels),
            "f1": f1_score(labels, says),
            "found": np.mean(says[labels == 1]),
            "auc": roc_auc_score(labels, chances),
            "threshold": threshold,
        }
    )


def load_real() -> Dataset:
    """The tweets; DataError if only the sample is here."""
    data = load(DATA)
    check_real(data)
    return data


def run(options: RunOptions) -> Path:
    """Climbs the ladder and writes the record."""
    full = FullRun(NAME, options)
    data = load_real()
    tweets = Tweets(data, SETTING.asked(options))
    truth, bag = tweets.labels[tweets.split.test], tweets.rungs(tweets.bag_of_words)

    def climbed(seed: int) -> dict[str, Mapping[str, float]]:
        found = tweets.rungs(lambda rows, **way: tweets.network(seed, rows, **way))
        return {name: beside(*found[name], *bag[name], truth) for name in found}

    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting=tweets.setting.facts() | {"for_choosing": len(tweets.inner.test)},
        metrics=climb(climbed, full.checkpoints, **tweets.setting.facts()),
        baselines={name: judged(*values, truth) for name, values in bag.items()},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    from rnn_edu.experiments import airline

    return airline.first_batch_loss(SETTING)


def beside(
    chances: FloatArray,
    threshold: float,
    bag_chances: FloatArray,
    bag_threshold: float,
    truth: IntArray,
) -> dict[str, float]:
    """What a network's chances are worth, and the tweets that only it or the bag gets right."""
    right = (chances >= threshold) == truth
    bag_right = (bag_chances >= bag_threshold) == truth
    only_bag, only_network, lead = one_of_two(bag_right, right)
    found = judged(chances, threshold, truth)
    return found | {"only_bag": only_bag, "only_network": only_network, "lead": lead}
