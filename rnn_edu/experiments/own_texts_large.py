"""What both commands for own texts take on 200,000 rows, with nothing set: time, memory, figures.

The rows are made of 30,000 made-up words, whose frequencies follow Zipf's law, six to eighteen in
a row, so that the largest vocabularies that the commands take are filled. Behind a frequent word
comes, every other time, a word of its own. The label goes by the tones of the words, and more by
that of the first.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.own_texts import first_batch_loss

__all__ = ["first_batch_loss", "run"]

NAME = "own_texts_large"
ROWS, WORDS, FREQUENT = 200_000, 30_000, 2_000
SHORTEST, LONGEST = 6, 18
SEED = 0
#: What a word that is made up consists of.
SYLLABLES = tuple(a + b for a, b in product("bdfgklmnprstvz", "aeiou"))

Array = npt.NDArray[np.int64]


def run(options: RunOptions) -> Path:
    """Runs both commands on the rows, each in a process of its own, and records what they took."""
    full = FullRun(NAME, options)
    metrics = {name: part(full.checkpoints, name, options.epochs) for name in COMMANDS}
    with tempfile.TemporaryDirectory() as name:
        table, lines = written(Path(name))
        digest = hashlib.sha256(table.read_bytes()).hexdigest()
        size = lines.stat().st_size
    return full.record_of_made_up(
        digest,
        ROWS,
        (SEED,),
        setting={"words": WORDS, "megabytes": round(size / 1e6, 1)},
        metrics=metrics,
        baselines={
            "counts": metrics["language-model"]["counts"],
            "bag of words": metrics["classify"]["right"]["bag of words"],
        },
        first_batch_loss=first_batch_loss(),
    )


def part(checkpoints: Checkpoints, name: str, epochs: int | None) -> dict[str, Any]:
    """What one of the commands took and came to, measured or read from a checkpoint.

    Args:
        checkpoints: of the run.
        name: of the command, one of :data:`COMMANDS`.
        epochs: asked for, or None for what the command chooses.
    """
    command = [name, "train", *COMMANDS[name], "--out", "out"]
    command += [] if epochs is None else ["--epochs", str(epochs)]
    return dict(checkpoints.part({"command": command}, partial(_whole, name, command)))


def _whole(name: str, command: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written(folder)
        return {**measured(command, folder), **REPORTS[name](folder / "out")}


def written(folder: Path) -> tuple[Path, Path]:
    """Writes the rows as a table and as lines."""
    table, lines = folder / "rows.csv", folder / "rows.txt"
    write_rows(table, lines, ROWS)
    return table, lines


def _language_model(folder: Path) -> dict[str, Any]:
    """What the report in the folder says of the held-out part, and the loss after each epoch."""
    report = json.loads((folder / "texts.json").read_text("utf-8"))["report"]
    means = {name: round(report[name]["value"], 4) for name in ("network", "counts", "gain")}
    return {
        **means,
        "gain_margin": round(report["gain"]["margin"], 4),
        "validation": [round(loss, 4) for loss in report["losses"]],
    }


def _classifier(folder: Path) -> dict[str, Any]:
    """The share of right answers of each, on the held-out part, and which of them was kept."""
    facts = json.loads((folder / "classifier.json").read_text("utf-8"))
    right = {one["kind"]: round(one["right"]["value"], 4) for one in facts["results"]}
    return {"right": right, "kept": facts["kind"]}


COMMANDS = {
    "language-model": ["rows.txt"],
    "classify": ["rows.csv", "--text", "text", "--label", "label"],
}
#: What is read from the folder that a command has written.
REPORTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "language-model": _language_model,
    "classify": _classifier,
}


def measured(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """Runs a command of this package in a folder; what it took.

    Returns:
        Seconds by the clock and of the processors, the largest memory in MiB, and the epochs of
        each network.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    whole = [sys.executable, "-m", "rnn_edu", *command]
    begin = time.perf_counter()
    with subprocess.Popen(whole, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        epochs = _heard(process.stdout)
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
        "epochs": epochs,
    }


def _heard(lines: Iterable[str]) -> dict[str, int]:
    """Prints what a command says, and counts the epochs of each network.

    Example:
        >>> _heard(["  GRU, epoch 1: loss 2", "epoch 1 of 4: loss 3", "  GRU, epoch 2: loss 1"])
          GRU, epoch 1: loss 2
        epoch 1 of 4: loss 3
          GRU, epoch 2: loss 1
        {'GRU': 2, 'network': 1}
    """
    counts: Counter[str] = Counter()
    for line in lines:
        print(line.rstrip("\n"), flush=True)
        if found := re.match(r"(?:  (.+), )?epoch \d+", line):
            counts[found[1] or "network"] += 1
    return dict(counts)


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
