"""Passes through the sentences, and what holds if one of them is broken off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NumberError
from rnn_edu.language_model import storage
from rnn_edu.language_model.arguments import (
    check_callbacks,
    check_count,
    check_epochs,
    check_folder,
)
from rnn_edu.training.callbacks import Callback, History

Array = npt.NDArray[Any]


#: The document's batch, and so many epochs and steps at least.
LARGEST_BATCH, SMALLEST_BATCH, USUAL_EPOCHS, USUAL_STEPS = 128, 8, 10, 600


def usual_batch(sentences: int) -> int:
    """The document's batch for a large text, and a smaller one for a small one.

    Example:
        >>> usual_batch(160), usual_batch(1_000), usual_batch(60_000)
        (8, 20, 128)
    """
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, sentences // 50))


class Trained(storage.Stored, Protocol):
    """What training needs of a model."""

    stop_training: bool

    def train_on_numbers(self, sentences: Sequence[Array]) -> float:
        """Takes one step of Adam and returns the loss before it."""
        ...

    def loss_of_numbers(self, sentences: Sequence[Array], batch_size: int) -> float:
        """Returns the mean of -ln p over all words."""
        ...

    def save(self, folder: storage.PathName) -> Path:
        """Writes the model to a folder."""
        ...


@dataclass(frozen=True)
class Schedule:
    """How to train; the arguments of :meth:`RNNLanguageModel.fit`."""

    batch_size: int
    epochs: int | None
    progress: bool
    shuffle: bool
    by_length: bool
    folder: storage.PathName | None
    resume: bool

    def __post_init__(self) -> None:
        check_count("batch_size", self.batch_size)
        if self.epochs is not None:
            check_count("epochs", self.epochs)
        if self.folder is not None:
            check_folder(self.folder)

    def epochs_for(self, sentences: int) -> int:
        """The number of epochs that was asked for, or the usual one."""
        steps = -(-sentences // self.batch_size)
        return self.epochs or max(USUAL_EPOCHS, -(-USUAL_STEPS // steps))


@dataclass
class Snapshot:
    """A model's weights and what Adam remembers, kept aside."""

    weights: list[Array]
    optimizer: list[Array]

    @classmethod
    def of(cls, model: Trained) -> Snapshot:
        """Keeps a copy."""
        return cls(model.get_weights(), model.get_optimizer_state())

    def put_back(self, model: Trained) -> None:
        """Undoes all that was trained since."""
        model.set_weights(self.weights)
        model.set_optimizer_state(self.optimizer)


def fit(
    model: Trained,
    plan: Schedule,
    numbers: Sequence[Array],
    held_out: Sequence[Array] | None,
    callbacks: Sequence[Callback],
) -> History:
    """Trains a model on sentences as numbers; see :meth:`RNNLanguageModel.fit`."""
    check_callbacks(callbacks)
    epochs = plan.epochs_for(len(numbers))
    if plan.resume and plan.folder is not None and (Path(plan.folder) / storage.FILE).is_file():
        storage.continue_from(model, plan.folder)
    first = model.finished_epochs if plan.resume else 0
    check_epochs(epochs, first)
    if plan.progress and first == epochs:
        print(f"All {first} epochs are finished; there is nothing left to train.", flush=True)
    history = History()
    everyone = [history, *callbacks]
    for callback in everyone:
        # Written for Sequential; all that callbacks use of it is here too.
        callback.set_model(cast("Any", model))
    model.stop_training = False
    _tell(everyone, "on_train_begin", {})
    for epoch in range(first, epochs):
        _tell(everyone, "on_epoch_begin", {}, epoch)
        logs = {"loss": _train_for_an_epoch(model, plan, epoch, numbers, everyone)}
        if held_out is not None:
            logs["val_loss"] = model.loss_of_numbers(held_out, plan.batch_size)
            logs["val_perplexity"] = float(np.exp(logs["val_loss"]))
        model.finished_epochs += 1
        _tell(everyone, "on_epoch_end", logs, epoch)
        if plan.folder is not None:
            model.save(plan.folder)
        if plan.progress:
            shown = ", ".join(f"{name} {value:.4g}" for name, value in logs.items())
            print(f"epoch {epoch + 1} of {epochs}: {shown}", flush=True)
        if model.stop_training:
            break
    _tell(everyone, "on_train_end", {})
    return history


def _train_for_an_epoch(
    model: Trained,
    plan: Schedule,
    epoch: int,
    numbers: Sequence[Array],
    callbacks: Sequence[Callback],
) -> float:
    """All batches once; returns the mean of their losses."""
    batches = list(_batches(model, plan, epoch, numbers))
    losses = []
    with _undone_if_broken_off(model):
        for i, batch in enumerate(_with_a_bar(batches, plan.progress, epoch)):
            try:
                losses.append(model.train_on_numbers(batch))
            except NumberError as error:
                raise NumberError(
                    f"Training stopped at batch {i + 1} of {len(batches)} in epoch {epoch + 1}. "
                    f"{error}"
                ) from None
            _tell(callbacks, "on_train_batch_end", {"loss": losses[-1]}, i)
    return float(np.mean(losses))


@contextmanager
def _undone_if_broken_off(model: Trained) -> Iterator[None]:
    """Ctrl-C leaves the weights of the last finished epoch; so does a loss that is not finite.

    An update that makes the weights themselves infinite shows in the next batch only.
    """
    before = Snapshot.of(model)
    try:
        yield
    except NumberError:
        if not all(np.isfinite(weight).all() for weight in model.get_weights()):
            before.put_back(model)
        raise
    except BaseException:
        before.put_back(model)
        raise


def _batches(
    model: Trained, plan: Schedule, epoch: int, numbers: Sequence[Array]
) -> Iterator[list[Array]]:
    """The batches of an epoch; the order depends on the seed and the epoch alone."""
    random = np.random.default_rng([model.seed, epoch])
    order = np.arange(len(numbers))
    if plan.shuffle:
        order = random.permutation(order)
    if plan.by_length:
        order = order[np.argsort([len(numbers[int(i)]) for i in order], kind="stable")]
    starts = np.arange(0, len(order), plan.batch_size)
    for start in random.permutation(starts) if plan.by_length else starts:
        yield [numbers[i] for i in order[start : start + plan.batch_size]]


def _with_a_bar(batches: list[list[Array]], progress: bool, epoch: int) -> Any:
    from tqdm.auto import tqdm

    return tqdm(batches, desc=f"epoch {epoch + 1}", leave=False, disable=None if progress else True)


def _tell(callbacks: Sequence[Callback], event: str, logs: dict[str, float], *place: int) -> None:
    for callback in callbacks:
        getattr(callback, event)(*place, dict(logs))
