"""The LSTM on patent abstracts with whole abstracts apart, from two more seeds.

The first seed of the same setting, on the same split, stands in the record of ``patents_lstm``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import always_most_common, n_gram
from rnn_edu.experiments.patents_lstm import APART, SEED, Run, first_loss, read
from rnn_edu.quiet import start_tensorflow

NAME = "patents_again"
SEEDS = (1, 2)


def run(options: RunOptions) -> Path:
    """Trains from both seeds and writes the record; DataError without the real abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, setting = abstracts.split_by_abstract(SEED), APART.asked(options)
    runs = Run(abstracts, full.checkpoints)
    found = [runs.result("abstracts", apart, setting, seed) for seed in SEEDS]
    metrics: dict[str, Any] = {"curves": [result["curves"]["accuracy"] for result in found]}
    for name in ("accuracy", "loss"):
        values = [result[name] for result in found]
        metrics |= {name: round(float(np.mean(values)), 4), f"{name}_per_seed": values}
    return full.record(
        data,
        SEEDS,
        setting=setting.facts() | {"split_seed": SEED},
        metrics=metrics,
        baselines={
            "always_the": always_most_common(abstracts, apart),
            "trigram": n_gram(abstracts, apart, 3),
            "five_gram": n_gram(abstracts, apart, 5),
        },
        first_batch_loss=first_loss(abstracts, apart, APART, SEEDS[0]),
    )


def first_batch_loss() -> float:
    """The loss of the first windows before training, from the first of these seeds."""
    start_tensorflow()
    _, abstracts = read()
    return first_loss(abstracts, abstracts.split_by_abstract(SEED), APART, SEEDS[0])
