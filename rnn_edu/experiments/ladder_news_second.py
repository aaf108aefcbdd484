"""A second layer on the repaired news network, as the document has two: what is it worth there?

The first rung is the GRU of ``ladder_news_parts``: a mask, a start from GloVe, one layer in both
directions, the mean of its states. The second rung lets a second such layer read those states.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments import ladder_news_parts, ladders
from rnn_edu.experiments.ladder_news_parts import Rung, run_ladder
from rnn_edu.experiments.options import RunOptions

NAME = "ladder_news_second"
#: One set of seeds: a GRU of two layers is the dearest network of the ladder.
SETS = {"first": ladders.SETS["first"]}
RUNGS = {
    "one layer": ladder_news_parts.RUNGS["GRU"],
    "two layers": Rung(glove=True, cell="GRU", second=True),
}


def run(options: RunOptions) -> Path:
    """Climbs from the first set of seeds and writes the record; DataError without the real news."""
    return run_ladder(NAME, RUNGS, SETS, options)


def first_batch_loss() -> float:
    """The loss of the first batch before training, of the first rung."""
    return ladder_news_parts.first_batch_loss(RUNGS["one layer"])
