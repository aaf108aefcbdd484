"""Dates in words to figures, with attention and without, over sentences of growing length.

Both networks see the same sentences of one, two and three dates in the same number of updates.
They are tested on dates that no training shows, at these lengths and at a longer one.
"""

from __future__ import annotations

from pathlib import Path

from rnn_edu.experiments import read_then_write
from rnn_edu.experiments.options import RunOptions
from rnn_edu.translation.dates import DATES, LONGER, SHOWN, UNSEEN_SHARE, all_days

NAME = "dates"


def run(options: RunOptions) -> Path:
    """Trains both networks from every seed, and writes the record."""
    setting = {
        "dates_in_a_sentence": list(SHOWN),
        "longer": list(LONGER),
        "unseen_share": UNSEEN_SHARE,
    }
    guessed = {"one date guessed": 1 / len(all_days())}
    return read_then_write.run_task(NAME, options, DATES, 2, setting, guessed)


def first_batch_loss() -> float:
    """The loss of the untrained network with attention on the first 64 sentences."""
    return read_then_write.first_batch_loss(DATES)
