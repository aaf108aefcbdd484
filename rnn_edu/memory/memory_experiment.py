"""Which cell still knows the country after k steps: trained and tested.

Every reader gets the same sentences, the same number of updates at most and the same width.
What differs is the recurrent layer, the bias of its keeping gate and the start of its matrices.
The learning rate is tried out for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from rnn_edu.datasets.toys import LANGUAGE_OF
from rnn_edu.errors import UsageError
from rnn_edu.layers import GRU, LSTM, Dense, Recurrent, SimpleRNN
from rnn_edu.layers.base import Array
from rnn_edu.memory.memory_task import memory_examples, one_hot
from rnn_edu.training import SGD, Adam, Sequential

UNITS, BATCH, UPDATES, TESTS = 16, 32, 400, 400
#: Sentences to learn from; the same ones come again after a hundred updates.
SENTENCES = 3200
LEARNING_RATE, LONGEST_GRADIENT = 0.01, 1.0
#: A batch with a loss below this has been understood; training ends there.
LEARNED = 0.01
#: What is added to a seed for the sentences of the test.
NEW = 1000
#: A run with at least this accuracy has succeeded.
PASS = 0.9
#: Starts of the keeping gate's biases; 0 is half open, 1 what Keras gives an LSTM, 3 wide open.
GATE_BIASES = (0, 1, 3)

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


def lstm_with_forget_bias(value: float, units: int = UNITS, start: str = "orthogonal") -> LSTM:
    """An LSTM whose forget gate starts at σ(value), apart from what its weights add."""
    bias = GateBias(LSTM.gate_names.index("f"), len(LSTM.gate_names), value)
    return LSTM(units, unit_forget_bias=False, bias_initializer=bias, recurrent_initializer=start)


def gru_with_update_bias(value: float, units: int = UNITS, start: str = "orthogonal") -> GRU:
    """A GRU whose update gate, which keeps the old state, starts at σ(value)."""
    bias = GateBias(GRU.gate_names.index("z"), len(GRU.gate_names), value)
    return GRU(units, bias_initializer=bias, recurrent_initializer=start)


def readers(start: str = "orthogonal") -> dict[str, MakeLayer]:
    """The plain layer, and LSTM and GRU with each bias of :data:`GATE_BIASES`.

    Args:
        start: the initializer of the recurrent matrices.

    Example:
        >>> list(readers())[:2], type(readers()["GRU, bias 3"]()).__name__
        (['SimpleRNN', 'LSTM, bias 0'], 'GRU')
    """
    plain: MakeLayer = partial(SimpleRNN, UNITS, recurrent_initializer=start)
    gated = {"LSTM": lstm_with_forget_bias, "GRU": gru_with_update_bias}
    return {"SimpleRNN": plain} | {
        f"{cell}, bias {value}": partial(make, value, start=start)
        for cell, make in gated.items()
        for value in GATE_BIASES
    }


def trained_accuracy(
    make_layer: MakeLayer,
    steps: int,
    *,
    seed: int,
    updates: int = UPDATES,
    rate: float = LEARNING_RATE,
    rule: type[Adam] | type[SGD] = Adam,
) -> float:
    """The share of new sentences answered rightly by a reader trained on others.

    Args:
        make_layer: makes the recurrent layer.
        steps: k, for how many steps the country must be kept.
        seed: of the weights and the sentences.
        updates: how many batches it may learn from at most.
        rate: the learning rate.
        rule: the optimizer; it clips the gradient to :data:`LONGEST_GRADIENT`.

    Raises:
        UsageError: ``updates`` is below 1.
    """
    if updates < 1:
        raise UsageError(f"updates must be 1 or more, but is {updates}.")
    model = untrained(make_layer, seed)
    model.compile(rule(rate, global_clipnorm=LONGEST_GRADIENT), "sparse_categorical_crossentropy")
    # For matrices as small as these, two threads spend their time waiting for each other.
    with threadpool_limits(limits=1):
        _train(model, steps, seed, updates)
        x, y = memory_examples(steps, TESTS, seed=seed + NEW)
        guesses = model.predict(one_hot(x), batch_size=TESTS).argmax(axis=1)
    return float(np.mean(guesses == y))


def _train(model: Sequential, steps: int, seed: int, updates: int) -> None:
    x, y = memory_examples(steps, SENTENCES, seed=seed)
    for update in range(updates):
        batch = np.arange(update * BATCH, (update + 1) * BATCH) % SENTENCES
        if model.train_on_batch(one_hot(x[batch]), y[batch]) < LEARNED:
            break


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
    model = untrained(make_layer, seed)
    model.compile("sgd", "sparse_categorical_crossentropy")
    _, d_x, _ = model.loss_and_gradients(one_hot(x), y)
    assert d_x is not None
    norms: Array = np.linalg.norm(d_x, axis=(0, 2))
    return norms


def untrained(make_layer: MakeLayer, seed: int) -> Sequential:
    """A reader before training: the recurrent layer and the answer, with the weights of a seed."""
    return Sequential([make_layer(), Dense(len(LANGUAGE_OF), activation="softmax")], seed=seed)
