"""Learning rates of the networks that forecast, on a wider grid and with two seeds.

``series`` tries three rates with one seed, and its choice often lies at the edge. Here every kind
of layer gets five, and the validation loss chooses: the mean over the seeds, on the last fifth of
the training part. The test part chooses nothing; what each rate reaches there is recorded beside.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.series import digest_of, first_batch_loss
from rnn_edu.experiments.series_closer import by_seed
from rnn_edu.series.comparison import TASKS, Task
from rnn_edu.series.networks import KINDS, Recipe

__all__ = ["first_batch_loss", "run"]

NAME = "series_rates"
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
SEEDS = (0, 1)


def run(options: RunOptions) -> Path:
    """Trains every kind at every rate with every seed on both series, and writes the record."""
    full = FullRun(NAME, options)
    usual = Recipe()
    recipe = replace(usual, epochs=options.epochs_or(usual.epochs))
    tasks = {name: make() for name, make in TASKS.items()}

    def row(name: str, task: Task, kind: str) -> dict[str, Any]:
        recipes = {str(rate): replace(recipe, kind=kind, rate=rate) for rate in RATES}
        rates = {
            rate: full.checkpoints.part(
                {"of": name, "seeds": SEEDS, **asdict(one)}, partial(by_seed, task, one, SEEDS)
            )
            for rate, one in recipes.items()
        }
        return {"rates": rates, "chosen": chosen(rates)}

    metrics = {
        name: {kind: row(name, task, kind) for kind in KINDS} for name, task in tasks.items()
    }
    return full.record_of_made_up(
        digest_of(tasks),
        sum(len(task.series) for task in tasks.values()),
        SEEDS,
        setting={
            "learning_rates": list(RATES),
            **{key: getattr(recipe, key) for key in ("units", "batch", "epochs", "patience")},
        },
        metrics=metrics,
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def chosen(rates: dict[str, Any]) -> float:
    """The rate with the least mean validation loss.

    Example:
        >>> chosen({"0.01": {"validation_loss": [2, 4]}, "0.1": {"validation_loss": [3, 2]}})
        0.1
    """
    return float(min(rates, key=lambda rate: np.mean(rates[rate]["validation_loss"])))
