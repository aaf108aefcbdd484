"""An LSTM redone step by step, with everything that Keras calculates and does not return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.networks.cells import CELLS

FloatArray = npt.NDArray[np.float64]
LSTM = CELLS["LSTM"]


@dataclass(frozen=True)
class Reading:
    """Gates and states of an LSTM after each step, each of shape ``(steps, units)``.

    Attributes:
        i: input gate.
        f: forget gate.
        candidate: what could be written.
        o: output gate.
        c: cell state.
        h: hidden state.
    """

    i: FloatArray
    f: FloatArray
    candidate: FloatArray
    o: FloatArray
    c: FloatArray
    h: FloatArray


def read_lstm(
    weights: Sequence[npt.ArrayLike],
    x: npt.ArrayLike,
    held: Mapping[int, float] | None = None,
) -> Reading:
    """Reads a sequence and keeps every gate and state, in float64.

    The formulas are those of the chapter on the LSTM, the activations sigmoid and tanh; both
    memories start at 0.

    Args:
        weights: ``layer.get_weights()`` of a Keras LSTM: kernel ``(features, 4 units)``,
            recurrent kernel ``(units, 4 units)`` and bias ``(4 units,)``.
        x: the inputs, shape ``(steps, features)``.
        held: cells whose state is fixed at a value after every step, to see what they are for.

    Raises:
        ShapeError: these are not the weights of an LSTM, or they do not fit the inputs.
        UsageError: there is no cell of a number that is to be held.

    Example:
        >>> weights = [np.ones((1, 4)), np.ones((1, 4)), np.zeros(4)]
        >>> read_lstm(weights, [[1.0], [0.0]]).c.round(4).tolist()
        [[0.5568], [0.5384]]
    """
    kernel, recurrent_kernel, bias, rows = _checked(weights, x)
    units = len(recurrent_kernel)
    fixed = _checked_cells(held or {}, units)
    columns = {gate.letter: LSTM.columns(gate.letter, units) for gate in LSTM.gates}
    h, c = np.zeros(units), np.zeros(units)
    steps = []
    for a_x in rows @ kernel + bias:
        a = a_x + h @ recurrent_kernel
        i, f, o = (_sigmoid(a[columns[letter]]) for letter in "ifo")
        candidate = np.tanh(a[columns["c"]])
        c = f * c + i * candidate
        for cell, value in fixed.items():
            c[cell] = value
        h = o * np.tanh(c)
        steps.append((i, f, candidate, o, c, h))
    return Reading(*(np.array(part) for part in zip(*steps, strict=True)))


def _sigmoid(a: FloatArray) -> FloatArray:
    """1 / (1 + e^-a), written with tanh, which cannot overflow."""
    share: FloatArray = (1 + np.tanh(a / 2)) / 2
    return share


def _checked(
    weights: Sequence[npt.ArrayLike], x: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    arrays = [np.asarray(weight, np.float64) for weight in weights]
    shapes = [array.shape for array in arrays]
    units = shapes[1][0] if len(shapes) == 3 and shapes[1] else 0
    if len(shapes) != 3 or [*shapes[0][1:], *shapes[1], *shapes[2]] != [
        4 * units,
        units,
        *[4 * units] * 2,
    ]:
        raise ShapeError(
            "An LSTM has a kernel (features, 4 units), a recurrent kernel (units, 4 units) and a "
            f"bias (4 units,); these arrays have the shapes {shapes}."
        )
    rows = np.asarray(x, np.float64)
    if rows.ndim != 2 or len(rows) == 0 or rows.shape[1] != shapes[0][0]:
        raise ShapeError(
            f"This LSTM reads rows of {shapes[0][0]} features, shape (steps, {shapes[0][0]}); "
            f"the inputs have the shape {rows.shape}."
        )
    return arrays[0], arrays[1], arrays[2], rows


def _checked_cells(held: Mapping[int, float], units: int) -> dict[int, float]:
    for cell in held:
        if not 0 <= cell < units:
            raise UsageError(f"There is no cell {cell} to hold; this LSTM has 0 to {units - 1}.")
    return dict(held)
