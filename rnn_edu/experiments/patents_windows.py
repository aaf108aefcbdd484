"""The LSTM on random windows of patent abstracts, the document's split, from two more seeds.

The first seed of the same setting, on the same split, is the main result of ``patents_lstm``.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents_again import SEEDS, counted, means
from rnn_edu.experiments.patents_lstm import SEED, SETTING, Run, first_loss, read
from rnn_edu.quiet import start_tensorflow

NAME = "patents_windows"


def run(options: RunOptions) -> Path:
    """Trains from both seeds and writes the record; DataError without the real abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    mixed, setting = abstracts.random_split(SEED), SETTING.asked(options)
    runs = Run(abstracts, full.checkpoints)
    found = [runs.result("windows", mixed, setting, seed) for seed in SEEDS]
    return full.record(
        data,
        SEEDS,
        setting=setting.facts() | {"split_seed": SEED},
        metrics={"curves": [result["curves"]["accuracy"] for result in found], **means(found)},
        baselines=counted(abstracts, mixed),
        first_batch_loss=first_loss(abstracts, mixed, SETTING, SEEDS[0]),
    )


def first_batch_loss() -> float:
    """The loss of the first windows before training, from the first of these seeds."""
    start_tensorflow()
    _, abstracts = read()
    return first_loss(abstracts, abstracts.random_split(SEED), SETTING, SEEDS[0])
