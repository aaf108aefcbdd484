"""The one-unit LSTM on the airline tweets beside the bag of words, in pairs, from ten seeds.

The setting is that of the record of ``airline_lstm``, which has three of these seeds and no pairs:
the tweets that only one of the two answers rightly.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments import airline_lstm
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladder_sentiment import Tweets, beside, judged, load_real
from rnn_edu.experiments.ladders import SETS, climb
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import read_record
from rnn_edu.experiments.sentiment import SentimentSetting

NAME = "airline_one_unit"


def setting() -> SentimentSetting:
    """That of the record, with the number of epochs that was chosen there."""
    return SentimentSetting(**read_record(airline_lstm.NAME)["setting"])


def measured(seed: int, tweets: Tweets, bag: Any) -> dict[str, dict[str, float]]:
    """One training on all training tweets, beside the bag of words that learned from the same."""
    chances = tweets.network(seed, tweets.split.train)(tweets.split.test)
    found = beside(chances, 0.5, bag, 0.5, tweets.labels[tweets.split.test])
    return {"LSTM(1)": found}


def run(options: RunOptions) -> Path:
    """Trains from both sets of seeds and writes the record; DataError without the real tweets."""
    full = FullRun(NAME, options)
    data = load_real()
    tweets = Tweets(data, setting().asked(options))
    test, facts = tweets.split.test, tweets.setting.facts()
    bag: Any = np.asarray(tweets.bag_of_words(tweets.split.train)(test))
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting=facts,
        metrics=climb(partial(measured, tweets=tweets, bag=bag), full.checkpoints, **facts),
        baselines=judged(bag, 0.5, tweets.labels[test]),
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    from rnn_edu.experiments import airline

    return airline.first_batch_loss(setting())
