"""The sentiment models of the documents in Keras 3, and what they are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset
from rnn_edu.experiments.checkpoints import Checkpoints, fingerprint
from rnn_edu.experiments.options import RunOptions
from rnn_edu.text import Split, Vocabulary, alphanumeric_words, pad_sequences

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SentimentSetting:
    """How a model is built and trained.

    Args:
        cell: ``"SimpleRNN"`` or ``"LSTM"``.
        units: of the recurrent layer.
        steps: to which every text is padded in front, or cut in front.
        epochs: how many times to go through the training part.
        learning_rate: of Adam.
        batch_size: texts for each step of training.
        positive: take the recurrent weights that Keras draws by their size, without their sign.
        dense: units of a ReLU layer before the answer; 0 for none.
    """

    cell: str
    units: int
    steps: int
    epochs: int
    learning_rate: float = 0.001
    batch_size: int = 1024
    positive: bool = False
    dense: int = 0

    def facts(self) -> dict[str, Any]:
        """The setting as it stands in a record."""
        return asdict(self)

    def asked(self, options: RunOptions) -> SentimentSetting:
        """The setting with the number of epochs that was asked for."""
        return replace(self, epochs=options.epochs_or(self.epochs))


def airline_words(data: Dataset) -> tuple[list[IntArray], Vocabulary]:
    """The tweets as numbers of words, and the vocabulary.

    The words count from 1, since 0 is the padding; so the vocabulary has one entry more than words.
    """
    words = [alphanumeric_words(text) for text in data.texts]
    vocabulary = Vocabulary.build(words, unknown=None, end=None)
    return vocabulary.encode_all(words), vocabulary


def document_split(rows: int) -> Split:
    """The document's own split: three tenths for testing, ``random_state=10``."""
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(np.arange(rows), test_size=0.30, random_state=10)
    return Split(train, test)


def held_back(split: Split, share: float = 0.2) -> Split:
    """A part of the training rows kept for validation, so that the test rows stay unseen."""
    count = round(share * len(split.train))
    return Split(split.train[count:], split.train[:count])


def build(setting: SentimentSetting, rows: int, seed: int) -> Any:
    """The model, compiled, with its first weights drawn by this seed."""
    import keras

    keras.utils.set_random_seed(seed)
    cell = getattr(keras.layers, setting.cell)(setting.units)
    hidden = [keras.layers.Dense(setting.dense, activation="relu")] if setting.dense else []
    model = keras.Sequential(
        [
            keras.Input(shape=(setting.steps,)),
            keras.layers.Embedding(rows, 32),
            cell,
            *hidden,
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    if setting.positive:
        kernel, recurrent_kernel, bias = cell.get_weights()
        cell.set_weights([kernel, np.abs(recurrent_kernel), bias])
    optimizer = keras.optimizers.Adam(setting.learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@dataclass(frozen=True)
class SentimentRun:
    """What one seed gave: its accuracy after each epoch, and its first recurrent weights."""

    curve: list[float]
    recurrent_start: list[float]


class SentimentExperiment:
    """A data set made ready for any setting.

    Args:
        sequences: each text as numbers of words; 0 is the padding.
        labels: 0 or 1 for each text.
        rows: rows of the embedding.
        checkpoints: where finished seeds are kept; None keeps none.
    """

    def __init__(
        self,
        sequences: Sequence[IntArray],
        labels: IntArray,
        rows: int,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.sequences, self.labels, self.rows = sequences, labels, rows
        self.checkpoints = checkpoints

    def run(
        self, setting: SentimentSetting, split: Split, seeds: Sequence[int]
    ) -> list[SentimentRun]:
        """Trains once for each seed, and says so on the screen."""
        x = pad_sequences(self.sequences, maxlen=setting.steps)
        results = []
        for seed in seeds:
            results.append(self._once(setting, x, split, seed))
            accuracy = results[-1].curve[-1]
            print(f"{setting.cell}({setting.units}) seed {seed}: {accuracy:.4f}", flush=True)
        return results

    def beside(
        self, setting: SentimentSetting, split: Split, seeds: Sequence[int]
    ) -> dict[str, Any]:
        """A further result for a record, with its own setting."""
        return {**summary(self.run(setting, split, seeds)), "setting": setting.facts()}

    def first_batch_loss(self, setting: SentimentSetting, split: Split, seed: int) -> float:
        """The loss of the first texts of the training part before any training."""
        rows = split.train[: setting.batch_size]
        x = pad_sequences([self.sequences[row] for row in rows], maxlen=setting.steps)
        model = build(setting, self.rows, seed)
        return round(float(model.evaluate(x, self.labels[rows], verbose=0)[0]), 5)

    def best_epoch(self, setting: SentimentSetting, split: Split, seeds: Sequence[int]) -> int:
        """After how many epochs a held-back fifth of the training part is answered best."""
        curves = [result.curve for result in self.run(setting, held_back(split), seeds)]
        return int(np.argmax(np.mean(curves, axis=0))) + 1

    def majority(self, split: Split) -> float:
        """Accuracy on the test part of always giving the most common label of the training part."""
        most_common = np.bincount(self.labels[split.train]).argmax()
        return round(float(np.mean(self.labels[split.test] == most_common)), 4)

    def bag_of_words(self, split: Split) -> float:
        """Accuracy on the test part of logistic regression on how often each word occurs."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        texts = np.array([" ".join(map(str, numbers)) for numbers in self.sequences])
        model = make_pipeline(
            CountVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=1000)
        )
        model.fit(texts[split.train], self.labels[split.train])
        return round(float(model.score(texts[split.test], self.labels[split.test])), 4)

    def _once(
        self, setting: SentimentSetting, x: IntArray, split: Split, seed: int
    ) -> SentimentRun:
        if self.checkpoints is None:
            return self._train(setting, x, split, seed)
        facts = {**setting.facts(), "seed": seed, "rows": fingerprint(split.train, split.test)}
        found = self.checkpoints.part(facts, lambda: asdict(self._train(setting, x, split, seed)))
        return SentimentRun(**found)

    def _train(
        self, setting: SentimentSetting, x: IntArray, split: Split, seed: int
    ) -> SentimentRun:
        model = build(setting, self.rows, seed)
        start = np.asarray(model.get_weights()[2]).ravel()
        history = model.fit(
            x[split.train],
            self.labels[split.train],
            validation_data=(x[split.test], self.labels[split.test]),
            epochs=setting.epochs,
            batch_size=setting.batch_size,
            verbose=0,
        ).history
        curve = [round(value, 4) for value in history["val_accuracy"]]
        return SentimentRun(curve, [round(float(value), 4) for value in start[:4]])


def summary(results: Sequence[SentimentRun]) -> dict[str, Any]:
    """Mean over the seeds, each seed, its curve and its start, for a record."""
    last = [result.curve[-1] for result in results]
    return {
        "accuracy": round(float(np.mean(last)), 4),
        "accuracy_per_seed": last,
        "curves": [result.curve for result in results],
        "recurrent_start": [result.recurrent_start for result in results],
    }
