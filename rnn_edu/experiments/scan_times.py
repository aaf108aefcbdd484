"""The time of an update against the length of the texts: a GRU, a minGRU by loop and by scan."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.which_network import first_batch_loss
from rnn_edu.uses.comparison import BATCH
from rnn_edu.uses.readers import WIDTH
from rnn_edu.uses.threads import REPEATS, seconds_with_threads

__all__ = ["first_batch_loss", "run"]

NAME = "scan_times"
KINDS = ("GRU", "MinGRU", "scanned MinGRU")
LENGTHS = (32, 128, 512, 1024)
THREADS = (1, 2)


def run(options: RunOptions) -> Path:
    """Times every reader at every length with every number of threads, and writes the record.

    The texts are random words, drawn from one seed; there is nothing to learn, so the number of
    epochs changes nothing.
    """
    full = FullRun(NAME, options)
    metrics = {str(n): seconds_with_threads(n, KINDS, LENGTHS) for n in THREADS}
    setting = {
        "width": WIDTH,
        "batch_size": BATCH,
        "lengths": list(LENGTHS),
        "threads": list(THREADS),
        "updates": REPEATS,
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }
    return full.record_of_made_up(
        hashlib.sha256(repr((LENGTHS, BATCH)).encode()).hexdigest(),
        BATCH * len(LENGTHS),
        (0,),
        first_batch_loss=first_batch_loss(),
        setting=setting,
        metrics=metrics,
        baselines={},
    )
