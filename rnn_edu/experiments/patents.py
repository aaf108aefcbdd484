"""The patent abstracts as windows, and the LSTM that guesses the next word of each.

The document's model sees 50 words and guesses the word after them. A recurrent layer reads the 49
shorter beginnings on its way, so one reading is enough to ask it after every word.
Both are the same model here; they differ in which positions of a window are scored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset, load_glove
from rnn_edu.experiments.patents_setting import LENGTH, Setting
from rnn_edu.text import Split, Vocabulary, embedding_matrix, keras_words, split_texts, windows

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
#: Of the windows.
TEST_SHARE = 0.3


class Abstracts:
    """The texts as numbers of words, and every window in them.

    Args:
        texts: the abstracts.
        length: words in a window.
        split: makes words of a text; by default as the document does, without punctuation.

    ``words`` has all texts behind each other, ``place`` each word's place in its text, ``owner``
    the number of its text, and ``targets`` where the word after each window stands in ``words``.
    """

    def __init__(
        self,
        texts: Sequence[str],
        length: int = LENGTH,
        split: Callable[[str], list[str]] = keras_words,
    ) -> None:
        parted = [split(text) for text in texts]
        self.texts, self.length = texts, length
        self.vocabulary = Vocabulary.build(parted, unknown=None, end=None)
        numbers = self.vocabulary.encode_all(parted)
        self.x, self.y = windows(numbers, length)
        sizes = np.array([len(n) for n in numbers])
        self.words = np.concatenate(numbers)
        self.owner = np.repeat(np.arange(len(sizes)), sizes)
        self.place = np.arange(len(self.words)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self.targets = np.flatnonzero(self.place >= length)

    def random_split(self, seed: int) -> Split:
        """The document's split: windows drawn one by one, whatever text they come from."""
        order = np.random.default_rng(seed).permutation(len(self.targets))
        count = round(TEST_SHARE * len(order))
        return Split(order[count:], order[:count])

    def split_by_abstract(self, seed: int) -> Split:
        """A split of the windows that keeps each abstract, and its equals, on one side."""
        texts = split_texts(self.texts, TEST_SHARE, seed=seed)
        testing = np.isin(self.owner[self.targets], texts.test)
        random = np.random.default_rng(seed)
        return Split(
            random.permutation(np.flatnonzero(~testing)),
            random.permutation(np.flatnonzero(testing)),
        )

    def may_learn(self, split: Split) -> BoolArray:
        """For each word whether its guess may be trained on.

        Not the words after test windows. The first words of a text are before any window; they
        may be learned where some window of their text, or none at all, is in the training part.
        """
        trained = np.unique(self.owner[self.targets[split.train]])
        tested = np.unique(self.owner[self.targets[split.test]])
        allowed: BoolArray = ~np.isin(self.owner, np.setdiff1d(tested, trained))
        allowed[self.targets[split.test]] = False
        allowed[self.place == 0] = False
        return allowed

    def pieces(
        self, allowed: BoolArray, random: np.random.Generator
    ) -> tuple[IntArray, IntArray, BoolArray]:
        """All texts cut into pieces, at other places in each epoch.

        Returns:
            Inputs, the word after each of them, and whether its guess is scored; each of shape
            ``(pieces, length)``.
        """
        shift = random.integers(self.length, size=self.owner[-1] + 1)[self.owner]
        inputs = np.flatnonzero(np.append(self.place[1:] > 0, False))
        piece, column = np.divmod(self.place[inputs] + shift[inputs], self.length)
        column -= np.where(piece == 0, shift[inputs], 0)
        _, row = np.unique(self.owner[inputs] * len(self.words) + piece, return_inverse=True)
        x, y = np.zeros((2, row.max() + 1, self.length), np.int64)
        scored = np.zeros(x.shape, bool)
        x[row, column], y[row, column] = self.words[inputs], self.words[inputs + 1]
        scored[row, column] = allowed[inputs + 1]
        order = random.permutation(np.flatnonzero(scored.any(axis=1)))
        return x[order], y[order], scored[order]

    def shared(self, split: Split) -> dict[str, float]:
        """How much of the test part the training part gives away, each a share of its windows."""
        texts = self.owner[self.targets]
        windows = np.column_stack([self.x, self.y])
        _, kind = np.unique(windows, axis=0, return_inverse=True)
        trained = np.zeros(len(texts), bool)
        trained[split.train] = True
        following = np.append(trained[1:] & (texts[1:] == texts[:-1]), False)
        preceding = np.append(False, trained[:-1] & (texts[1:] == texts[:-1]))
        return {
            "same_abstract": _share(np.isin(texts[split.test], texts[split.train])),
            "shifted_by_one": _share((following | preceding)[split.test]),
            "same_window": _share(np.isin(kind[split.test], kind[split.train])),
        }


class Writer:
    """Embedding, LSTM, a ReLU layer with dropout, and a guess among all words; in Keras.

    Args:
        vocabulary: its words.
        setting: how to build and train it.
        seed: of the first weights and of the dropout.
    """

    def __init__(self, vocabulary: Vocabulary, setting: Setting, seed: int) -> None:
        import keras

        from rnn_edu.experiments.patents_graph import Graph

        keras.utils.set_random_seed(seed)
        self.setting, self.words = setting, len(vocabulary)
        body = [
            keras.Input((None,), dtype="int64"),
            *_embedding(vocabulary, setting),
            keras.layers.LSTM(
                setting.units,
                dropout=setting.reading_dropout,
                recurrent_dropout=setting.reading_dropout,
                return_sequences=True,
            ),
            keras.layers.Dense(setting.units, activation="relu"),
            keras.layers.Dropout(setting.dropout),
        ]
        self.body = keras.Sequential(body)
        self.answer = keras.layers.Dense(self.words)
        self.model = keras.Sequential([self.body, self.answer])
        self.model.compile(keras.optimizers.Adam(setting.learning_rate))
        self.model.optimizer.build(self.model.trainable_variables)
        self._graph = Graph(self.body, self.answer, self.model, setting)

    def epoch(self, abstracts: Abstracts, split: Split, number: int, limit: int = 0) -> float:
        """Trains one epoch; the mean loss of its steps.

        Args:
            abstracts: the texts.
            split: of their windows.
            number: of the epoch from 0; what is drawn at random depends on it alone.
            limit: how many windows at most; 0 takes all.
        """
        random = np.random.default_rng(number)
        self.model.optimizer.learning_rate.assign(self.setting.rate(number))
        if self.setting.every_position:
            parts = abstracts.pieces(abstracts.may_learn(split), random)
        else:
            parts = last_words(abstracts, random.permutation(split.train)[: limit or None])
        size = self.setting.batch_size
        starts = range(0, len(parts[0]), size)
        return float(np.mean([self._graph.step(*(p[s : s + size] for p in parts)) for s in starts]))

    def measure(self, abstracts: Abstracts, rows: IntArray) -> dict[str, float]:
        """Accuracy and cross-entropy of the word after these windows, among all words."""
        losses, hits = [], []
        for part in np.array_split(rows, max(1, len(rows) // 1000)):
            loss, right = self._graph.look(abstracts.x[part], abstracts.y[part])
            losses.append(np.asarray(loss))
            hits.append(np.asarray(right))
        return {
            "accuracy": float(np.concatenate(hits).mean()),
            "loss": float(np.concatenate(losses).mean()),
        }

    def chances(self, words: Sequence[int]) -> FloatArray:
        """The chances of each word to come after these; at most the last 50 are read."""
        logits = np.asarray(self._graph.guess(np.array([words[-LENGTH:]], dtype=np.int64)))[0]
        chances: FloatArray = np.exp(logits.astype(np.float64) - logits.max())
        chances[0] = 0  # padding is no word
        chances /= chances.sum()
        return chances


def last_words(abstracts: Abstracts, rows: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """Windows of which only the guess after the last word is scored, as in the document."""
    y = np.zeros((len(rows), abstracts.length), np.int64)
    scored = np.zeros(y.shape, bool)
    y[:, -1], scored[:, -1] = abstracts.y[rows], True
    return abstracts.x[rows], y, scored


def always_most_common(abstracts: Abstracts, split: Split) -> float:
    """Accuracy on the test windows of always guessing the most common word of the others."""
    common = np.bincount(abstracts.y[split.train]).argmax()
    return _share(abstracts.y[split.test] == common)


def n_gram(abstracts: Abstracts, split: Split, n: int) -> float:
    """Accuracy on the test windows of the word that came most often after the same n - 1 words.

    Where these never came, the last n - 2 of them are tried, and so on.
    """
    allowed = np.flatnonzero(abstracts.may_learn(split))
    words, place = abstracts.words.tolist(), abstracts.place
    found: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for index in allowed.tolist():
        for size in range(min(n, place[index] + 1)):
            found[tuple(words[index - size : index])][words[index]] += 1
    best = {context: counts.most_common(1)[0][0] for context, counts in found.items()}

    def guess(index: int) -> int:
        contexts = (tuple(words[index - size : index]) for size in range(n - 1, -1, -1))
        return next(best[context] for context in contexts if context in best)

    tests = abstracts.targets[split.test].tolist()
    return _share(np.array([guess(index) == words[index] for index in tests]))


def prepare(data: Dataset) -> Abstracts:
    """The abstracts of the data set, as the document takes them: all, also those that repeat."""
    return Abstracts(data.texts)


def _embedding(vocabulary: Vocabulary, setting: Setting) -> list[Any]:
    """The word vectors; frozen ones with the masking of words that have none."""
    import keras

    if setting.embedding == "trained":
        return [keras.layers.Embedding(len(vocabulary), setting.width)]
    vectors = embedding_matrix(vocabulary, load_glove())
    layer = keras.layers.Embedding(
        *vectors.shape,
        weights=[vectors],
        trainable=setting.embedding == "glove_trained",
    )
    # Masked words get no gradient, so vectors that are trained on go without the masking.
    return [layer] if layer.trainable else [layer, keras.layers.Masking(0.0)]


def _share(flags: BoolArray) -> float:
    return round(float(np.mean(flags)), 4)
