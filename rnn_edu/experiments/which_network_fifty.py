"""Recall over 50 steps by the layers without recurrent weights, and by those that start open.

``which_network_rest`` has the others on this task, at the same rates, with the same passes and
seeds. Where a layer starts open, its gate keeps σ(5) of the state at each step.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_layers import SHORT
from rnn_edu.experiments.which_network_linear import SEEDS
from rnn_edu.experiments.which_network_rates import run_at_rates
from rnn_edu.uses.readers import OPEN

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_fifty"
#: What is tried on which task; all of it takes some twenty minutes of one processor core.
TRIED = {"recall_50": (*SHORT, "open MinGRU", "open MinLSTM", *OPEN)}


def run(options: RunOptions) -> Path:
    """Trains each layer at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
