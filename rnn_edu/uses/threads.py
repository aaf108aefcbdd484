"""How long an update takes with so many threads.

TensorFlow takes its threads when it starts, so each number of threads is timed in a process of its
own: ``python -m rnn_edu.uses.threads '["GRU"]' '[64, 256]'`` prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from rnn_edu.errors import UsageError
from rnn_edu.uses.comparison import seconds_for_a_batch

#: What tells TensorFlow and its libraries how many threads to take.
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
REPEATS = 9


def seconds_with_threads(
    threads: int, kinds: Sequence[str], lengths: Sequence[int]
) -> dict[str, list[float]]:
    """The shortest of nine updates on 32 texts, by kind of reader, for each length.

    Args:
        threads: how many TensorFlow may use for one operation, and for several at once.
        kinds: names of readers, see :mod:`rnn_edu.uses.readers`.
        lengths: steps of the texts.

    Raises:
        UsageError: ``threads`` is below 1.
    """
    if threads < 1:
        raise UsageError(f"an update needs 1 thread or more, but {threads} were asked for.")
    command = [sys.executable, "-m", __name__, json.dumps(list(kinds)), json.dumps(list(lengths))]
    environment = os.environ | dict.fromkeys(THREADS, str(threads))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _timed(kinds: Sequence[str], lengths: Sequence[int]) -> dict[str, list[float]]:
    return {
        kind: [round(seconds_for_a_batch(kind, steps, repeats=REPEATS), 5) for steps in lengths]
        for kind in kinds
    }


if __name__ == "__main__":
    print(json.dumps(_timed(*map(json.loads, sys.argv[1:]))))
