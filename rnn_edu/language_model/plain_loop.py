"""The document's way to train, as it reads: one-hot rows, one step after the other.

It is here to be compared with :class:`RNNLanguageModel`, which does the same mathematics: the
losses must be equal, and the time may be looked at. Source: the article "Creating a simple RNN
from scratch with TensorFlow"; written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf


class PlainLoop:
    """The model of the document with its training loop.

    Args:
        words: the vocabulary, ``<UNK>`` and ``<EOS>`` included; n words.
        weights: W_a (m+n, m), b_a (1, m), W_y (m, n), b_y (1, n).
        dtype: of the weights and of all that is computed.
    """

    def __init__(
        self, words: Sequence[str], weights: Sequence[npt.ArrayLike], dtype: str = "float64"
    ) -> None:
        self.words = list(words)
        self.dtype = dtype
        self.weights = [tf.Variable(np.asarray(weight, dtype=dtype)) for weight in weights]
        self.optimizer = keras.optimizers.Adam()

    def f(self, a: Any, x: Any) -> Any:
        """The next state from the state before and the one-hot words."""
        W_a, b_a, _, _ = self.weights
        return tf.tanh(tf.concat([a, x], axis=1) @ W_a + b_a)

    def one_hot(self, words: Sequence[str]) -> npt.NDArray[Any]:
        """A row for each word, with a 1 at its place in the list, shape ``(words, n)``."""
        rows = np.zeros((len(words), len(self.words)), dtype=self.dtype)
        # The list is searched from its beginning for each word, as the document does it.
        rows[np.arange(len(words)), [self.words.index(word) for word in words]] = 1
        return rows

    def train_on_batch(self, sentences: Sequence[Sequence[str]]) -> float:
        """One step of Adam on sentences that end with ``<EOS>``; returns the loss."""
        longest_first = sorted(sentences, key=len, reverse=True)
        _, _, W_y, b_y = self.weights
        a = np.zeros((len(sentences), W_y.shape[0]), dtype=self.dtype)
        x = np.zeros((len(sentences), W_y.shape[1]), dtype=self.dtype)
        losses = []
        with tf.GradientTape() as tape:
            for t in range(len(longest_first[0])):
                y = self.one_hot([words[t] for words in longest_first if len(words) > t])
                a = self.f(a[: len(y)], x[: len(y)])
                surprise = tf.nn.softmax_cross_entropy_with_logits(y, a @ W_y + b_y)
                losses.append(tf.reduce_mean(surprise))
                x = y
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, self.weights)
        self.optimizer.apply_gradients(zip(gradients, self.weights, strict=True))
        return float(loss)
