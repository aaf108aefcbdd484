"""What a full-size run has finished so far, kept in the user's cache for ``--resume``."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rnn_edu.datasets.fetch import cache_folder
from rnn_edu.errors import DataError
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.whole_files import replacing, write_text


def own_results() -> Path:
    """The folder in the user's cache for checkpoints, and for records that are not the book's."""
    return cache_folder() / "experiments"


class Checkpoints:
    """The finished parts and epochs of one run.

    A part is known by its facts (setting, seed, rows of the split): if the code asks for other
    facts than those that were finished, it is made anew.

    Args:
        name: of the run.
        options: without ``resume``, what an earlier run left is thrown away.
        watch: of the run; it goes on from the seconds that the interrupted run had used.
    """

    def __init__(self, name: str, options: RunOptions, watch: Stopwatch) -> None:
        ending = "" if options.epochs is None else f"-{options.epochs}-epochs"
        self.folder = own_results() / "checkpoints" / f"{name}{ending}"
        self._watch = watch
        if options.resume:
            self._wind()
        else:
            self.clear()

    def part(self, facts: Mapping[str, Any], make: Callable[[], Any]) -> Any:
        """What ``make`` gives, or what it gave before the interruption; it must fit into JSON."""
        path = self._file(facts, "part.json")
        if not path.is_file():
            self._write(path, make())
        return _read(path)

    def train(
        self,
        facts: Mapping[str, Any],
        model: Any,
        epochs: int,
        epoch: Callable[[int], Mapping[str, float]],
    ) -> list[dict[str, float]]:
        """Trains a Keras model epoch by epoch, each kept when it is finished.

        Args:
            facts: what the training depends on, the seed among them.
            model: compiled and built; it gets the weights and the optimizer's state of the last
                finished epoch.
            epochs: how many in all.
            epoch: trains the epoch of this number, from 0, and gives its figures. What it draws
                at random must depend on this number alone, or a resumed run goes another way.

        Returns:
            The figures of each epoch.
        """
        history, weights = self._file(facts, "history.json"), self._file(facts, "weights.h5")
        done: list[dict[str, float]] = _read(history) if history.is_file() else []
        if done:
            # Without its variables the optimizer would leave its state behind.
            model.optimizer.build(model.trainable_variables)
            model.load_weights(self._weights(weights, len(done)))
            set_dropout_states(model, _read(self._states(weights, len(done))))
            print(f"  goes on after epoch {len(done)}", flush=True)
        for number in range(len(done), epochs):
            done.append({key: round(float(value), 5) for key, value in epoch(number).items()})
            # First the weights, under a name of their own: the history counts what is whole.
            save_weights(model, self._weights(weights, number + 1))
            self._write(self._states(weights, number + 1), dropout_states(model))
            self._write(history, done)
            for old in (self._weights(weights, number), self._states(weights, number)):
                old.unlink(missing_ok=True)
        return done

    def clear(self) -> None:
        """Throws everything away; a run does so when its record is written."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wind(self) -> None:
        path = self.folder / "seconds.json"
        if path.is_file():
            self._watch.wind(_read(path))

    def _write(self, path: Path, value: Any) -> None:
        write_text(path, json.dumps(value))
        write_text(self.folder / "seconds.json", json.dumps(self._watch.read()))

    def _file(self, facts: Mapping[str, Any], ending: str) -> Path:
        text = json.dumps(facts, sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.{ending}"

    def _weights(self, path: Path, epoch: int) -> Path:
        return path.with_name(path.name.replace(".weights", f".{epoch}.weights"))

    def _states(self, path: Path, epoch: int) -> Path:
        return path.with_name(path.name.replace(".weights.h5", f".{epoch}.dropout.json"))


def save_weights(model: Any, path: Path) -> None:
    """Saves a Keras model's weights and its optimizer's state whole or not at all."""
    with replacing(path) as beside:
        path.parent.mkdir(parents=True, exist_ok=True)
        model.save_weights(beside)


def dropout_states(model: Any) -> list[list[int]]:
    """Where the random numbers of a Keras model's dropout stand; Keras does not save it."""
    return [[int(number) for number in state.numpy()] for state in _dropout_variables(model)]


def set_dropout_states(model: Any, states: list[list[int]]) -> None:
    """Puts them back to where :func:`dropout_states` found them."""
    for variable, state in zip(_dropout_variables(model), states, strict=True):
        variable.assign(state)


def _dropout_variables(model: Any) -> list[Any]:
    return [variable for variable in model.variables if "seed_generator" in variable.path]


def fingerprint(*arrays: Any) -> str:
    """A short text that differs if an array does, for the facts of a part.

    Example:
        >>> import numpy as np
        >>> fingerprint(np.arange(3)) == fingerprint(np.arange(4))
        False
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
    return digest.hexdigest()[:16]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"The checkpoint {path} cannot be read; start the run again without --resume."
        ) from error
