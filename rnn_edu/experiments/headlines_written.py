"""A language model of real headlines that writes, and what its perplexity is without ``<UNK>``.

``headlines_language_model`` leaves figures only. This run trains a smaller state for fewer epochs,
with three seeds, and keeps what the first of the three networks writes: forty headlines, drawn with
the seeds 0 to 39, and eight ends of one beginning. On the held-out headlines it also has the
perplexity on the words that the vocabulary knows, for each network and for models that count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.headlines_language_model import (
    Headlines,
    HeadlinesSetting,
    first_batch_loss,
    prepare,
    train,
)
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.text.kneser_ney import KneserNey

if TYPE_CHECKING:
    from rnn_edu.language_model import RNNLanguageModel

__all__ = ["first_batch_loss", "run"]

NAME = "headlines_written"
SEEDS = (1, 2, 3)
SETTING = HeadlinesSetting(
    state_size=256, epochs=5, batch_size=64, dropout=0.3, learning_rate=0.0015, slower_from=3
)
COUNTED = {"unigram": 1, "bigram": 2, "trigram": 3, "four_gram": 4}
WRITTEN, TEMPERATURES, LONGEST = 40, (1.0, 0.7), 16
BEGINNING = "scientists just discovered"


def run(options: RunOptions) -> Path:
    """Trains with each seed, lets the first network write, and writes the record."""
    full = FullRun(NAME, options)
    data = load("headlines")
    check_real(data)
    headlines = prepare(data)
    epochs = options.epochs_or(SETTING.epochs)
    setting = HeadlinesSetting(**{**asdict(SETTING), "epochs": epochs})
    models = [trained(headlines, setting, seed, full, options.resume) for seed in SEEDS]
    return full.record(
        data,
        SEEDS,
        setting=asdict(setting),
        metrics={
            **over_seeds(headlines, models),
            "held_out_headlines": len(headlines.held_out),
            "unknown_share_of_answers": round(1 - float(known(headlines).mean()), 4),
            "written": written(models[0], headlines),
        },
        baselines=counted(headlines),
        first_batch_loss=first_batch_loss(),
    )


def trained(
    headlines: Headlines, setting: HeadlinesSetting, seed: int, full: FullRun, resume: bool
) -> RNNLanguageModel:
    """The model of a seed after its last epoch."""
    from rnn_edu.language_model import RNNLanguageModel

    train(headlines, setting, seed, full.checkpoints, resume)
    return RNNLanguageModel.load(full.checkpoints.folder / f"model-{seed}")


def over_seeds(headlines: Headlines, models: list[RNNLanguageModel]) -> dict[str, Any]:
    """The mean of each perplexity over the models, and each model's own."""
    found = [perplexities(headlines, model.log_chances(headlines.held_out)) for model in models]
    each = {name: [one[name] for one in found] for name in found[0]}
    return {
        **{name: round(fmean(values), 2) for name, values in each.items()},
        **{f"{name}_per_seed": values for name, values in each.items()},
    }


def known(headlines: Headlines) -> npt.NDArray[np.bool_]:
    """For each word to be answered in the held-out headlines, their ends too, if it is known."""
    vocabulary = headlines.vocabulary
    return np.array(
        [word in vocabulary for words in headlines.held_out for word in (*words, vocabulary.end)]
    )


def perplexities(headlines: Headlines, logs: npt.NDArray[Any]) -> dict[str, float]:
    """The perplexity on all answers, and on those that are not ``<UNK>``."""
    parts = {"perplexity": logs, "perplexity_of_known": logs[known(headlines)]}
    return {name: round(float(np.exp(-part.mean())), 2) for name, part in parts.items()}


def counted(headlines: Headlines) -> dict[str, Mapping[str, float]]:
    """The same of models that count."""
    vocabulary = headlines.vocabulary
    parts = (vocabulary.encode_all(p, end=True) for p in (headlines.train, headlines.held_out))
    train_part, held_out = parts
    return {
        name: perplexities(
            headlines, KneserNey(train_part, len(vocabulary), order).log_chances(held_out)
        )
        for name, order in COUNTED.items()
    }


def written(model: RNNLanguageModel, headlines: Headlines) -> dict[str, Any]:
    """What the model writes, and how much of it stands in the training part word for word."""
    copied = {" ".join(words) for words in headlines.train}
    kept = {
        str(temperature): [
            model.sample(seed, temperature, max_words=LONGEST) for seed in range(WRITTEN)
        ]
        for temperature in TEMPERATURES
    }
    return {
        "headlines": kept,
        "copied": {t: sum(text in copied for text in texts) for t, texts in kept.items()},
        "beginning": BEGINNING,
        "ends": [model.predict_next(BEGINNING, seed, max_words=LONGEST) for seed in range(8)],
    }
