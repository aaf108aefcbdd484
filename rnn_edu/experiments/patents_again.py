"""The LSTM on patent abstracts with whole abstracts apart, from two more seeds.

The first seed of the same setting, on the same split, stands in the record of ``patents_lstm``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import Abstracts, always_most_common, n_gram
from rnn_edu.experiments.patents_lstm import APART, SEED, Run, first_loss, read
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split

NAME = "patents_again"
SEEDS = (1, 2)


def run(options: RunOptions) -> Path:
    """Trains from both seeds and writes the record; DataError without the real abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, setting = abstracts.split_by_abstract(SEED), APART.asked(options)
    runs = Run(abstracts, full.checkpoints)
    found = [runs.result("abstracts", apart, setting, seed) for seed in SEEDS]
    return full.record(
        data,
        SEEDS,
        setting=setting.facts() | {"split_seed": SEED},
        metrics={"curves": [result["curves"]["accuracy"] for result in found], **means(found)},
        baselines=counted(abstracts, apart),
        first_batch_loss=first_loss(abstracts, apart, APART, SEEDS[0]),
    )


def means(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Accuracy and loss of each seed, and their means."""
    metrics: dict[str, Any] = {}
    for name in ("accuracy", "loss"):
        values = [result[name] for result in found]
        metrics |= {name: round(float(np.mean(values)), 4), f"{name}_per_seed": values}
    return metrics


def counted(abstracts: Abstracts, split: Split) -> dict[str, float]:
    """Accuracy on the test windows of the models that count."""
    return {
        "always_the": always_most_common(abstracts, split),
        "trigram": n_gram(abstracts, split, 3),
        "five_gram": n_gram(abstracts, split, 5),
    }


def first_batch_loss(setting: Setting = APART, seed: int = SEEDS[0]) -> float:
    """The loss of the first windows before training, with whole abstracts apart."""
    start_tensorflow()
    _, abstracts = read()
    return first_loss(abstracts, abstracts.split_by_abstract(SEED), setting, seed)
