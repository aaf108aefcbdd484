"""Dates without attention in four times the passes of ``dates``, with two of its seeds.

Everything else is as in ``dates``, the unseen sentences too; the learning rate goes down to zero
over the 64 passes. So it tells what the state cannot hold from what 16 passes did not teach.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments import read_then_write
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.dates import first_batch_loss
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.translation import training
from rnn_edu.translation.dates import DATES
from rnn_edu.translation.training import Trainer

__all__ = ["first_batch_loss", "run"]

NAME = "dates_longer"
KIND = "without"
SEEDS = (0, 1)
PASSES = 64


def run(options: RunOptions) -> Path:
    """Trains the network without attention from each seed, and writes the record."""
    full = FullRun(NAME, options)
    passes = options.epochs_or(PASSES)
    return full.record_of_made_up(
        read_then_write.digest(DATES),
        training.SENTENCES,
        SEEDS,
        setting=read_then_write.setting_of(DATES, passes),
        metrics={KIND: [result(full.checkpoints, seed, passes) for seed in SEEDS]},
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def result(checkpoints: Checkpoints, seed: int, passes: int) -> dict[str, Any]:
    """The losses and the tests of one training."""
    trainer = Trainer(read_then_write.KINDS[KIND], DATES, passes=passes)
    facts = {"kind": KIND, "seed": seed, "passes": passes}
    found: dict[str, Any] = checkpoints.part(
        facts, partial(read_then_write.trained, trainer, seed, 0)
    )
    exact = {length: test["exact"] for length, test in found["tests"].items()}
    print(f"{KIND} seed {seed}, {passes} passes: {exact}", flush=True)
    return found
