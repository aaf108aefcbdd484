"""The document's news model in Keras 3: the texts made ready, the layers, and the scores."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset
from rnn_edu.experiments.checkpoints import Checkpoints, fingerprint
from rnn_edu.experiments.options import RunOptions
from rnn_edu.text import Split, Vocabulary, pad_sequences, split_texts
from rnn_edu.text.cleaning import clean_news, lemmas, without_stop_words

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
#: The document's layers: numbers for each word, units of both directions, units of the last layer.
WORD_NUMBERS, BOTH_WAYS, LAST = 70, 64, 32
#: The document's summary has a Dropout layer whose rate is lost; this one is ours.
DROPOUT = 0.2


@dataclass(frozen=True)
class NewsSetting:
    """How the model is built and trained.

    Args:
        steps: to which every text is padded in front, or cut in front.
        optimizer: Keras's name of it.
        learning_rate: of the optimizer.
        spread: the word table starts between minus this and this.
        epochs: at most.
        patience: epochs without a smaller validation loss before the training stops.
        batch_size: texts for each step of training.
    """

    steps: int
    optimizer: str = "Adam"
    learning_rate: float = 0.003
    spread: float = 0.5
    epochs: int = 8
    patience: int = 3
    batch_size: int = 128

    def facts(self) -> dict[str, Any]:
        """The setting as it stands in a record."""
        return asdict(self)


@dataclass(frozen=True)
class Parts:
    """Row numbers of the three parts."""

    train: IntArray
    validation: IntArray
    test: IntArray


def news_words(text: str) -> list[str]:
    """The words that the document's cleaning was meant to leave of a text.

    Example:
        >>> news_words("The 2 senators were NOT voting [photo]")
        ['senator', 'vote']
    """
    return lemmas(without_stop_words(clean_news(text).split()))


def three_parts(texts: Sequence[str], seed: int = 0) -> Parts:
    """A fifth for testing, a tenth of the rest for validation; equal texts stay together.

    Errors as in :func:`rnn_edu.text.split_texts`.
    """
    outer = split_texts(texts, 0.2, seed=seed)
    inner: Split = split_texts([texts[row] for row in outer.train], 0.1, seed=seed + 1)
    return Parts(outer.train[inner.train], outer.train[inner.test], outer.test)


def known_words(words: Sequence[Sequence[str]], rows: IntArray) -> Vocabulary:
    """The words that occur at least twice in these texts; all others become ``<UNK>``."""
    counts = Counter(word for row in rows for word in words[row])
    twice = sum(count > 1 for count in counts.values())
    return Vocabulary.build([words[row] for row in rows], most_frequent=twice, end=None)


def build(setting: NewsSetting, rows: int, labels: int, seed: int) -> Any:
    """The document's layers, compiled, with the first weights drawn by this seed.

    Args:
        setting: of the run.
        rows: of the word table.
        labels: how many answers there are.
        seed: of the weights, the dropout and the order of the texts.
    """
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    start = keras.initializers.RandomUniform(-setting.spread, setting.spread)
    model = keras.Sequential(
        [
            keras.Input((setting.steps,), dtype="int32"),
            layers.Embedding(rows, WORD_NUMBERS, embeddings_initializer=start),
            layers.Bidirectional(_directions(recurrent_dropout=0.2)),
            layers.Bidirectional(_directions(recurrent_dropout=0.3)),
            layers.SimpleRNN(LAST),
            layers.Dropout(DROPOUT),
            layers.Dense(labels, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.get(setting.optimizer)
    optimizer.learning_rate = setting.learning_rate
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _directions(recurrent_dropout: float) -> Any:
    from keras import layers

    return layers.SimpleRNN(
        BOTH_WAYS, dropout=0.1, recurrent_dropout=recurrent_dropout, return_sequences=True
    )


def scores(probabilities: FloatArray, truth: IntArray) -> dict[str, float]:
    """Accuracy, top 3 and macro-F1 of answers.

    Args:
        probabilities: of each label for each text, shape ``(texts, labels)``.
        truth: number of the right label, shape ``(texts,)``.

    Returns:
        ``accuracy``; ``top_3``, the share of texts whose label is among the three likeliest; and
        ``macro_f1``, the mean of the F1 scores of the labels that occur in ``truth`` or are given.

    Example:
        >>> scores(np.array([[0.9, 0.1, 0, 0], [0.4, 0.3, 0.2, 0.1]]), np.array([0, 3]))
        {'accuracy': 0.5, 'top_3': 0.5, 'macro_f1': 0.3333}
    """
    from sklearn.metrics import f1_score

    order = np.argsort(-probabilities, axis=1, kind="stable")
    among = (order[:, :3] == truth[:, None]).any(axis=1)
    found = {
        "accuracy": np.mean(order[:, 0] == truth),
        "top_3": np.mean(among),
        "macro_f1": f1_score(truth, order[:, 0], average="macro"),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


class NewsExperiment:
    """The news made ready for any setting.

    Args:
        data: the news with their categories.
        checkpoints: where finished trainings are kept.
    """

    def __init__(self, data: Dataset, checkpoints: Checkpoints | None = None) -> None:
        assert data.labels is not None
        self.labels, self.answers = data.labels, len(data.label_names)
        self.words = [news_words(text) for text in data.texts]
        self.parts = three_parts(data.texts)
        self.vocabulary = known_words(self.words, self.parts.train)
        self.sequences = self.vocabulary.encode_all(self.words)
        self.longest = max(map(len, self.words))
        self._checkpoints = checkpoints

    def run(
        self, setting: NewsSetting, seeds: Sequence[int], options: RunOptions | None = None
    ) -> dict[str, Any]:
        """Trains once for each seed; means, each seed's figures and curves, for a record."""
        asked = setting.epochs if options is None else options.epochs_or(setting.epochs)
        results = [self._kept(setting, seed, asked) for seed in seeds]
        found: dict[str, Any] = {}
        for value in ("accuracy", "top_3", "macro_f1"):
            found[value] = round(float(np.mean([result[value] for result in results])), 4)
        for value in results[0]:
            found[f"{value}_per_seed"] = [result[value] for result in results]
        return found

    def first_batch_loss(self, setting: NewsSetting, seed: int) -> float:
        """The loss of the first training texts before any training."""
        rows = self.parts.train[: setting.batch_size]
        model = build(setting, len(self.vocabulary), self.answers, seed)
        x = pad_sequences([self.sequences[row] for row in rows], maxlen=setting.steps)
        return round(float(model.evaluate(x, self.labels[rows], verbose=0)[0]), 5)

    def most_common(self) -> dict[str, float]:
        """Scores on the test part of giving every text the categories' shares in training."""
        shares = np.bincount(self.labels[self.parts.train], minlength=self.answers)
        return self._tested(np.tile(shares.astype(float), (len(self.parts.test), 1)))

    def bag_of_words(self) -> dict[str, float]:
        """Scores on the test part of logistic regression on how often each word occurs."""
        return self._tested(self.chances_of_bag())

    def chances_of_bag(self) -> FloatArray:
        """The chances of each category that it gives to the test texts."""
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression

        texts, parts = np.array([" ".join(words) for words in self.words]), self.parts
        counts = CountVectorizer(token_pattern=r"\S+")
        model = LogisticRegression(max_iter=500)
        model.fit(counts.fit_transform(texts[parts.train]), self.labels[parts.train])
        chances: FloatArray = np.zeros((len(parts.test), self.answers))
        chances[:, model.classes_] = model.predict_proba(counts.transform(texts[parts.test]))
        return chances

    def answered(
        self, model: Any, setting: NewsSetting, epochs: int
    ) -> tuple[FloatArray, dict[str, list[float]], float]:
        """Trains a compiled network until the validation loss has its smallest value behind it.

        Args:
            model: reads texts that are padded, or cut, to the length of its input.
            setting: says how patient to be, and how many texts a step takes.
            epochs: at most.

        Returns:
            Its chances for the test texts, the curves of the training, and the seconds of the
            processor that the training took.
        """
        import keras

        parts, x = self.parts, pad_sequences(self.sequences, maxlen=model.input_shape[1])
        stop = keras.callbacks.EarlyStopping(
            "val_loss", patience=setting.patience, restore_best_weights=True
        )
        before = time.process_time()
        curves = model.fit(
            x[parts.train],
            self.labels[parts.train],
            validation_data=(x[parts.validation], self.labels[parts.validation]),
            epochs=epochs,
            batch_size=setting.batch_size,
            callbacks=[stop],
            verbose=0,
        ).history
        seconds = time.process_time() - before
        return model.predict(x[parts.test], batch_size=512, verbose=0), curves, seconds

    def _kept(self, setting: NewsSetting, seed: int, epochs: int) -> dict[str, Any]:
        if self._checkpoints is None:
            return self._train(setting, seed, epochs)
        rows = fingerprint(self.parts.train, self.parts.validation, self.labels)
        facts = {**setting.facts(), "epochs": epochs, "seed": seed, "rows": rows}
        found: dict[str, Any] = self._checkpoints.part(
            facts, lambda: self._train(setting, seed, epochs)
        )
        return found

    def _train(self, setting: NewsSetting, seed: int, epochs: int) -> dict[str, Any]:
        model = build(setting, len(self.vocabulary), self.answers, seed)
        chances, curves, seconds = self.answered(model, setting, epochs)
        found = self._tested(chances)
        print(f"{setting.steps} steps, seed {seed}: {found}", flush=True)
        an_epoch = round(seconds / len(curves["loss"]), 2)
        return {**found, **_curves(curves), "cpu_seconds_per_epoch": an_epoch}

    def _tested(self, probabilities: FloatArray) -> dict[str, float]:
        return scores(probabilities, self.labels[self.parts.test])


def _curves(history: dict[str, list[float]]) -> dict[str, Any]:
    curves: dict[str, Any] = {
        name: [round(value, 4) for value in values] for name, values in history.items()
    }
    return {"best_epoch": int(np.argmin(curves["val_loss"])) + 1, "curves": curves}
