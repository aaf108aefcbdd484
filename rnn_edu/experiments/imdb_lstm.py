"""The document's LSTM on film reviews, written in R there; claimed: close to 79 %.

500 words, 100 tokens, LSTM(32), Dense(256). The document took reviews of at most 100 words, from
a version of Keras that filtered them otherwise. Here are the pinned 5,000 + 1,000 reviews, cut to
their last 100 tokens; those below 100 tokens alone stand beside them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.sentiment import SentimentExperiment, SentimentSetting, summary
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split

NAME = "imdb_lstm"
SEEDS = (0, 1, 2)
CHOOSING_SEEDS = (100, 101, 102)
WORDS = 500
SETTING = SentimentSetting("LSTM", 32, 100, epochs=16, batch_size=256, dense=256)
PRINTED = replace(SETTING, epochs=50, batch_size=1024)
SHORT = replace(SETTING, epochs=16, batch_size=32)


def prepare(checkpoints: Checkpoints | None = None) -> tuple[Dataset, SentimentExperiment, Split]:
    """The real reviews and the makers' own split; DataError without them."""
    data = load("imdb")
    check_real(data)
    assert data.labels is not None
    rows = np.arange(len(data))
    split = Split(rows[: data.train_count], rows[data.train_count :])
    # Cut here and not by the padding alone: the bag of words shall see no more than the LSTM.
    last = [sequence[-SETTING.steps :] for sequence in data.sequences]
    return data, SentimentExperiment(last, data.labels, WORDS, checkpoints), split


def below(data: Dataset, split: Split, length: int) -> Split:
    """The part of a split whose reviews have fewer tokens than this."""
    lengths = np.array([len(sequence) for sequence in data.sequences])
    train, test = (part[lengths[part] < length] for part in (split.train, split.test))
    return Split(train, test)


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    start_tensorflow()
    _, experiment, split = prepare()
    return experiment.first_batch_loss(SETTING, split, SEEDS[0])


def run(options: RunOptions) -> Path:
    """Runs all settings and writes the record."""
    full = FullRun(NAME, options)
    data, experiment, split = prepare(full.checkpoints)
    short = below(data, split, SETTING.steps)
    best = experiment.best_epoch(SETTING.asked(options), split, CHOOSING_SEEDS)
    setting = replace(SETTING, epochs=best)
    metrics = summary(experiment.run(setting, split, SEEDS))
    metrics["as_printed"] = experiment.beside(PRINTED.asked(options), split, SEEDS)
    metrics["below_100_tokens"] = {
        **experiment.beside(SHORT.asked(options), short, SEEDS),
        "rows": [len(short.train), len(short.test)],
    }
    return full.record(
        data,
        SEEDS,
        setting=setting.facts(),
        metrics=metrics,
        baselines={
            "most_common_label": experiment.majority(split),
            "bag_of_words": experiment.bag_of_words(split),
            "bag_of_words_below_100_tokens": experiment.bag_of_words(short),
        },
        first_batch_loss=experiment.first_batch_loss(setting, split, SEEDS[0]),
    )
