"""From the document's news network to the first repairs: a mask, the mean of the states, one layer.

The first rung has the document's layers: two in both directions, and a SimpleRNN whose last state
makes the answer. The last rung is the second one of ``ladder_news_parts``, which goes on from
there.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments import ladder_news_parts
from rnn_edu.experiments.ladder_news_parts import Rung, run_ladder
from rnn_edu.experiments.ladders import SETS
from rnn_edu.experiments.options import RunOptions

NAME = "ladder_news_start"
RUNGS = {
    "last state": Rung(mask=False, second=True, last=True),
    "mask": Rung(second=True, last=True),
    "mean of states": Rung(second=True),
    "one layer": ladder_news_parts.RUNGS["mask"],
}


def run(options: RunOptions) -> Path:
    """Climbs from both sets of seeds and writes the record; DataError without the real news."""
    return run_ladder(NAME, RUNGS, SETS, options)


def first_batch_loss() -> float:
    """The loss of the first batch before training, of the first rung."""
    return ladder_news_parts.first_batch_loss(RUNGS["last state"])
