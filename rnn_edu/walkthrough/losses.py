"""Keras's losses, as formulas of a target and an answer.

Each follows Keras to the last rule: what is clipped to 1e-7, what is divided by the number of
outputs. Two rules are easy to miss. A cross-entropy of an answer that softmax or sigmoid gave is
calculated from what stands inside, so that nothing is clipped; and the categorical one divides
any other answer by its sum first.

>>> from rnn_edu.walkthrough import Walkthrough
>>> w = Walkthrough("One loss")
>>> y, y_hat = w.target("y", [1.0, 0.0]), w.input("y_hat", [0.5, 0.25])
>>> loss("mean_squared_error")(y, y_hat).value.item()
0.15625
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Protocol

import numpy as np

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.walkthrough.arrays import OneHot
from rnn_edu.walkthrough.expressions import Expression, Quantity, mean, total
from rnn_edu.walkthrough.functions import (
    Apply,
    LogSoftmax,
    Softmax,
    absolute,
    activation,
    binary_cross_entropy,
    clip,
    cross_entropy,
    largest,
    log,
    log_softmax,
    softplus,
    sqrt,
    square,
)

#: Keras's ``epsilon``: what numbers near 0 are raised to before their logarithm is taken.
EPSILON = 1e-7


class Loss(Protocol):
    """A loss of one example: from the target and the answer to a single number."""

    def __call__(self, y: Expression, output: Expression) -> Expression:
        """The loss, shape ``()``."""
        ...


def loss(name: str, **settings: float) -> Loss:
    """A loss by Keras's name, for one vector of answers.

    Args:
        name: such as ``"mean_squared_error"``, or Keras's short ``"mse"``.
        settings: Keras's settings: ``delta`` for huber; ``from_logits`` and
            ``label_smoothing`` for the cross-entropies.

    Raises:
        UsageError: there is no such loss or setting.
        ShapeError: target and answer do not fit; raised when the loss is asked for.
    """
    name = SHORT_NAMES.get(name, name)
    if name not in LOSSES:
        raise UsageError(f"there is no loss {name!r}; there are {', '.join(LOSSES)}.")
    known = _SETTINGS.get(name, ())
    for setting in settings:
        if setting not in known:
            has = ", ".join(known) or "none"
            raise UsageError(f"{name} has no setting {setting!r}; it has {has}.")
    return partial(_checked, name, settings)


def _checked(
    name: str, settings: Mapping[str, float], y: Expression, output: Expression
) -> Expression:
    sparse = name == "sparse_categorical_crossentropy" and y.value.size == 1
    if len(output.shape) != 1 or not (sparse or y.shape == output.shape):
        needed = "a single number, the class," if sparse else "the same shape"
        raise ShapeError(
            f"{name} needs a vector of answers and a target of {needed}; here are "
            f"{output.describe()} and {y.describe()}."
        )
    return LOSSES[name](y, output, **settings)


# -- differences ------------------------------------------------------------------------------


def _mean_squared_error(y: Expression, output: Expression) -> Expression:
    return mean(square(y - output))


def _mean_absolute_error(y: Expression, output: Expression) -> Expression:
    return mean(absolute(y - output))


def _mean_absolute_percentage_error(y: Expression, output: Expression) -> Expression:
    return 100 * mean(absolute((y - output) / largest(absolute(y), EPSILON)))


def _mean_squared_logarithmic_error(y: Expression, output: Expression) -> Expression:
    first, second = (log(largest(u, EPSILON) + 1) for u in (output, y))
    return mean(square(first - second))


def _huber(y: Expression, output: Expression, delta: float = 1.0) -> Expression:
    return mean(activation("huber", delta=delta)(output - y))


def _log_cosh(y: Expression, output: Expression) -> Expression:
    return mean(activation("log_cosh")(output - y))


def _cosine_similarity(y: Expression, output: Expression) -> Expression:
    return -total(_of_length_one(y) * _of_length_one(output))


def _of_length_one(u: Expression) -> Expression:
    """A vector divided by its length; Keras divides by nothing smaller than 1e-7."""
    return u * -largest(-(1 / sqrt(total(square(u)))), -1 / EPSILON)


# -- sides ------------------------------------------------------------------------------------


def _hinge(y: Expression, output: Expression) -> Expression:
    return mean(largest(1 - _plus_and_minus(y) * output, 0.0))


def _squared_hinge(y: Expression, output: Expression) -> Expression:
    return mean(square(largest(1 - _plus_and_minus(y) * output, 0.0)))


def _plus_and_minus(y: Expression) -> Expression:
    """Labels of -1 and 1; where all are 0 or 1, Keras takes 0 for -1."""
    return 2 * y - 1 if np.isin(y.value, (0.0, 1.0)).all() else y


def _categorical_hinge(y: Expression, output: Expression) -> Expression:
    others = (1 - y) * output
    most = largest(*(others[k] for k in range(output.shape[0])), shared=True)
    return largest(most - total(y * output) + 1, 0.0)


# -- probabilities ----------------------------------------------------------------------------


def _categorical_crossentropy(
    y: Expression, output: Expression, from_logits: float = False, label_smoothing: float = 0.0
) -> Expression:
    if label_smoothing:
        y = y * (1 - label_smoothing) + label_smoothing / output.shape[0]
    if _comes_from(output, "softmax"):
        return cross_entropy(y, output)
    if from_logits:
        return -total(y * log_softmax(output))
    return cross_entropy(y, clip(output / total(output), EPSILON, 1 - EPSILON))


def _sparse_categorical_crossentropy(
    y: Expression, output: Expression, from_logits: float = False
) -> Expression:
    if y.shape != output.shape:
        y = OneHot(y, output.shape[0])
    if _comes_from(output, "softmax"):
        return cross_entropy(y, output)
    if from_logits:
        return -total(y * log_softmax(output))
    clipped = clip(output, EPSILON, 1 - EPSILON)
    return cross_entropy(y, clipped / total(clipped))


def _binary_crossentropy(
    y: Expression, output: Expression, from_logits: float = False, label_smoothing: float = 0.0
) -> Expression:
    if label_smoothing:
        y = y * (1 - label_smoothing) + 0.5 * label_smoothing
    if from_logits and not _comes_from(output, "sigmoid"):
        return mean(softplus(output) - output * y)
    if not _comes_from(output, "sigmoid"):
        output = clip(output, EPSILON, 1 - EPSILON)
    whole = binary_cross_entropy(y, output)
    return whole if output.shape == (1,) else whole / output.shape[0]


def _comes_from(output: Expression, function: str) -> bool:
    """Whether the answer is this function's own: then Keras looks at what stands inside."""
    made = output.definition if isinstance(output, Quantity) else output
    if function == "softmax":
        return isinstance(made, Softmax) and not isinstance(made, LogSoftmax)
    return isinstance(made, Apply) and made.function.base == function


def _poisson(y: Expression, output: Expression) -> Expression:
    return mean(output - y * log(output + EPSILON))


def _kl_divergence(y: Expression, output: Expression) -> Expression:
    true, found = clip(y, EPSILON, 1.0), clip(output, EPSILON, 1.0)
    return total(true * log(true / found))


#: Each loss by Keras's name, as a function of the target, the answer and its settings.
LOSSES: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "mean_squared_error": _mean_squared_error,
        "mean_absolute_error": _mean_absolute_error,
        "mean_absolute_percentage_error": _mean_absolute_percentage_error,
        "mean_squared_logarithmic_error": _mean_squared_logarithmic_error,
        "huber": _huber,
        "log_cosh": _log_cosh,
        "cosine_similarity": _cosine_similarity,
        "hinge": _hinge,
        "squared_hinge": _squared_hinge,
        "categorical_hinge": _categorical_hinge,
        "categorical_crossentropy": _categorical_crossentropy,
        "sparse_categorical_crossentropy": _sparse_categorical_crossentropy,
        "binary_crossentropy": _binary_crossentropy,
        "poisson": _poisson,
        "kl_divergence": _kl_divergence,
    }
)
#: Keras's short names.
SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "mse": "mean_squared_error",
        "mae": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error",
        "msle": "mean_squared_logarithmic_error",
        "bce": "binary_crossentropy",
        "kld": "kl_divergence",
    }
)
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "huber": ("delta",),
    "categorical_crossentropy": ("from_logits", "label_smoothing"),
    "sparse_categorical_crossentropy": ("from_logits",),
    "binary_crossentropy": ("from_logits", "label_smoothing"),
}
