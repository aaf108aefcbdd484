"""The document's one-unit LSTM on the airline tweets; claimed there: 91 %.

The main result trains with ten times the document's learning rate, which ends the long time that
the model gives one and the same answer, and starts from recurrent weights without a minus sign.
A layer of 32 units stands beside it, from Keras's own start.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnn_edu.experiments import airline
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.sentiment import SentimentSetting

NAME = "airline_lstm"
SETTING = SentimentSetting("LSTM", 1, airline.LONGEST, epochs=16, learning_rate=0.01, positive=True)
PRINTED = SentimentSetting("LSTM", 1, airline.PRINTED_STEPS, airline.PRINTED_EPOCHS)
WIDE = replace(SETTING, units=32, epochs=4, positive=False)


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    return airline.first_batch_loss(SETTING)


def run(options: RunOptions) -> Path:
    """Runs it and writes the record."""
    return airline.run(NAME, options, SETTING, PRINTED, {"units_32": (WIDE, airline.SEEDS)})
