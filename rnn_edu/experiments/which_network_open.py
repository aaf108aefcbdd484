"""Layers without recurrent weights whose gates start open, on the short recall, with five seeds.

At their usual start, an update gate of a half, they are in ``which_network_more``: the same task,
rates, passes and seeds. Here they start by keeping σ(5) of the state, as on the long task.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_linear import SEEDS
from rnn_edu.experiments.which_network_rates import run_at_rates

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_open"
#: What is tried on which task; all of it takes a few minutes of one processor core.
TRIED = {"recall_10": ("open MinGRU", "open MinLSTM")}


def run(options: RunOptions) -> Path:
    """Trains each layer at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
