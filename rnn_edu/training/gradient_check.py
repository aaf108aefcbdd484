"""Are the gradients right? Compare them with what changes when a weight is moved a little.

For every single number w the centred difference (L(w + s) - L(w - s)) / 2s needs no calculus at
all; where it disagrees with ``backward``, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.layers import Embedding, Layer
from rnn_edu.training.model import Sequential

Array = npt.NDArray[Any]

TOLERANCE = 1e-7


@dataclass(frozen=True)
class GradientRow:
    """One weight (or the input), with both gradients.

    Attributes:
        name: the weight's name.
        analytic: what ``backward`` says.
        numeric: what the centred differences say.
        checked: which entries were compared.
    """

    name: str
    analytic: Array
    numeric: Array
    checked: Array

    @property
    def relative_error(self) -> float:
        """‖analytic - numeric‖ / (‖analytic‖ + ‖numeric‖), over the entries compared."""
        a, n = self.analytic[self.checked], self.numeric[self.checked]
        scale = np.linalg.norm(a) + np.linalg.norm(n)
        return float(np.linalg.norm(a - n) / scale) if scale else 0.0


@dataclass(frozen=True)
class GradientReport:
    """The rows of a gradient check.

    Attributes:
        rows: one for every weight, and for the input where it has a gradient.
        tolerance: the largest relative error that passes.
    """

    rows: tuple[GradientRow, ...]
    tolerance: float = TOLERANCE

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return max(row.relative_error for row in self.rows)

    @property
    def passed(self) -> bool:
        """Whether every relative error is within the tolerance."""
        return self.worst <= self.tolerance

    def require(self) -> GradientReport:
        """Returns the report if it passed.

        Raises:
            ComparisonError: it did not, naming the first weight that differs.
        """
        for row in self.rows:
            if not row.relative_error <= self.tolerance:
                raise ComparisonError(
                    f"The gradient of {row.name} differs from the centred differences by "
                    f"{row.relative_error:.1e} relative, more than {self.tolerance:.0e}."
                )
        return self

    def __str__(self) -> str:
        """Returns a table: weight, shape, relative error, verdict."""
        width = max(len(row.name) for row in self.rows)
        lines = [f"{'weight':<{width}}  {'shape':<12}  relative error"]
        for row in self.rows:
            verdict = "ok" if row.relative_error <= self.tolerance else "DIFFERS"
            lines.append(
                f"{row.name:<{width}}  {row.analytic.shape!s:<12}  "
                f"{row.relative_error:.1e}  {verdict}"
            )
        return "\n".join(lines)


def gradient_check(
    target: Layer | Sequential,
    x: npt.ArrayLike,
    y: npt.ArrayLike | None = None,
    *,
    step: float = 1e-5,
    entries: int | None = None,
    seed: int = 0,
    **arguments: Any,
) -> GradientReport:
    """Compares the gradients of a layer or a model with centred differences.

    Args:
        target: a layer, or a model. A model with ``y`` is checked through its loss; otherwise
            L is a random weighted sum of all outputs.
        x: inputs.
        y: labels, for a compiled model.
        step: by how much each number is moved. The error of the difference is about step², its
            rounding about 1e-16 / step.
        entries: how many entries of each weight to compare, drawn at random; all by default.
        seed: fixes that draw and the random sum.
        **arguments: ``mask`` and ``initial_state`` for a layer.

    Returns:
        The report; print it, or call :meth:`GradientReport.require`.

    Raises:
        UsageError: the target computes in float32, where differences lose too many digits.

    Example:
        >>> from rnn_edu.layers import LSTM
        >>> report = gradient_check(LSTM(3, dtype="float64", seed=1), np.ones((2, 4, 2)))
        >>> report.passed, [row.name for row in report.rows]
        (True, ['input', 'kernel', 'recurrent_kernel', 'bias'])
    """
    _check_precision(target)
    rng = np.random.default_rng(seed)
    inputs: Array = np.array(x, dtype=_input_type(target))
    if y is None:
        loss, d_input, gradients = _random_sum(target, inputs, rng, arguments)
    else:
        loss, d_input, gradients = _loss(target, inputs, y)
    places = dict(target.named_weights())
    if d_input is not None:
        places, gradients = {"input": inputs, **places}, [d_input, *gradients]
    pairs = zip(places.items(), gradients, strict=True)
    return GradientReport(
        tuple(_row(name, place, g, loss, step, entries, rng) for (name, place), g in pairs)
    )


Ways = tuple[Callable[[], float], Array | None, list[Array]]


def _random_sum(
    target: Layer | Sequential, inputs: Array, rng: np.random.Generator, arguments: dict[str, Any]
) -> Ways:
    """L = Σ r ⊙ output, with random r, for one output or several."""
    outputs: Any = target(inputs, **arguments)
    several = isinstance(outputs, tuple)
    factors = [rng.normal(size=part.shape) for part in (outputs if several else [outputs])]
    d_input, gradients = target.backward(factors if several else factors[0])

    def loss() -> float:
        parts: Any = target(inputs, **arguments)
        return _dot(factors, parts if several else [parts])

    return loss, d_input, gradients


def _loss(target: Layer | Sequential, inputs: Array, y: npt.ArrayLike) -> Ways:
    if not isinstance(target, Sequential):
        raise UsageError("gradient_check takes labels for a model only, not for a layer.")
    _, d_input, gradients = target.loss_and_gradients(inputs, y)
    return lambda: target.loss_and_gradients(inputs, y)[0], d_input, gradients


def _dot(factors: Sequence[Array], parts: Sequence[Array]) -> float:
    return sum(float((f * part).sum()) for f, part in zip(factors, parts, strict=True))


def _row(
    name: str,
    place: Array,
    analytic: Array,
    loss: Callable[[], float],
    step: float,
    entries: int | None,
    rng: np.random.Generator,
) -> GradientRow:
    numeric = np.zeros(place.shape)
    checked = np.zeros(place.shape, dtype=bool)
    count = place.size if entries is None else min(entries, place.size)
    for flat in rng.permutation(place.size)[:count]:
        index = np.unravel_index(flat, place.shape)
        numeric[index] = _centred_difference(place, index, loss, step)
        checked[index] = True
    return GradientRow(name, analytic, numeric, checked)


def _centred_difference(
    place: Array, index: tuple[Any, ...], loss: Callable[[], float], step: float
) -> float:
    kept = place[index]
    try:
        place[index] = kept + step
        above = loss()
        place[index] = kept - step
        below = loss()
    finally:
        place[index] = kept
    return (above - below) / (2.0 * step)


def _input_type(target: Layer | Sequential) -> type:
    first = target.layers[0] if isinstance(target, Sequential) else target
    return int if isinstance(first, Embedding) else float


def _check_precision(target: Layer | Sequential) -> None:
    layers = target.layers if isinstance(target, Sequential) else [target]
    for layer in layers:
        if layer.dtype != "float64":
            raise UsageError(
                f"gradient_check needs dtype='float64', but {layer.name} computes in "
                f"{layer.dtype}, where the differences lose too many digits."
            )
