"""Layers without recurrent weights on the waves and the digits, at three rates, with five seeds.

The rates and passes are those of ``which_network_rates``, where the others stand. The long task is
in ``which_network_linear``.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_linear import SEEDS
from rnn_edu.experiments.which_network_rates import run_at_rates

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_layers"
SHORT = ("MinGRU", "MinLSTM", "DiagonalSSM")
#: What is tried on which task; all of it takes some ten minutes of one processor core.
TRIED = {"waves": SHORT, "digits": SHORT}


def run(options: RunOptions) -> Path:
    """Trains each layer on its tasks at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
