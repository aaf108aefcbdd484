"""The language model from scratch against the document's loop, and against what the machine can.

Both do the same mathematics on the same batches of random words whose frequencies fall as those
of a language. The document's loop computes in double precision as printed; here it also runs in
single precision. The peak is the best of products of the model's own size and of square matrices.
What is timed, and how, stands in ``rnn_edu.experiments.headlines_speed``, which leaves a record.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from benchmarks.timing import WARM_UPS
from rnn_edu.experiments.headlines_speed import OURS, SIZE, drawn, made, seconds, vocabulary_of

__all__ = ["SIZE", "TINY", "report"]

TINY = (50, 8, 4)
SQUARE = 2048


def report(size: tuple[int, int, int], repeats: int) -> Iterator[str]:
    """Yields the sentences per second of each, their ratios, and the share of the peak."""
    words, state_size, batch_size = size
    vocabulary = vocabulary_of(words)
    batches = drawn(vocabulary, batch_size, 1 + repeats)
    times = seconds(made(vocabulary, state_size), batches)
    rates = {name: batch_size / spent["seconds"] for name, spent in times.items()}
    ours = rates[OURS]
    yield f"\nLanguage model, {words:,} words + 2, state {state_size}, batch {batch_size}"
    for name, rate in rates.items():
        faster = "" if rate == ours else f"  (this book is {ours / rate:.1f} times as fast)"
        yield f"{name:<32} {rate:>10.1f} sentences/s{faster}"
    step = operations(vocabulary, state_size, batches[1:]) * ours / batch_size
    peak = best_product(len(vocabulary), state_size, batches[0])
    yield (
        f"matrix products of one step       {step / 1e9:>9.1f} GFLOP/s, {step / peak:.0%} of the "
        f"{peak / 1e9:.1f} that a product alone reaches"
    )


def operations(vocabulary: list[str], state_size: int, batches: list[list[list[str]]]) -> float:
    """Returns the floating-point operations in the matrix products of one step, on average.

    Each product is done once forward and twice backward; a multiplication with its addition
    counts as two operations.
    """
    words = np.mean([sum(len(sentence) + 1 for sentence in batch) for batch in batches])
    return 3 * 2 * words * state_size * (len(vocabulary) + state_size)


def best_product(words: int, state_size: int, batch: list[list[str]]) -> float:
    """Returns the operations per second of the fastest of two matrix products."""
    rows = sum(len(sentence) + 1 for sentence in batch)
    shapes = [(rows, state_size, words)]
    shapes += [(SQUARE, SQUARE, SQUARE)] if rows > SQUARE // 4 else []
    return max(_rate(*shape) for shape in shapes)


def _rate(rows: int, inner: int, columns: int) -> float:
    product = tf.function(tf.matmul)
    left, right = tf.random.normal((rows, inner)), tf.random.normal((inner, columns))
    seconds = []
    for _ in range(WARM_UPS + 5):
        start = time.perf_counter()
        product(left, right).numpy()
        seconds.append(time.perf_counter() - start)
    return 2 * rows * inner * columns / min(seconds[WARM_UPS:])
