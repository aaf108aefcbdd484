"""Recurrent networks that forecast: three kinds of layer, three ways to many steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError
from rnn_edu.series.reading import Reading
from rnn_edu.series.rolling import Forecaster, Recursive
from rnn_edu.series.scaling import Scaling
from rnn_edu.series.series import Array, check_count, check_length

KINDS = ("SimpleRNN", "LSTM", "GRU")
RECURSIVE, DIRECT, ENCODER_DECODER = "recursive", "direct", "encoder-decoder"
STRATEGIES = (RECURSIVE, DIRECT, ENCODER_DECODER)
#: Of the training windows, the last ones in time: they say when to stop.
VALIDATION = 0.2


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained.

    Attributes:
        kind: the recurrent layer, one of :data:`KINDS`.
        strategy: how it comes to many steps, one of :data:`STRATEGIES`.
        units: of each recurrent layer.
        rate: Adam's learning rate.
        batch: windows in a batch.
        epochs: passes over the windows at most.
        patience: passes without a better validation loss after which the best weights are taken.
        seed: of weights and shuffling.

    Raises:
        UsageError: there is no such kind or strategy, a size is no whole number of at least 1, or
            the rate is not finite and above 0.
    """

    kind: str = "GRU"
    strategy: str = DIRECT
    units: int = 16
    rate: float = 0.01
    batch: int = 32
    epochs: int = 150
    patience: int = 15
    seed: int = 0

    def __post_init__(self) -> None:
        for value, known in ((self.kind, KINDS), (self.strategy, STRATEGIES)):
            if value not in known:
                raise UsageError(f"there is no {value!r}; there are {', '.join(known)}.")
        for name in ("units", "batch", "epochs", "patience"):
            check_count(getattr(self, name), name)
        if not isinstance(self.rate, Real) or not 0 < self.rate < np.inf:
            raise UsageError(f"rate is {self.rate!r}; it must be a finite number above 0.")


def build(recipe: Recipe, reading: Reading) -> Any:
    """The untrained Keras model.

    Direct: one recurrent layer, and a dense layer with an answer for each step ahead. Recursive:
    the same with one answer. Encoder and decoder: the last state is handed to a second recurrent
    layer once for each step ahead, and a dense layer turns each of its states into an answer.

    Args:
        recipe: the kind of layer and the strategy.
        reading: the shape of what is read and said.

    Returns:
        A model from (batch, length, features) to (batch, horizon).
    """
    import keras

    layer = getattr(keras.layers, recipe.kind)
    layers = [keras.Input((reading.length, reading.features)), layer(recipe.units)]
    if recipe.strategy == ENCODER_DECODER:
        layers += [
            keras.layers.RepeatVector(reading.horizon),
            layer(recipe.units, return_sequences=True),
            keras.layers.Dense(1),
            keras.layers.Flatten(),
        ]
    else:
        layers.append(keras.layers.Dense(reading.horizon))
    return keras.Sequential(layers)


@dataclass(frozen=True)
class Network:
    """A trained network as a forecaster.

    Attributes:
        model: the Keras model.
        reading: what it reads.
        scaling: of its numbers, from the training part.
        validation_loss: its best, in scaled units.
        epochs: passes that were made.
        best: the pass after which the weights were kept.
    """

    model: Any = field(repr=False)
    reading: Reading
    scaling: Scaling
    validation_loss: float
    epochs: int
    best: int

    def __call__(self, past: Array) -> Array:
        """From one past to the next numbers, shape (horizon,)."""
        return np.asarray(self.many([past])[0])

    def many(self, pasts: Sequence[Array]) -> Array:
        """From several pasts at once, shape (pasts, horizon)."""
        inputs = network_inputs(self.reading, self.scaling, pasts)
        said = np.asarray(self.model.predict_on_batch(inputs), dtype=np.float64)
        return self.scaling.unscale(said) + np.stack([self.reading.base(past) for past in pasts])


def network_inputs(reading: Reading, scaling: Scaling, pasts: Sequence[Array]) -> Array:
    """The scaled windows, with the months where asked for: shape (pasts, length, features)."""
    scaled = scaling.scale(reading.windows(pasts))[..., np.newaxis]
    beside = np.stack([reading.beside(past) for past in pasts])
    return np.concatenate([scaled, beside], axis=-1).astype(np.float32)


def train_network(training: Array, reading: Reading, recipe: Recipe | None = None) -> Network:
    """Trains a network on the training part alone, its scaling and its stopping included.

    The windows are split in time; so that no number is asked for in both parts, as many windows
    as the horizon needs are left out between them.

    Args:
        training: shape (steps,).
        reading: what is read.
        recipe: how; the usual one by default.

    Raises:
        DataError: the training part is too short for both parts, or constant.
    """
    import keras

    recipe = recipe or Recipe()
    model, scaling, inputs, answers = _untrained(training, reading, recipe)
    cut = round((1 - VALIDATION) * len(inputs))
    later = cut + reading.horizon - 1
    stop = keras.callbacks.EarlyStopping(patience=recipe.patience, restore_best_weights=True)
    losses = model.fit(
        inputs[:cut],
        answers[:cut],
        validation_data=(inputs[later:], answers[later:]),
        epochs=recipe.epochs,
        batch_size=recipe.batch,
        callbacks=[stop],
        verbose=0,
    ).history["val_loss"]
    best = int(np.argmin(losses))
    return Network(model, reading, scaling, float(losses[best]), len(losses), best + 1)


def refit_network(training: Array, reading: Reading, recipe: Recipe | None = None) -> Network:
    """As :func:`train_network`, and then anew from the same start with the last fifth as well.

    The last fifth has said how many passes are best. Then it need not be kept apart: a second
    network makes as many over all windows.

    Args:
        training: shape (steps,).
        reading: what is read.
        recipe: how; the usual one by default.

    Returns:
        The second network, with the validation loss of the first.

    Raises:
        DataError: the training part is too short for both parts, or constant.
    """
    recipe = recipe or Recipe()
    first = train_network(training, reading, recipe)
    model, scaling, inputs, answers = _untrained(training, reading, recipe)
    model.fit(inputs, answers, epochs=first.best, batch_size=recipe.batch, verbose=0)
    return replace(first, model=model, scaling=scaling, epochs=first.best)


def _untrained(
    training: Array, reading: Reading, recipe: Recipe
) -> tuple[Any, Scaling, Array, npt.NDArray[np.float32]]:
    """A compiled model, the scaling, and all windows with their answers, scaled."""
    import keras

    x, y, pasts = reading.examples(training)
    check_length(training, reading.least + 5 * reading.horizon + 5, "training a network")
    scaling = Scaling.of(x.ravel())
    inputs, answers = network_inputs(reading, scaling, pasts), scaling.scale(y).astype(np.float32)
    keras.utils.set_random_seed(recipe.seed)
    model = build(recipe, reading)
    model.compile(keras.optimizers.Adam(recipe.rate), "mean_squared_error")
    return model, scaling, inputs, answers


def forecaster(
    training: Array,
    reading: Reading,
    recipe: Recipe,
    train: Callable[[Array, Reading, Recipe], Network] = train_network,
) -> Forecaster:
    """A trained network by any of the three strategies, trained as asked."""
    if recipe.strategy != RECURSIVE:
        return train(training, reading, recipe)
    one_step = train(training, replace(reading, horizon=1), recipe)
    return Recursive(one_step, reading.horizon)
