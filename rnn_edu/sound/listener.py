"""A network in Keras that writes down what is said, trained with CTC: nobody says when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.sound.ctc import BLANK, collapse
from rnn_edu.sound.spoken import BANDS

Array = npt.NDArray[Any]
UNITS, RATE, BATCH = 32, 0.01, 50
#: The ten digits and the blank.
SIGNS = 11


class Listener:
    """Frames in, digits out: a GRU in both directions, and a dense layer at every frame.

    Args:
        heard: frames of the sentences of the training; their mean and spread scale all others.
    """

    def __init__(self, heard: Sequence[Array]) -> None:
        from keras import Input, Model, layers, ops

        everything = np.concatenate(heard)
        self.mean, self.spread = everything.mean(axis=0), everything.std(axis=0)
        sound = Input((None, BANDS), name="frames")
        both = layers.Bidirectional(layers.GRU(UNITS, return_sequences=True))
        states = both(sound, mask=ops.any(sound != 0, axis=-1))
        # A product hands no mask on: the loss goes by lengths of its own.
        scores = layers.Dense(SIGNS, name="scores")(ops.multiply(states, 1.0))
        self.model = Model(sound, scores)

    def train(
        self, heard: Sequence[Array], said: Sequence[Sequence[int]], passes: int
    ) -> list[float]:
        """Learns from sentences and what was said in them; returns the loss of each pass."""
        import keras

        self.model.compile(keras.optimizers.Adam(RATE, clipnorm=1.0), _ctc)
        targets = _targets([len(one) for one in heard], said)
        found = self.model.fit(
            self.scaled(heard), targets, batch_size=BATCH, epochs=passes, verbose=0
        )
        return [round(float(loss), 4) for loss in found.history["loss"]]

    def scaled(self, heard: Sequence[Array]) -> Array:
        """Sentences put to mean 0 and spread 1, with zeros behind the short ones."""
        filled = np.zeros((len(heard), max(map(len, heard)), BANDS), dtype=np.float32)
        for row, one in zip(filled, heard, strict=True):
            row[: len(one)] = (one - self.mean) / self.spread
        return filled

    def chances(self, heard: Sequence[Array]) -> list[Array]:
        """How likely each sign is in each frame: for every sentence an array (frames, 11)."""
        import keras

        found = keras.ops.softmax(self.model.predict(self.scaled(heard), verbose=0))
        return [np.asarray(one)[: len(x)] for one, x in zip(found, heard, strict=True)]

    def written(self, heard: Sequence[Array]) -> list[tuple[int, ...]]:
        """What is written: the likeliest sign of each frame, collapsed."""
        likeliest = (one.argmax(axis=1).tolist() for one in self.chances(heard))
        return [tuple(sign - 1 for sign in collapse(path)) for path in likeliest]


def _targets(frames: Sequence[int], said: Sequence[Sequence[int]]) -> Array:
    """For each sentence the number of its frames, then its digits plus 1, then blanks."""
    table = np.full((len(said), 1 + max(map(len, said))), BLANK, dtype=np.int32)
    for row, count, digits in zip(table, frames, said, strict=True):
        row[0] = count
        row[1 : 1 + len(digits)] = np.add(digits, 1)
    return table


def _ctc(targets: Any, scores: Any) -> Any:
    """Keras's CTC loss of each sentence, by the targets as :func:`_targets` writes them."""
    import keras

    targets = keras.ops.cast(targets, "int32")
    labels = targets[:, 1:]
    counts = keras.ops.sum(keras.ops.cast(labels != BLANK, "int32"), axis=1)
    return keras.ops.ctc_loss(labels, scores, counts, targets[:, 0], mask_index=BLANK)
