"""Sequential: layers in a row, trained like Keras's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from rnn_edu.errors import NumberError, UsageError
from rnn_edu.layers import Dense, Layer
from rnn_edu.layers.base import Seed
from rnn_edu.training import losses, optimizers
from rnn_edu.training.callbacks import Callback, History, Logs
from rnn_edu.training.data import batches, check_batch_size, check_pair, split
from rnn_edu.training.losses import Loss
from rnn_edu.training.metrics import Metric
from rnn_edu.training.metrics import get as _metric
from rnn_edu.training.optimizers import Optimizer
from rnn_edu.training.stack import Stack

Array = npt.NDArray[Any]


class Sequential(Stack):
    """Layers in a row: the output of each is the input of the next.

    Args:
        layers: the layers, all of one dtype.
        name: the model's name.
        seed: fixes the weights that the layers start from, their dropout, and the order in
            which ``fit`` shuffles.

    Attributes:
        stop_training: a callback sets it to end ``fit`` after the epoch.

    Example:
        >>> from rnn_edu.layers import Dense, SimpleRNN
        >>> model = Sequential([SimpleRNN(1), Dense(1, activation="sigmoid")], seed=0)
        >>> model.build((None, 2, 1))
        >>> model.compile("adam", "binary_crossentropy", ["accuracy"])
        >>> x, y = np.array([[[1], [3]], [[1], [2]]]), np.array([1, 0])
        >>> history = model.fit(x, y, epochs=500, verbose=0)
        >>> history.history["loss"][-1] < history.history["loss"][0]
        True
        >>> list(model.named_weights())[:3]
        ['simple_rnn/kernel', 'simple_rnn/recurrent_kernel', 'simple_rnn/bias']
    """

    def __init__(
        self, layers: Iterable[Layer] = (), name: str = "sequential", seed: Seed = None
    ) -> None:
        super().__init__(layers, name, seed)
        self.stop_training = False
        self.loss: Loss | None = None
        self.metrics: list[Metric] = []
        self._shuffle_rng = np.random.default_rng(self._spawn_seed())

    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: str | Loss | None = None,
        metrics: Sequence[str | Metric] = (),
    ) -> None:
        """Chooses how to train.

        If the last layer is a ``Dense`` with softmax and the loss a categorical cross-entropy
        (or sigmoid and binary), the loss is computed from the layer's pre-activations, as Keras
        does it in ``fit``: no digits are lost where a probability is near 0.

        Args:
            optimizer: ``"sgd"``, ``"rmsprop"``, ``"adam"``, or one with other settings.
            loss: the loss, by its name or itself.
            metrics: what else to compute, for instance ``["accuracy"]``.

        Raises:
            NamingError: a name is unknown.
        """
        self.optimizer = optimizers.get(optimizer)
        self.loss = None if loss is None else losses.get(loss)
        self.metrics = [_metric(metric) for metric in metrics]

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: Sequence[Callback] = (),
        validation_split: float = 0.0,
        validation_data: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        shuffle: bool = True,
        seed: int | None = None,
    ) -> History:
        """Trains.

        Args:
            x: examples, one along the first axis each.
            y: labels.
            batch_size: how many examples make one step; 32 by default.
            epochs: how many times to go through the examples.
            verbose: 0 is silent, 1 shows a progress bar, 2 prints one line for each epoch.
            callbacks: what is called between the epochs.
            validation_split: the share of the examples, from the end, that is kept for
                validation.
            validation_data: examples and labels for validation, instead of a share.
            shuffle: whether every epoch has an order of its own.
            seed: fixes those orders; by default they follow from the model's seed.

        Returns:
            The loss and the metrics of every epoch.

        Raises:
            UsageError: the model is not compiled, or there are no examples.
            ShapeError: examples and labels do not fit together or to the model.
            NumberError: the data or, during training, the loss are not finite numbers.
        """
        size = check_batch_size(batch_size)
        train, validation = self._training_data(x, y, validation_split, validation_data)
        rng = self._shuffle_rng if seed is None else np.random.default_rng(seed)
        history = History()
        listeners = [history, *callbacks]
        self._begin(listeners)
        steps = -(-len(train[0]) // size)
        with tqdm(total=epochs * steps, disable=verbose != 1, unit="step") as bar:
            for epoch in range(epochs):
                for listener in listeners:
                    listener.on_epoch_begin(epoch)
                logs = self._epoch(train, size, rng if shuffle else None, epoch, listeners, bar)
                if validation is not None:
                    scores = self._scores(*validation, size)
                    logs |= {f"val_{name}": value for name, value in scores.items()}
                _report(bar, verbose, epoch, epochs, logs)
                for listener in listeners:
                    listener.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
        for listener in listeners:
            listener.on_train_end()
        return history

    def evaluate(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        batch_size: int | None = None,
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """Returns the loss, or a list of the loss and the metrics, or all of them by name.

        Raises:
            UsageError: the model is not compiled, or there are no examples.
            ShapeError: examples and labels do not fit together or to the model.
        """
        scores = self._scores(*self._checked_data("evaluate", x, y), check_batch_size(batch_size))
        if return_dict:
            return scores
        values = list(scores.values())
        return values if self.metrics else values[0]

    def predict(self, x: npt.ArrayLike, batch_size: int | None = None) -> Array:
        """Returns the outputs, computed batch by batch.

        Raises:
            UsageError: there are no examples.
            ShapeError: the rank or the width of the input does not fit.
            NumberError: the input holds NaN or infinity.
        """
        inputs = self._prepare(x)
        check_pair("predict", inputs, inputs)
        pairs = batches(inputs, inputs, check_batch_size(batch_size))
        return np.concatenate([self._forward(batch, False)[0] for batch, _ in pairs])

    def train_on_batch(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """Makes one step with all of ``x``, and returns the loss before it."""
        return self._step(*self._checked_data("train_on_batch", x, y), {})

    def loss_and_gradients(
        self, x: npt.ArrayLike, y: npt.ArrayLike, training: bool = False
    ) -> tuple[float, Array | None, list[Array]]:
        """Returns the loss, dL/d(input), and dL/d(weight) in the order of ``get_weights``."""
        inputs, labels = self._checked_data("loss_and_gradients", x, y)
        output, mask = self._forward(inputs, training)
        loss, gradient, gradients = self._loss_backward(labels, output, mask)
        return loss, gradient, gradients

    def _training_data(
        self, x: npt.ArrayLike, y: npt.ArrayLike, share: float, validation: Any
    ) -> tuple[tuple[Array, Array], tuple[Array, Array] | None]:
        train = self._checked_data("fit", x, y)
        if validation is not None:
            return train, self._checked_data("validation", *validation)
        return split(*train, share) if share else (train, None)

    def _checked_data(self, what: str, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
        if self.loss is None or self.optimizer is None:
            raise UsageError(f"{self.name}: call compile(optimizer, loss) before {what}.")
        self._check_end()
        check_pair(what, np.asarray(x), np.asarray(y))
        inputs = self._prepare(x)
        self._wanted = [layer.trainable for layer in self.layers for _ in layer.named_weights()]
        self._trained = self._only_trainable(list(self.named_weights().values()))
        shape = self._output_shape(inputs.shape)
        return inputs, self.loss.check(y, tuple(size or 0 for size in shape))

    def _begin(self, listeners: Sequence[Callback]) -> None:
        self.stop_training = False
        for listener in listeners:
            listener.set_model(self)
            listener.on_train_begin()

    def _epoch(
        self,
        train: tuple[Array, Array],
        size: int,
        rng: np.random.Generator | None,
        epoch: int,
        listeners: Sequence[Callback],
        bar: Any,
    ) -> Logs:
        """Makes every step of one epoch; returns the mean loss and metrics on the way."""
        total, counts = 0.0, {metric.name: np.zeros(2) for metric in self.metrics}
        for number, (x, y) in enumerate(batches(*train, size, rng)):
            with np.errstate(over="ignore", invalid="ignore"):  # said below, in words
                loss = self._step(x, y, counts)
            if not np.isfinite(loss):
                raise NumberError(
                    f"fit: the loss became {loss} in epoch {epoch + 1}, step {number + 1}; "
                    "lower the learning rate or clip the gradients."
                )
            total += loss * len(x)
            for listener in listeners:
                listener.on_train_batch_end(number, {"loss": loss})
            bar.update()
        return {"loss": total / len(train[0]), **_means(counts)}

    def _step(self, x: Array, y: Array, counts: dict[str, Array]) -> float:
        assert self.optimizer is not None
        output, mask = self._forward(x, training=True)
        loss, _, gradients = self._loss_backward(y, output, mask)
        self._count(y, output, mask, counts)
        self.optimizer.apply(self._only_trainable(gradients), self._trained)
        return loss

    def _only_trainable(self, gradients: list[Array]) -> list[Array]:
        return [g for g, wanted in zip(gradients, self._wanted, strict=True) if wanted]

    def _loss_backward(
        self, y: Array, output: Array, mask: Array | None
    ) -> tuple[float, Array | None, list[Array]]:
        loss, gradient, logits = self._loss_of(y, output, mask)
        layers = self.layers
        last_gradients: list[Array] = []
        if logits is not None:
            gradient, last_gradients = logits.backward_from_pre_activation(gradient)
            layers = layers[:-1]
        d_input, gradients = self._backward_through(layers, gradient, last_gradients)
        return loss, d_input, gradients

    def _loss_of(
        self, y: Array, output: Array, mask: Array | None
    ) -> tuple[float, Any, Dense | None]:
        """Returns the loss, its gradient, and the last layer if the gradient is for its logits."""
        assert self.loss is not None
        last = self.layers[-1]
        if isinstance(last, Dense) and last.activation.name == self.loss.logits_activation:
            value, d_a = self.loss.value_and_gradient(y, last.pre_activation, mask, logits=True)
            return value, d_a, last
        return (*self.loss.value_and_gradient(y, output, mask), None)

    def _scores(self, x: Array, y: Array, size: int) -> Logs:
        total, counts = 0.0, {metric.name: np.zeros(2) for metric in self.metrics}
        for x_batch, y_batch in batches(x, y, size):
            output, mask = self._forward(x_batch, training=False)
            total += self._loss_of(y_batch, output, mask)[0] * len(x_batch)
            self._count(y_batch, output, mask, counts)
        return {"loss": total / len(x), **_means(counts)}

    def _count(self, y: Array, output: Array, mask: Array | None, counts: dict[str, Array]) -> None:
        for metric in self.metrics:
            if metric.name in counts:
                counts[metric.name] += metric.total_and_count(y, output, mask)

    def _check_end(self) -> None:
        assert self.loss is not None
        last = self.layers[-1] if self.layers else None
        if (
            self.loss.from_logits
            and isinstance(last, Dense)
            and (last.activation.name == self.loss.logits_activation)
        ):
            raise UsageError(
                f"{self.name}: the loss has from_logits=True, but {last.name} ends with "
                f"{last.activation.name}; take one of the two away."
            )


def _means(counts: dict[str, Array]) -> Logs:
    return {name: float(total / max(1.0, count)) for name, (total, count) in counts.items()}


def _report(bar: Any, verbose: int, epoch: int, epochs: int, logs: Logs) -> None:
    if verbose == 0:
        return
    shown = " - ".join(f"{name}: {value:.4f}" for name, value in logs.items())
    bar.set_postfix_str(f"epoch {epoch + 1}/{epochs} - {shown}")
    if verbose == 2:
        print(f"Epoch {epoch + 1}/{epochs} - {shown}")
