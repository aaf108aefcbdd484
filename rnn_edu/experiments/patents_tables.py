"""The three tables of word vectors on the patent abstracts, from two more seeds.

The first seed of the same settings, on the same split, stands in the record of ``patents_lstm``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents_again import SEEDS
from rnn_edu.experiments.patents_lstm import EMBEDDINGS, SEED, SHORT, Run, first_loss, read
from rnn_edu.experiments.patents_seeds import SeedsRun, counted, means

NAME = "patents_tables"


def run(options: RunOptions) -> Path:
    """Trains each table from both seeds and writes the record; DataError without the real texts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, runs = abstracts.split_by_abstract(SEED), Run(abstracts, full.checkpoints)
    metrics = {}
    for embedding in EMBEDDINGS:
        setting = replace(SHORT, embedding=embedding).asked(options)
        found = [runs.result("abstracts", apart, setting, seed) for seed in SEEDS]
        curves = [result["curves"]["accuracy"] for result in found]
        metrics[embedding] = {"curves": curves, **means(found)}
    return full.record(
        data,
        SEEDS,
        setting=SHORT.asked(options).facts() | {"split_seed": SEED},
        metrics=metrics,
        baselines=counted(abstracts, apart),
        first_batch_loss=first_loss(abstracts, apart, SHORT, SEEDS[0]),
    )


def first_batch_loss() -> float:
    """The loss of the first windows before training, from the first of these seeds."""
    return SeedsRun(NAME, "abstracts", SHORT, SEEDS).first_batch_loss()
