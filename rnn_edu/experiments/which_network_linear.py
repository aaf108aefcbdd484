"""Layers without recurrent weights on the long task, at three rates, with five seeds.

What they are compared with is in the record of ``which_network_rates``: the same task, rates and
passes, and three of the seeds. A minGRU starts as Keras's GRU does, with an update gate of a half,
so it stands there with its gate open, at σ(5); the state space has its memories from 2 steps to
500, as it always starts.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_rates import run_at_rates

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_linear"
SEEDS = (0, 1, 2, 3, 4)
#: What is tried on which task; all of it takes some eight minutes of one processor core.
TRIED = {"recall_150": ("open MinGRU", "DiagonalSSM")}


def run(options: RunOptions) -> Path:
    """Trains each layer on its tasks at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
