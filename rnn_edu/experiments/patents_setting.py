"""How the LSTM on patent abstracts is built and trained."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from rnn_edu.experiments.options import RunOptions

#: Words in a window, after which the next one is guessed.
LENGTH = 50


@dataclass(frozen=True)
class Setting:
    """How the model is built and trained.

    Args:
        epochs: how many times to go through the training words.
        every_position: score the guess after every word, or after the last of a window alone.
        embedding: ``"trained"``, ``"glove_frozen"`` or ``"glove_trained"``.
        width: numbers in a word's vector if it is trained from the start; GloVe's have 50.
        learning_rate: of Adam in the first epoch; it falls along half a cosine.
        batch_size: windows or pieces for each step of training.
        sampled: wrong words drawn for each step, against which the right one is scored; 0 takes
            all words.
        units: of the LSTM and of the layer after it.
        dropout: of that layer; the document's listing has lost its rate.
        reading_dropout: of what the LSTM reads, and of the state that it hands on.
    """

    epochs: int
    every_position: bool = True
    embedding: str = "trained"
    width: int = 100
    learning_rate: float = 0.005
    batch_size: int = 64
    sampled: int = 512
    units: int = 64
    dropout: float = 0.1
    reading_dropout: float = 0.1

    def asked(self, options: RunOptions) -> Setting:
        """The setting with the number of epochs that was asked for."""
        return replace(self, epochs=options.epochs_or(self.epochs))

    def facts(self) -> dict[str, Any]:
        """The setting as it stands in a record."""
        return asdict(self)

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch, counted from 0.

        Example:
            >>> [round(Setting(epochs=4).rate(epoch), 5) for epoch in range(4)]
            [0.005, 0.00427, 0.0025, 0.00073]
        """
        return self.learning_rate * (1 + float(np.cos(np.pi * epoch / self.epochs))) / 2
