"""What both commands for own texts take on 200,000 rows: time, and memory at its highest.

The rows are made of 30,000 made-up words, whose frequencies follow Zipf's law, six to eighteen in
a row, so that the largest vocabularies that the commands take are filled. Behind a frequent word
comes, every other time, a word of its own. The label goes by the tones of the words, and more by
that of the first. Each network is trained for one epoch.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.own_texts import first_batch_loss

__all__ = ["first_batch_loss", "run"]

NAME = "own_texts_large"
ROWS, WORDS, FREQUENT = 200_000, 30_000, 2_000
SHORTEST, LONGEST = 6, 18
SEED, EPOCHS = 0, 1
#: What a word that is made up consists of.
SYLLABLES = tuple(a + b for a, b in product("bdfgklmnprstvz", "aeiou"))

Array = npt.NDArray[np.int64]


def run(options: RunOptions) -> Path:
    """Writes the rows, runs both commands on them, each in a process of its own, and records it."""
    full = FullRun(NAME, options)
    epochs = options.epochs_or(EPOCHS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rows(folder / "rows.csv", folder / "rows.txt", ROWS)
        digest = hashlib.sha256((folder / "rows.csv").read_bytes()).hexdigest()
        size = (folder / "rows.txt").stat().st_size
        more = ["--epochs", str(epochs)]
        model = ["language-model", "train", "rows.txt", "--out", "model", *more]
        columns = ["--text", "text", "--label", "label"]
        judge = ["classify", "train", "rows.csv", *columns, "--out", "judge", *more]
        metrics = {
            "language-model": measured(model, folder),
            "classify": measured(judge, folder),
        }
    return full.record_of_made_up(
        digest,
        ROWS,
        (SEED,),
        setting={"words": WORDS, "megabytes": round(size / 1e6, 1), "epochs": epochs},
        metrics=metrics,
        baselines={},
        first_batch_loss=first_batch_loss(),
    )


def measured(command: Sequence[str], folder: Path) -> dict[str, float]:
    """Runs a command of this package in a folder; what it took.

    Returns:
        Seconds by the clock and of the processors, and the largest memory in MiB.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    whole = [sys.executable, "-m", "rnn_edu", *command]
    begin = time.perf_counter()
    process = subprocess.Popen(whole, cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    # The process is over, and its status has been taken by the line above.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, whole)
    # In KiB, but in bytes on macOS.
    per_mib = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mib": round(usage.ru_maxrss / per_mib),
    }


def write_rows(table: Path, lines: Path, count: int) -> None:
    """Writes labelled rows, and the same texts as lines.

    Args:
        table: the file of the first.
        lines: the file of the second.
        count: how many rows.
    """
    rng = np.random.default_rng(SEED)
    names = np.array([made_up(number) for number in range(WORDS)], dtype=object)
    lengths = rng.integers(SHORTEST, LONGEST + 1, count)
    words = _drawn(int(lengths.sum()), rng)
    tones = rng.normal(size=WORDS)
    with table.open("w", newline="", encoding="utf-8") as file, lines.open("w") as plain:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for row in np.split(words, np.cumsum(lengths)[:-1]):
            text = " ".join(names[row])
            score = tones[row].sum() + 2 * np.sign(tones[row[0]]) + rng.normal()
            writer.writerow([text, "up" if score > 0 else "down"])
            plain.write(f"{text}\n")


def made_up(number: int) -> str:
    """A word of three syllables; every number has another one.

    Example:
        >>> made_up(0), made_up(1), made_up(29_999)
        ('bababa', 'bababe', 'dedonu')
    """
    places = number // len(SYLLABLES) ** 2, number // len(SYLLABLES), number
    return "".join(SYLLABLES[place % len(SYLLABLES)] for place in places)


def _drawn(count: int, rng: np.random.Generator) -> Array:
    """Numbers of words, each behind the one before it."""
    chances = 1 / np.arange(1, WORDS + 1)
    words = rng.choice(WORDS, size=count, p=chances / chances.sum())
    follower = rng.permutation(WORDS)
    follows = rng.random(count) < 0.5
    for place in range(1, count):
        if follows[place] and words[place - 1] < FREQUENT:
            words[place] = follower[words[place - 1]]
    return words
