"""What a full-size run leaves behind: one JSON file, written by the run and by nothing else."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rnn_edu.datasets import source
from rnn_edu.datasets.dataset import Dataset
from rnn_edu.datasets.writing import write_text
from rnn_edu.errors import DataError

RESULTS = Path(__file__).parent / "results"
NAMES = ("airline_simple_rnn", "airline_lstm", "imdb_lstm")
PACKAGES = ("keras", "numpy", "rnn-edu", "scikit-learn", "tensorflow")
FIELDS = (
    "name",
    "setting",
    "metrics",
    "baselines",
    "dataset_sha256",
    "rows",
    "command",
    "seed",
    "first_batch_loss",
    "versions",
    "hardware",
    "seconds",
    "cpu_seconds",
    "date",
)


class Stopwatch:
    """Seconds since it was made, by the wall and by the processor."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """The two numbers as they stand in a record."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"seconds": round(wall, 1), "cpu_seconds": round(cpu, 1)}


def write_record(
    name: str, data: Dataset, seeds: Sequence[int], watch: Stopwatch, **parts: Any
) -> Path:
    """Write the record of a run.

    Args:
        name: of the run; one of :data:`NAMES`.
        data: what was trained on.
        seeds: of the runs behind the main result.
        watch: started when the run began.
        **parts: ``setting``, ``metrics``, ``baselines`` and ``first_batch_loss``.

    Returns:
        The file.

    Raises:
        DataError: the data set is the shipped sample, not the real one.
    """
    check_real(data)
    facts = {
        "name": name,
        **parts,
        "dataset_sha256": source(data.name).sha256,
        "rows": len(data),
        "command": f"python -m rnn_edu.experiments.{name}",
        "seed": list(seeds),
        "versions": {"python": platform.python_version(), **_versions()},
        "hardware": _hardware(),
        **watch.read(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    path = RESULTS / f"{name}.json"
    write_text(path, json.dumps({field: facts[field] for field in FIELDS}, indent=2) + "\n")
    return path


def read_record(name: str) -> dict[str, Any]:
    """The record of a run, by its name.

    Raises:
        DataError: there is no such record.

    Example:
        >>> read_record("airline_lstm")["rows"]
        11541
    """
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        raise DataError(
            f"There is no record {name!r}; python -m rnn_edu.experiments.NAME writes one for "
            f"{', '.join(NAMES)}."
        )
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def check_real(data: Dataset) -> None:
    """Raise DataError if a record would be about the shipped sample."""
    if not data.is_real:
        raise DataError(
            f"A record is about the real data set {data.name!r}, but only the shipped sample is "
            f"here; python -m rnn_edu data fetch {data.name} fetches the real one."
        )


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _hardware() -> dict[str, float | int | str | None]:
    facts: dict[str, float | int | str | None] = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    with suppress(AttributeError, ValueError, OSError):  # not every system tells its memory
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        facts["memory_gib"] = round(memory / 2**30, 1)
    return facts
