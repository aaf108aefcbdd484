"""The command `python -m rnn_edu data`: what is here, fetch it, check it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rnn_edu.datasets.fetch import cache_folder, fetch, is_right, own_folder
from rnn_edu.datasets.keras_imdb import keras_cache_file
from rnn_edu.datasets.registry import SOURCES, Source, source
from rnn_edu.errors import DataError, UsageError


def run_data(options: argparse.Namespace) -> int:
    """Carries out ``data``, ``data fetch`` or ``data verify``; the exit status."""
    actions = {None: list_data, "fetch": fetch_data, "verify": verify_data}
    return actions[options.action](options)


def list_data(_: argparse.Namespace) -> int:
    """Prints every data set, whether it is here, and where from."""
    print(f"Folder: {_folder()}")
    for item in SOURCES.values():
        print(f"{item.name:18} {item.size / 1e6:5.1f} MB  {_state(item):11}  {item.what}")
    keras = "here" if keras_cache_file().is_file() else "not fetched"
    print(f"{'imdb (whole)':18} {17.5:5.1f} MB  {keras:11}  All film reviews, in Keras's own cache")
    return 0


def fetch_data(args: argparse.Namespace) -> int:
    """Fetches the named data sets; those that are here already are only checked.

    Returns:
        0, or 2 if one could not be had; the others are fetched all the same.
    """
    names = list(SOURCES) if args.all else args.names
    if not names:
        raise UsageError(f"Name a data set, or give --all. The names are {', '.join(SOURCES)}.")
    for name in names:
        source(name)
    code = 0
    for name in names:
        try:
            print(f"{name}: {fetch(name, ask_again=True)}")
        except DataError as error:
            print(f"rnn_edu: {name}: {error}", file=sys.stderr)
            code = 2
    return code


def verify_data(_: argparse.Namespace) -> int:
    """Checks every file that is here; the exit status is 1 if one is not the right one."""
    here = {item.name: _folder() / item.file for item in SOURCES.values()}
    verdicts = {name: _verdict(path, source(name)) for name, path in here.items()}
    for name, verdict in verdicts.items():
        print(f"{name:18} {verdict}")
    return int(any(verdict.startswith("WRONG") for verdict in verdicts.values()))


def _folder() -> Path:
    return own_folder() or cache_folder()


def _state(item: Source) -> str:
    return "here" if (_folder() / item.file).is_file() else "not fetched"


def _verdict(path: Path, item: Source) -> str:
    if not path.is_file():
        return "not fetched"
    return "ok" if is_right(path, item) else f"WRONG: {path} has another size or SHA-256"
