"""Keras as the judge of a network that begins with an embedding layer.

A look-up is the product of a one-hot word with a table that has a row for each word, and a
walkthrough writes it as that product. Keras looks the row up by the word's number. Here the two
are set beside each other: the rows, and the gradient of the table from a run of all layers on
the numbers. What is above the table is a network as any other and goes to :func:`compare`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_edu.compare.comparing import compare, row_of
from rnn_edu.compare.layers import TOLERANCES, check_weights, find_layers
from rnn_edu.compare.question import Key, Question
from rnn_edu.compare.reading import read_network
from rnn_edu.compare.report import Comparison
from rnn_edu.errors import ComparisonError, UsageError
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array, MatMul


def compare_embedded(
    walkthrough: Walkthrough,
    model_or_layers: Any,
    *,
    tolerance: float | None = None,
    strict: bool = True,
) -> Comparison:
    """Compares a walkthrough whose first weight is a table of word vectors with Keras.

    Args:
        walkthrough: the hand calculation; each of its inputs is a one-hot word, and a step
            multiplies it with the first weight.
        model_or_layers: a Keras model, or a list of layers: an Embedding without masking, then
            what :func:`compare` takes.
        tolerance: as for :func:`compare`.
        strict: as for :func:`compare`.

    Raises:
        ComparisonError: the layers are not those of the walkthrough, or with ``strict`` a step
            differs.
        UsageError: the model does not begin with an Embedding layer, or the walkthrough does
            not begin with a look-up.
    """
    embedding, rest = _split(model_or_layers)
    look_ups = _look_ups(walkthrough)
    table = walkthrough.weights[0]
    above = _without_look_up(walkthrough, table, look_ups)
    layers = find_layers(rest)
    allowed = TOLERANCES[layers.dtype] if tolerance is None else tolerance
    check_weights(embedding, [table], allowed)
    upper = compare(above, rest, tolerance=allowed, strict=False)
    found = _rows_and_gradient(above, embedding, rest, table, look_ups)
    both = {**upper.values, **found}
    rows = {(row.name, row.t): row for row in upper.rows}
    rows |= {key: row_of(walkthrough[key], answer, allowed) for key, answer in found.items()}
    order = [(step.name, step.t) for step in walkthrough.steps]
    comparison = replace(
        upper,
        title=walkthrough.title,
        rows=tuple(rows[key] for key in order if key in rows),
        values={key: both[key] for key in order if key in both},
    )
    if strict:
        comparison.raise_for_difference()
    return comparison


def _split(model_or_layers: Any) -> tuple[Any, list[Any]]:
    """The embedding layer, and the layers above it."""
    given = model_or_layers.layers if hasattr(model_or_layers, "layers") else model_or_layers
    layers = [layer for layer in given if type(layer).__name__ != "InputLayer"]
    kind = type(layers[0]).__name__ if layers else "no layer"
    if kind != "Embedding":
        raise UsageError(
            "compare_embedded takes a model that begins with an Embedding layer; this one begins "
            f"with {kind}."
        )
    first = layers[0]
    if not first.built:
        raise UsageError(
            f"the Embedding layer {first.name!r} has no weights yet; call the model on data "
            "first, or begin it with keras.Input."
        )
    if first.mask_zero:
        raise ComparisonError(
            f"the Embedding layer {first.name!r} has mask_zero=True and skips padding; the "
            "walkthrough reads it. Use mask_zero=False."
        )
    return first, layers[1:]


def _look_ups(walkthrough: Walkthrough) -> dict[Quantity, Quantity]:
    """For each input the step that multiplies it with the first weight."""
    words = walkthrough.of_role("input")
    table = walkthrough.weights[0] if walkthrough.weights else None
    found = {
        step.definition.operands[0]: step
        for step in walkthrough.steps
        if isinstance(step.definition, MatMul) and step.definition.operands[1] is table
    }
    if not words or any(word not in found for word in words):
        raise UsageError(
            f'"{walkthrough.title}" does not begin with a look-up: each of its inputs must be '
            "multiplied with its first weight, the table of rows."
        )
    return {word: found[word] for word in words}


def _without_look_up(
    walkthrough: Walkthrough, table: Quantity, look_ups: Mapping[Quantity, Quantity]
) -> Walkthrough:
    """The same calculation with the looked-up rows as its inputs, and no table."""
    above = Walkthrough(walkthrough.title)
    copies: dict[Quantity, Quantity] = {}
    rows = set(look_ups.values())
    left_out = {table, *look_ups}
    for q in walkthrough.quantities:
        if q in left_out:
            continue
        if q in rows:
            copies[q] = above.input(q.name, q.value, t=q.t)
        elif q.definition is None:
            copies[q] = _given(above, q)
        elif left_out.isdisjoint(q.definition.quantities()):
            expression = q.definition.replaced(copies)
            copies[q] = above.step(
                q.name, expression, t=q.t, role=q.role, latex_symbol=q.latex_symbol
            )
    return above


def _given(above: Walkthrough, q: Quantity) -> Quantity:
    if q.role == "weight":
        return above.weight(q.name, q.value)
    add = {"target": above.target, "constant": above.constant}[q.role]
    return add(q.name, q.value, t=q.t)


def _rows_and_gradient(
    above: Walkthrough,
    embedding: Any,
    rest: Sequence[Any],
    table: Quantity,
    look_ups: Mapping[Quantity, Quantity],
) -> dict[Key, Array]:
    """Keras's rows for the words' numbers, and its gradient of the table."""
    import tensorflow as tf

    ids = np.array([[int(np.argmax(word.value)) for word in look_ups]])
    question = Question(above, read_network(above), find_layers(rest))
    with tf.GradientTape() as tape:
        rows = output = embedding(ids)
        for layer in rest:
            output = layer(output)
        times = question.answer_times()
        answers = {t: output if t is None else output[:, k] for k, t in enumerate(times)}
        total = question.total_loss(answers) if question.has_loss() else None
    found: dict[Key, Array] = {
        (step.name, step.t): np.asarray(rows[0, k], dtype=np.float64)
        for k, step in enumerate(look_ups.values())
    }
    if total is not None:
        slope = tf.convert_to_tensor(tape.gradient(total, embedding.embeddings.value))
        found[f"d_{table.name}", None] = np.asarray(slope, dtype=np.float64)
    return found
