"""What is put to Keras: the inputs, starts, targets and weights of steps of a walkthrough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from rnn_edu.compare.hearing import Tensor
from rnn_edu.networks import Embedding, Input, Network
from rnn_edu.networks.objective import LOSS
from rnn_edu.walkthrough import Origin, Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array

#: A value of a layer at a time: layer, value, time.
Key: TypeAlias = tuple[str, str, int | None]
Origins: TypeAlias = Mapping[Quantity, Origin]


def key_of(quantity: Quantity, origins: Origins) -> Key | None:
    """Under which key the judge has a quantity, or None where it comes from no layer."""
    origin = origins.get(quantity)
    return None if origin is None else (origin.layer, origin.value, quantity.t)


@dataclass(frozen=True)
class Question:
    """A walkthrough as numbers for Keras.

    Attributes:
        network: its layers.
        given: the numbers of everything that is given, by key.
        targets: by time.
        shares: what the loss of each step adds to the total, by time.
        goal: what the gradients are gradients of; None where there are none.
        dtype: in which Keras computes.
    """

    network: Network
    given: Mapping[Key, Array]
    ids: Mapping[str, list[int]]
    targets: Mapping[int | None, Array]
    shares: Mapping[int | None, float]
    goal: Key | None
    dtype: str

    def tensor(self, value: Array) -> Tensor:
        """An array as a tensor with one row for each example."""
        import tensorflow as tf

        return tf.convert_to_tensor(np.atleast_2d(value), dtype=self.dtype)

    def steps(self, layer: str, value: str) -> dict[int | None, Array]:
        """A given value of a layer at all its times, in order."""
        found = {t: a for (name, v, t), a in self.given.items() if (name, v) == (layer, value)}
        return dict(sorted(found.items(), key=lambda pair: pair[0] or 0))

    def start(self, layer: str, states: tuple[str, ...], t: int, units: int) -> list[Tensor]:
        """The states before the first step: the walkthrough's, or zeros."""
        zeros = np.zeros((self.examples, units))
        found = [self.given.get((layer, state, t), zeros) for state in states]
        return [self._for_each_example(array) for array in found]

    def given_start(self, layer: str, states: tuple[str, ...]) -> list[Tensor]:
        """The states that the walkthrough gives a layer to start from; empty where it does not."""
        found = [next(iter(self.steps(layer, state).values()), None) for state in states]
        return [self._for_each_example(array) for array in found if array is not None]

    def _for_each_example(self, array: Array) -> Tensor:
        rows = np.atleast_2d(array)
        return self.tensor(np.broadcast_to(rows, (self.examples, rows.shape[-1])))

    @property
    def examples(self) -> int:
        """How many examples run side by side."""
        entrances = {layer.name for layer in self.network.entrances}
        rows = [
            np.atleast_2d(a).shape[0] for (name, _, _), a in self.given.items() if name in entrances
        ]
        return rows[0] if rows else 1


def question_of(w: Walkthrough, network: Network, origins: Origins, dtype: str) -> Question:
    """What Keras has to be told of a walkthrough."""
    given: dict[Key, Array] = {}
    for quantity in w.quantities:
        key = key_of(quantity, origins)
        if quantity.definition is None and key is not None:
            given[key] = quantity.value
    targets = {q.t: q.value for q in w.of_role("target")}
    ids, shares = _ids(w, network, origins), _shares(w, origins)
    return Question(network, given, ids, targets, shares, _goal(w, origins), dtype)


def _goal(w: Walkthrough, origins: Origins) -> Key | None:
    """What the gradients are gradients of: the first one is that of the goal by itself."""
    first = next((q.gradient_of for q in w.quantities if q.gradient_of is not None), None)
    return None if first is None else key_of(first, origins)


def _ids(w: Walkthrough, network: Network, origins: Origins) -> dict[str, list[int]]:
    """The numbers of the words that each embedding reads."""
    ids: dict[str, list[int]] = {}
    for layer in network.layers:
        if isinstance(layer, Embedding):
            words = [q for q in w.quantities if key_of(q, origins) == (layer.name, "word", q.t)]
            table = next(q for q in w.weights if _is(origins, q, layer.name, "embeddings"))
            rows = origins[table].rows or tuple(range(layer.input_dim))
            ordered = sorted(words, key=lambda q: q.t or 0)
            ids[layer.name] = [rows[int(np.argmax(q.value))] for q in ordered]
    return ids


def _is(origins: Origins, quantity: Quantity, layer: str, value: str) -> bool:
    origin = origins.get(quantity)
    return origin is not None and (origin.layer, origin.value) == (layer, value)


def _shares(w: Walkthrough, origins: Origins) -> dict[int | None, float]:
    """How much the total grows with the loss of each step, as the walkthrough adds them up."""
    losses = {q.t: q for q in w.quantities if _is(origins, q, LOSS, "step")}
    total = next((q for q in w.quantities if _is(origins, q, LOSS, "total")), None)
    if total is None or not losses:
        return {}
    slopes = slopes_of(total, list(losses.values()))
    return {t: slopes[q] for t, q in losses.items()}


def slopes_of(total: Quantity, parts: list[Quantity]) -> dict[Quantity, float]:
    """How a sum of single numbers grows with each of them: by one more of each in turn.

    Example:
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> w = Walkthrough("A mean")
        >>> parts = [w.input("l", 3.0, t=t) for t in (1, 2)]
        >>> list(slopes_of(w.step("L", (parts[0] + parts[1]) / 2), parts).values())
        [0.5, 0.5]
    """
    assert total.definition is not None
    found = {}
    for part in parts:
        changed = {q: _with(q, 1.0 if q is part else 0.0) for q in parts}
        base = {q: _with(q, 0.0) for q in parts}
        others = {q: q for q in total.definition.quantities() if q not in changed}
        more = total.definition.replaced({**others, **changed}).value
        none = total.definition.replaced({**others, **base}).value
        found[part] = float(np.sum(more - none))
    return found


def _with(quantity: Quantity, value: float) -> Quantity:
    array = np.full(quantity.shape, value)
    return Quantity(quantity.name, array, t=quantity.t, role=quantity.role)


def whole_inputs(question: Question) -> list[Any]:
    """What the model itself is given, one tensor for each input."""
    import tensorflow as tf

    tensors: list[Any] = []
    for number, node in enumerate(question.network.nodes):
        if not isinstance(node.layer, Input):
            continue
        tables = [
            other.layer.name
            for other in question.network.nodes
            if isinstance(other.layer, Embedding) and other.inputs[0][0] == number
        ]
        if tables:
            tensors.append(tf.constant([question.ids[tables[0]]], dtype="int32"))
            continue
        steps = question.steps(node.layer.name, "input")
        rows = [question.tensor(a) for a in steps.values()]
        tensors.append(rows[0] if list(steps) == [None] else tf.stack(rows, axis=1))
    return tensors
