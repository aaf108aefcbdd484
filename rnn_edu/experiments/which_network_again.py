"""Two more seeds for the networks of ``which_network_rates``, so that each row there has five."""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_rates import TRIED, kinds_of, run_at_rates

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_again"
SEEDS = (3, 4)


def run(options: RunOptions) -> Path:
    """Trains every reader on every task at every rate with both seeds, and writes the record."""
    return run_at_rates(NAME, options, {name: kinds_of(name) for name in TRIED}, SEEDS)
