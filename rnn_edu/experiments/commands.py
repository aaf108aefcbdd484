"""The command ``python -m rnn_edu experiment``."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from rnn_edu.errors import UsageError
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import NAMES, has_record, read_record


def run_experiment(name: str | None, epochs: int | None = None, resume: bool = False) -> int:
    """Runs an experiment and writes its record; without a name, lists them.

    Returns:
        The exit status, 0.

    Raises:
        UsageError: there is no such run, or the number of epochs is below one.
        DataError: the real data set is not here.
        KeyboardInterrupt: from the keyboard; a sentence says how to go on.
    """
    if name is None:
        return list_experiments()
    options = RunOptions(epochs, resume)
    try:
        path = module(name).run(options)
    except KeyboardInterrupt:
        print(
            "rnn_edu: interrupted; the same command with --resume goes on from what is finished.",
            file=sys.stderr,
        )
        raise
    print(f"Record: {path}")
    return 0


def list_experiments() -> int:
    """Prints each run, and of its record the date and the minutes it took."""
    for name in NAMES:
        state = "no record yet"
        if has_record(name):
            record = read_record(name)
            state = f"{record['date']}  {record['seconds'] / 60:5.1f} minutes"
        print(f"{name:26} {state}")
    return 0


def module(name: str) -> ModuleType:
    """The module of a run; it has ``run`` and ``first_batch_loss``.

    Raises:
        UsageError: there is no run of this name, or none yet.
    """
    if name not in NAMES:
        raise UsageError(f"There is no experiment {name!r}; the names are {', '.join(NAMES)}.")
    path = f"rnn_edu.experiments.{name}"
    if find_spec(path) is None:
        raise UsageError(f"The experiment {name!r} is planned, but this version does not have it.")
    return import_module(path)
