"""Dates in words to figures, with attention and without, over sentences of growing length.

Both networks see the same sentences of one, two and three dates in the same number of updates.
They are tested on dates that no training shows, at these lengths and at a longer one.
"""

from __future__ import annotations

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Any

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.translation import training
from rnn_edu.translation.dates import READ, UNSEEN_SHARE, WRITTEN, all_days
from rnn_edu.translation.networks import EMBEDDING, WIDTH, parameters
from rnn_edu.translation.training import LONGER, SHOWN, Trainer, training_sentences

NAME = "dates"
SEEDS = (0, 1, 2, 3, 4)
KINDS = {"with attention": True, "without": False}


def run(options: RunOptions) -> Path:
    """Trains both networks from every seed, and writes the record."""
    full = FullRun(NAME, options)
    passes = options.epochs_or(training.PASSES)
    metrics = {
        kind: [_part(full.checkpoints, kind, seed, passes) for seed in SEEDS] for kind in KINDS
    }
    return full.record_of_made_up(
        _digest(),
        training.SENTENCES,
        SEEDS,
        setting=_setting(passes),
        metrics=metrics,
        baselines={"one date guessed": 1 / len(all_days())},
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the untrained network with attention on the first 64 sentences."""
    return Trainer(attention=True).first_batch_loss(SEEDS[0])


def by_length(record: dict[str, Any], kind: str, what: str) -> dict[int, list[float]]:
    """A figure of each seed by the number of dates in a sentence.

    Args:
        record: of this run.
        kind: ``"with attention"`` or ``"without"``.
        what: a field of ``rnn_edu.translation.training.Result``.

    Example:
        >>> record = {"metrics": {"without": [{"tests": {"1": {"exact": 0.5}}}]}}
        >>> by_length(record, "without", "exact")
        {1: [0.5]}
    """
    runs = [part["tests"] for part in record["metrics"][kind]]
    return {int(length): [tests[length][what] for tests in runs] for length in runs[0]}


def _part(checkpoints: Checkpoints, kind: str, seed: int, passes: int) -> dict[str, Any]:
    facts = {"kind": kind, "seed": seed, "passes": passes}
    found: dict[str, Any] = checkpoints.part(facts, partial(_trained, kind, seed, passes))
    exact = {length: test["exact"] for length, test in found["tests"].items()}
    print(f"{kind:15} seed {seed}: {exact}", flush=True)
    return found


def _trained(kind: str, seed: int, passes: int) -> dict[str, Any]:
    trainer = _trainer(kind, passes)
    losses = trainer.train(seed)
    tests = {
        str(named): training.marks(trainer.model, training.unseen_sentences(named))
        for named in (*SHOWN, LONGER)
    }
    looking = {"looks": _looks(trainer.model)} if KINDS[kind] else {}
    return {"losses": losses, "tests": tests, **looking}


def _looks(model: Any) -> dict[str, Any]:
    """Where a trained network looks while it writes the first unseen sentence of two dates."""
    test = training.unseen_sentences(2)
    source, target = test.source[:1], test.target[0]
    words = source[:, : int((source != 0).sum())]
    weights = training.looks(model, words, int((target != 0).sum()))
    return {
        "read": [READ[int(k)] for k in words[0]],
        "written": [WRITTEN[int(k)] for k in training.write(model, words, len(weights))[0]],
        "weights": weights.round(3).tolist(),
    }


@cache
def _trainer(kind: str, passes: int) -> Trainer:
    return Trainer(KINDS[kind], passes=passes)


def _setting(passes: int) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "embedding": EMBEDDING,
        "parameters": {kind: parameters(attention) for kind, attention in KINDS.items()},
        "dates_in_a_sentence": list(SHOWN),
        "longer": LONGER,
        "unseen_share": UNSEEN_SHARE,
        "test_sentences": training.TESTS,
        "batch_size": training.BATCH,
        "passes": passes,
        "ends_below_loss": training.LEARNED,
        "learning_rate": training.RATE,
        "schedule": "cosine to 0",
        "clipped_to": 1.0,
    }


def _digest() -> str:
    """SHA-256 over the training sentences of the first seed."""
    shown = training_sentences(SEEDS[0])
    return hashlib.sha256(shown.source.tobytes() + shown.target.tobytes()).hexdigest()
