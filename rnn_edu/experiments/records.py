"""What a full-size run leaves behind: one JSON file, written by the run and by nothing else."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rnn_edu.datasets import source
from rnn_edu.datasets.dataset import Dataset
from rnn_edu.errors import DataError
from rnn_edu.experiments.checkpoints import own_results
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.whole_files import write_text

RESULTS = Path(__file__).parent / "results"
#: Those that answer a question of the book; no document claims anything of them.
BESIDE = (
    "which_network",
    "which_network_rates",
    "which_network_again",
    "which_network_linear",
    "which_network_layers",
    "which_network_more",
    "which_network_open",
    "which_network_rest",
    "which_network_fifty",
    "headlines_written",
    "headlines_speed",
    "memory_reach",
    "page_networks",
    "dates",
    "dates_longer",
    "sums",
    "series",
    "series_closer",
    "series_rates",
    "own_texts",
    "own_texts_large",
    "scan_times",
    "second_layer",
    "village_seeds",
    "ladder_next_word",
    "ladder_embeddings",
    "ladder_vectors",
    "ladder_sentiment",
    "airline_one_unit",
    "ladder_generation",
    "news_again",
    "ladder_news_start",
    "ladder_news_parts",
    "ladder_news_second",
    "patents_again",
    "patents_large",
    "patents_tables",
    "patents_written",
    "patents_windows",
)
#: All full-size runs, in the book's order.
NAMES = (
    "airline_simple_rnn",
    "airline_lstm",
    "imdb_lstm",
    "news_category_birnn",
    "alice_simple_rnn",
    "patents_lstm",
    "headlines_language_model",
    *BESIDE,
)
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


def write_record(
    name: str,
    data: Dataset,
    seeds: Sequence[int],
    watch: Stopwatch,
    options: RunOptions,
    **parts: Any,
) -> Path:
    """Writes the record of a run.

    The book's records are those of runs with their own number of epochs. With ``--epochs`` the
    record goes into the user's cache, so that a short try never replaces one of them.

    Args:
        name: of the run; one of :data:`NAMES`.
        data: what was trained on.
        seeds: of the runs behind the main result.
        watch: started when the run began.
        options: as they were asked for.
        **parts: ``setting``, ``metrics``, ``baselines`` and ``first_batch_loss``.

    Returns:
        The file.

    Raises:
        DataError: the data set is the shipped sample, not the real one.
    """
    check_real(data)
    digest = source(data.name).sha256
    return write_facts(name, digest, len(data), seeds, watch, options, **parts)


def write_facts(
    name: str,
    dataset_sha256: str,
    rows: int,
    seeds: Sequence[int],
    watch: Stopwatch,
    options: RunOptions,
    **parts: Any,
) -> Path:
    """As :func:`write_record`, for data that is no file of its own, known by the SHA-256 given."""
    facts = {
        "name": name,
        **parts,
        "dataset_sha256": dataset_sha256,
        "rows": rows,
        "command": _command(name, options),
        "seed": list(seeds),
        "versions": {"python": platform.python_version(), **_versions()},
        "hardware": _hardware(),
        **watch.read(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    path = _place(name, options)
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
    if not has_record(name):
        raise DataError(
            f"There is no record {name!r}; python -m rnn_edu experiment NAME writes one for "
            f"{', '.join(NAMES)}."
        )
    record: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return record


def has_record(name: str) -> bool:
    """Whether a run has left its record."""
    return (RESULTS / f"{name}.json").is_file()


def check_real(data: Dataset) -> None:
    """Raises DataError if a record would be about the shipped sample."""
    if not data.is_real:
        raise DataError(
            f"A record is about the real data set {data.name!r}, but only the shipped sample is "
            f"here; python -m rnn_edu data fetch {data.name} fetches the real one."
        )


def _command(name: str, options: RunOptions) -> str:
    epochs = "" if options.epochs is None else f" --epochs {options.epochs}"
    return f"python -m rnn_edu experiment {name}{epochs}"


def _place(name: str, options: RunOptions) -> Path:
    if options.epochs is None:
        return RESULTS / f"{name}.json"
    return own_results() / f"{name}-{options.epochs}-epochs.json"


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
