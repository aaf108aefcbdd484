"""How many times as fast the language model is as the document's loop, at the document's words.

All ways do the same mathematics on the same batches of random words whose frequencies fall as
those of a language, in sentences as long as headlines. They are measured in turns, so that a busy
moment hits them all, and by the processor's time beside the wall's: on a busy machine the second
says more about the machine than about the ways. TensorFlow's oneDNN is off, as everywhere here.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.quiet import start_tensorflow

if TYPE_CHECKING:
    from rnn_edu.language_model import RNNLanguageModel
    from rnn_edu.language_model.plain_loop import PlainLoop

NAME = "headlines_speed"
#: Words besides <UNK> and <EOS>, size of the state, sentences in a batch.
SIZE = (10_000, 512, 128)
#: How many of 1,000 headlines of the news archive of 2003 have 1, 2, 3 ... words.
LENGTHS = (0, 0, 8, 66, 194, 286, 254, 141, 43, 7, 1)
WARM_UPS, TIMED = 2, 5
OURS = "this book, float32"

Batch = list[list[str]]
Step = Callable[[Batch], float]


def run(options: RunOptions) -> Path:
    """Times every way and writes the record; the number of epochs changes nothing."""
    full = FullRun(NAME, options)
    words, state_size, batch_size = SIZE
    vocabulary = vocabulary_of(words)
    batches = drawn(vocabulary, batch_size, 1 + TIMED)
    found = seconds(made(vocabulary, state_size), batches)
    setting = {
        "words": len(vocabulary),
        "state_size": state_size,
        "batch_size": batch_size,
        "timed_batches": TIMED,
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }
    return full.record_of_made_up(
        hashlib.sha256(repr(batches).encode()).hexdigest(),
        sum(map(len, batches)),
        (0,),
        setting=setting,
        metrics={name: rounded(times) for name, times in found.items()},
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def vocabulary_of(words: int) -> list[str]:
    """So many made-up words, and the two extra ones before them.

    Example:
        >>> vocabulary_of(2)
        ['<UNK>', '<EOS>', 'w0', 'w1']
    """
    return ["<UNK>", "<EOS>", *(f"w{i}" for i in range(words))]


def drawn(vocabulary: Sequence[str], batch_size: int, count: int) -> list[Batch]:
    """Batches of sentences as long as headlines."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, len(vocabulary) - 1)
    lengths = np.array(LENGTHS) / sum(LENGTHS)
    return [
        [
            random.choice(list(vocabulary[2:]), length, p=share / share.sum()).tolist()
            for length in random.choice(np.arange(len(LENGTHS)) + 1, batch_size, p=lengths)
        ]
        for _ in range(count)
    ]


def made(vocabulary: Sequence[str], state_size: int) -> dict[str, Step]:
    """The ways to train, from the same first weights."""
    from rnn_edu.language_model.plain_loop import PlainLoop

    model = _model(vocabulary, state_size)
    ways: dict[str, Step] = {OURS: model.train_on_batch}
    for dtype in ("float32", "float64"):
        loop = PlainLoop(vocabulary, model.get_weights(), dtype)
        ways[f"the document's loop, {dtype}"] = _with_ends(loop)
    return ways


def seconds(ways: Mapping[str, Step], batches: Sequence[Batch]) -> dict[str, dict[str, float]]:
    """The median seconds of a batch, by the wall and by the processor; the first one warms up."""
    for _ in range(WARM_UPS):
        for way in ways.values():
            way(batches[0])
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for batch in batches[1:]:
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            way(batch)
            times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    kinds = ("seconds", "cpu_seconds")
    return {
        name: dict(zip(kinds, np.median(spent, axis=0).tolist(), strict=True))
        for name, spent in times.items()
    }


def rounded(times: Mapping[str, float]) -> dict[str, float]:
    """The seconds as they stand in the record."""
    return {kind: round(value, 4) for kind, value in times.items()}


def first_batch_loss() -> float:
    """The loss of the first batch before training."""
    start_tensorflow()
    words, state_size, batch_size = SIZE
    vocabulary = vocabulary_of(words)
    (batch,) = drawn(vocabulary, batch_size, 1)
    return round(_model(vocabulary, state_size).train_on_batch(batch), 5)


def _with_ends(loop: PlainLoop) -> Step:
    return lambda batch: loop.train_on_batch([[*words, "<EOS>"] for words in batch])


def _model(vocabulary: Sequence[str], state_size: int) -> RNNLanguageModel:
    from rnn_edu.language_model import RNNLanguageModel

    return RNNLanguageModel(vocabulary, state_size, seed=0)
