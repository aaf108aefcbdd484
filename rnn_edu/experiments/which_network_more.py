"""The layers without recurrent weights where the other runs left them out, with five seeds.

All three read the reviews and the short recall, at three rates, in the twelve passes that the other
networks had in ``which_network``. On the long task a minLSTM stands beside what
``which_network_linear`` tried there; like the minGRU of that run it starts by keeping σ(5) of its
state.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_layers import SHORT
from rnn_edu.experiments.which_network_linear import SEEDS
from rnn_edu.experiments.which_network_rates import run_at_rates

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_more"
#: What is tried on which task; all of it takes some fifteen minutes of one processor core.
TRIED = {"recall_150": ("open MinLSTM",), "reviews": SHORT, "recall_10": SHORT}


def run(options: RunOptions) -> Path:
    """Trains each layer on its tasks at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
