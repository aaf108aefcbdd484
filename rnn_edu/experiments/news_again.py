"""The news from other seeds: the document's layers, and the mean of the rows without them.

The first three seeds of the document's layers stand in the record of ``news_category_birnn``; here
are three others, in the same setting. The mean of the rows has three seeds of both sets.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.datasets import load
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import climb, one_of_two, rounded
from rnn_edu.experiments.news_category_birnn import DATA, SETTING
from rnn_edu.experiments.news_model import (
    DROPOUT,
    WORD_NUMBERS,
    FloatArray,
    NewsExperiment,
    scores,
)
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow

NAME = "news_again"
SETS = {"first": (0, 1, 2), "second": (100, 101, 102)}
#: The setting of the trainings that may take as long as they need, with a shorter patience.
LONG = replace(SETTING, epochs=40, patience=2)


def mean_of_words(experiment: NewsExperiment, seed: int) -> Any:
    """A table of words, the mean of its rows, dropout, and the answer; compiled."""
    import keras

    keras.utils.set_random_seed(seed)
    start = keras.initializers.RandomUniform(-SETTING.spread, SETTING.spread)
    rows = len(experiment.vocabulary)
    model = keras.Sequential(
        [
            keras.Input((experiment.longest,)),
            keras.layers.Embedding(
                rows, WORD_NUMBERS, mask_zero=True, embeddings_initializer=start
            ),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dropout(DROPOUT),
            keras.layers.Dense(experiment.answers, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(SETTING.learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def beside_bag(
    model: Any, experiment: NewsExperiment, bag: FloatArray, options: RunOptions
) -> dict[str, float]:
    """Trains a compiled network; its scores on the test texts, its lead over the bag of words."""
    chances, curves, _ = experiment.answered(model, LONG, options.epochs_or(LONG.epochs))
    truth = experiment.labels[experiment.parts.test]
    right = chances.argmax(axis=1) == truth
    lead = one_of_two(bag.argmax(axis=1) == truth, right)[2]
    return rounded(scores(chances, truth) | {"lead": lead, "epochs": len(curves["loss"])})


def measured(
    seed: int, experiment: NewsExperiment, bag: FloatArray, options: RunOptions
) -> dict[str, dict[str, float]]:
    """The mean of the rows beside the bag of words."""
    return {"mean of rows": beside_bag(mean_of_words(experiment, seed), experiment, bag, options)}


def run(options: RunOptions) -> Path:
    """Trains and writes the record; DataError without the real news."""
    full = FullRun(NAME, options)
    data = load(DATA)
    check_real(data)
    experiment = NewsExperiment(data, full.checkpoints)
    bag = experiment.chances_of_bag()
    climbed = partial(measured, experiment=experiment, bag=bag, options=options)
    means = climb(climbed, full.checkpoints, SETS)
    layers = experiment.run(SETTING, SETS["second"], options)
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting=SETTING.facts() | {"mean_epochs": LONG.epochs, "mean_patience": LONG.patience},
        metrics={**means, "the document's layers": {"second": layers}},
        baselines={"bag_of_words": scores(bag, experiment.labels[experiment.parts.test])},
        first_batch_loss=experiment.first_batch_loss(SETTING, SETS["second"][0]),
    )


def first_batch_loss(seeds: str = "second") -> float:
    """The loss of the first batch before training, of the document's layers.

    Args:
        seeds: of which set the first seed is taken, a key of ``SETS``.
    """
    start_tensorflow()
    data = load(DATA)
    check_real(data)
    return NewsExperiment(data).first_batch_loss(SETTING, SETS[seeds][0])
