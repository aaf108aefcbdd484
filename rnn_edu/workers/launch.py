"""Starts the workers, watches them, and brings home what they made."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from rnn_edu.errors import UsageError, WorkerError
from rnn_edu.workers.job import Job, Plan

if TYPE_CHECKING:
    from rnn_edu.language_model import RNNLanguageModel

HOST = "127.0.0.1"
Processes = list[subprocess.Popen[bytes]]


def train_with_workers(
    model: RNNLanguageModel,
    sentences: Sequence[Sequence[str]],
    workers: int = 2,
    batch_size: int = 128,
    epochs: int = 1,
    folder: Path | None = None,
    watch: Callable[[Processes], None] | None = None,
) -> list[float]:
    """Trains a language model with several processes on this machine, each with a part of a batch.

    The workers run under ``tf.distribute.MultiWorkerMirroredStrategy`` and talk over the
    loopback address. They make the same steps as one process would with the whole batch, up to
    the order of summation. On several machines only the addresses would differ.

    Args:
        model: has the weights of the start, and afterwards those that came out.
        sentences: lists of words.
        workers: how many processes.
        batch_size: sentences in a batch, those of all workers together.
        epochs: passes through the sentences, counted as ``fit`` does with ``resume=True``.
        folder: where model and losses are kept after each epoch; a temporary one by default.
        watch: called with the processes when all have been started.

    Returns:
        The loss of every batch.

    Raises:
        UsageError: there are fewer than one worker, or the model hides numbers of its state
            while training: each worker would hide others.
        WorkerError: a worker ended before its work was done. The others are stopped, and the
            model has the weights of the last finished epoch.
    """
    if workers < 1:
        raise UsageError(f"workers is {workers}; at least one is needed.")
    if model.dropout:
        raise UsageError(
            f"The model has a dropout of {model.dropout}, and workers would not draw it alike; "
            "train it with fit, or without dropout."
        )
    from rnn_edu.language_model.words import numbers_of

    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(TemporaryDirectory()))
        job = Job(place)
        plan = Plan(workers, batch_size, model.finished_epochs + epochs, model.seed)
        job.write(plan, numbers_of(model.vocabulary, sentences))
        model.save(job.model)
        try:
            _run(job, workers, watch)
        finally:
            _take_home(model, job)
        return job.losses()


def _run(job: Job, workers: int, watch: Callable[[Processes], None] | None) -> None:
    """Starts the workers and waits until all are done; if one ends badly, stops the others."""
    addresses = [f"{HOST}:{port}" for port in _free_ports(workers)]
    with ExitStack() as stack:
        errors = [
            stack.enter_context((job.folder / f"{i}.err").open("w+b")) for i in range(workers)
        ]
        processes = [_start(job, addresses, index, error) for index, error in enumerate(errors)]
        stack.callback(_stop, processes)
        if watch is not None:
            watch(processes)
        while any(process.poll() is None for process in processes):
            _check(job, processes)
            time.sleep(0.05)
        _check(job, processes)


def _start(job: Job, addresses: list[str], index: int, error: IO[bytes]) -> subprocess.Popen[bytes]:
    """One worker, told by ``TF_CONFIG`` where all of them listen and which one it is."""
    cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    # A proxy that the machine uses for the web must not be asked for the way to itself.
    environment = os.environ | {"TF_CONFIG": json.dumps(cluster), "no_proxy": HOST}
    return subprocess.Popen(
        [sys.executable, "-m", "rnn_edu.workers.worker", str(job.folder)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=error,
    )


def _check(job: Job, processes: Processes) -> None:
    """Raises if a worker has ended badly."""
    for index, process in enumerate(processes):
        if process.poll():
            said = (job.folder / f"{index}.err").read_text(errors="replace").strip().splitlines()
            raise WorkerError(
                f"Worker {index} of {len(processes)} ended with status {process.returncode} before "
                f"its work was done; the others were stopped, and the model has the weights of the "
                f"last finished epoch.{' It said: ' + said[-1] if said else ''}"
            )


def _stop(processes: Processes) -> None:
    for process in processes:
        process.kill()
        process.wait()


def _take_home(model: RNNLanguageModel, job: Job) -> None:
    """Gives the model what the folder holds: the last finished epoch."""
    from rnn_edu.language_model import storage

    storage.continue_from(model, job.model)


def _free_ports(count: int) -> list[int]:
    """Ports on which nobody listens just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [int(one.getsockname()[1]) for one in sockets]
