"""Losses: how wrong a prediction is, and in which direction to change it.

Every loss is a mean over examples (and over time steps, where there are any that count), as in
Keras. The function and its derivative stand beside each other.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.layers import activations
from rnn_edu.layers.base import as_numbers, check_finite
from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]

EPSILON = 1e-7
"""Keras cuts probabilities to [EPSILON, 1 - EPSILON] before it takes a logarithm."""


class Loss:
    """A loss with its gradient.

    Args:
        from_logits: whether the predictions are logits (what softmax or sigmoid would be taken
            of) rather than probabilities.
    """

    name: ClassVar[str] = "loss"
    logits_activation: ClassVar[str | None] = None
    """The output activation that this loss can look behind; see ``Sequential.compile``."""

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def __call__(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> float:
        """Returns the mean loss.

        Args:
            y_true: the labels.
            y_pred: the predictions (batch, ..., width).

        Raises:
            ShapeError: the shapes do not fit together.
            UsageError: a label is outside what the loss knows.
        """
        predictions = as_numbers(self.name, y_pred)
        value, _ = self.value_and_gradient(self.check(y_true, predictions.shape), predictions)
        return value

    def gradient(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Array:
        """Returns dL/d(y_pred), of the shape of ``y_pred``."""
        predictions = as_numbers(self.name, y_pred)
        _, gradient = self.value_and_gradient(self.check(y_true, predictions.shape), predictions)
        return gradient

    def value_and_gradient(
        self, y_true: Array, y_pred: Array, mask: Array | None = None, logits: bool = False
    ) -> tuple[float, Array]:
        """Returns the mean loss and its gradient, for labels that :meth:`check` has passed.

        Args:
            y_true: the labels, as returned by :meth:`check`.
            y_pred: predictions (batch, ..., width).
            mask: (batch, ...), False where an entry is not to count.
            logits: whether ``y_pred`` holds logits, whatever ``from_logits`` says.
        """
        each = self._from_logits if logits or self.from_logits else self._from_probabilities
        losses, d_losses = each(y_true, y_pred)
        if mask is None:
            return float(losses.mean()), d_losses / losses.size
        share = mask.astype(losses.dtype) / max(1, int(mask.sum()))
        return float((losses * share).sum()), d_losses * share[..., np.newaxis]

    def check(self, y_true: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
        """Returns the labels in the form that fits predictions of this shape, each one checked.

        Raises:
            NumberError: a label is NaN or infinite.
            ShapeError: the labels have another shape.
            UsageError: a label is outside what the loss knows.
        """
        labels = as_numbers(self.name, y_true)
        check_finite(self.name, "the array of labels", labels)
        if labels.shape == shape[:-1] and shape[-1] == 1:
            labels = labels[..., np.newaxis]
        if labels.shape != shape:
            raise ShapeError(
                f"{self.name}: the labels have the shape {labels.shape}, but the predictions "
                f"have {shape}.{self._advice(labels.shape, shape)}"
            )
        self._check_values(labels)
        return labels

    def _advice(self, labels: tuple[int, ...], shape: tuple[int, ...]) -> str:
        return ""

    def _check_values(self, labels: Array) -> None:
        """Refuses labels that mean nothing to this loss."""

    def _from_probabilities(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        """Returns the loss of every example (batch, ...) and its gradient (batch, ..., width)."""
        raise NotImplementedError

    def _from_logits(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        """The same for logits."""
        return self._from_probabilities(y_true, y_pred)


class MeanSquaredError(Loss):
    """Mean of (p - y)², with the gradient 2 (p - y) / width.

    Example:
        >>> loss = MeanSquaredError()
        >>> loss([[1.0, 2.0]], [[1.0, 4.0]])
        2.0
        >>> loss.gradient([[1.0, 2.0]], [[1.0, 4.0]])
        array([[0., 2.]])
    """

    name = "mean_squared_error"

    def __init__(self) -> None:
        super().__init__()

    def _from_probabilities(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        error = y_pred - y_true.astype(y_pred.dtype)
        return (error * error).mean(axis=-1), error * (2.0 / error.shape[-1])


class BinaryCrossentropy(Loss):
    """-y log p - (1 - y) log(1 - p): yes or no, from one probability.

    In terms of the logit a, with p = σ(a), the gradient is p - y.

    Example:
        >>> loss = BinaryCrossentropy()
        >>> round(loss([[1.0], [0.0]], [[0.8], [0.4]]), 4)
        0.367
        >>> loss.gradient([[1.0], [0.0]], [[0.8], [0.4]]).round(4)
        array([[-0.625 ],
               [ 0.8333]])
    """

    name = "binary_crossentropy"
    logits_activation = "sigmoid"

    def _check_values(self, labels: Array) -> None:
        if np.any((labels < 0) | (labels > 1)):
            wrong = labels[(labels < 0) | (labels > 1)][0]
            raise UsageError(
                f"{self.name}: the label {wrong} is outside the classes; "
                "a label is 0 or 1, or a probability between them."
            )

    def _from_probabilities(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        y = y_true.astype(y_pred.dtype)
        p, inside = _cut(y_pred)
        losses = -(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))
        gradient = ((1.0 - y) / (1.0 - p) - y / p) * inside
        return losses.mean(axis=-1), gradient / y.shape[-1]

    def _from_logits(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        y, a = y_true.astype(y_pred.dtype), y_pred
        # log(1 + e^a) - a y, written so that no exponential overflows.
        losses = np.maximum(a, 0.0) - a * y + np.log1p(np.exp(-np.abs(a)))
        return losses.mean(axis=-1), (_sigmoid(a) - y) / y.shape[-1]


class CategoricalCrossentropy(Loss):
    """-Σ y log p over the classes, for labels written as one-hot rows.

    In terms of the logits a, with p = softmax(a), the gradient is p - y.

    Example:
        >>> loss = CategoricalCrossentropy()
        >>> round(loss([[0, 1, 0]], [[0.2, 0.5, 0.3]]), 4)
        0.6931
    """

    name = "categorical_crossentropy"
    logits_activation = "softmax"

    def _advice(self, labels: tuple[int, ...], shape: tuple[int, ...]) -> str:
        if labels in (shape[:-1], (*shape[:-1], 1)):
            return " For class numbers use sparse_categorical_crossentropy."
        return ""

    def _check_values(self, labels: Array) -> None:
        sums = labels.sum(axis=-1)
        if np.any(labels < 0) or not np.allclose(sums, 1.0, atol=1e-4):
            raise UsageError(
                f"{self.name}: every row of labels must be a probability for each class, "
                "with the sum 1 (one-hot rows, for instance)."
            )

    def _from_probabilities(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        y = y_true.astype(y_pred.dtype)
        total = y_pred.sum(axis=-1, keepdims=True)
        share = y_pred / total
        p, inside = _cut(share)
        d_share = -(y / p) * inside
        gradient = (d_share - (d_share * share).sum(axis=-1, keepdims=True)) / total
        return -(y * np.log(p)).sum(axis=-1), gradient

    def _from_logits(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        y = y_true.astype(y_pred.dtype)
        log_p = _log_softmax(y_pred)
        return -(y * log_p).sum(axis=-1), np.exp(log_p) - y


class SparseCategoricalCrossentropy(Loss):
    """-log p of the right class, for labels written as class numbers.

    In terms of the logits a, with p = softmax(a), the gradient is p, less 1 at the right class.

    Example:
        >>> loss = SparseCategoricalCrossentropy()
        >>> round(loss([1], [[0.2, 0.5, 0.3]]), 4)
        0.6931
    """

    name = "sparse_categorical_crossentropy"
    logits_activation = "softmax"

    def check(self, y_true: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
        """Returns the class numbers as whole numbers, each one checked.

        Raises:
            NumberError: a label is NaN or infinite.
            ShapeError: there is not one label for each prediction.
            UsageError: a label is no class number.
        """
        labels = as_numbers(self.name, y_true)
        check_finite(self.name, "the array of labels", labels)
        if labels.shape == (*shape[:-1], 1):
            labels = labels[..., 0]
        if labels.shape != shape[:-1]:
            raise ShapeError(
                f"{self.name}: the labels have the shape {labels.shape}, but predictions of "
                f"shape {shape} need {shape[:-1]}: one class number for each."
            )
        wrong = (labels < 0) | (labels >= shape[-1]) | (labels != np.floor(labels))
        if wrong.any():
            raise UsageError(
                f"{self.name}: the label {labels[wrong][0]} is outside the {shape[-1]} classes "
                f"0 to {shape[-1] - 1} that the output has."
            )
        return labels.astype(np.int64)

    def _from_probabilities(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        p, inside = _cut(y_pred)
        losses, d_logits = self._from_logits(y_true, np.log(p))
        return losses, d_logits / p * inside

    def _from_logits(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        log_p = _log_softmax(y_pred)
        right = y_true[..., np.newaxis]
        losses = -np.take_along_axis(log_p, right, axis=-1)[..., 0]
        gradient = np.exp(log_p)
        at_right = np.take_along_axis(gradient, right, axis=-1)
        np.put_along_axis(gradient, right, at_right - 1.0, axis=-1)
        return losses, gradient


_sigmoid = activations.get("sigmoid")


def _log_softmax(a: Array) -> Array:
    """A - log Σ e^a, with the largest entry taken away first so that nothing overflows."""
    shifted = a - a.max(axis=-1, keepdims=True)
    logs: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logs


def _cut(p: Array) -> tuple[Array, Array]:
    """Cuts to [EPSILON, 1 - EPSILON]; where that changes p, its gradient is 0."""
    return np.clip(p, EPSILON, 1.0 - EPSILON), (p >= EPSILON) & (p <= 1.0 - EPSILON)


LOSSES: dict[str, type[Loss]] = {
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get(identifier: str | Loss) -> Loss:
    """Returns the loss of a name.

    Raises:
        NamingError: no loss has that name.

    Example:
        >>> get("mse").name
        'mean_squared_error'
    """
    return identifier if isinstance(identifier, Loss) else look_up("loss", identifier, LOSSES)()
