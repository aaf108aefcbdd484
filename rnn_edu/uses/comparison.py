"""Trains every kind of reader on a task, and the simple models that stand beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from rnn_edu.uses.readers import reader
from rnn_edu.uses.tasks import Array, Task

EPOCHS, BATCH, LEARNING_RATE = 12, 32, 0.003


@dataclass(frozen=True)
class Score:
    """What a trained reader reached on the test part after each epoch.

    Attributes:
        parameters: how many numbers it learns.
        curve: accuracy, or the mean squared error if the answer is a number.
    """

    parameters: int
    curve: tuple[float, ...]


def train(
    kind: str,
    task: Task,
    *,
    seed: int,
    epochs: int = EPOCHS,
    rate: float = LEARNING_RATE,
    solved: float | None = None,
    compiled: bool = False,
) -> Score:
    """Trains one reader with Adam, 32 sequences at a time, and tests it after each epoch.

    Args:
        kind: one of :data:`rnn_edu.uses.KINDS` or of :data:`rnn_edu.uses.readers.OPEN` or
            ``LINEAR``.
        task: what to learn.
        seed: of the weights and of the order of the sequences.
        epochs: how often each sequence is seen, at most.
        rate: the learning rate.
        solved: training ends after two epochs in a row with this accuracy or more; None goes on
            to the last epoch.
        compiled: let XLA compile the step: slow to start, then two to four times as fast.
    """
    import keras

    keras.utils.set_random_seed(seed)
    model = reader(kind, task.steps, task.outputs, words=task.words, features=task.features)
    numeric = task.outputs == 1
    model.compile(
        keras.optimizers.Adam(rate, clipnorm=1.0),
        "mse" if numeric else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[] if numeric else ["accuracy"],
        **({"jit_compile": True} if compiled else {"steps_per_execution": 16}),
    )
    history = model.fit(
        *task.train,
        batch_size=BATCH,
        epochs=epochs,
        validation_data=task.test,
        callbacks=[] if solved is None else [_end_when_solved(solved)],
        verbose=0,
    ).history
    curve = history["val_loss" if numeric else "val_accuracy"]
    return Score(model.count_params(), tuple(round(value, 4) for value in curve))


def _end_when_solved(level: float) -> Any:
    """A callback that ends the training after two epochs in a row at this accuracy."""
    import keras

    reached: list[bool] = []

    def look(epoch: int, logs: dict[str, float]) -> None:
        reached.append(logs["val_accuracy"] >= level)
        callback.model.stop_training = all(reached[-2:]) and len(reached) > 1

    callback = keras.callbacks.LambdaCallback(on_epoch_end=look)
    return callback


def simple_models(task: Task) -> dict[str, float]:
    """What models without any hidden layer reach on the test part, by name.

    For words a logistic regression on their counts, for vectors one on all numbers at once, for
    numbers a linear regression. Accuracy, or the mean squared error.
    """
    from sklearn.linear_model import LinearRegression, LogisticRegression

    flat = _counts if task.words else _flat
    (x, y), (u, v) = task.train, task.test
    if task.outputs == 1:
        fitted = LinearRegression().fit(flat(task, x), y)
        error = float(np.mean((fitted.predict(flat(task, u)) - v) ** 2))
        return {"linear_regression": round(error, 4)}
    fitted = LogisticRegression(max_iter=2000).fit(flat(task, x), y)
    name = "bag_of_words" if task.words else "logistic_regression"
    return {name: round(float(fitted.score(flat(task, u), v)), 4)}


def _counts(task: Task, rows: Array) -> Array:
    """How often each word occurs in each row; padding is not a word."""
    return np.stack([np.bincount(row[row > 0], minlength=task.words) for row in rows])


def _flat(task: Task, rows: Array) -> Array:
    return rows.reshape(len(rows), -1)


def seconds_for_a_batch(kind: str, steps: int, *, repeats: int = 7, batch: int = 32) -> float:
    """The shortest time of one training update on words that mean nothing.

    Args:
        kind: one of :data:`rnn_edu.uses.KINDS`.
        steps: length of the sequences.
        repeats: updates that are timed, after two for warming up.
        batch: sequences in an update.
    """
    update = _update(kind, steps, batch)
    times = [_seconds(update, time.perf_counter) for _ in range(repeats + 2)]
    return min(times[2:])


def processor_seconds(
    kinds: Sequence[str], lengths: Sequence[int], *, rounds: int = 5, batch: int = 32
) -> dict[str, list[float]]:
    """Processor time of one training update, for each network and each length.

    Every network has its turn in every round, and the shortest time counts, so that what else the
    machine has to do meanwhile falls on none of them alone.

    Args:
        kinds: some of :data:`rnn_edu.uses.KINDS`.
        lengths: of the sequences.
        rounds: how often each update is timed, after one for warming up.
        batch: sequences in an update.
    """
    updates = {(kind, steps): _update(kind, steps, batch) for kind in kinds for steps in lengths}
    times = {key: [_seconds(update, time.process_time)] for key, update in updates.items()}
    for _ in range(rounds):
        for key, update in updates.items():
            times[key].append(_seconds(update, time.process_time))
    return {kind: [min(times[kind, steps][1:]) for steps in lengths] for kind in kinds}


def _update(kind: str, steps: int, batch: int) -> Callable[[], object]:
    """One training update of a new network, to be called again and again."""
    import keras

    model = reader(kind, steps, 2, words=100)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 100, (batch, steps)), rng.integers(0, 2, batch)
    return partial(model.train_on_batch, x, y)


def _seconds(update: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    update()
    return clock() - start
