"""The compiled parts of the patents' model: a step of training, a look at windows, a guess."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from rnn_edu.experiments.patents_setting import LENGTH, Setting


class Graph:
    """Functions compiled for one model.

    Args:
        body: embedding, LSTM, dense layer and dropout.
        answer: the layer with a score for each word.
        model: both, compiled and with its optimizer built.
        setting: how to train it.

    Attributes:
        step: one update for words (batch, 50), their followers and which of these count; gives
            the loss.
        look: the loss of each window's last guess, and whether it was right.
        guess: the scores of all words after windows of any length.
    """

    def __init__(self, body: Any, answer: Any, model: Any, setting: Setting) -> None:
        self._body, self._answer, self._model, self._setting = body, answer, model, setting
        numbers = tf.TensorSpec((None, LENGTH), tf.int64)
        flags, rights = tf.TensorSpec((None, LENGTH), tf.bool), tf.TensorSpec((None,), tf.int64)
        any_length = tf.TensorSpec((None, None), tf.int64)
        self.step = tf.function(self._step, input_signature=[numbers, numbers, flags])
        self.look = tf.function(self._look, input_signature=[numbers, rights])
        self.guess = tf.function(self._guess, input_signature=[any_length])

    def _states(self, x: Any, training: bool) -> Any:
        """What the body makes of each word, shape (batch, 50, units)."""
        # Masked words are skipped; only Keras's own loop over the words can do that.
        if self._setting.embedding == "glove_frozen":
            return self._body(x, training=training)
        vectors, lstm, *after = self._body.layers
        found = unrolled(lstm, vectors(x), training)
        for layer in after:
            found = layer(found, training=training)
        return found

    def _losses(self, found: Any, right: Any) -> Any:
        """The loss of each word, among some drawn at random or among all if they are fewer."""
        words = self._answer.units
        if not 0 < self._setting.sampled < words:
            return tf.nn.sparse_softmax_cross_entropy_with_logits(right, self._answer(found))
        kernel, bias = tf.transpose(self._answer.kernel), self._answer.bias
        drawn = self._setting.sampled
        return tf.nn.sampled_softmax_loss(kernel, bias, right[:, None], found, drawn, words)

    def _step(self, x: Any, y: Any, scored: Any) -> Any:
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            found = tf.boolean_mask(self._states(x, True), scored)
            loss = tf.reduce_mean(self._losses(found, tf.boolean_mask(y, scored)))
        self._model.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _look(self, x: Any, y: Any) -> Any:
        logits = self._answer(self._states(x, False)[:, -1])
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
        return loss, tf.argmax(logits, axis=-1) == y

    def _guess(self, x: Any) -> Any:
        return self._answer(self._body(x, training=False)[:, -1])


def unrolled(lstm: Any, x: Any, training: bool) -> Any:
    """The states of a Keras LSTM after every word, several times faster in small batches.

    Keras loops over the words. Here the words' share of all steps is one product, and the steps
    stand behind each other. Dropout is as in Keras: one mask for all words of a text.

    Args:
        lstm: a built layer with ``return_sequences``.
        x: vectors of the words, shape ``(texts, words, width)``, the number of words known.
        training: whether to drop.
    """
    cell, texts = lstm.cell, tf.shape(x)[0]
    rates = (cell.dropout, cell.recurrent_dropout) if training else (0.0, 0.0)
    keep_x = tf.nn.dropout(tf.ones((texts, 1, x.shape[2])), rates[0])
    keep_h = tf.nn.dropout(tf.ones((texts, lstm.units)), rates[1])
    h = c = tf.zeros((texts, lstm.units))
    found = []
    for from_word in tf.unstack(tf.tensordot(x * keep_x, cell.kernel, 1) + cell.bias, axis=1):
        a = from_word + (h * keep_h) @ cell.recurrent_kernel
        a_i, a_f, a_c, a_o = tf.split(a, 4, axis=1)
        c = tf.sigmoid(a_f) * c + tf.sigmoid(a_i) * tf.tanh(a_c)
        h = tf.sigmoid(a_o) * tf.tanh(c)
        found.append(h)
    return tf.stack(found, axis=1)
