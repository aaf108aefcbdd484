"""What is put to Keras: the inputs, starts and targets of a walkthrough, as tensors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from rnn_edu.compare.layers import Layers
from rnn_edu.compare.reading import Reader, Reading
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.expressions import Array

Tensor: TypeAlias = Any
Key: TypeAlias = tuple[str, int | None]


class Question:
    """The numbers that Keras is given, and Keras's loss for the targets.

    Attributes:
        times: the time steps, in order.
        inputs: x at each of them, one row for each example.
    """

    def __init__(self, walkthrough: Walkthrough, reading: Reading, layers: Layers) -> None:
        self.walkthrough, self.reading, self.layers = walkthrough, reading, layers
        self.dtype = layers.dtype
        inputs = {q.t: q.value for q in walkthrough.of_role("input") if q.t is not None}
        self.times = sorted(inputs)
        self.inputs = [self.tensor(inputs[t]) for t in self.times]
        self.targets = {q.t: self.tensor(q.value) for q in walkthrough.of_role("target")}

    def tensor(self, value: Array) -> Tensor:
        """An array as a tensor with one row for each example."""
        import tensorflow as tf

        return tf.convert_to_tensor(np.atleast_2d(value), dtype=self.dtype)

    def start_time(self, reader: Reader) -> int:
        """Just before the first step, or after the last one for a reader that goes backwards."""
        return self.times[-1] + 1 if reader.backwards else self.times[0] - 1

    def starts(self, reader: Reader) -> list[Tensor]:
        """The state from which a reader starts, the walkthrough's or zeros; an LSTM has two."""
        t = self.start_time(reader)
        zeros = np.zeros((self.inputs[0].shape[0], reader.units))
        keys = [(reader.named(name), t) for name in state_names(reader)]
        w = self.walkthrough
        return [self.tensor(w[key].value if key in w else zeros) for key in keys]

    def answer_times(self) -> list[int | None]:
        """The times at which the dense layer answers; None for "after the last step"."""
        return list(self.times) if self.reading.every_step else [None]

    def has_loss(self) -> bool:
        """Whether there is a target for each answer, and a loss that Keras knows."""
        times = self.answer_times()
        return bool(self.reading.loss) and all(t in self.targets for t in times)

    def losses(self, answers: dict[int | None, Tensor]) -> dict[int | None, Tensor]:
        """Keras's loss of each answer, averaged over the examples."""
        import keras
        import tensorflow as tf

        function = getattr(keras.losses, self.reading.loss)
        return {t: tf.reduce_mean(function(self.targets[t], answers[t])) for t in answers}

    def total_loss(self, answers: dict[int | None, Tensor]) -> Tensor:
        """Keras's loss of all answers, averaged by Keras."""
        import keras
        import tensorflow as tf

        kind = "".join(word.capitalize() for word in self.reading.loss.split("_"))
        # Without its type, a Keras loss rounds everything to Keras's default, float32.
        loss = getattr(keras.losses, kind)(dtype=self.dtype)
        targets = tf.stack([self.targets[t] for t in answers], axis=1)
        return loss(targets, tf.stack(list(answers.values()), axis=1))


def state_names(reader: Reader) -> tuple[str, ...]:
    """The names of what a reader carries from step to step."""
    return ("h", "c") if reader.cell == "LSTM" else ("h",)
