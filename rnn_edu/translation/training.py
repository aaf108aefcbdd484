"""Trains a network that reads and writes on the truth, and tests it on its own words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rnn_edu.translation.dates import DATES
from rnn_edu.translation.examples import SIGNS, START, Examples, Task
from rnn_edu.translation.networks import Array, stepper, translator

SENTENCES, TESTS, PASSES, BATCH, RATE = 9000, 200, 16, 64, 0.005
#: A pass with this loss or less ends a training.
LEARNED = 0.005


@dataclass(frozen=True)
class Result:
    """What a trained network answers to sentences of one length; shares between 0 and 1.

    Attributes:
        exact: every figure right, each written after the network's own figures before.
        exact_if_told: every figure right when the right ones before are always told. That is
            ``exact`` once more: who makes no mistake reads the same either way.
        figures: of the figures by themselves, after its own.
        figures_if_told: likewise, after the right ones.
        after_mistake: of the figures after the first wrong one; None where none was wrong.
    """

    exact: float
    exact_if_told: float
    figures: float
    figures_if_told: float
    after_mistake: float | None


class Trainer:
    """One network, compiled once and trained anew from each seed.

    Args:
        attention: whether its decoder looks back.
        task: what is read and written.
        sentences: of one training.
        passes: through the sentences.
    """

    def __init__(
        self,
        attention: bool,
        task: Task = DATES,
        sentences: int = SENTENCES,
        passes: int = PASSES,
    ) -> None:
        import keras

        self.attention, self.task = attention, task
        self.sentences, self.passes = sentences, passes
        self.model = translator(attention, task=task)
        updates = passes * -(-sentences // BATCH)
        rate = keras.optimizers.schedules.CosineDecay(RATE, updates)
        self.model.compile(
            keras.optimizers.Adam(rate, clipnorm=1.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
            jit_compile=True,
        )

    def train(self, seed: int) -> list[float]:
        """Trains from fresh weights with fresh sentences; returns the loss of each pass."""
        self._begin(seed)
        shown = self.task.training(seed, self.sentences)
        found = self.model.fit(
            [shown.source, shown.fed],
            shown.target,
            batch_size=BATCH,
            epochs=self.passes,
            callbacks=[_end_when_learned()],
            verbose=0,
        )
        return [round(float(loss), 4) for loss in found.history["loss"]]

    def first_batch_loss(self, seed: int) -> float:
        """The loss of the untrained network on the first batch of its sentences."""
        self._begin(seed)
        shown = self.task.training(seed, self.sentences)
        batch = slice(BATCH)
        scores = self.model([shown.source[batch], shown.fed[batch]])
        return round(float(self.model.loss(shown.target[batch], scores)), 6)

    def _begin(self, seed: int) -> None:
        """Fresh weights, and an optimizer that has seen nothing."""
        import keras

        keras.utils.set_random_seed(seed)
        self.model.set_weights(translator(self.attention, task=self.task).get_weights())
        self.model.optimizer.build(self.model.trainable_variables)
        for variable in self.model.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))


def _end_when_learned() -> Any:
    """A callback that ends a training after a pass with a small loss."""
    import keras

    class End(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            if logs and logs["loss"] < LEARNED:
                self.model.stop_training = True

    return End()


def write(model: Any, source: Array, figures: int) -> Array:
    """What a model writes when it reads its own figures, the likeliest one at each step.

    Args:
        model: a translator.
        source: numbers of the words, shape (examples, words).
        figures: how many are written.

    Returns:
        Numbers of the figures, shape (examples, figures).
    """
    state, step = stepper(model, source)
    before = np.full(len(source), SIGNS.index(START), dtype=np.int32)
    written = []
    for _ in range(figures):
        scores, state, _ = step(before, state)
        before = _likeliest(scores).astype(np.int32)
        written.append(before)
    return np.stack(written, axis=1)


def looks(model: Any, source: Array, figures: int) -> Array:
    """The attention weights while one sentence is written, shape (figures, words).

    Args:
        model: a translator with attention.
        source: numbers of the words of one sentence, shape (1, words), without padding.
        figures: how many are written.
    """
    state, step = stepper(model, source)
    before = np.full(1, SIGNS.index(START), dtype=np.int32)
    rows = []
    for _ in range(figures):
        scores, state, weights = step(before, state)
        assert weights is not None
        rows.append(weights[0])
        before = _likeliest(scores).astype(np.int32)
    return np.stack(rows)


def marks(model: Any, test: Examples) -> dict[str, float | None]:
    """A ``Result`` as a dictionary."""
    told = _likeliest(np.asarray(model([test.source, test.fed])))
    own = write(model, test.source, test.target.shape[1])
    counted = test.target != 0
    right, right_if_told = (own == test.target) & counted, (told == test.target) & counted
    wrong_before = np.cumsum(~right & counted, axis=1) - (~right & counted) > 0
    after = right[wrong_before & counted]
    return asdict(
        Result(
            exact=_share((right | ~counted).all(axis=1)),
            exact_if_told=_share((right_if_told | ~counted).all(axis=1)),
            figures=_share(right[counted]),
            figures_if_told=_share(right_if_told[counted]),
            after_mistake=_share(after) if after.size else None,
        )
    )


def _likeliest(scores: Array) -> Array:
    """The figure with the largest score; padding is never written."""
    return np.asarray(scores[..., 1:].argmax(axis=-1) + 1)


def _share(right: Array) -> float:
    return round(float(right.mean()), 4)
