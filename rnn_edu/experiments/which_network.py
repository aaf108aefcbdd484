"""Five kinds of network on five tasks, with the simple models that stand beside them."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.quiet import start_tensorflow
from rnn_edu.uses import TASKS, Task, kinds_for
from rnn_edu.uses.comparison import BATCH, EPOCHS, LEARNING_RATE, simple_models, train
from rnn_edu.uses.readers import WIDTH

NAME = "which_network"
SEEDS = (0, 1, 2)


def run(options: RunOptions) -> Path:
    """Trains every reader on every task with every seed, and writes the record."""
    full = FullRun(NAME, options)
    epochs = options.epochs_or(EPOCHS)
    tasks = {name: make(0) for name, make in TASKS.items()}
    metrics = {
        name: {kind: _row(full.checkpoints, kind, name, task, epochs) for kind in kinds_for(task)}
        for name, task in tasks.items()
    }
    return record(
        full,
        tasks,
        setting={
            "width": WIDTH,
            "epochs": epochs,
            "batch_size": BATCH,
            "learning_rate": LEARNING_RATE,
        },
        metrics=metrics,
        baselines={name: simple_models(task) for name, task in tasks.items()},
    )


def record(
    full: FullRun,
    tasks: dict[str, Task],
    *,
    seeds: tuple[int, ...] = SEEDS,
    **parts: dict[str, Any],
) -> Path:
    """Writes what a run on these tasks came to: its setting, metrics and baselines."""
    return full.record_of_made_up(
        digest_of(tasks),
        sum(len(task.train[0]) + len(task.test[0]) for task in tasks.values()),
        seeds,
        first_batch_loss=first_batch_loss(),
        **parts,
    )


def first_batch_loss() -> float:
    """The loss of the untrained LSTM on the first 32 reviews, with the first seed."""
    start_tensorflow()
    import keras

    from rnn_edu.uses import reader, reviews_task

    task = reviews_task()
    keras.utils.set_random_seed(SEEDS[0])
    model = reader("LSTM", task.steps, task.outputs, words=task.words)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x, y = task.train
    return round(float(loss(y[:BATCH], model(x[:BATCH]))), 6)


def _row(checkpoints: Checkpoints, kind: str, name: str, task: Task, epochs: int) -> dict[str, Any]:
    """What one kind of network reached on one task: the mean, each seed, and the curves."""
    scores = []
    for seed in SEEDS:
        facts = {"kind": kind, "task": name, "seed": seed, "epochs": epochs}
        scores.append(checkpoints.part(facts, partial(_score, kind, task, seed, epochs)))
        print(f"{name:12} {kind:15} seed {seed}: {scores[-1]['curve'][-1]}", flush=True)
    last = [score["curve"][-1] for score in scores]
    measure = "error" if task.outputs == 1 else "accuracy"
    return {
        measure: round(sum(last) / len(last), 4),
        f"{measure}_per_seed": last,
        "curves": [score["curve"] for score in scores],
        "parameters": scores[0]["parameters"],
    }


def _score(kind: str, task: Task, seed: int, epochs: int) -> dict[str, Any]:
    score = train(kind, task, seed=seed, epochs=epochs)
    return {"parameters": score.parameters, "curve": list(score.curve)}


def digest_of(tasks: dict[str, Task]) -> str:
    """SHA-256 over the inputs and answers of all tasks."""
    digest = hashlib.sha256()
    for task in tasks.values():
        for array in (*task.train, *task.test):
            digest.update(array.tobytes())
    return digest.hexdigest()
