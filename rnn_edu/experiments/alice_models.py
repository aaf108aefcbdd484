"""The document's text generator in Keras 3: once with one-hot words, once with a look-up.

Both have the same five arrays of weights, in the same order, and compute the same. Only the first
product differs: a one-hot row times the kernel is a row of the kernel, so it can be looked up.
"""

from __future__ import annotations

from typing import Any

import keras

from rnn_edu.experiments.alice_book import WINDOW

UNITS = 128


class LookUpRNN(keras.layers.Layer):  # type: ignore[misc]
    """Keras's SimpleRNN for words that are given by their numbers.

    The weights are those of a SimpleRNN on one-hot words: ``kernel`` (words, units),
    ``recurrent_kernel`` (units, units) and ``bias`` (units,).

    Args:
        words: how many words there are; numbers are 0 to ``words - 1``.
        units: width of the state.

    Shapes:
        input (batch, steps) of whole numbers, output (batch, units): the state after the last step.
    """

    def __init__(self, words: int, units: int) -> None:
        super().__init__()
        self.words, self.units = words, units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Draws the first weights as SimpleRNN does."""
        self.kernel = self.add_weight((self.words, self.units), "glorot_uniform")
        self.recurrent_kernel = self.add_weight((self.units, self.units), "orthogonal")
        self.bias = self.add_weight((self.units,), "zeros")

    def call(self, x: Any) -> Any:
        """The state after the last word."""
        # Times one: TensorFlow then adds up the gradients of a word that occurs twice.
        rows = keras.ops.take(self.kernel * 1.0, x, axis=0)
        h = keras.ops.tanh(rows[:, 0] + self.bias)
        for t in range(1, x.shape[1]):
            h = keras.ops.tanh(rows[:, t] + self.bias + h @ self.recurrent_kernel)
        return h


class SummedEmbedding(keras.layers.Embedding):  # type: ignore[misc]
    """Keras's table of words, with one gradient for each word: the sum over its places."""

    def call(self, inputs: Any) -> Any:
        """The row of each number; see :class:`LookUpRNN` for the product with one."""
        return keras.ops.take(self.embeddings * 1.0, inputs, axis=0)


def one_hot_model(words: int) -> Any:
    """The document's model, which reads arrays of shape (windows, 10, words)."""
    return keras.Sequential(
        [
            keras.Input((WINDOW, words)),
            keras.layers.SimpleRNN(UNITS, unroll=True),
            keras.layers.Dense(words, activation="softmax"),
        ]
    )


def look_up_model(words: int) -> Any:
    """The same model for arrays of word numbers, of shape (windows, 10)."""
    return keras.Sequential(
        [
            keras.Input((WINDOW,), dtype="int32"),
            LookUpRNN(words, UNITS),
            keras.layers.Dense(words, activation="softmax"),
        ]
    )
