"""The same networks at three learning rates, and recurrent ones whose memory starts open.

``which_network`` gives all networks one learning rate. Here each task is tried at three, with the
same seeds, so that a network is not judged by a rate that does not suit it. On the long task an
LSTM and a GRU stand beside the usual ones whose memory gate starts at σ(5): it lets 0.993 of the
state pass at each step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import SEEDS, first_batch_loss, record
from rnn_edu.uses import KINDS, TASKS, Task
from rnn_edu.uses.comparison import BATCH, train
from rnn_edu.uses.readers import OPEN, OPEN_BIAS, WIDTH

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_rates"
RATES = (0.001, 0.003, 0.01)
#: What is tried here.
TRIED = ("recall_150", "waves", "digits")
#: Passes through the sequences at most; where twelve were too few in ``which_network``, twice as
#: many.
EPOCHS = {"waves": 24, "digits": 24} | dict.fromkeys(
    ("reviews", "recall_10", "recall_50", "recall_150"), 12
)
#: Two passes in a row with this accuracy end a training; an error has no such level.
SOLVED = {"recall_150": 0.99}
#: Beside attention, which was not done there, two recurrent layers on the short tasks.
SHORT = ("SimpleRNN", "LSTM", "self-attention")


def run(options: RunOptions) -> Path:
    """Trains every reader on every task at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, {name: kinds_of(name) for name in TRIED}, SEEDS)


def run_at_rates(
    name: str, options: RunOptions, tried: Mapping[str, Sequence[str]], seeds: tuple[int, ...]
) -> Path:
    """Trains the networks that are tried on each task, and writes the record of that name."""
    full = FullRun(name, options)
    tasks = {task: TASKS[task](0) for task in tried}
    epochs = {task: options.epochs_or(EPOCHS[task]) for task in tried}
    metrics = {
        task: {
            kind: {
                str(rate): row_of(
                    full.checkpoints, task, tasks[task], kind, rate, epochs[task], seeds
                )
                for rate in RATES
            }
            for kind in kinds
        }
        for task, kinds in tried.items()
    }
    return record(
        full,
        tasks,
        seeds=seeds,
        setting={
            "width": WIDTH,
            "epochs": epochs,
            "batch_size": BATCH,
            "learning_rates": list(RATES),
            "open_bias": OPEN_BIAS,
            "ends_at_accuracy": SOLVED,
        },
        metrics=metrics,
        baselines={},
    )


def kinds_of(name: str) -> tuple[str, ...]:
    """The networks that are tried on a task: those with an open memory where it is long."""
    if name not in SOLVED:
        return SHORT
    return (*(kind for kind in KINDS if kind != "Conv1D"), *OPEN)


def row_of(
    checkpoints: Checkpoints,
    name: str,
    task: Task,
    kind: str,
    rate: float,
    epochs: int,
    seeds: Sequence[int],
) -> dict[str, Any]:
    """What one network reached at one rate: the last figure of each seed, and the curves."""
    curves = []
    for seed in seeds:
        facts = {"kind": kind, "task": name, "seed": seed, "epochs": epochs, "rate": rate}
        way = {"seed": seed, "epochs": epochs, "rate": rate, "solved": SOLVED.get(name)}
        curves.append(checkpoints.part(facts, partial(_curve, kind, task, way)))
        print(f"{name:12} {kind:15} {rate} seed {seed}: {curves[-1][-1]}", flush=True)
    return {"per_seed": [curve[-1] for curve in curves], "curves": curves}


def _curve(kind: str, task: Task, way: dict[str, Any]) -> list[float]:
    return list(train(kind, task, compiled=True, **way).curve)
