"""An encoder and a decoder in Keras, with attention and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.translation.dates import DATES
from rnn_edu.translation.examples import Task

Array = npt.NDArray[Any]
WIDTH, EMBEDDING = 64, 32


def translator(attention: bool, width: int = WIDTH, task: Task = DATES) -> Any:
    """A Keras model: words and the figures before in, scores of each next figure out.

    A GRU reads the words; padding is masked. A second one starts from its last state and reads the
    figures before. With attention its state looks back at all states of the first, and what it
    finds stands beside it. A dense layer with tanh and one without activation give the scores.

    Args:
        attention: whether the decoder looks back; if not, the last state is all that it has.
        width: units of each GRU.
        task: what can be read and written; for sums, the figures are words.

    Returns:
        The model, not compiled; it reads two arrays of whole numbers, of shapes (batch, words)
        and (batch, figures), and answers with (batch, figures, scores).
    """
    from keras import Input, Model, layers

    source = Input((None,), dtype="int32", name="source")
    fed = Input((None,), dtype="int32", name="fed")
    words = layers.Embedding(len(task.read), EMBEDDING, mask_zero=True, name="words")(source)
    encoder = layers.GRU(width, return_sequences=True, return_state=True, name="encoder")
    states, last = encoder(words)
    figures = layers.Embedding(len(task.written), EMBEDDING, name="figures")(fed)
    decoder = layers.GRU(width, return_sequences=True, return_state=True, name="decoder")
    state, _ = decoder(figures, initial_state=last)
    if attention:
        context = layers.Attention(name="attention")([state, states])
        state = layers.Concatenate(name="joined")([state, context])
    state = layers.Dense(width, activation="tanh", name="combined")(state)
    scores = layers.Dense(len(task.written), name="scores")(state)
    return Model([source, fed], scores, name="with_attention" if attention else "without")


def parameters(attention: bool, width: int = WIDTH, task: Task = DATES) -> int:
    """How many numbers :func:`translator` learns.

    Example:
        >>> parameters(attention=True) - parameters(attention=False) == 64 * 64
        True
    """
    gru = 3 * (EMBEDDING * width + width * width + 2 * width)
    combined = (2 * width if attention else width) * width + width
    tables = (len(task.read) + len(task.written)) * EMBEDDING
    return tables + 2 * gru + combined + (width + 1) * len(task.written)


def stepper(model: Any, source: Array) -> tuple[Array, Callable[[Array, Array], Any]]:
    """The decoder of a model, one figure at a time, beside sentences that are read once.

    Args:
        model: a :func:`translator`.
        source: numbers of the words, shape (examples, words).

    Returns:
        The first state, shape (examples, width), and a function that takes the figures before,
        shape (examples,), and the state, and gives scores (examples, scores), the next state, and
        the attention weights (examples, words), None where there is no attention.
    """
    layer = {layer.name: layer for layer in model.layers}
    words = layer["words"](source)
    states, first = layer["encoder"](words, mask=source != 0)
    attention = layer.get("attention")

    def step(figures: Array, before: Array) -> tuple[Array, Array, Array | None]:
        table = layer["figures"](figures[:, None])
        state, after = layer["decoder"](table, initial_state=before)
        weights = None
        if attention is not None:
            context, weights = attention(
                [state, states], mask=[None, source != 0], return_attention_scores=True
            )
            state = layer["joined"]([state, context])
        scores = layer["scores"](layer["combined"](state))
        return (
            np.asarray(scores)[:, 0],
            np.asarray(after),
            None if weights is None else np.asarray(weights)[:, 0],
        )

    return np.asarray(first), step
