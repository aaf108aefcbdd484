"""The news network, part by part: what a mask, GloVe, a GRU and no layer at all are worth.

The first rung has one layer of both directions, whose states are averaged; ``ladder_news_start``
says how the document's network gets there. Each rung changes one thing of the rung before it.
Texts, split, width of the table, optimizer, rate and stopping are the same on all of them. The
answers to the test texts are compared in pairs: with those of the rung before from the same seed,
and with those of the bag of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load, load_glove
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.compiled import CompiledOnce
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, in_pairs, rounded
from rnn_edu.experiments.news_again import LONG
from rnn_edu.experiments.news_category_birnn import DATA, SETTING
from rnn_edu.experiments.news_model import (
    BOTH_WAYS,
    DROPOUT,
    LAST,
    WORD_NUMBERS,
    NewsExperiment,
    scores,
)
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import pad_sequences
from rnn_edu.text.vectors import WordVectors, embedding_matrix

NAME = "ladder_news_parts"
#: Share of the memory that the document drops in its first layer and in its second.
MEMORY_DROPPED = (0.2, 0.3)


@dataclass(frozen=True)
class Rung:
    """A network of the ladder.

    Args:
        cell: of the layer in both directions; ``""`` for no layer, so that the rows of the table
            themselves are averaged.
        mask: whether the steps of the padding are skipped, and left out of the mean.
        glove: whether the words that GloVe has start from its vectors.
        second: whether a second layer of the same kind reads the states of the first.
        last: whether a SimpleRNN reads on and its last state is the answer's, as in the document,
            where otherwise the states are averaged.
    """

    cell: str = "SimpleRNN"
    mask: bool = True
    glove: bool = False
    second: bool = False
    last: bool = False


RUNGS = {
    "one layer": Rung(mask=False),
    "mask": Rung(),
    "GloVe start": Rung(glove=True),
    "GRU": Rung(glove=True, cell="GRU"),
    "no layer": Rung(glove=True, cell=""),
    "random start": Rung(cell=""),
}


def network(rung: Rung, experiment: NewsExperiment, vectors: WordVectors, seed: int) -> Any:
    """The compiled network of a rung, with the first weights drawn by this seed."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    start = keras.initializers.RandomUniform(-SETTING.spread, SETTING.spread)
    table = layers.Embedding(
        len(experiment.vocabulary),
        WORD_NUMBERS,
        mask_zero=rung.mask,
        embeddings_initializer=start,
    )
    model = keras.Sequential(
        [
            keras.Input((SETTING.steps,), dtype="int32"),
            table,
            *_readers(rung),
            layers.SimpleRNN(LAST) if rung.last else layers.GlobalAveragePooling1D(),
            layers.Dropout(DROPOUT),
            layers.Dense(experiment.answers, activation="softmax"),
        ]
    )
    if rung.glove:
        table.set_weights([put_in(table.get_weights()[0], experiment, vectors)])
    optimizer = keras.optimizers.Adam(SETTING.learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=True)
    return model


def _readers(rung: Rung) -> list[Any]:
    """No layer, one or two, each with the share of its memory that the document drops there."""
    dropped = MEMORY_DROPPED[: 1 + rung.second] if rung.cell else ()
    return [_both_ways(rung.cell, share) for share in dropped]


def _both_ways(cell: str, memory_dropped: float) -> Any:
    from keras import layers

    # A graphics card's own GRU cannot be compiled.
    card = {"use_cudnn": False} if cell == "GRU" else {}
    kind = getattr(layers, cell)
    return layers.Bidirectional(
        kind(
            BOTH_WAYS, dropout=0.1, recurrent_dropout=memory_dropped, return_sequences=True, **card
        )
    )


def put_in(
    table: npt.NDArray[Any], experiment: NewsExperiment, vectors: WordVectors
) -> npt.NDArray[Any]:
    """The table with the vectors in place of the first numbers of the words that have one."""
    known = embedding_matrix(experiment.vocabulary, vectors)
    has = known.any(axis=1)
    table = table.copy()
    table[has, : known.shape[1]] = known[has]
    return table


class Climber:
    """Climbs the ladder from one seed.

    Args:
        rungs: of the ladder, by their names.
        experiment: the news.
        checkpoints: where a finished training is kept.
        options: as they were asked for.
    """

    def __init__(
        self,
        rungs: Mapping[str, Rung],
        experiment: NewsExperiment,
        checkpoints: Checkpoints,
        options: RunOptions,
    ) -> None:
        self.rungs, self.experiment = rungs, experiment
        self.checkpoints, self.options = checkpoints, options
        self.truth = experiment.labels[experiment.parts.test]
        self.bag = experiment.chances_of_bag()
        self.vectors = load_glove()
        self._compiled = CompiledOnce()

    def measured(self, seed: int) -> dict[str, dict[str, float]]:
        """Scores, pairs and costs of every rung."""
        found: dict[str, dict[str, float]] = {}
        before = None
        for name, rung in self.rungs.items():
            kept = self.checkpoints.part(
                asdict(rung) | {"seed": seed}, partial(self._trained, rung, seed)
            )
            says = np.array(kept.pop("says"))
            right = says == self.truth
            found[name] = kept | in_pairs(right, self.bag.argmax(axis=1) == self.truth, "bag")
            if before is not None:
                found[name] |= in_pairs(right, before, "rung_before")
            before = right
        return found

    def _trained(self, rung: Rung, seed: int) -> dict[str, Any]:
        fresh = network(rung, self.experiment, self.vectors, seed)
        model = self._compiled.like(replace(rung, glove=False), fresh)
        asked = self.options.epochs_or(LONG.epochs)
        chances, curves, seconds = self.experiment.answered(model, LONG, asked)
        losses = curves["val_loss"]
        best = int(np.argmin(losses)) + 1
        took = {"epochs": len(losses), "best_epoch": best, "cpu_seconds": seconds}
        print(f"{rung}, seed {seed}: {took}", flush=True)
        says = chances.argmax(axis=1).tolist()
        return rounded(scores(chances, self.truth) | took) | {"says": says}


def run(options: RunOptions) -> Path:
    """Climbs from both sets of seeds and writes the record; DataError without the real news."""
    return run_ladder(NAME, RUNGS, SETS, options)


def run_ladder(
    name: str,
    rungs: Mapping[str, Rung],
    sets: Mapping[str, Sequence[int]],
    options: RunOptions,
) -> Path:
    """Climbs a ladder from these seeds and writes its record; DataError without the real news."""
    full = FullRun(name, options)
    data = load(DATA)
    check_real(data)
    experiment = NewsExperiment(data)
    climber = Climber(rungs, experiment, full.checkpoints, options)
    known = embedding_matrix(experiment.vocabulary, climber.vectors).any(axis=1)
    return full.record(
        data,
        [seed for seeds in sets.values() for seed in seeds],
        setting=LONG.facts()
        | {"rows": len(experiment.vocabulary), "rows_from_glove": int(np.count_nonzero(known))},
        metrics=climb(climber.measured, full.checkpoints, sets),
        baselines={"bag_of_words": scores(climber.bag, climber.truth)},
        first_batch_loss=first_batch_loss(next(iter(rungs.values()))),
    )


def first_batch_loss(rung: Rung = RUNGS["one layer"]) -> float:
    """The loss of the first batch before training, of a rung from the first seed."""
    start_tensorflow()
    data = load(DATA)
    check_real(data)
    experiment = NewsExperiment(data)
    model = network(rung, experiment, load_glove(), SETS["first"][0])
    rows = experiment.parts.train[: SETTING.batch_size]
    x = pad_sequences([experiment.sequences[row] for row in rows], maxlen=SETTING.steps)
    return round(float(model.evaluate(x, experiment.labels[rows], verbose=0)), 5)
