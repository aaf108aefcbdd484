"""Callbacks: what happens between the epochs of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.training.metrics import Metric

Array = npt.NDArray[Any]
Logs = dict[str, float]


class Watched(Protocol):
    """What callbacks use of a model."""

    stop_training: bool

    @property
    def metrics(self) -> Sequence[Metric]:
        """What is computed beside the loss."""
        ...

    def get_weights(self) -> list[Array]:
        """Returns copies of the weights."""
        ...

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Puts new numbers into all weights."""
        ...

    def named_weights(self) -> Mapping[str, Array]:
        """Returns the weights by name."""
        ...

    def save_weights(self, path: str | PathLike[str]) -> None:
        """Writes the weights to a file."""
        ...


class Callback:
    """Something that ``fit`` calls; derive from it and write the methods that you need.

    Attributes:
        model: the model that is being trained.
    """

    model: Watched

    def set_model(self, model: Watched) -> None:
        """Takes the model that is about to be trained."""
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called once, before the first epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before every epoch; epochs count from 0."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after every step."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after every epoch, with the loss and the metrics."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called once, after the last epoch."""


class History(Callback):
    """What ``fit`` returns: the loss and the metrics of every epoch.

    Attributes:
        history: a list of values for each name, ``val_...`` for the validation data.
        epoch: the numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the epoch down."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class _Monitor(Callback):
    """Watches one value and knows when it is better than before."""

    def __init__(self, monitor: str, mode: str, min_delta: float, best: float | None) -> None:
        if mode not in ("auto", "min", "max"):
            raise UsageError(
                f"{type(self).__name__}: mode is 'auto', 'min' or 'max', not {mode!r}."
            )
        self.monitor, self.mode = monitor, mode
        self.min_delta = abs(min_delta)
        self.best = best

    def is_better(self, value: float, than: float | None) -> bool:
        """Whether the value is better by more than ``min_delta``."""
        if than is None:
            return True
        if self._direction() == "max":
            return value - self.min_delta > than
        return value + self.min_delta < than

    def value_in(self, logs: Logs | None) -> float:
        """Returns the value that is watched.

        Raises:
            UsageError: training does not compute it.
        """
        known = logs or {}
        if self.monitor not in known:
            raise UsageError(
                f"{type(self).__name__} watches {self.monitor!r}, but fit computes only "
                f"{', '.join(known)}; values that begin with val_ need validation data."
            )
        return known[self.monitor]

    def _direction(self) -> str:
        if self.mode != "auto":
            return self.mode
        name = self.monitor.removeprefix("val_")
        directions = {metric.name: metric.better for metric in self.model.metrics}
        return "min" if name == "loss" else directions.get(name, "min")


class EarlyStopping(_Monitor):
    """Stops when a value has not become better for some epochs.

    Args:
        monitor: the value that is watched.
        min_delta: by how much it must become better to count.
        patience: how many epochs without improvement are allowed.
        verbose: 1 prints a line when it stops.
        mode: ``"min"``, ``"max"``, or ``"auto"`` from the name of the value.
        baseline: a value that must be beaten for the waiting to start anew.
        restore_best_weights: whether the model gets the weights of its best epoch back.
        start_from_epoch: how many epochs pass before it begins to watch.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta, None)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forgets the run before, so that a callback can be used twice."""
        self.wait = 0
        self.stopped_epoch = 0
        self.best, self.best_epoch = None, 0
        self.best_weights: list[Array] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares with the best epoch, and stops when the patience is used up."""
        value = self.value_in(logs)
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self.is_better(value, self.best):
            self.best = value
            self._remember(epoch)
            if self.baseline is None or self.is_better(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Puts the best weights back."""
        if self.verbose and self.stopped_epoch:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()


class ModelCheckpoint(_Monitor):
    """Saves the model's weights after an epoch.

    Args:
        filepath: the ``.npz`` file; ``{epoch:02d}`` and names of values, as in
            ``{val_loss:.3f}``, are filled in.
        monitor: the value that tells which epoch is best.
        verbose: 1 prints a line for every file.
        save_best_only: whether to save only when the value is better than ever before.
        mode: ``"min"``, ``"max"``, or ``"auto"`` from the name of the value.
        initial_value_threshold: the value that the first file must beat.
    """

    def __init__(
        self,
        filepath: str | PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, 0.0, initial_value_threshold)
        self.filepath = str(filepath)
        self.verbose, self.save_best_only = verbose, save_best_only

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Saves, if this epoch is to be saved."""
        if self.save_best_only:
            value = self.value_in(logs)
            if not self.is_better(value, self.best):
                return
            self.best = value
        path = self.filepath.format(epoch=epoch + 1, **(logs or {}))
        self.model.save_weights(path)
        if self.verbose:
            print(f"Epoch {epoch + 1}: weights saved to {path}")


class WeightHistory(Callback):
    """Keeps a copy of all weights: before training, and after every epoch.

    Attributes:
        weights: ``weights[0]`` is the start, ``weights[k]`` the state after k epochs.
    """

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Keeps the start."""
        self.weights: list[list[Array]] = [self.model.get_weights()]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keeps the state after the epoch."""
        self.weights.append(self.model.get_weights())

    def of(self, name: str) -> Array:
        """Returns one weight's course: (1 + epochs, ...), by its name in the model.

        Raises:
            UsageError: the model has no weight of that name.
        """
        names = list(self.model.named_weights())
        if name not in names:
            raise UsageError(f"The model has no weight {name!r}; it has {', '.join(names)}.")
        return np.stack([weights[names.index(name)] for weights in self.weights])
