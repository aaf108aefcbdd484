"""How far each recurrent cell remembers: the memory task with the settings held equal.

Seven readers, two starts of their recurrent matrices, five distances, three learning rates, five
seeds: every combination is run. Then the layers as Keras makes them with plain gradient descent,
which tells whether it is Adam that makes up for small gradients.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.layers import Dense
from rnn_edu.memory import memory_experiment
from rnn_edu.memory.memory_experiment import PASS, MakeLayer, readers, trained_accuracy
from rnn_edu.memory.memory_task import CHANCE, memory_examples, one_hot
from rnn_edu.training import SGD, Adam, Sequential

NAME = "memory_reach"
SEEDS = (0, 1, 2, 3, 4)
STARTS = ("orthogonal", "glorot_uniform")
DISTANCES = (10, 20, 30, 40, 60)
RATES = (0.003, 0.01, 0.03)
#: The layers as Keras makes them; plain gradient descent is slow, so they get shorter distances.
AS_MADE = ("SimpleRNN", "LSTM, bias 1", "GRU, bias 0")
SHORT_DISTANCES = (5, 10, 15, 20)
SGD_RATES = (0.1, 0.3, 1.0)

#: For each reader, distance and learning rate the accuracy of each seed.
Accuracies = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]


def run(options: RunOptions) -> Path:
    """Trains every reader in every setting, and writes the record."""
    full = FullRun(NAME, options)
    # What this run calls an epoch is one pass over the sentences.
    updates = options.epochs_or(memory_experiment.UPDATES // 100) * 100
    grid = partial(_grid, full.checkpoints, updates)
    metrics = {start: grid(readers(start), DISTANCES, RATES, Adam) for start in STARTS}
    as_made = {name: readers()[name] for name in AS_MADE}
    short = {
        "adam_short": grid(as_made, SHORT_DISTANCES, RATES, Adam),
        "sgd_short": grid(as_made, SHORT_DISTANCES, SGD_RATES, SGD),
    }
    return full.record_of_made_up(
        _digest(),
        memory_experiment.SENTENCES + memory_experiment.TESTS,
        SEEDS,
        setting=_setting(updates),
        metrics=metrics | short,
        baselines={"chance": CHANCE},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the untrained LSTM on the first 32 sentences of the first distance."""
    x, y = memory_examples(DISTANCES[0], memory_experiment.SENTENCES, seed=SEEDS[0])
    layers = [readers()["LSTM, bias 1"](), Dense(8, activation="softmax")]
    model = Sequential(layers, seed=SEEDS[0])
    model.compile("sgd", "sparse_categorical_crossentropy")
    batch = slice(memory_experiment.BATCH)
    return round(model.loss_and_gradients(one_hot(x[batch]), y[batch])[0], 6)


def counts(accuracies: Accuracies, reader: str, steps: int) -> dict[str, int]:
    """How many runs of a reader at a distance succeeded, by learning rate.

    Example:
        >>> counts({"a": {"10": {"0.01": [1.0, 0.2], "0.03": [1.0, 0.95]}}}, "a", 10)
        {'0.01': 1, '0.03': 2}
    """
    by_rate = accuracies[reader][str(steps)]
    return {rate: sum(value >= PASS for value in values) for rate, values in by_rate.items()}


def best_count(accuracies: Accuracies, reader: str, steps: int) -> int:
    """The largest of :func:`counts`: with the learning rate that suits this reader best here.

    Example:
        >>> best_count({"a": {"10": {"0.01": [1.0, 0.2], "0.03": [1.0, 0.95]}}}, "a", 10)
        2
    """
    return max(counts(accuracies, reader, steps).values())


def _grid(
    checkpoints: Checkpoints,
    updates: int,
    makers: Mapping[str, MakeLayer],
    distances: Sequence[int],
    rates: Sequence[float],
    rule: type[Adam] | type[SGD],
) -> dict[str, Any]:
    def row(name: str, make: MakeLayer) -> dict[str, Any]:
        train: Callable[..., float] = partial(trained_accuracy, make, updates=updates, rule=rule)
        found = {
            str(k): {str(r): [train(k, seed=s, rate=r) for s in SEEDS] for r in rates}
            for k in distances
        }
        print(f"{rule.__name__:5} {name:13}", found, flush=True)
        return found

    return {
        name: checkpoints.part(_facts(name, make, distances, rates, rule), partial(row, name, make))
        for name, make in makers.items()
    }


def _facts(
    name: str, make: MakeLayer, distances: Sequence[int], rates: Sequence[float], rule: type
) -> dict[str, Any]:
    start = type(make().recurrent_initializer).__name__
    return {
        "reader": name,
        "start": start,
        "distances": list(distances),
        "rates": list(rates),
        "rule": rule.__name__,
    }


def _setting(updates: int) -> dict[str, Any]:
    return {
        "units": memory_experiment.UNITS,
        "batch_size": memory_experiment.BATCH,
        "updates": updates,
        "training_sentences": memory_experiment.SENTENCES,
        "test_sentences": memory_experiment.TESTS,
        "clipped_to": memory_experiment.LONGEST_GRADIENT,
        "stops_below_batch_loss": memory_experiment.LEARNED,
        "success": PASS,
    }


def _digest() -> str:
    """SHA-256 over the training sentences of the first seed at every distance."""
    digest = hashlib.sha256()
    for steps in DISTANCES:
        for array in memory_examples(steps, memory_experiment.SENTENCES, seed=SEEDS[0]):
            digest.update(array.tobytes())
    return digest.hexdigest()
