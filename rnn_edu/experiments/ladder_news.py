"""The news network with one change: the mean of all states is read, not a last layer's last state.

Both layers in both directions stay as the document has them; its last SimpleRNN goes. Padding is
read as before. Optimizer, stopping, split and texts are those of the main run.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from rnn_edu.datasets import load
from rnn_edu.experiments import news_again
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import climb
from rnn_edu.experiments.news_again import LONG, SETS, beside_bag
from rnn_edu.experiments.news_category_birnn import DATA, SETTING
from rnn_edu.experiments.news_model import FloatArray, NewsExperiment, build, scores
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real

NAME = "ladder_news"


def mean_of_states(experiment: NewsExperiment, seed: int) -> Any:
    """The document's network with a mean over all states in place of its last SimpleRNN."""
    import keras

    rows = len(experiment.vocabulary)
    table, first, second, _, dropout, answer = build(SETTING, rows, experiment.answers, seed).layers
    mean = keras.layers.GlobalAveragePooling1D()
    fresh = keras.layers.Dense(experiment.answers, activation=answer.activation)
    words = keras.Input((SETTING.steps,), dtype="int32")
    model = keras.Sequential([words, table, first, second, mean, dropout, fresh])
    optimizer = keras.optimizers.Adam(SETTING.learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def measured(
    seed: int, experiment: NewsExperiment, bag: FloatArray, options: RunOptions
) -> dict[str, dict[str, float]]:
    """The changed network beside the bag of words."""
    model = mean_of_states(experiment, seed)
    return {"mean of all states": beside_bag(model, experiment, bag, options)}


def run(options: RunOptions) -> Path:
    """Trains from both sets of seeds and writes the record; DataError without the real news."""
    full = FullRun(NAME, options)
    data = load(DATA)
    check_real(data)
    experiment = NewsExperiment(data)
    bag = experiment.chances_of_bag()
    climbed = partial(measured, experiment=experiment, bag=bag, options=options)
    return full.record(
        data,
        [seed for seeds in SETS.values() for seed in seeds],
        setting=LONG.facts(),
        metrics=climb(climbed, full.checkpoints, SETS),
        baselines={"bag_of_words": scores(bag, experiment.labels[experiment.parts.test])},
        first_batch_loss=experiment.first_batch_loss(SETTING, SETS["first"][0]),
    )


def first_batch_loss() -> float:
    """The loss of the first batch before training, of the document's layers."""
    return news_again.first_batch_loss("first")
