"""The LSTM on patent abstracts with four times the units beside the small one, and beside counting.

Whole abstracts are on one side of the split, so that nothing can be won by remembering. Both sizes
have the same words, epochs, rate and batches; the larger one has more dropout, since it learns by
heart sooner.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import always_most_common, n_gram
from rnn_edu.experiments.patents_lstm import APART, SEED, Run, first_loss, read
from rnn_edu.quiet import start_tensorflow

NAME = "patents_larger"
SETTINGS = {
    "64 units": APART,
    "256 units": replace(APART, units=256, dropout=0.3, lstm_dropout=0.2),
}
#: An epoch of the larger one takes minutes.
SEEDS = {"64 units": (0, 1, 2), "256 units": (0, 1, 2)}


def run(options: RunOptions) -> Path:
    """Trains both sizes and writes the record; DataError without the real abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, runs = abstracts.split_by_abstract(SEED), Run(abstracts, full.checkpoints)
    metrics: dict[str, Any] = {}
    for size, setting in SETTINGS.items():
        asked = setting.asked(options)
        found = [runs.result("abstracts", apart, asked, seed) for seed in SEEDS[size]]
        metrics[size] = {**_summary(found), "seed": list(SEEDS[size]), "setting": asked.facts()}
    return full.record(
        data,
        [seed for seeds in SEEDS.values() for seed in seeds],
        setting={"split": "abstracts", "split_seed": SEED},
        metrics=metrics,
        baselines={
            "always_the": always_most_common(abstracts, apart),
            "trigram": n_gram(abstracts, apart, 3),
            "five_gram": n_gram(abstracts, apart, 5),
        },
        first_batch_loss=first_loss(abstracts, apart),
    )


def _summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name in ("accuracy", "loss"):
        values = [result[name] for result in found]
        facts |= {name: round(float(np.mean(values)), 4), f"{name}_per_seed": values}
    curves = [result["curves"] for result in found]
    facts["curves"] = {
        name: [curve[name] for curve in curves] for name in ("accuracy", "loss", "cpu_seconds")
    }
    return facts


def first_batch_loss() -> float:
    """The loss of the first windows before training, of the small one."""
    start_tensorflow()
    _, abstracts = read()
    return first_loss(abstracts, abstracts.split_by_abstract(SEED))
