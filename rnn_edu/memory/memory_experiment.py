"""Which cell still knows the country after k steps: trained and tested, for growing k.

Every reader gets the same sentences, the same number of updates at most, the same optimizer
and the same width. All that differs is the recurrent layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from rnn_edu.datasets.toys import LANGUAGE_OF
from rnn_edu.errors import UsageError
from rnn_edu.layers import GRU, LSTM, Dense, Recurrent, SimpleRNN
from rnn_edu.layers.base import Array
from rnn_edu.memory.memory_task import memory_examples, one_hot
from rnn_edu.training import Adam, Sequential

UNITS, BATCH, UPDATES, TESTS = 16, 32, 400, 400
#: Sentences to learn from; the same ones come again after a hundred updates.
SENTENCES = 3200
LEARNING_RATE, LONGEST_GRADIENT = 0.01, 1.0
#: A batch with a loss below this has been understood; training ends there.
LEARNED = 0.01
#: What is added to a seed for the sentences of the test.
NEW = 1000
#: A mean accuracy below this is called a failure.
PASS = 0.9

MakeLayer = Callable[[], Recurrent]


@dataclass(frozen=True)
class GateBias:
    """Biases that start at 0, except those of one gate.

    Attributes:
        place: which gate, counted from 0 in the order of the layer's ``gate_names``.
        gates: how many gates the layer has.
        value: where the biases of that gate start.
    """

    place: int
    gates: int
    value: float

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """The biases; of a GRU's two rows the first gets the value."""
        bias = np.zeros(shape)
        units = shape[-1] // self.gates
        row = bias if bias.ndim == 1 else bias[0]
        row[self.place * units : (self.place + 1) * units] = self.value
        return bias


def lstm_with_forget_bias(value: float, units: int = UNITS) -> LSTM:
    """An LSTM whose forget gate starts at σ(value), apart from what its weights add."""
    bias = GateBias(LSTM.gate_names.index("f"), len(LSTM.gate_names), value)
    return LSTM(units, unit_forget_bias=False, bias_initializer=bias)


def gru_with_update_bias(value: float, units: int = UNITS) -> GRU:
    """A GRU whose update gate, which keeps the old state, starts at σ(value)."""
    bias = GateBias(GRU.gate_names.index("z"), len(GRU.gate_names), value)
    return GRU(units, bias_initializer=bias)


#: The three layers as Keras makes them, and the two gated ones with their gate wide open.
READERS: dict[str, MakeLayer] = {
    "SimpleRNN": lambda: SimpleRNN(UNITS),
    "GRU": lambda: GRU(UNITS),
    "LSTM": lambda: LSTM(UNITS),
    "LSTM, gate open": lambda: lstm_with_forget_bias(3.0),
    "GRU, gate open": lambda: gru_with_update_bias(3.0),
}


def trained_accuracy(
    make_layer: MakeLayer, steps: int, *, seed: int, updates: int = UPDATES
) -> float:
    """The share of new sentences answered rightly by a reader trained on others.

    Args:
        make_layer: makes the recurrent layer.
        steps: k, for how many steps the country must be kept.
        seed: of the weights and the sentences.
        updates: how many batches it may learn from at most.

    Raises:
        UsageError: ``updates`` is below 1.
    """
    if updates < 1:
        raise UsageError(f"updates must be 1 or more, but is {updates}.")
    # For matrices as small as these, two threads spend their time waiting for each other.
    with threadpool_limits(limits=1):
        return _accuracy(make_layer, steps, seed, updates)


def _accuracy(make_layer: MakeLayer, steps: int, seed: int, updates: int) -> float:
    x, y = memory_examples(steps, SENTENCES, seed=seed)
    model = _reader(make_layer, seed)
    for update in range(updates):
        batch = np.arange(update * BATCH, (update + 1) * BATCH) % SENTENCES
        if model.train_on_batch(one_hot(x[batch]), y[batch]) < LEARNED:
            break
    new_x, new_y = memory_examples(steps, TESTS, seed=seed + NEW)
    guesses = model.predict(one_hot(new_x), batch_size=TESTS).argmax(axis=1)
    return float(np.mean(guesses == new_y))


def gradient_at_each_word(make_layer: MakeLayer, steps: int, *, seed: int) -> Array:
    """How strongly the loss of an untrained reader depends on each word of its sentences.

    Args:
        make_layer: makes the recurrent layer.
        steps: k, for how many steps the country must be kept.
        seed: of the weights and the sentences.

    Returns:
        The norm of ∂L/∂x_t over a batch of sentences, for t = 1 to 4 + k; the country is the
        fourth word.
    """
    x, y = memory_examples(steps, BATCH, seed=seed)
    _, d_x, _ = _reader(make_layer, seed).loss_and_gradients(one_hot(x), y)
    assert d_x is not None
    norms: Array = np.linalg.norm(d_x, axis=(0, 2))
    return norms


def _reader(make_layer: MakeLayer, seed: int) -> Sequential:
    model = Sequential([make_layer(), Dense(len(LANGUAGE_OF), activation="softmax")], seed=seed)
    optimizer = Adam(LEARNING_RATE, global_clipnorm=LONGEST_GRADIENT)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def accuracy_by_distance(
    make_layer: MakeLayer, distances: Sequence[int], seeds: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Accuracies for growing k, up to the first k at which the reader fails.

    Args:
        make_layer: makes the recurrent layer.
        distances: the values of k, in rising order.
        seeds: one run each.

    Returns:
        One row for each k that was tried, one column for each seed.
    """
    rows: list[list[float]] = []
    for steps in distances:
        rows.append([trained_accuracy(make_layer, steps, seed=seed) for seed in seeds])
        if np.mean(rows[-1]) < PASS:
            break
    return np.array(rows)


def first_failure(distances: Sequence[int], accuracies: npt.ArrayLike) -> int | None:
    """The first k at which the mean accuracy over the seeds is below :data:`PASS`.

    Args:
        distances: the values of k.
        accuracies: one row for each k tried, one column for each seed.

    Returns:
        That k, or None if the reader passed at every k that was tried.

    Example:
        >>> first_failure([5, 10, 20], [[1.0, 1.0], [0.9, 1.0], [0.9, 0.8]])
        20
    """
    means = np.asarray(accuracies).mean(axis=1)
    failed = np.flatnonzero(means < PASS)
    return distances[failed[0]] if len(failed) else None


def failures(distances: Sequence[int], found: Mapping[str, npt.ArrayLike]) -> dict[str, int | None]:
    """:func:`first_failure` of every reader, by its name."""
    return {name: first_failure(distances, rows) for name, rows in found.items()}
