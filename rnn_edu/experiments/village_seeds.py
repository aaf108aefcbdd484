"""What chapter 17 would have found with other first weights, and without its charge on activity.

The chapter trains one LSTM on the news of a village and looks into it. Here the same training is
done from several seeds, with the charge and without, and each network is asked the chapter's
questions: which cell counts the line, what it goes by when it expects a closing mark, which cell
knows that at the end of a clause, and how many of its cells may not be held when marks are to come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.inside import (
    alphabet_of,
    character_numbers,
    correlate,
    one_hot_text,
    read_lstm,
    text_features,
    village_news,
)
from rnn_edu.inside.village import OPINIONS, THINGS, clause_ends

NAME = "village_seeds"
SEEDS = (1, 2, 3)
UNITS, STEPS, BATCH, CHARGE = 32, 900, 32, 0.0002
RATES = (0.0153, 0.0003)
NEWS = village_news(3000, length=128, seed=1)
ALPHABET = alphabet_of("".join(NEWS))
SEARCHED, LATER, TRAINED = NEWS[:30], NEWS[30:60], NEWS[200:]
#: A quote may be open or not, and the clause may begin as one that is said or as one that is told.
STARTS = ('"our', "our", '"the', "the")
#: From this size on a hidden number counts as active; from this loss on, a cell as needed.
ACTIVE, NEEDED = 0.3, 0.2

FloatArray = npt.NDArray[np.float64]
Weights = Sequence[FloatArray]


def run(options: RunOptions) -> Path:
    """Trains from every seed, with the charge and without, and writes the record."""
    full = FullRun(NAME, options)
    # What this run calls an epoch is 100 steps.
    steps = options.epochs_or(STEPS // 100) * 100
    metrics: dict[str, Any] = {"with charge": {}, "without charge": {}}
    for seed in SEEDS:
        for name, charge in (("with charge", CHARGE), ("without charge", 0.0)):
            facts = {"seed": seed, "charge": charge, "steps": steps}
            metrics[name][str(seed)] = full.checkpoints.part(facts, _found(seed, charge, steps))
    return full.record_of_made_up(
        hashlib.sha256("".join(NEWS).encode()).hexdigest(),
        len(TRAINED),
        SEEDS,
        setting={
            "units": UNITS,
            "steps": steps,
            "batch_size": BATCH,
            "rates": list(RATES),
            "charge": CHARGE,
            "active_from": ACTIVE,
            "needed_from": NEEDED,
        },
        metrics=metrics,
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def _found(seed: int, charge: float, steps: int) -> Callable[[], dict[str, Any]]:
    return lambda: answers_of(*trained(seed, charge, steps))


def trained(seed: int, charge: float, steps: int) -> tuple[Weights, Weights]:
    """The weights of the LSTM and of the dense layer after the chapter's training."""
    with _in_float64():
        model = _built(seed, charge, steps)
        for x, y in _batches(steps):
            model.train_on_batch(x, y)
        lstm, dense = (layer.get_weights() for layer in model.layers)
    return lstm, dense


def answers_of(lstm: Weights, dense: Weights) -> dict[str, Any]:
    """What the chapter asks of a network, as numbers.

    Args:
        lstm: kernel, recurrent kernel and bias.
        dense: kernel and bias.
    """
    found = correlate(states(lstm, SEARCHED), features(SEARCHED))
    again = correlate(states(lstm, LATER), features(LATER))
    best = {one.feature: one for one in found.best()}
    line, quotes = best["place in line"], best["inside quotes"]
    said = correlate(*_at_clause_ends(lstm, SEARCHED))
    (said_best,) = said.best()
    said_again = correlate(*_at_clause_ends(lstm, LATER))
    hidden = np.abs(states(lstm, SEARCHED, "h"))
    return {
        "line_cell": line.cell + 1,
        "line_r": round(line.r, 3),
        "quotes_r": round(quotes.r, 3),
        "quotes_r_later": round(again.of("inside quotes", quotes.cell), 3),
        "ends_cell": said_best.cell + 1,
        "ends_r": round(said_best.r, 3),
        "ends_r_later": round(said_again.of("inside quotes", said_best.cell), 3),
        "mark_after": marks(lstm, dense),
        "cells_needed_for_marks": int((lost_marks(lstm, dense) > NEEDED).sum()),
        "active_units": round(float((hidden > ACTIVE).sum(axis=1).mean()), 1),
    }


def states(lstm: Weights, items: Sequence[str], kind: str = "c") -> FloatArray:
    """Cell states, or hidden states, after every character, the items below each other."""
    readings = (read_lstm(lstm, one_hot_text(item, ALPHABET)) for item in items)
    return np.concatenate([getattr(reading, kind) for reading in readings])


def features(items: Sequence[str]) -> dict[str, FloatArray]:
    """The features of the same places."""
    each = [text_features(item) for item in items]
    return {name: np.concatenate([one[name] for one in each]) for name in each[0]}


def _at_clause_ends(
    lstm: Weights, items: Sequence[str]
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Cell states and *inside quotes* at the last letter of every clause alone."""
    at = np.concatenate([clause_ends(item) for item in items])
    return states(lstm, items)[at], {"inside quotes": features(items)["inside quotes"][at]}


def marks(lstm: Weights, dense: Weights) -> dict[str, float]:
    """The mean probability of a mark after a clause, by the beginning of the clause."""
    ends = [f"{thing} is {opinion}" for thing in THINGS for opinion in OPINIONS]
    return {
        start: round(float(np.mean([_mark(lstm, dense, f"{start} {end}")[-1] for end in ends])), 3)
        for start in STARTS
    }


def lost_marks(lstm: Weights, dense: Weights) -> FloatArray:
    """For each cell, the probability that closing marks lose when it is held at its mean."""
    means = states(lstm, SEARCHED).mean(axis=0)
    free = _at_closing_marks(lstm, dense, {})
    held = (_at_closing_marks(lstm, dense, {cell: means[cell]}) for cell in range(len(means)))
    return np.array([free - one for one in held])


def _at_closing_marks(lstm: Weights, dense: Weights, held: Mapping[int, float]) -> float:
    """The mean probability of the marks that close a quote, over the 15 items of the chapter."""
    found = []
    for item in LATER[:15]:
        inside = text_features(item)["inside quotes"][:-1]
        closing = (inside == 1) & (np.array(list(item))[1:] == '"')
        found.append(_mark(lstm, dense, item, held)[:-1][closing])
    return float(np.concatenate(found).mean())


def _mark(
    lstm: Weights, dense: Weights, text: str, held: Mapping[int, float] | None = None
) -> FloatArray:
    """After each character, the probability that the next one is a mark."""
    scores = read_lstm(lstm, one_hot_text(text, ALPHABET), held).h @ dense[0] + dense[1]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: FloatArray = e[:, ALPHABET.index('"')] / e.sum(axis=1)
    return chances


def _built(seed: int, charge: float, steps: int) -> Any:
    """The chapter's network, ready for its training."""
    import keras

    keras.utils.set_random_seed(seed)
    penalty = keras.regularizers.L1(charge)
    lstm = keras.layers.LSTM(UNITS, return_sequences=True, activity_regularizer=penalty)
    answers = keras.layers.Dense(len(ALPHABET))
    model = keras.Sequential([keras.Input((None, len(ALPHABET))), lstm, answers])
    rate = keras.optimizers.schedules.PolynomialDecay(RATES[0], steps, RATES[1])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss)
    return model


def _batches(steps: int) -> Iterator[tuple[FloatArray, npt.NDArray[np.int64]]]:
    """One-hot rows of 32 items and the characters that come next, for each step."""
    numbers = np.array([character_numbers(item, ALPHABET) for item in TRAINED])
    one_hot = np.eye(len(ALPHABET))
    for chosen in np.random.default_rng(0).integers(len(numbers), size=(steps, BATCH)):
        yield one_hot[numbers[chosen, :-1]], numbers[chosen, 1:]


def first_batch_loss() -> float:
    """The loss of the first batch before training, with the charge."""
    x, y = next(_batches(1))
    with _in_float64():
        return round(float(_built(SEEDS[0], CHARGE, STEPS).test_on_batch(x, y)), 6)


@contextmanager
def _in_float64() -> Iterator[None]:
    """Keras in float64, the optimizer's numbers too; afterwards as it was."""
    import keras

    # Layers follow the policy, which Keras makes of the other setting only once.
    usual, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(usual)
        keras.config.set_dtype_policy(policy)
