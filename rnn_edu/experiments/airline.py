"""What the two runs on the airline tweets share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.sentiment import (
    SentimentExperiment,
    SentimentSetting,
    airline_words,
    document_split,
    summary,
)
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import split_texts

SEEDS = (0, 1, 2)
#: Other draws than those that are reported, for choosing the number of epochs.
CHOOSING_SEEDS = (100, 101, 102)
LONGEST = 35
PRINTED_STEPS, PRINTED_EPOCHS = 200, 50


def prepare(checkpoints: Checkpoints | None = None) -> tuple[Dataset, SentimentExperiment]:
    """The real tweets, ready for training; DataError without them."""
    data = load("airline_sentiment")
    check_real(data)
    assert data.labels is not None
    sequences, vocabulary = airline_words(data)
    return data, SentimentExperiment(sequences, data.labels, len(vocabulary), checkpoints)


def first_batch_loss(setting: SentimentSetting) -> float:
    """The loss of the first batch of the document's split, with the first seed."""
    start_tensorflow()
    data, experiment = prepare()
    return experiment.first_batch_loss(setting, document_split(len(data)), SEEDS[0])


def run(
    name: str,
    options: RunOptions,
    longest: SentimentSetting,
    printed: SentimentSetting,
    more: dict[str, tuple[SentimentSetting, Sequence[int]]],
) -> Path:
    """Runs all settings and writes the record.

    Args:
        name: of the record.
        options: as they were asked for; ``--epochs`` holds for every setting.
        longest: the setting of the main result, with the most epochs to choose from.
        printed: the document's setting.
        more: further settings with their seeds, by the name they have in the record.
    """
    full = FullRun(name, options)
    data, experiment = prepare(full.checkpoints)
    split, apart = document_split(len(data)), split_texts(data.texts, 0.3, seed=10)
    best = experiment.best_epoch(longest.asked(options), split, CHOOSING_SEEDS)
    setting = replace(longest, epochs=best)
    metrics = summary(experiment.run(setting, split, SEEDS))
    metrics["as_printed"] = experiment.beside(printed.asked(options), split, SEEDS)
    metrics["no_shared_texts"] = experiment.beside(setting, apart, SEEDS)
    for key, (other, seeds) in more.items():
        metrics[key] = experiment.beside(other.asked(options), split, seeds)
    return full.record(
        data,
        SEEDS,
        setting=setting.facts(),
        metrics=metrics,
        baselines={
            "always_negative": experiment.majority(split),
            "bag_of_words": experiment.bag_of_words(split),
            "bag_of_words_no_shared_texts": experiment.bag_of_words(apart),
        },
        first_batch_loss=experiment.first_batch_loss(setting, split, SEEDS[0]),
    )
