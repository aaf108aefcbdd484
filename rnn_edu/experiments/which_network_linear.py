"""The layers without recurrent weights on two of the tasks, at three rates.

What they are compared with is in the record of ``which_network_rates``: the same tasks, rates and
passes. On the long task there are five seeds, on the short one the three of that record. A minGRU
starts as Keras's GRU does, with an update gate of a half, so on the long task it stands there with
its gate open, at σ(5); the state space has its memories from 2 steps to 500, as it always starts.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss, record
from rnn_edu.experiments.which_network_rates import EPOCHS, RATES, SOLVED, row_of
from rnn_edu.uses import TASKS
from rnn_edu.uses.comparison import BATCH
from rnn_edu.uses.readers import OPEN_BIAS, WIDTH

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_linear"
SEEDS = {"recall_150": (0, 1, 2, 3, 4), "digits": (0, 1, 2)}
#: What is tried on which task; all of it takes some twelve minutes of one processor core.
TRIED = {
    "recall_150": ("open MinGRU", "DiagonalSSM"),
    "digits": ("MinGRU", "MinLSTM", "DiagonalSSM"),
}


def run(options: RunOptions) -> Path:
    """Trains each layer on its tasks at every rate with every seed, and writes the record."""
    full = FullRun(NAME, options)
    tasks = {name: TASKS[name](0) for name in TRIED}
    epochs = {name: options.epochs_or(EPOCHS[name]) for name in TRIED}
    metrics = {
        name: {
            kind: {
                str(rate): row_of(
                    full.checkpoints, name, task, kind, rate, epochs[name], SEEDS[name]
                )
                for rate in RATES
            }
            for kind in TRIED[name]
        }
        for name, task in tasks.items()
    }
    return record(
        full,
        tasks,
        seeds=SEEDS["recall_150"],
        setting={
            "width": WIDTH,
            "seeds": {name: list(seeds) for name, seeds in SEEDS.items()},
            "epochs": epochs,
            "batch_size": BATCH,
            "learning_rates": list(RATES),
            "open_bias": OPEN_BIAS,
            "ends_at_accuracy": SOLVED,
        },
        metrics=metrics,
        baselines={},
    )
