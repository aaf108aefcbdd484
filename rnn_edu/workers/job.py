"""What the processes of one training share: a folder with the sentences, the plan, the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rnn_edu.language_model.batches import IntArray
from rnn_edu.whole_files import write_text


@dataclass(frozen=True)
class Plan:
    """How long to train, and in what portions.

    Attributes:
        workers: how many processes.
        batch_size: sentences in a batch, those of all workers together.
        epochs: passes through the sentences, finished ones included.
        seed: of the order of the sentences.
    """

    workers: int
    batch_size: int
    epochs: int
    seed: int


@dataclass(frozen=True)
class Job:
    """A folder that the launcher fills and the workers read.

    Attributes:
        folder: holds ``plan.json``, ``sentences.npz``, ``model`` and, in the end, the losses.
    """

    folder: Path

    @property
    def model(self) -> Path:
        """Where the model is: first the untrained one, then that of the last finished epoch."""
        return self.folder / "model"

    def write(self, plan: Plan, sentences: Sequence[IntArray]) -> None:
        """Puts the plan and the sentences into the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lengths = np.array([len(sentence) for sentence in sentences])
        np.savez(self.folder / "sentences.npz", words=np.concatenate(sentences), lengths=lengths)
        write_text(self.folder / "plan.json", json.dumps(asdict(plan)))

    def plan(self) -> Plan:
        """The plan."""
        return Plan(**json.loads((self.folder / "plan.json").read_text(encoding="utf-8")))

    def sentences(self) -> list[IntArray]:
        """The numbers of the words of each sentence."""
        with np.load(self.folder / "sentences.npz") as arrays:
            return np.split(arrays["words"], np.cumsum(arrays["lengths"])[:-1])

    def write_losses(self, losses: Sequence[float]) -> None:
        """Keeps the losses of all batches of the finished epochs."""
        write_text(self.folder / "losses.json", json.dumps(list(losses)))

    def losses(self) -> list[float]:
        """The losses of the finished epochs, an empty list before the first."""
        path = self.folder / "losses.json"
        if not path.is_file():
            return []
        losses: list[float] = json.loads(path.read_text(encoding="utf-8"))
        return losses
