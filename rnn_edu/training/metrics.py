"""Metrics: what a person wants to know of a model, where the loss is what training needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from rnn_edu.layers.names import look_up

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Metric:
    """A mean over examples.

    Attributes:
        name: its name in the history.
        each: from labels and predictions to one value for every example (and step).
        better: ``"max"`` or ``"min"``: which direction is better.
    """

    name: str
    each: Callable[[Array, Array], Array]
    better: str = "max"

    def total_and_count(
        self, y_true: Array, y_pred: Array, mask: Array | None
    ) -> tuple[float, int]:
        """Returns the sum over what counts, and how many that are."""
        values = self.each(y_true, y_pred)
        if mask is None:
            return float(values.sum()), values.size
        return float((values * mask).sum()), int(mask.sum())


def accuracy(y_true: Array, y_pred: Array) -> Array:
    """Returns 1 where the prediction is right, else 0.

    One output is a yes above 0.5; several outputs mean the class of the largest one. The labels
    are 0 or 1, class numbers, or one-hot rows: as in Keras, the shapes tell which.

    Example:
        >>> import numpy as np
        >>> accuracy(np.array([[1], [0]]), np.array([[0.7], [0.6]])).tolist()
        [1.0, 0.0]
        >>> accuracy(np.array([2]), np.array([[0.1, 0.2, 0.7]])).tolist()
        [1.0]
    """
    if y_pred.shape[-1] == 1:
        share: Array = ((y_pred > 0.5) == y_true.reshape(y_pred.shape)).mean(axis=-1)
        return share
    chosen = y_pred.argmax(axis=-1)
    classes = y_true.argmax(axis=-1) if y_true.shape == y_pred.shape else y_true
    right: Array = (chosen == classes.reshape(chosen.shape)).astype(float)
    return right


def mean_squared_error(y_true: Array, y_pred: Array) -> Array:
    """Returns the mean of (p - y)² over the last axis."""
    mean: Array = ((y_pred - y_true.reshape(y_pred.shape)) ** 2).mean(axis=-1)
    return mean


METRICS = {
    "acc": Metric("acc", accuracy),
    "accuracy": Metric("accuracy", accuracy),
    "mean_squared_error": Metric("mean_squared_error", mean_squared_error, "min"),
    "mse": Metric("mse", mean_squared_error, "min"),
}


def get(identifier: str | Metric) -> Metric:
    """Returns the metric of a name.

    Raises:
        NamingError: no metric has that name.
    """
    return identifier if isinstance(identifier, Metric) else look_up("metric", identifier, METRICS)
