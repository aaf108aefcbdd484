"""Further seeds of one setting of the LSTM on patent abstracts: trained, measured and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import Abstracts, always_most_common, n_gram
from rnn_edu.experiments.patents_lstm import SEED, Run, first_loss, read
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split


@dataclass(frozen=True)
class SeedsRun:
    """A run that trains one setting on one split from each of its seeds.

    Args:
        name: of the run.
        kind: ``"abstracts"`` keeps each abstract on one side of the split, ``"windows"`` draws
            windows one by one, as the document does.
        setting: how the model is built and trained.
        seeds: of the trainings; the split has its own.
        curve: which curve the record keeps; ``""`` keeps all of them.
    """

    name: str
    kind: str
    setting: Setting
    seeds: tuple[int, ...]
    curve: str = "accuracy"

    def run(self, options: RunOptions) -> Path:
        """Trains from every seed and writes the record; DataError without the real abstracts."""
        full = FullRun(self.name, options)
        data, abstracts = read()
        split, setting = self.split(abstracts), self.setting.asked(options)
        runs = Run(abstracts, full.checkpoints)
        found = [runs.result(self.kind, split, setting, seed) for seed in self.seeds]
        curves = [result["curves"] for result in found]
        kept = [curve[self.curve] for curve in curves] if self.curve else curves
        return full.record(
            data,
            self.seeds,
            setting=setting.facts() | {"split_seed": SEED},
            metrics={"curves": kept, **means(found)},
            baselines=counted(abstracts, split),
            first_batch_loss=first_loss(abstracts, split, self.setting, self.seeds[0]),
        )

    def first_batch_loss(self) -> float:
        """The loss of the first windows before training, from the first of these seeds."""
        start_tensorflow()
        _, abstracts = read()
        return first_loss(abstracts, self.split(abstracts), self.setting, self.seeds[0])

    def split(self, abstracts: Abstracts) -> Split:
        """The split of the windows, the same for all runs of one kind."""
        if self.kind == "windows":
            return abstracts.random_split(SEED)
        return abstracts.split_by_abstract(SEED)


def means(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Accuracy and loss of each seed, and their means."""
    metrics: dict[str, Any] = {}
    for name in ("accuracy", "loss"):
        values = [result[name] for result in found]
        metrics |= {name: round(float(np.mean(values)), 4), f"{name}_per_seed": values}
    return metrics


def counted(abstracts: Abstracts, split: Split) -> dict[str, float]:
    """Accuracy on the test windows of the models that count."""
    return {
        "always_the": always_most_common(abstracts, split),
        "trigram": n_gram(abstracts, split, 3),
        "five_gram": n_gram(abstracts, split, 5),
    }
