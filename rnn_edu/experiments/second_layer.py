"""What a second layer is good for: a count of a count, by one GRU and by two stacked ones.

The network reads eight bits. After each bit, note whether the number of ones so far is odd; the
answer is whether the number of odd notes is odd. All 256 strings are trained on, so this asks who
learns the rule, not who guesses it from a part. Both stacks have about 1,500 parameters. The rate
of each is the one with which most of five seeds succeed; ten fresh seeds then count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.layers import GRU, Dense
from rnn_edu.training import Adam, Sequential

NAME = "second_layer"
#: Units of the layers, first to last.
STACKS = {"one layer": (21,), "two layers": (12, 12)}
RATES = (0.003, 0.01, 0.03)
CHOOSING_SEEDS, SEEDS = tuple(range(5)), tuple(range(100, 110))
UPDATES, BATCH, LEARNED = 3000, 32, 0.01
#: So many of the 256 answers, at least, must be right.
PASS = 0.99


def bits() -> npt.NDArray[np.int64]:
    """All strings of eight bits, shape (256, 8)."""
    strings: npt.NDArray[np.int64] = (np.arange(256)[:, None] >> np.arange(8)) & 1
    return strings


def count_of_count(strings: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Whether the running number of ones is odd an odd number of times.

    Example:
        >>> count_of_count(np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]]))
        array([1, 1, 0])
    """
    odd: npt.NDArray[np.int64] = (strings.cumsum(axis=1) % 2).sum(axis=1) % 2
    return odd


def stack(sizes: Sequence[int], seed: int) -> Sequential:
    """GRU layers of these sizes, and one answer."""
    last = len(sizes) - 1
    layers = [GRU(units, return_sequences=k < last) for k, units in enumerate(sizes)]
    return Sequential([*layers, Dense(1, activation="sigmoid")], seed=seed)


def share_right(sizes: Sequence[int], rate: float, seed: int, updates: int = UPDATES) -> float:
    """Share of the 256 strings answered rightly after the training."""
    strings, random = bits(), np.random.default_rng(seed)
    network, signs = stack(sizes, seed), 2.0 * strings[:, :, None] - 1
    right = count_of_count(strings)
    network.compile(Adam(rate, global_clipnorm=1.0), "binary_crossentropy")
    for _ in range(updates):
        batch = random.integers(len(strings), size=BATCH)
        if network.train_on_batch(signs[batch], right[batch, None]) < LEARNED:
            break
    answers = network.predict(signs, batch_size=256)[:, 0] > 0.5
    return round(float(np.mean(answers == right)), 4)


def successes(shares: Sequence[float]) -> int:
    """How many of the runs learned the rule.

    Example:
        >>> successes([1.0, 0.5, 0.996])
        2
    """
    return sum(share >= PASS for share in shares)


def run(options: RunOptions) -> Path:
    """Chooses the rates, counts on fresh seeds, and writes the record."""
    full = FullRun(NAME, options)
    # What this run calls an epoch is 100 updates.
    updates = options.epochs_or(UPDATES // 100) * 100

    def shares(sizes: Sequence[int], rate: float, seeds: Sequence[int]) -> list[float]:
        facts = {"sizes": list(sizes), "rate": rate, "seeds": list(seeds), "updates": updates}
        found: list[float] = full.checkpoints.part(
            facts, lambda: [share_right(sizes, rate, seed, updates) for seed in seeds]
        )
        print(f"{sizes} rate {rate}: {successes(found)} of {len(seeds)}", flush=True)
        return found

    metrics: dict[str, Any] = {}
    for name, sizes in STACKS.items():
        chosen_on = {str(rate): shares(sizes, rate, CHOOSING_SEEDS) for rate in RATES}
        rate = best_rate(chosen_on)
        metrics[name] = {
            "units": list(sizes),
            "chosen_on": chosen_on,
            "rate": rate,
            "shares": shares(sizes, rate, SEEDS),
        }
    return full.record_of_made_up(
        hashlib.sha256(bits().tobytes()).hexdigest(),
        len(bits()),
        SEEDS,
        setting={
            "updates": updates,
            "batch_size": BATCH,
            "stops_below_batch_loss": LEARNED,
            "clipped_to": 1.0,
            "success": PASS,
            "choosing_seeds": list(CHOOSING_SEEDS),
        },
        metrics=metrics,
        baselines={"chance": 0.5},
        first_batch_loss=first_batch_loss(),
    )


def best_rate(shares: Mapping[str, Sequence[float]]) -> float:
    """The rate with the most successes; among equals the one with the larger mean share.

    Example:
        >>> best_rate({"0.01": [1.0, 0.5], "0.03": [1.0, 0.7], "0.1": [0.5, 0.5]})
        0.03
    """
    return float(max(shares, key=lambda rate: (successes(shares[rate]), np.mean(shares[rate]))))


def first_batch_loss() -> float:
    """The loss of the untrained stack of two on the first 32 strings."""
    network, strings = stack(STACKS["two layers"], seed=SEEDS[0]), bits()[:BATCH]
    network.compile("sgd", "binary_crossentropy")
    signs = 2.0 * strings[:, :, None] - 1
    return round(network.loss_and_gradients(signs, count_of_count(strings)[:, None])[0], 6)
