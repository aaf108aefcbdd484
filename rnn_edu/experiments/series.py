"""Two series over rolling origins: seven forecasts without a network, three networks, five seeds.

Every method is fitted once, on the training part, and then reads on. Each kind of layer is tried
at three learning rates with the first seed; the one with the least loss on the last fifth of the
training part is taken. The test part chooses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.series.baselines import linear_direct
from rnn_edu.series.comparison import TASKS, Task, baseline_forecasts, scores
from rnn_edu.series.networks import (
    KINDS,
    STRATEGIES,
    VALIDATION,
    Recipe,
    build,
    forecaster,
    network_inputs,
    train_network,
)
from rnn_edu.series.reading import NOW, Reading
from rnn_edu.series.rolling import rolling_forecasts
from rnn_edu.series.scaling import Scaling
from rnn_edu.series.scores import bootstrap_interval
from rnn_edu.series.series import Array

NAME = "series"
SEEDS = (0, 1, 2, 3, 4)
RATES = (0.003, 0.01, 0.03)
#: The kind that is tried with all strategies, and with the month beside the numbers.
TRIED = "GRU"
#: Lengths of the windows that are read with and without the month.
LENGTHS = (6, 24)
VARIED = ("kind", "strategy", "rate", "seed")


def run(options: RunOptions) -> Path:
    """Trains all networks on both series, and writes the record."""
    full = FullRun(NAME, options)
    usual = Recipe()
    recipe = replace(usual, epochs=options.epochs_or(usual.epochs))
    tasks = {name: make() for name, make in TASKS.items()}
    metrics = {name: _of_series(full.checkpoints, task, recipe) for name, task in tasks.items()}
    return full.record_of_made_up(
        digest_of(tasks),
        sum(len(task.series) for task in tasks.values()),
        SEEDS,
        setting=_setting(recipe, tasks),
        metrics=metrics,
        baselines={name: _mean_mase(found["baselines"]) for name, found in metrics.items()},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the untrained GRU on the first 32 windows of sunspots, in scaled units."""
    import keras

    task, recipe = TASKS["sunspots"](), Recipe()
    x, y, pasts = task.reading.examples(task.known)
    scaling = Scaling.of(x.ravel())
    keras.utils.set_random_seed(SEEDS[0])
    model = build(recipe, task.reading)
    said = model.predict_on_batch(network_inputs(task.reading, scaling, pasts[: recipe.batch]))
    return round(float(np.mean((scaling.scale(y[: recipe.batch]) - said) ** 2)), 6)


def _of_series(checkpoints: Checkpoints, task: Task, recipe: Recipe) -> dict[str, Any]:
    """Everything that is measured on one series."""
    name = task.series.name
    rates = checkpoints.part({"rates of": name}, partial(_rates, task, recipe))
    recipes = {kind: replace(recipe, kind=kind, rate=_best(found)) for kind, found in rates.items()}

    def seeds(recipe: Recipe) -> dict[str, Any]:
        facts = {"of": name, **asdict(recipe)}
        return dict(checkpoints.part(facts, partial(_seeds, task, recipe)))

    def months(key: str, other: Task) -> dict[str, Any]:
        facts = {"of": name, "reads": key, **asdict(recipes[TRIED])}
        return dict(checkpoints.part(facts, partial(_with_months, other, recipes[TRIED])))

    return {
        "origins": task.series.times[np.array(task.origins)][task.apart].round(4).tolist(),
        "yardstick": round(task.yardstick, 6),
        "validation_loss": rates,
        "baselines": {m: _row(task, said) for m, said in baseline_forecasts(task).items()},
        "networks": {kind: seeds(one) for kind, one in recipes.items()},
        "strategies": {s: seeds(replace(recipes[TRIED], strategy=s)) for s in STRATEGIES},
        "months": {key: months(key, other) for key, other in _month_tasks(task).items()},
    }


def _best(losses: dict[str, float]) -> float:
    return float(min(losses, key=lambda rate: losses[rate]))


def _rates(task: Task, recipe: Recipe) -> dict[str, dict[str, float]]:
    """The validation loss of each kind at each rate, with the first seed."""
    found: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        recipes = [replace(recipe, kind=kind, rate=rate, seed=SEEDS[0]) for rate in RATES]
        networks = [train_network(task.known, task.reading, one) for one in recipes]
        losses = [round(network.validation_loss, 5) for network in networks]
        found[kind] = {str(rate): loss for rate, loss in zip(RATES, losses, strict=True)}
        print(task.series.name, kind, found[kind], flush=True)
    return found


def _seeds(task: Task, recipe: Recipe) -> dict[str, Any]:
    """A network's scores with each seed, and those of the mean of all their forecasts."""
    said = []
    for seed in SEEDS:
        network = forecaster(task.known, task.reading, replace(recipe, seed=seed))
        said.append(rolling_forecasts(network, task.series.values, task.origins))
    rows = [_row(task, forecasts) for forecasts in said]
    one = [round(float(np.mean(row["mase"])), 3) for row in rows]
    print(task.series.name, recipe.kind, recipe.strategy, recipe.rate, one, flush=True)
    return {"rate": recipe.rate, "per_seed": rows, "together": _row(task, np.mean(said, axis=0))}


def _month_tasks(task: Task) -> dict[str, Task]:
    """The task with short and long windows that know no season, without the month and with it.

    A series without a season has none of them.
    """
    if task.series.period == 1:
        return {}
    period, horizon = task.series.period, task.reading.horizon
    readings = {
        f"{length}, {'with' if months else 'without'} the month": Reading(
            length, horizon, NOW, period, months=months
        )
        for length in LENGTHS
        for months in (False, True)
    }
    return {key: replace(task, reading=reading) for key, reading in readings.items()}


def _with_months(task: Task, recipe: Recipe) -> dict[str, Any]:
    linear = linear_direct(task.known, task.reading)
    return {
        "linear, direct": _row(task, rolling_forecasts(linear, task.series.values, task.origins)),
        TRIED: _seeds(task, recipe),
    }


def _row(task: Task, forecasts: Array) -> dict[str, Any]:
    """The scores, rounded; of the first steps and of sMAPE the means."""
    found = scores(task, forecasts)
    return {
        "one_step": round(float(found["one_step"].mean()), 4),
        "one_step_interval": np.round(bootstrap_interval(found["one_step"]), 4).tolist(),
        "mase": np.round(found["mase"], 4).tolist(),
        "smape": round(float(found["smape"].mean()), 4),
        "by_step": np.round(found["by_step"], 4).tolist(),
    }


def _mean_mase(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    return {name: round(float(np.mean(row["mase"])), 4) for name, row in rows.items()}


def _setting(recipe: Recipe, tasks: Mapping[str, Task]) -> dict[str, Any]:
    return {
        **{key: value for key, value in asdict(recipe).items() if key not in VARIED},
        "learning_rates": list(RATES),
        "optimizer": "Adam",
        "loss": "mean_squared_error",
        "validation": VALIDATION,
        "tasks": {
            name: {**asdict(task.reading), "cycle": task.cycle, "training": task.training}
            for name, task in tasks.items()
        },
    }


def digest_of(tasks: Mapping[str, Task]) -> str:
    """SHA-256 over the numbers of all series."""
    digest = hashlib.sha256()
    for task in tasks.values():
        digest.update(task.series.values.tobytes())
    return digest.hexdigest()
