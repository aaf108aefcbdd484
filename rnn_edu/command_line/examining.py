"""What holds in one file, found out in a process of its own.

A file that came back may make an engine crash, or fill the memory, or never end. Then the process
that reads it is lost, not the marks of the others.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from rnn_edu.command_line.outcomes import Limits, Outcome, refused

_START_SECONDS = 120.0


class Examiner:
    """Examines files one after another, in one process as long as it lives.

    Args:
        limits: for each file.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def examine(self, file: Path) -> Outcome:
        """What holds in a file; never raises for what the file is."""
        connection = self._connected()
        try:
            connection.send(file)
            if not connection.poll(self.limits.seconds):
                self.stop()
                return refused(file, f"it takes longer than {self.limits.seconds:g} seconds")
            outcome: Outcome = connection.recv()
        except (EOFError, OSError):
            self.stop()
            return refused(
                file,
                "the process that read it broke down, as for a formula that needs more than "
                f"{self.limits.gigabytes:g} GB of memory",
            )
        if outcome.spoilt:
            self.stop()
        return outcome

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None and self._connection is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
        self._process = self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            # Not a copy of this process, which may hold locks and threads of TensorFlow.
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(theirs, self.limits.gigabytes), daemon=True
            )
            self._process.start()
            theirs.close()
            self._connection.poll(_START_SECONDS)
            self._connection.recv()
        return self._connection


def _serve(connection: Connection, gigabytes: float) -> None:
    """Answers each path with what holds in the file, until nobody asks any more."""
    # An engine that breaks down, or finds what it does not know, writes pages of its own about it.
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    from rnn_edu.command_line.one_file import OneFile

    reader = OneFile(gigabytes)
    _limit_memory(gigabytes)
    connection.send("ready")
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            connection.send(reader.outcome(connection.recv()))


def _limit_memory(gigabytes: float) -> None:
    """So much more memory than now, where the system lets that be said."""
    try:
        import resource

        status = Path("/proc/self/status").read_text()
        now = 1024 * int(re.findall(r"VmData:\s*(\d+) kB", status)[0])
        limit = now + round(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (ImportError, OSError, ValueError, IndexError):
        return
