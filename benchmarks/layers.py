"""Forward, and forward with backward, of each cell against Keras in a ``tf.function``.

Keras runs both with its loop in the graph and unrolled; the faster one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.timing import header, line, medians
from rnn_edu import layers

CELLS = ("SimpleRNN", "LSTM", "GRU")
SIZES = ((2, 2, 1, 1), (32, 10, 32, 32), (32, 50, 100, 64), (128, 20, 64, 128))
TINY = ((2, 3, 2, 2),)
TIMES = (10, 20, 40, 80)
UNITS = (16, 32, 64, 128)


def report(sizes: tuple[tuple[int, ...], ...], repeats: int) -> Iterator[str]:
    """Yields the table for the given sizes (batch, time, features, units)."""
    yield header("Layers, float32: (batch, time, features, units)")
    for size in sizes:
        for cell in CELLS:
            measured = compare(cell, size, repeats)
            for what in ("forward", "forward and backward"):
                keras_best = min(measured[f"Keras {kind} {what}"] for kind in ("loop", "unrolled"))
                yield line(f"{cell} {size} {what}", measured[f"NumPy {what}"], keras_best)


def growth(cell: str, repeats: int, quick: bool) -> Iterator[str]:
    """Yields how the time of one cell grows with the time steps and with the units."""
    yield header(f"Growth of {cell}, forward and backward, batch 32, 32 features")
    sizes = [(32, time, 32, 32) for time in TIMES] + [(32, 20, 32, units) for units in UNITS]
    for size in sizes[:1] if quick else sizes:
        measured = compare(cell, size, repeats)
        what = "forward and backward"
        keras_best = min(measured[f"Keras {kind} {what}"] for kind in ("loop", "unrolled"))
        yield line(f"{cell} {size}", measured[f"NumPy {what}"], keras_best)


def compare(cell: str, size: tuple[int, ...], repeats: int) -> dict[str, float]:
    """Returns the medians of all ways to run one cell at one size."""
    batch, time, features, units = size
    x = np.random.default_rng(0).normal(size=(batch, time, features)).astype(np.float32)
    ways = numpy_ways(cell, units, x)
    for kind, unroll in (("loop", False), ("unrolled", True)):
        layer = getattr(keras.layers, cell)(units, unroll=unroll)
        for what, way in keras_ways(layer, tf.constant(x)).items():
            ways[f"Keras {kind} {what}"] = way
    return medians(ways, repeats)


def numpy_ways(cell: str, units: int, x: np.ndarray) -> dict[str, Callable[[], object]]:
    """Returns our two ways: forward, and forward and backward."""
    layer = getattr(layers, cell)(units, seed=0)
    d_output = np.ones_like(layer(x))
    return {
        "NumPy forward": lambda: layer(x),
        "NumPy forward and backward": lambda: (layer(x), layer.backward(d_output)),
    }


def keras_ways(layer: keras.Layer, x: tf.Tensor) -> dict[str, Callable[[], object]]:
    """Returns Keras's two ways, each one graph; every result is brought out of it."""
    layer(x)
    forward = tf.function(layer)

    @tf.function
    def both(inputs: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.reduce_sum(layer(inputs))
        sources = [inputs, *(weight.value for weight in layer.trainable_weights)]
        return tape.gradient(loss, sources)

    return {
        "forward": lambda: forward(x).numpy(),
        "forward and backward": lambda: [gradient.numpy() for gradient in both(x)],
    }
