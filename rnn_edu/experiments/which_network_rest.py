"""What the other runs left out: each layer on each task, at three rates and with five seeds.

``which_network`` has one rate and three seeds; ``which_network_rates`` and those after it added
rates and seeds where a chapter needed them. This one fills the table. Passes, rates and rules are
theirs.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.experiments.which_network_linear import SEEDS
from rnn_edu.experiments.which_network_rates import run_at_rates
from rnn_edu.uses import KINDS
from rnn_edu.uses.readers import PICTURES

__all__ = ["first_batch_loss", "run"]

NAME = "which_network_rest"
#: What is tried on which task; all of it takes about an hour of one processor core.
TRIED = {
    "reviews": KINDS,
    "recall_10": KINDS,
    "recall_50": KINDS,
    "recall_150": ("Conv1D",),
    "waves": ("GRU", "Conv1D"),
    "digits": ("GRU", "Conv1D", PICTURES),
}


def run(options: RunOptions) -> Path:
    """Trains each network on its tasks at every rate with every seed, and writes the record."""
    return run_at_rates(NAME, options, TRIED, SEEDS)
