"""The convolution over rows and columns on the digits, at the three rates of the others.

The rates, passes and seeds are those of ``which_network_rates``, where a SimpleRNN, an LSTM and
attention read the same digits row by row.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import SEEDS, first_batch_loss
from rnn_edu.experiments.which_network_rates import run_at_rates
from rnn_edu.uses.readers import PICTURES

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_pictures"
#: What is tried on which task; all of it takes a minute or two of one processor core.
TRIED = {"digits": (PICTURES,)}


def run(options: RunOptions) -> Path:
    """Trains it at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
