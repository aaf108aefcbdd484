"""The document's one-unit SimpleRNN on the airline tweets; claimed there: close to 87 %.

The main result starts the one recurrent weight at +1. Keras's own start, an orthogonal matrix,
can only be +1 or -1 for a single unit, and the toss decides the result; the record holds eight
such tosses beside it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnn_edu.experiments import airline
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.sentiment import SentimentSetting

NAME = "airline_simple_rnn"
SETTING = SentimentSetting("SimpleRNN", 1, airline.LONGEST, epochs=40, positive=True)
PRINTED = SentimentSetting("SimpleRNN", 1, airline.PRINTED_STEPS, airline.PRINTED_EPOCHS)
TOSSES = replace(SETTING, epochs=25, positive=False)


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    return airline.first_batch_loss(SETTING)


def run(options: RunOptions) -> Path:
    """Runs it and writes the record."""
    return airline.run(NAME, options, SETTING, PRINTED, {"coin_tosses": (TOSSES, range(8))})
