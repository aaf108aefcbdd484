"""The document's two layers in both directions on news categories; it prints no accuracy.

The main result reads all words that the cleaning left and starts from a wide word table. Each run
keeps the weights with the smallest loss on a validation part. Beside it: the document's 20 words
with its own optimizer and Keras's own start, and 20 words with the optimizer of the main result.
The document's 130 steps, six in seven of them empty, are only timed, in the chapter: SimpleRNN is
slow over many steps.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnn_edu.datasets import load
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.news_model import NewsExperiment, NewsSetting
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow

NAME = "news_category_birnn"
DATA = "news_category_v3"
SEEDS = (0, 1, 2)
SETTING = NewsSetting(steps=32)
CUT = replace(SETTING, steps=20)
PRINTED = replace(CUT, optimizer="RMSprop", learning_rate=0.001, spread=0.05)


def first_batch_loss() -> float:
    """The loss of the first batch before training; the record holds what it was."""
    start_tensorflow()
    data = load(DATA)
    check_real(data)
    return NewsExperiment(data).first_batch_loss(SETTING, SEEDS[0])


def run(options: RunOptions) -> Path:
    """Runs all settings and writes the record; DataError without the real news."""
    full = FullRun(NAME, options)
    data = load(DATA)
    check_real(data)
    experiment = NewsExperiment(data, full.checkpoints)
    metrics = experiment.run(SETTING, SEEDS, options)
    for name, setting in {"as_printed": PRINTED, "cut_to_20": CUT}.items():
        metrics[name] = {**experiment.run(setting, SEEDS, options), "setting": setting.facts()}
    return full.record(
        data,
        SEEDS,
        setting=SETTING.facts() | {"words": len(experiment.vocabulary)},
        metrics=metrics,
        baselines=_baselines(experiment),
        first_batch_loss=experiment.first_batch_loss(SETTING, SEEDS[0]),
    )


def _baselines(experiment: NewsExperiment) -> dict[str, float]:
    found = {"most_common": experiment.most_common(), "bag_of_words": experiment.bag_of_words()}
    named: dict[str, float] = {}
    for name, values in found.items():
        named[name] = values["accuracy"]
        named |= {f"{name}_{value}": values[value] for value in ("top_3", "macro_f1")}
    return named
