"""What the runs of dates and of sums share: both networks, five seeds, every length tested."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.translation import training
from rnn_edu.translation.examples import Task
from rnn_edu.translation.networks import EMBEDDING, WIDTH, parameters
from rnn_edu.translation.training import Trainer

SEEDS = (0, 1, 2, 3, 4)
KINDS = {"with attention": True, "without": False}


def run_task(
    name: str,
    options: RunOptions,
    task: Task,
    looked_at: int,
    setting: dict[str, Any],
    baselines: dict[str, float],
) -> Path:
    """Trains both networks from every seed on one task, and writes the record.

    Args:
        name: of the run.
        options: as they were asked for.
        task: what is read and written.
        looked_at: the length of the sentence for which the attention weights are kept.
        setting: what the record says besides of the task.
        baselines: shares of exact answers without a network.
    """
    full = FullRun(name, options)
    passes = options.epochs_or(training.PASSES)
    metrics: dict[str, list[Any]] = {}
    for kind, attention in KINDS.items():
        trainer = Trainer(attention, task, passes=passes)
        metrics[kind] = []
        for seed in SEEDS:
            facts = {"kind": kind, "seed": seed, "passes": passes}
            make = partial(trained, trainer, seed, looked_at)
            metrics[kind].append(full.checkpoints.part(facts, make))
            exact = {n: test["exact"] for n, test in metrics[kind][-1]["tests"].items()}
            print(f"{kind:15} seed {seed}: {exact}", flush=True)
    return full.record_of_made_up(
        digest(task),
        training.SENTENCES,
        SEEDS,
        setting=setting_of(task, passes) | setting,
        metrics=metrics,
        baselines=baselines,
        first_batch_loss=first_batch_loss(task),
    )


def first_batch_loss(task: Task) -> float:
    """The loss of the untrained network with attention on the first 64 sentences."""
    return Trainer(True, task).first_batch_loss(SEEDS[0])


def by_length(record: dict[str, Any], kind: str, what: str) -> dict[int, list[float]]:
    """A figure of each seed by the length of a sentence.

    Args:
        record: of a run of dates or of sums.
        kind: ``"with attention"`` or ``"without"``.
        what: a field of ``rnn_edu.translation.training.Result``.

    Example:
        >>> record = {"metrics": {"without": [{"tests": {"1": {"exact": 0.5}}}]}}
        >>> by_length(record, "without", "exact")
        {1: [0.5]}
    """
    runs = [part["tests"] for part in record["metrics"][kind]]
    return {int(length): [tests[length][what] for tests in runs] for length in runs[0]}


def trained(trainer: Trainer, seed: int, looked_at: int) -> dict[str, Any]:
    """One training, its losses, its tests, and where it looked."""
    losses, task = trainer.train(seed), trainer.task
    tests = {
        str(length): training.marks(trainer.model, task.unseen(length, training.TESTS))
        for length in (*task.shown, *task.longer)
    }
    looking = {"looks": _looks(trainer, looked_at)} if trainer.attention else {}
    return {"losses": losses, "tests": tests, **looking}


def _looks(trainer: Trainer, length: int) -> dict[str, Any]:
    """Where a trained network looks while it writes the first unseen sentence of this length."""
    task, model = trainer.task, trainer.model
    test = task.unseen(length, training.TESTS)
    source, target = test.source[:1], test.target[0]
    words = source[:, : int((source != 0).sum())]
    weights = training.looks(model, words, int((target != 0).sum()))
    return {
        "read": [task.read[int(k)] for k in words[0]],
        "written": [task.written[int(k)] for k in training.write(model, words, len(weights))[0]],
        "weights": weights.astype(float).round(3).tolist(),
    }


def setting_of(task: Task, passes: int) -> dict[str, Any]:
    """What a record says of the networks and of their training."""
    return {
        "width": WIDTH,
        "embedding": EMBEDDING,
        "parameters": {kind: parameters(on, task=task) for kind, on in KINDS.items()},
        "test_sentences": training.TESTS,
        "batch_size": training.BATCH,
        "passes": passes,
        "ends_below_loss": training.LEARNED,
        "learning_rate": training.RATE,
        "schedule": "cosine to 0",
        "clipped_to": 1.0,
    }


def digest(task: Task) -> str:
    """SHA-256 over the training sentences of the first seed."""
    shown = task.training(SEEDS[0], training.SENTENCES)
    return hashlib.sha256(shown.source.tobytes() + shown.target.tobytes()).hexdigest()
