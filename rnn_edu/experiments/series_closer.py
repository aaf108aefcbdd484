"""What the record of the two series leaves open: every origin, like data, smaller networks.

The settings are those of ``series``; its record gives the learning rate of the GRU. Four questions:
how do five GRUs together do from every single origin; what if they may learn from the last fifth of
the training part, too, as the linear models do; do GRUs with fewer units do better on the sunspots;
and what is beyond the largest learning rate that was tried? Nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import read_record
from rnn_edu.experiments.series import SEEDS, TRIED, digest_of, first_batch_loss
from rnn_edu.series.comparison import TASKS, Task
from rnn_edu.series.networks import (
    DIRECT,
    RECURSIVE,
    Network,
    Recipe,
    forecaster,
    refit_network,
    train_network,
)
from rnn_edu.series.reading import Reading
from rnn_edu.series.rolling import rolling_forecasts, truths
from rnn_edu.series.scores import mase
from rnn_edu.series.series import Array

__all__ = ["first_batch_loss", "run"]

NAME = "series_closer"
#: Of each series the strategy with which the GRU did best in the record.
STRATEGY = {"sunspots": DIRECT, "co2": RECURSIVE}
#: Units of GRUs on the sunspots.
UNITS = (1, 2, 4, 16)
#: A learning rate beyond the largest that was tried, for the kinds that took the largest.
BEYOND, KINDS_BEYOND = 0.1, ("LSTM", "GRU")
WAYS: dict[str, Callable[[Array, Reading, Recipe], Network]] = {
    "last fifth apart": train_network,
    "refitted": refit_network,
}


def run(options: RunOptions) -> Path:
    """Trains all networks, and writes the record."""
    full = FullRun(NAME, options)
    usual = Recipe()
    recipe = replace(usual, kind=TRIED, epochs=options.epochs_or(usual.epochs))
    tasks = {name: make() for name, make in TASKS.items()}
    rates = {name: chosen_rate(name) for name in tasks}
    part = full.checkpoints.part

    def closer(name: str, way: str) -> Any:
        one = replace(recipe, rate=rates[name], strategy=STRATEGY[name])
        facts = {"of": name, "way": way, **asdict(one)}
        return part(facts, partial(_origins, tasks[name], one, way))

    def direct(name: str, one: Recipe) -> Any:
        return part({"of": name, **asdict(one)}, partial(by_seed, tasks[name], one))

    sizes = {units: replace(recipe, rate=rates["sunspots"], units=units) for units in UNITS}
    faster = {kind: replace(recipe, rate=BEYOND, kind=kind) for kind in KINDS_BEYOND}
    metrics = {
        "origins": {name: {way: closer(name, way) for way in WAYS} for name in tasks},
        "units": {str(units): direct("sunspots", one) for units, one in sizes.items()},
        "beyond": {
            name: {kind: direct(name, one) for kind, one in faster.items()} for name in tasks
        },
    }
    return full.record_of_made_up(
        digest_of(tasks),
        sum(len(task.series) for task in tasks.values()),
        SEEDS,
        setting={
            "rates": rates,
            "beyond": BEYOND,
            "strategies": STRATEGY,
            **{key: getattr(recipe, key) for key in ("batch", "epochs", "patience")},
        },
        metrics=metrics,
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def chosen_rate(name: str) -> float:
    """The learning rate that the record of ``series`` chose for the GRU on this series."""
    return float(read_record("series")["metrics"][name]["networks"][TRIED]["rate"])


def _origins(task: Task, recipe: Recipe, way: str) -> dict[str, Any]:
    """The scaled errors of five networks together from every origin, and each one's MASE."""
    said = []
    for seed in SEEDS:
        network = forecaster(task.known, task.reading, replace(recipe, seed=seed), WAYS[way])
        said.append(rolling_forecasts(network, task.series.values, task.origins))
    together = np.mean(said, axis=0)
    truth = truths(task.series.values, task.origins, task.reading.horizon)
    found = {
        "mase": mase(truth, together, task.yardstick).round(4).tolist(),
        "one_step": (np.abs(truth - together)[:, 0] / task.yardstick).round(4).tolist(),
        "mase_per_seed": [_mase(task, one) for one in said],
    }
    print(task.series.name, way, found["mase_per_seed"], flush=True)
    return found


def by_seed(task: Task, recipe: Recipe, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Of each seed the validation loss, the passes that were made, and MASE as in the record."""
    networks = [train_network(task.known, task.reading, replace(recipe, seed=s)) for s in seeds]
    said = [rolling_forecasts(one, task.series.values, task.origins) for one in networks]
    found = {
        "validation_loss": [round(one.validation_loss, 5) for one in networks],
        "epochs": [one.epochs for one in networks],
        "mase": [_mase(task, forecasts) for forecasts in said],
    }
    print(task.series.name, recipe.kind, recipe.units, recipe.rate, found, flush=True)
    return found


def _mase(task: Task, forecasts: Array) -> float:
    """The mean over the origins that are a horizon apart."""
    truth = truths(task.series.values, task.origins, task.reading.horizon)
    return round(float(mase(truth, forecasts, task.yardstick)[task.apart].mean()), 4)
