"""The models of the two documents: 500 epochs of Adam against ``model.fit``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from benchmarks.timing import header, line
from rnn_edu import layers, training

X = np.array([[[1.0], [3.0]], [[1.0], [2.0]]], dtype=np.float32)
Y = np.array([1, 0])
EPOCHS = 500


def report(epochs: int = EPOCHS) -> Iterator[str]:
    """Yields the times of both, and how far their weights are apart at the end."""
    yield header(f"Two documents, {epochs} epochs of fit")
    for cell in ("SimpleRNN", "LSTM"):
        ours, theirs = twins(cell)
        our_time, their_time = timed_fit(ours, epochs), timed_fit(theirs, epochs)
        yield line(f"{cell}(1), Dense(1)", our_time, their_time)
        pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
        apart = max(float(np.abs(one - other).max()) for one, other in pairs)
        yield f"{'':<42} final weights at most {apart:.1e} apart"


def twins(cell: str) -> tuple[training.Sequential, keras.Sequential]:
    """Returns both models with the same weights; Keras's graph for training is made already."""
    keras.utils.set_random_seed(1)
    theirs = keras.Sequential(
        [getattr(keras.layers, cell)(1), keras.layers.Dense(1, activation="sigmoid")]
    )
    ours = training.Sequential([getattr(layers, cell)(1), layers.Dense(1, activation="sigmoid")])
    for model in (ours, theirs):
        model.build((None, 2, 1))
        model.compile("adam", "binary_crossentropy")
    training.weights_from_keras(ours, theirs)
    theirs.optimizer.build(theirs.trainable_variables)
    variables = [*theirs.trainable_variables, *theirs.optimizer.variables]
    start = [variable.numpy() for variable in variables]
    theirs.fit(X, Y, epochs=2, verbose=0)
    for variable, value in zip(variables, start, strict=True):
        variable.assign(value)
    return ours, theirs


def timed_fit(model: Any, epochs: int) -> float:
    """Returns the seconds that training takes."""
    start = time.perf_counter()
    model.fit(X, Y, epochs=epochs, verbose=0)
    return time.perf_counter() - start
