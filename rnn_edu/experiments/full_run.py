"""What every full-size run has around it: the clock, the checkpoints, and the record in the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_edu.datasets import Dataset
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import write_facts, write_record
from rnn_edu.experiments.stopwatch import Stopwatch
from rnn_edu.quiet import start_tensorflow


class FullRun:
    """A full-size run from its start, when this object is made, to its record.

    Args:
        name: of the run; one of :data:`rnn_edu.experiments.NAMES`.
        options: as they were asked for.

    Attributes:
        checkpoints: what the run has finished so far; they go when the record is written.
    """

    def __init__(self, name: str, options: RunOptions) -> None:
        self.name, self.options = name, options
        self._watch = Stopwatch()
        self.checkpoints = Checkpoints(name, options, self._watch)
        start_tensorflow()

    def record(self, data: Dataset, seeds: Sequence[int], **parts: Any) -> Path:
        """Writes the record and ends the run; see :func:`.write_record`.

        Args:
            data: what was trained on.
            seeds: of the trainings behind the main result.
            **parts: ``setting``, ``metrics``, ``baselines`` and ``first_batch_loss``.

        Returns:
            The file.

        Raises:
            DataError: the data set is the shipped sample, not the real one.
        """
        return self._ended(write_record(self.name, data, seeds, self._watch, self.options, **parts))

    def record_of_made_up(self, sha256: str, rows: int, seeds: Sequence[int], **parts: Any) -> Path:
        """As :meth:`record`, for ``rows`` examples that no file holds, known by their SHA-256."""
        return self._ended(
            write_facts(self.name, sha256, rows, seeds, self._watch, self.options, **parts)
        )

    def _ended(self, path: Path) -> Path:
        self.checkpoints.clear()
        return path
