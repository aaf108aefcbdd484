"""Both commands for a reader's own texts, with nothing set: the shipped headlines and real tweets.

Of the headlines the entropy is known, so what the language model leaves is known, too. The tweets
are parted so that equal ones stay together; the document's accuracy of 0.91 was measured otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_edu.datasets import load
from rnn_edu.datasets.fetch import fetch
from rnn_edu.datasets.samples import sample_path, sample_truth
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.quiet import start_tensorflow

if TYPE_CHECKING:
    from rnn_edu.own_texts.corpus import Corpus
    from rnn_edu.own_texts.sizes import Plan

NAME, TWEETS = "own_texts", "airline_sentiment"
SEED = 1


def headlines() -> tuple[Corpus, Plan]:
    """The shipped headlines as the command reads them, and the plan that it makes."""
    from rnn_edu.own_texts.corpus import Reading, read_corpus
    from rnn_edu.own_texts.sizes import plan_for

    corpus = read_corpus(sample_path("headlines"), Reading(seed=SEED))
    return corpus, plan_for(corpus.running_words(), seed=SEED)


def first_batch_loss() -> float:
    """The loss of the first headlines before any training, without dropout."""
    from rnn_edu.own_texts.language import first_model

    start_tensorflow()
    corpus, plan = headlines()
    return round(first_model(corpus, plan).loss(corpus.train[: plan.batch_size]), 5)


def run(options: RunOptions) -> Path:
    """Runs both commands' engines and writes the record."""
    full = FullRun(NAME, options)
    data = load(TWEETS)
    check_real(data)
    with tempfile.TemporaryDirectory() as folder:
        written = _timed(lambda: _language_model(Path(folder) / "model", options))
        judged = _timed(lambda: _classifier(Path(folder) / "judge", options))
    return full.record(
        data,
        (SEED,),
        setting={"headlines": headlines()[1].facts(), "tweets": "as the command has it"},
        metrics={"headlines": written, "tweets": judged},
        baselines={
            "headlines_entropy": sample_truth("headlines")["entropy_per_word"],
            "headlines_counts": written["counts"],
            "tweets_bag_of_words": judged["right"]["bag of words"],
        },
        first_batch_loss=first_batch_loss(),
    )


def _timed(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    watch = Stopwatch()
    return {**work(), **watch.read()}


def _language_model(folder: Path, options: RunOptions) -> dict[str, Any]:
    from rnn_edu.own_texts.cutting import Cutting
    from rnn_edu.own_texts.language import train

    corpus, plan = headlines()
    plan = replace(plan, epochs=options.epochs_or(plan.epochs))
    _, report = train(corpus, plan, Cutting(), folder)
    return {
        "network": round(report.network.value, 4),
        "margin": round(report.network.margin, 4),
        "counts": round(report.counts.value, 4),
        "gain": round(report.gain.value, 4),
        "gain_margin": round(report.gain.margin, 4),
        "epochs": len(report.losses),
    }


def _classifier(folder: Path, options: RunOptions) -> dict[str, Any]:
    from rnn_edu.own_texts.classifying import Way, train
    from rnn_edu.own_texts.labelled import Columns, read_labelled

    columns = Columns("text", "airline_sentiment")
    data = read_labelled(fetch(TWEETS), columns, SEED)
    way = Way((SEED,), epochs=options.epochs)
    trained = train(data, columns, way, folder, print)
    return {
        "right": {one.kind: round(one.right.value, 4) for one in trained.results},
        "margins": {one.kind: round(one.right.margin, 4) for one in trained.results},
        "gains": {one.kind: round(one.gain.value, 4) for one in trained.results},
        "gain_margins": {one.kind: round(one.gain.margin, 4) for one in trained.results},
        "kept": trained.results[trained.best].kind,
        "held_out": len(data.parts.held_out),
    }
