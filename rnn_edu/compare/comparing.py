"""Setting a walkthrough beside what Keras says."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_edu.calculations.network import Calculation, Network
from rnn_edu.compare.asking import ask_keras
from rnn_edu.compare.layers import TOLERANCES, check_layers, find_layers
from rnn_edu.compare.question import Key
from rnn_edu.compare.reading import Reading, read_network
from rnn_edu.compare.report import Comparison, Row
from rnn_edu.compare.twin import keras_twin
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array

#: Steps that Keras has under one name whatever a walkthrough calls them.
NAMES_BY_ROLE = {
    "state": "h",
    "cell state": "c",
    "input": "x",
    "output": "output",
    "loss": "loss",
}
LOGITS = ("z", "s")


def compare(
    walkthrough: Walkthrough,
    model_or_layers: Any,
    *,
    tolerance: float | None = None,
    strict: bool = True,
) -> Comparison:
    """Compares every step that Keras also computes with Keras's own number.

    Compared are the weighted sums, gates, cell states and hidden states of each time step, the
    answers, the loss of each step and in total, and the gradients of the loss by all of these
    and by the weights. What is above 1 in size is compared relative to its size.

    Args:
        walkthrough: the hand calculation.
        model_or_layers: a Keras model of a recurrent layer and a dense layer, a list of these,
            or a recurrent layer alone (then states and gates are compared, no answers). There
            may be several recurrent layers, and Bidirectional ones: then the names of a
            reader's steps end as the names of its weights do, ``W_x_second`` with ``h_second``.
        tolerance: how far a number may be off; by default 1e-12 where Keras computes in
            float64 and 1e-6 where it computes in float32.
        strict: whether a difference raises an error; if not, the report shows it.

    Raises:
        ComparisonError: the layers are not those of the walkthrough (another kind, size,
            setting or weight), or with ``strict`` a step differs; the first one in the order
            of calculation is named.
        UsageError: what was given is not a recurrent layer with a dense layer.
    """
    layers = find_layers(model_or_layers)
    allowed = TOLERANCES[layers.dtype] if tolerance is None else tolerance
    reading = read_network(walkthrough)
    check_layers(reading, layers, allowed)
    values, gradients = ask_keras(walkthrough, reading, layers)
    rows, judged, unasked = [], {}, []
    for step in walkthrough.steps:
        answer = _answer(walkthrough, reading, step, values, gradients)
        if answer is None:
            unasked.append(step.title)
            continue
        judged[step.name, step.t] = answer
        rows.append(row_of(step, answer, allowed))
    comparison = Comparison(
        walkthrough.title, layers.dtype, allowed, tuple(rows), judged, tuple(unasked)
    )
    if strict:
        comparison.raise_for_difference()
    return comparison


def judge(calculation: Calculation, *, strict: bool = True) -> Comparison:
    """Compares a worked example of the book with its Keras twin in float64."""
    if calculation.network is None:
        raise UsageError(f"Keras has no network like {calculation.key}, so it cannot judge it.")
    walkthrough = calculation.build()
    twin = keras_twin(calculation.network, [q.value for q in walkthrough.weights])
    if isinstance(calculation.network, Network) and calculation.network.words:
        from rnn_edu.compare.embedded import compare_embedded  # it builds on this module

        return compare_embedded(walkthrough, twin, strict=strict)
    return compare(walkthrough, twin, strict=strict)


def _answer(
    walkthrough: Walkthrough,
    reading: Reading,
    step: Quantity,
    values: dict[Key, Array],
    gradients: dict[Key, Array],
) -> Array | None:
    """What Keras says about a step, in the shape of the step; None where it says nothing."""
    found = values.get(_key(reading, step))
    if step.role == "gradient":
        found = _gradient(walkthrough, reading, step, gradients)
    if found is None:
        return None
    if found.size != step.value.size:
        raise ComparisonError(
            f"{step.title} has the shape {step.shape}, where Keras has {found.shape}."
        )
    return found.reshape(step.shape)


def _gradient(
    walkthrough: Walkthrough, reading: Reading, step: Quantity, gradients: dict[Key, Array]
) -> Array | None:
    """The gradient that a step named ``d_...`` calculates, whole; parts of it have no judge."""
    of = step.name.removeprefix("d_"), step.t
    if of not in walkthrough:
        return None
    by = walkthrough[of]
    # Keras's loss divides the answers by their sum before it takes the logarithm, so by the
    # answers themselves it has another slope; by the logits it has the same one.
    if by.role == "output" and reading.activation == "softmax":
        return None
    return gradients.get(_key(reading, by))


def _key(reading: Reading, quantity: Quantity) -> Key:
    """Under which name :func:`ask_keras` has this quantity."""
    name = NAMES_BY_ROLE.get(quantity.role, quantity.name)
    if len(reading.readers) > 1 and quantity.role in ("state", "cell state"):
        name = quantity.name  # which reader it belongs to
    if name in LOGITS and quantity.role != "gate":
        name = "logits"  # a GRU has a gate that is called z as well
    return name, quantity.t


def row_of(step: Quantity, answer: Array, tolerance: float) -> Row:
    """A step beside the judge's answer, of the same shape."""
    differences = np.abs(step.value - answer) / np.maximum(1.0, np.abs(answer))
    worst = np.unravel_index(int(np.argmax(differences)), step.shape)
    return Row(
        name=step.name,
        t=step.t,
        role=step.role,
        symbol=step.latex_symbol,
        numbers=step.value.size,
        difference=float(differences.max()),
        tolerance=tolerance,
        place=tuple(int(k) for k in worst),
        value=float(step.value[worst]),
        judged=float(answer[worst]),
    )
