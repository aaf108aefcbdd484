"""The language model from scratch against the document's loop, and against what the machine can.

Both do the same mathematics on the same batches of random words whose frequencies fall as those
of a language. The document's loop computes in double precision as printed; here it also runs in
single precision. The peak is the best of products of the model's own size and of square matrices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from benchmarks.timing import WARM_UPS
from rnn_edu.language_model import RNNLanguageModel
from rnn_edu.language_model.plain_loop import PlainLoop

#: Words besides <UNK> and <EOS>, size of the state, sentences in a batch.
SIZE, TINY = (10_000, 512, 128), (50, 8, 4)
#: How many of 1,000 headlines of the news archive of 2003 have 1, 2, 3 ... words.
LENGTHS = (0, 0, 8, 66, 194, 286, 254, 141, 43, 7, 1)
SQUARE = 2048


def report(size: tuple[int, int, int], repeats: int) -> Iterator[str]:
    """Yields the sentences per second of each, their ratios, and the share of the peak."""
    words, state_size, batch_size = size
    vocabulary = ["<UNK>", "<EOS>", *(f"w{i}" for i in range(words))]
    batches = drawn(vocabulary, batch_size, 1 + repeats)
    ways = made(vocabulary, state_size)
    rates = sentences_per_second(ways, batches)
    ours = rates["this book, float32"]
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


def drawn(vocabulary: list[str], batch_size: int, count: int) -> list[list[list[str]]]:
    """Returns batches of sentences as long as headlines."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, len(vocabulary) - 1)
    lengths = np.array(LENGTHS) / sum(LENGTHS)
    return [
        [
            random.choice(vocabulary[2:], length, p=share / share.sum()).tolist()
            for length in random.choice(np.arange(len(LENGTHS)) + 1, batch_size, p=lengths)
        ]
        for _ in range(count)
    ]


Step = Callable[[list[list[str]]], float]


def made(vocabulary: list[str], state_size: int) -> dict[str, Step]:
    """Returns the ways to train, from the same first weights."""
    model = RNNLanguageModel(vocabulary, state_size, seed=0)
    ways: dict[str, Step] = {"this book, float32": model.train_on_batch}
    for dtype in ("float32", "float64"):
        loop = PlainLoop(vocabulary, model.get_weights(), dtype)
        ways[f"the document's loop, {dtype}"] = lambda batch, loop=loop: loop.train_on_batch(
            [[*words, "<EOS>"] for words in batch]
        )
    return ways


def sentences_per_second(ways: dict[str, Step], batches: list[list[list[str]]]) -> dict[str, float]:
    """Returns the median rate of each way, measured in turns; the first batch warms up."""
    for _ in range(WARM_UPS):
        for way in ways.values():
            way(batches[0])
    times: dict[str, list[float]] = {name: [] for name in ways}
    for batch in batches[1:]:
        for name, way in ways.items():
            start = time.perf_counter()
            way(batch)
            times[name].append(time.perf_counter() - start)
    return {name: len(batches[0]) / float(np.median(spent)) for name, spent in times.items()}


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
