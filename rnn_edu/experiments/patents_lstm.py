"""The document's LSTM on patent abstracts: the 51st word from the 50 before it; claimed 23.9 %.

The claim is about a random split of windows that overlap. Beside it stands the same model with
each abstract on one side only. The model is trained by its guesses after every word, which takes
a small part of the time; the document's way, by the last guess alone, stands beside it too, with
the seconds that both took, and so do GloVe's word vectors.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import (
    Abstracts,
    Writer,
    always_most_common,
    n_gram,
    prepare,
)
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split

NAME = "patents_lstm"
SEED = 0
SETTING = Setting(epochs=36)
#: With whole abstracts apart nothing can be won by remembering, so a third of the epochs do.
APART = replace(SETTING, epochs=12)
#: The document's way: full softmax, the last guess alone. An "epoch" is WINDOWS windows here.
MANY_TO_ONE = Setting(4, every_position=False, learning_rate=0.003, batch_size=256, sampled=0)
WINDOWS = 10_000
SHORT = Setting(epochs=2, width=50)
EMBEDDINGS = ("trained", "glove_frozen", "glove_trained")
#: Test windows for the curves; the figures are of all the others.
FOLLOWED = 4_000


class Run:
    """Trains settings on splits, with checkpoints."""

    def __init__(self, abstracts: Abstracts, checkpoints: Checkpoints) -> None:
        self.abstracts, self.checkpoints = abstracts, checkpoints

    def result(self, kind: str, split: Split, setting: Setting, seed: int = SEED) -> dict[str, Any]:
        """Trains and measures once; what stands in the record."""
        facts = {**setting.facts(), "split": kind, "seed": seed}
        print(f"{kind}, {setting.embedding}, {setting.epochs} epochs, seed {seed}", flush=True)
        found: dict[str, Any] = self.checkpoints.part(
            facts, lambda: self._train(facts, split, setting, seed)
        )
        return found

    def beside(self, kind: str, split: Split, setting: Setting) -> dict[str, Any]:
        """A further result, with its own setting."""
        return {**self.result(kind, split, setting), "setting": setting.facts()}

    def _train(
        self, facts: dict[str, Any], split: Split, setting: Setting, seed: int
    ) -> dict[str, Any]:
        writer = Writer(self.abstracts.vocabulary, setting, seed)

        def epoch(number: int) -> dict[str, float]:
            start = time.process_time()
            loss = writer.epoch(self.abstracts, split, number, limit=WINDOWS)
            seconds = time.process_time() - start
            found = writer.measure(self.abstracts, split.test[:FOLLOWED])
            accuracy, followed = found["accuracy"], found["loss"]
            print(f"  epoch {number + 1}: {accuracy:.4f}, {seconds:.0f} s", flush=True)
            return {
                "training_loss": loss,
                "loss": followed,
                "accuracy": accuracy,
                "cpu_seconds": seconds,
            }

        curves = self.checkpoints.train(facts, writer.model, setting.epochs, epoch)
        final = writer.measure(self.abstracts, split.test[FOLLOWED:])
        return {
            **{name: round(value, 4) for name, value in final.items()},
            "curves": {name: [row[name] for row in curves] for name in curves[0]},
        }


def first_batch_loss() -> float:
    """The loss of the first windows of the document's split before training, among all words."""
    start_tensorflow()
    _, abstracts = read()
    return first_loss(abstracts, abstracts.random_split(SEED))


def read() -> tuple[Dataset, Abstracts]:
    """The real abstracts, ready for training; DataError without them."""
    data = load("patents")
    check_real(data)
    return data, prepare(data)


def run(options: RunOptions) -> Path:
    """Runs all settings and writes the record."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, mixed = abstracts.split_by_abstract(SEED), abstracts.random_split(SEED)
    runs, setting = Run(abstracts, full.checkpoints), SETTING.asked(options)
    metrics = _main(runs.result("windows", mixed, setting))
    metrics["by_abstract"] = runs.beside("abstracts", apart, APART.asked(options))
    slow = runs.beside("windows", mixed, MANY_TO_ONE.asked(options))
    metrics["many_to_one"] = {**slow, "windows_per_epoch": WINDOWS}
    for embedding in EMBEDDINGS:
        short = replace(SHORT, embedding=embedding).asked(options)
        metrics[f"width_50_{embedding}"] = runs.beside("abstracts", apart, short)
    metrics["shared"] = {"windows": abstracts.shared(mixed), "abstracts": abstracts.shared(apart)}
    return full.record(
        data,
        [SEED],
        setting=setting.facts(),
        metrics=metrics,
        baselines=_baselines(abstracts, mixed, apart),
        first_batch_loss=first_loss(abstracts, mixed),
    )


def _main(result: dict[str, Any]) -> dict[str, Any]:
    seeds = {f"{name}_per_seed": [result[name]] for name in ("accuracy", "loss")}
    return {**result, **seeds}


def _baselines(abstracts: Abstracts, mixed: Split, apart: Split) -> dict[str, float]:
    found = {}
    for ending, split in (("", mixed), ("_by_abstract", apart)):
        found[f"always_the{ending}"] = always_most_common(abstracts, split)
        found[f"trigram{ending}"] = n_gram(abstracts, split, 3)
        found[f"five_gram{ending}"] = n_gram(abstracts, split, 5)
    return found


def first_loss(
    abstracts: Abstracts, split: Split, setting: Setting = SETTING, seed: int = SEED
) -> float:
    """The loss of the first windows of a split before training, among all words."""
    writer = Writer(abstracts.vocabulary, setting, seed)
    return round(writer.measure(abstracts, split.train[: setting.batch_size])["loss"], 5)
