"""The classifiers that are compared: a count of words, and three networks, all as Keras models.

The count is fitted by scikit-learn and kept as one dense layer, so that every classifier is saved,
loaded and asked in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError
from rnn_edu.own_texts.cutting import Cutting
from rnn_edu.text.padding import pad_sequences
from rnn_edu.text.vocabulary import Vocabulary

Array = npt.NDArray[Any]
COUNTS, POOLED, GRU, LSTM = "bag of words", "pooled embedding", "GRU", "LSTM"
NETWORKS = (POOLED, GRU, LSTM)
#: So many percent of the training part are read to their ends, and never more than so many words.
COVERED, LONGEST = 99, 200
MOST_WORDS, OFTEN_ENOUGH = 20_000, 2
#: How strongly the weights of the count may grow; chosen on the validation part.
STRENGTHS = (0.1, 1.0)
BATCH_ASKED = 256


@dataclass(frozen=True)
class Encoder:
    """From texts to what a classifier reads.

    Args:
        cutting: how texts become words.
        vocabulary: with padding as number 0.
        steps: words of a text that are read, its first ones.
    """

    cutting: Cutting
    vocabulary: Vocabulary
    steps: int

    def numbers(self, texts: Sequence[str]) -> list[Array]:
        """The words of each text as numbers."""
        return list(self.vocabulary.encode_all([self.cutting.words(text) for text in texts]))

    def sequences(self, numbers: Sequence[Array]) -> Array:
        """Numbers padded in front, shape ``(texts, steps)``."""
        return pad_sequences(numbers, maxlen=self.steps, truncating="post")

    def counts(self, numbers: Sequence[Array]) -> Any:
        """How often each word stands in each text, as a sparse matrix (texts, words)."""
        from sklearn.feature_extraction.text import CountVectorizer

        places = {number: number for number in range(len(self.vocabulary))}
        return CountVectorizer(analyzer=list, vocabulary=places, dtype=np.float32).transform(
            [some.tolist() for some in numbers]
        )

    def dense_counts(self, numbers: Sequence[Array]) -> Array:
        """As :meth:`counts`, as an array."""
        counts: Array = self.counts(numbers).toarray()
        return counts

    def unknown_share(self, texts: Sequence[str]) -> float:
        """Share of the words that the vocabulary does not have."""
        return self.vocabulary.unknown_share([self.cutting.words(text) for text in texts])


def encoder_for(cutting: Cutting, texts: Sequence[str]) -> Encoder:
    """The encoder of a training part.

    Raises:
        DataError: no word is met twice.
    """
    words = [cutting.words(text) for text in texts]
    counts = Counter(chain.from_iterable(words))
    often = sum(count >= OFTEN_ENOUGH for count in counts.values())
    if not often:
        raise DataError(
            f"None of the {len(counts):,} words of the training part is met twice, so there is "
            "nothing to learn; for a script without spaces take every character as a word "
            "(--characters). Is the column of the texts the right one?"
        )
    vocabulary = Vocabulary.build(words, min(often, MOST_WORDS), end=None)
    steps = int(np.percentile([len(some) for some in words], COVERED))
    return Encoder(cutting, vocabulary, max(1, min(steps, LONGEST)))


@dataclass(frozen=True)
class Classifier:
    """A Keras model and what it reads.

    Attributes:
        kind: one of :data:`COUNTS`, :data:`POOLED`, :data:`GRU` and :data:`LSTM`.
        model: gives the chance of each label.
        encoder: makes texts what it reads.
    """

    kind: str
    model: Any
    encoder: Encoder

    def chances(self, numbers: Sequence[Array]) -> Array:
        """The chance of each label, shape ``(texts, labels)``, for the numbers of the words."""
        read = self.encoder.dense_counts if self.kind == COUNTS else self.encoder.sequences
        found = []
        for start in range(0, len(numbers), BATCH_ASKED):
            some = list(numbers[start : start + BATCH_ASKED])
            # Always as many rows: Keras makes one graph then, and not one for each number of rows.
            filled = some + [some[0]] * (BATCH_ASKED - len(some))
            found.append(np.asarray(self.model.predict_on_batch(read(filled)))[: len(some)])
        return np.concatenate(found)


@dataclass(frozen=True)
class Examples:
    """What is learned from, and what is chosen by.

    Attributes:
        train: numbers of the words of each text.
        train_labels: shape ``(texts,)``.
        validation: as ``train``.
        validation_labels: as ``train_labels``.
        labels: how many different ones there are.
        balanced: every label counts the same in all, however rare it is.
    """

    train: Sequence[Array]
    train_labels: Array
    validation: Sequence[Array]
    validation_labels: Array
    labels: int
    balanced: bool = False

    def weights(self) -> Array:
        """What each text of the training part counts."""
        if not self.balanced:
            return np.ones(len(self.train))
        counts = np.bincount(self.train_labels, minlength=self.labels)
        each: Array = len(self.train) / (self.labels * counts[self.train_labels])
        return each


def count_of_words(encoder: Encoder, examples: Examples) -> Classifier:
    """Logistic regression on how often each word occurs, by scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    counts = encoder.counts(examples.train)
    asked = encoder.counts(examples.validation)
    best: tuple[float, Any] = (-1.0, None)
    for strength in STRENGTHS:
        fitted = LogisticRegression(C=strength, max_iter=1000)
        fitted.fit(counts, examples.train_labels, examples.weights())
        right = float(fitted.score(asked, examples.validation_labels))
        best = max(best, (right, fitted), key=lambda pair: pair[0])
    return Classifier(COUNTS, _as_dense(best[1], encoder), encoder)


def network(
    kind: str,
    encoder: Encoder,
    examples: Examples,
    seed: int,
    progress: Callable[[str], None],
    epochs: int,
) -> Classifier:
    """One of the networks, trained until the validation part is answered no better.

    Args:
        kind: one of :data:`NETWORKS`.
        encoder: of the training part.
        examples: to learn from and to stop by.
        seed: of the first weights and of the order of the texts.
        progress: is told of each epoch in a line.
        epochs: at most.
    """
    import keras

    keras.utils.set_random_seed(seed)
    size = _size_for(len(examples.train))
    model = _built(kind, encoder, examples.labels, size)
    model.compile(keras.optimizers.Adam(size.rate), "sparse_categorical_crossentropy")
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=size.patience, restore_best_weights=True
    )

    def tell(epoch: int, logs: Any) -> None:
        progress(f"  {kind}, epoch {epoch + 1}: validation loss {logs['val_loss']:.4f}")

    model.fit(
        encoder.sequences(examples.train),
        examples.train_labels,
        sample_weight=examples.weights(),
        validation_data=(encoder.sequences(examples.validation), examples.validation_labels),
        epochs=epochs,
        batch_size=size.batch,
        callbacks=[stop, keras.callbacks.LambdaCallback(on_epoch_end=tell)],
        verbose=0,
    )
    return Classifier(kind, model, encoder)


@dataclass(frozen=True)
class _Size:
    embedding: int
    units: int
    batch: int
    rate: float
    patience: int


#: Rows of the training part, up to which a size holds.
SIZES = ((2_000, _Size(24, 24, 16, 0.003, 4)), (50_000, _Size(32, 32, 64, 0.002, 2)))
LARGEST = _Size(64, 64, 256, 0.002, 2)
#: A network reads its texts so many times at most.
EPOCHS = 20
#: Where these would be more texts than this in all, it reads them less often, but twice at least.
TEXTS_READ, FEWEST_EPOCHS = 1_000_000, 2


def epochs_for(rows: int) -> int:
    """How often a network reads a training part of so many texts, at most.

    Example:
        >>> epochs_for(200), epochs_for(50_000), epochs_for(160_000)
        (20, 20, 6)
    """
    return max(FEWEST_EPOCHS, min(EPOCHS, TEXTS_READ // rows))


def _size_for(rows: int) -> _Size:
    return next((size for limit, size in SIZES if rows <= limit), LARGEST)


def _built(kind: str, encoder: Encoder, labels: int, size: _Size) -> Any:
    import keras

    middle = {
        POOLED: keras.layers.GlobalAveragePooling1D,
        GRU: lambda: keras.layers.GRU(size.units),
        LSTM: lambda: keras.layers.LSTM(size.units),
    }
    return keras.Sequential(
        [
            keras.Input((encoder.steps,)),
            keras.layers.Embedding(len(encoder.vocabulary), size.embedding, mask_zero=True),
            keras.layers.Dropout(0.3),
            middle[kind](),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(labels, activation="softmax"),
        ]
    )


def _as_dense(fitted: Any, encoder: Encoder) -> Any:
    """The fitted weights as one dense layer; two labels are told by one score against 0."""
    kernel, bias = fitted.coef_.T, fitted.intercept_
    if kernel.shape[1] == 1:
        kernel, bias = np.hstack([0 * kernel, kernel]), np.append(0, bias)
    model = _dense(encoder, len(bias))
    model.set_weights([kernel, bias])
    return model


def _dense(encoder: Encoder, labels: int) -> Any:
    import keras

    layer = keras.layers.Dense(labels, activation="softmax")
    return keras.Sequential([keras.Input((len(encoder.vocabulary),)), layer])


def untrained(kind: str, encoder: Encoder, labels: int, rows: int) -> Classifier:
    """A classifier as it is before training, into which saved weights can be read.

    Args:
        kind: :data:`COUNTS`, or one of :data:`NETWORKS`.
        encoder: of the training part.
        labels: how many there are.
        rows: of the training part.
    """
    if kind == COUNTS:
        return Classifier(kind, _dense(encoder, labels), encoder)
    return Classifier(kind, _built(kind, encoder, labels, _size_for(rows)), encoder)
