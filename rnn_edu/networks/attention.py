"""Layers that let one sequence look at another: attention, and the product of two flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError, UsageError
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.pen import Pen
from rnn_edu.walkthrough import Expression, Quantity, softmax, tanh, total
from rnn_edu.walkthrough.arrays import reshape, stack

#: What Keras takes off the score of a step that does not count.
FAR_BELOW = 1e9


@dataclass(frozen=True)
class Looking(Layer):
    """Base of the attention layers: each query weighs all values by a score.

    Attributes:
        use_scale: whether the score has a learned scale.
    """

    use_scale: bool = False
    base: ClassVar[str] = "context"

    def arrays(self) -> tuple[str, ...]:
        """The scale, where there is one."""
        return ("scale",) if self.use_scale else ()

    def score(self, query: Quantity, keys: Quantity, scale: Quantity | None) -> Expression:
        """The scores of one query, one for each key."""
        raise NotImplementedError

    def scale_shape(self, features: int) -> tuple[int, ...]:
        """Shape of the scale."""
        raise NotImplementedError

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Scores, weights and the weighted mean of the values, for each query."""
        queries, values, keys = self._read(inputs)
        scale = None
        if self.use_scale:
            shape = self.scale_shape(queries.features)
            scale = pen.weight("scale", "g", arrays[0], shape, note="scale of the scores")
        note = "all values, one below the other"
        V = pen.step("values", stack(*values.values), base="V", note=note)
        K = V
        if keys is not values:
            note = "all keys, one below the other"
            K = pen.step("keys", stack(*keys.values), base="K", note=note)
        counted = None
        if values.mask is not None:
            note = "1 for each value that counts"
            counted = pen.step("counted", stack(*values.mask), base="m", note=note)
        outputs = tuple(
            self._look(pen, query, K, V, scale, counted, queries, t)
            for t, query in enumerate(queries.values, start=1)
        )
        return (Flow(outputs, mask=queries.mask),)

    def _read(self, inputs: Sequence[Flow]) -> tuple[Flow, Flow, Flow]:
        """Queries, values and keys.

        Raises:
            ShapeError: they are not two or three sequences of fitting lengths.
        """
        shapes = ", ".join(flow.describe() for flow in inputs)
        if len(inputs) not in (2, 3) or not all(flow.over_time for flow in inputs):
            raise ShapeError(
                f"{self.title()} reads a sequence of queries, one of values and perhaps one of "
                f"keys; given are {shapes}."
            )
        queries, values, keys = (*inputs, inputs[1])[:3]
        if keys.features != queries.features or len(keys.values) != len(values.values):
            raise ShapeError(
                f"{self.title()} needs keys as long as its queries, and as many as its values; "
                f"given are {shapes}."
            )
        return queries, values, keys

    def _look(
        self,
        pen: Pen,
        query: Quantity,
        K: Quantity,
        V: Quantity,
        scale: Quantity | None,
        counted: Quantity | None,
        queries: Flow,
        t: int,
    ) -> Quantity:
        scores = self.score(query, K, scale)
        if counted is not None:
            scores = scores - FAR_BELOW * (1 - counted)
        steps = tuple(f"step {k}" for k in range(1, V.shape[0] + 1))
        note = "how well each key fits the query"
        e = pen.step("scores", scores, t=t, base="e", note=note, labels=(steps,))
        note = "how much each value counts"
        weights = pen.step(
            "weights", softmax(e), t=t, base="alpha", role="gate", note=note, labels=(steps,)
        )
        mean = weights @ V
        if queries.mask is not None:
            mean = queries.mask[t - 1] * mean
        note = "the values, weighted and added up"
        return pen.step("output", mean, t=t, role=pen.role, note=note)


@dataclass(frozen=True)
class Attention(Looking):
    """The score is the product of query and key, as in Luong et al. (2015)."""

    def score(self, query: Quantity, keys: Quantity, scale: Quantity | None) -> Expression:
        """The product q kᵀ, times the scale."""
        product = query @ keys.T
        return product if scale is None else scale * product

    def scale_shape(self, features: int) -> tuple[int, ...]:
        """A single number."""
        return ()


@dataclass(frozen=True)
class AdditiveAttention(Looking):
    """The score is a sum of tanh(query + key), as in Bahdanau et al. (2015)."""

    use_scale: bool = True

    def score(self, query: Quantity, keys: Quantity, scale: Quantity | None) -> Expression:
        """The sum of tanh(q + k) over the features, each times its scale."""
        parts = [tanh(query + keys[k]) for k in range(keys.shape[0])]
        return stack(*(total(part if scale is None else scale * part) for part in parts))

    def scale_shape(self, features: int) -> tuple[int, ...]:
        """A number for each feature."""
        return (features,)


@dataclass(frozen=True)
class Dot(Layer):
    """The product of two flows: of two vectors, or of every step of one with the other sequence.

    Attributes:
        axes: Keras's axes, the examples counted: 1 or -1 for vectors; 2 or (2, 2) for the
            products of all pairs of steps; (2, 1) for a weighted sum of the second sequence.
    """

    axes: int | tuple[int, int] = -1
    base: ClassVar[str] = "product"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One product, or one vector of products for each step of the first sequence."""
        if len(inputs) != 2 or inputs[0].over_time != inputs[1].over_time:
            shapes = ", ".join(flow.describe() for flow in inputs)
            raise ShapeError(f"{self.title()} takes two flows of one kind; given are {shapes}.")
        first, second = inputs
        if not first.over_time:
            product = reshape(total(first.last * second.last), (1,))
            single = pen.step("output", product, role=pen.role, note="product of both vectors")
            return (Flow((single,), over_time=False),)
        rows = pen.step("values", stack(*second.values), base="V", note="the second sequence")
        turned = self._turned(rows)
        note = "products with the second sequence"
        return (
            Flow(
                tuple(
                    pen.step("output", x @ turned, t=t, role=pen.role, note=note)
                    for t, x in enumerate(first.values, start=1)
                )
            ),
        )

    def _turned(self, rows: Quantity) -> Expression:
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else tuple(self.axes)
        if axes in ((2, 2), (-1, -1)):
            return rows.T
        if axes == (2, 1):
            return rows
        raise UsageError(
            f"{self.title()} has axes={self.axes}; by hand 2, (2, 2), (2, 1) and, for vectors, 1 "
            "are written."
        )
