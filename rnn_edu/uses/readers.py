"""Five small networks that read a sequence, alike in everything but how they read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_edu.errors import UsageError

if TYPE_CHECKING:
    import keras

    from rnn_edu.uses.tasks import Task

KINDS = ("SimpleRNN", "GRU", "LSTM", "Conv1D", "self-attention")
#: Two of them with a memory that starts open: their gate begins at σ(5), which is 0.993.
OPEN = ("open GRU", "open LSTM")
OPEN_BIAS = 5.0
#: Layers without recurrent weights, of :mod:`rnn_edu.keras_layers`; two of them also open, and one
#: as a scan.
LINEAR = ("MinGRU", "MinLSTM", "DiagonalSSM", "open MinGRU", "open MinLSTM", "scanned MinGRU")
#: A network for pictures, which sees rows and columns alike.
PICTURES = "Conv2D"
WIDTH, HEADS, WINDOW = 32, 2, 3


def kinds_for(task: Task) -> tuple[str, ...]:
    """The kinds of network that can be tried on a task; one more if it is about pictures."""
    return (*KINDS, PICTURES) if task.features > 1 else KINDS


def reader(kind: str, steps: int, outputs: int, *, words: int = 0, features: int = 0) -> Any:
    """A Keras model: numbers of words or vectors in, scores for ``outputs`` answers out.

    Words pass through an embedding of 32 numbers, vectors through a dense layer of that width.
    Then comes the part that differs, also 32 wide, and a dense layer without activation.

    Args:
        kind: one of :data:`KINDS`, :data:`OPEN` or :data:`LINEAR`, or "Conv2D" for vectors.
        steps: length of a sequence; only self-attention needs to know it, for its positions.
        outputs: how many scores.
        words: size of the vocabulary, for inputs of shape (batch, steps).
        features: numbers for each step, for inputs of shape (batch, steps, features).

    Returns:
        The model, not compiled; its output has shape (batch, outputs).

    Raises:
        UsageError: an unknown kind, or not exactly one of ``words`` and ``features``.
    """
    import keras

    if kind not in (*KINDS, *OPEN, *LINEAR, PICTURES):
        known = ", ".join((*KINDS, *OPEN, *LINEAR, PICTURES))
        raise UsageError(f"There is no reader {kind!r}; there are {known}.")
    if bool(words) == bool(features):
        raise UsageError("A reader takes either words or features, and one of them is needed.")
    if words:
        inputs = keras.Input((steps,), dtype="int32")
        x = keras.layers.Embedding(words, WIDTH)(inputs)
    else:
        inputs = keras.Input((steps, features))
        x = keras.layers.Dense(WIDTH)(inputs)
    found = _pictures(inputs) if kind == PICTURES else _body(kind)(x, steps)
    scores = keras.layers.Dense(outputs)(found)
    return keras.Model(inputs, scores, name=re.sub(r"\W", "_", kind))


def _body(kind: str) -> Callable[[keras.KerasTensor, int], keras.KerasTensor]:
    return {"Conv1D": _convolution, "self-attention": _attention}.get(kind, _recurrent(kind))


def _recurrent(kind: str) -> Callable[[keras.KerasTensor, int], keras.KerasTensor]:
    """One step after the other; the last state is the answer."""

    def read(x: keras.KerasTensor, steps: int) -> keras.KerasTensor:
        from rnn_edu.keras_layers import library

        name = kind.split()[-1]
        more = open_gate(name) if kind.startswith("open") else {}
        # One step after the other or by a scan: the numbers are the same.
        more |= {"scan": kind.startswith("scanned")} if kind in LINEAR else {}
        return getattr(library(), name)(WIDTH, **more)(x)

    return read


#: Of each layer the gates that start elsewhere than at σ(0), by their place, and where: an LSTM has
#: i, f, c, o, a GRU z, r, h, a minGRU z, h. A minLSTM, with i, f, h, keeps f / (f + i) of its
#: state, which is σ(5) where f is σ(5) and i is σ(-5).
OPEN_GATES = {
    "LSTM": {1: OPEN_BIAS},
    "GRU": {0: OPEN_BIAS},
    "MinGRU": {0: OPEN_BIAS},
    "MinLSTM": {0: -OPEN_BIAS, 1: OPEN_BIAS},
}


def open_gate(name: str) -> dict[str, Any]:
    """The arguments for a layer that keeps σ(5) of its state at the start; other biases are 0."""
    import keras

    def bias(shape: tuple[int, ...], dtype: Any = None) -> Any:
        start = np.zeros(shape[-1])
        for gate, value in OPEN_GATES[name].items():
            start[gate * WIDTH : (gate + 1) * WIDTH] = value
        # A GRU has two rows of biases, which are added up.
        rows = start if len(shape) == 1 else np.stack([start, np.zeros_like(start)])
        return keras.ops.cast(rows, dtype or "float32")

    more = {"unit_forget_bias": False} if name == "LSTM" else {}
    return {"bias_initializer": bias, **more}


def _convolution(x: keras.KerasTensor, steps: int) -> keras.KerasTensor:
    """Two layers that look at three neighbours each, then the largest value of each feature."""
    import keras

    for _ in range(2):
        x = keras.layers.Conv1D(WIDTH, WINDOW, padding="same", activation="relu")(x)
    return keras.layers.GlobalMaxPooling1D()(x)


def _attention(x: keras.KerasTensor, steps: int) -> keras.KerasTensor:
    """One block of a transformer: every step looks at every step, then the average."""
    import keras

    positions = keras.ops.expand_dims(keras.ops.arange(steps), 0)
    x = x + keras.layers.Embedding(steps, WIDTH)(positions)
    heard = keras.layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x)
    x = keras.layers.LayerNormalization()(x + heard)
    inner = keras.layers.Dense(2 * WIDTH, activation="relu")(x)
    x = keras.layers.LayerNormalization()(x + keras.layers.Dense(WIDTH)(inner))
    return keras.layers.GlobalAveragePooling1D()(x)


def _pictures(rows: keras.KerasTensor) -> keras.KerasTensor:
    """Two layers that look at squares of three by three points, and the largest of each four."""
    import keras

    x = keras.ops.expand_dims(rows, -1)
    for width in (WIDTH // 2, WIDTH):
        x = keras.layers.Conv2D(width, WINDOW, padding="same", activation="relu")(x)
        x = keras.layers.MaxPooling2D()(x)
    return keras.layers.Flatten()(x)
