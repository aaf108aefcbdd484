"""What a reader may ask of a full-size run."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_edu.errors import UsageError


@dataclass(frozen=True)
class RunOptions:
    """How a run was asked for on the command line.

    Args:
        epochs: another number of epochs than the run's own; its record is then kept apart from
            those that belong to the book.
        resume: go on from what an interrupted run had finished.

    Raises:
        UsageError: the number of epochs is below one.
    """

    epochs: int | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        if self.epochs is not None and self.epochs < 1:
            raise UsageError(f"--epochs is {self.epochs}; a run needs at least one epoch.")

    def epochs_or(self, usual: int) -> int:
        """The number of epochs asked for, or the run's own.

        Example:
            >>> RunOptions().epochs_or(16), RunOptions(epochs=2).epochs_or(16)
            (16, 2)
        """
        return usual if self.epochs is None else self.epochs
