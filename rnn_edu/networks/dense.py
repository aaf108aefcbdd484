"""Layers that treat each vector alone: dense layers, activations, dropout, normalisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import UsageError
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.pen import Pen, unit_labels
from rnn_edu.walkthrough import Quantity, exp, sqrt, total
from rnn_edu.walkthrough.functions import activation


def each(flow: Flow, write: Callable[[Quantity, int | None], Quantity]) -> Flow:
    """The same steps for each vector; mask and time stay."""
    times = range(1, len(flow.values) + 1) if flow.over_time else [None]
    values = tuple(write(x, t) for x, t in zip(flow.values, times, strict=True))
    return Flow(values, flow.over_time, flow.mask)


@dataclass(frozen=True)
class Dense(Layer):
    """A weighted sum of all features for each unit, and an activation.

    Attributes:
        units: length of the answer.
        activation: by Keras's name; ``"linear"`` for none.
        use_bias: whether there is a bias.
    """

    units: int
    activation: str = "linear"
    use_bias: bool = True
    family: ClassVar[str] = "dense"

    def arrays(self) -> tuple[str, ...]:
        """The kernel and, where there is one, the bias."""
        return ("kernel", *(["bias"] if self.use_bias else []))

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """The weighted sum and its activation, at each step where there is time."""
        flow = self.one_input(inputs)
        names = pen.labels.get("output") or unit_labels(self.units)
        shape = (flow.features, self.units)
        kernel = pen.weight(
            "kernel",
            pen.bases.get("kernel", "W"),
            arrays[0],
            shape,
            note="dense kernel",
            labels=(flow.names, names),
        )
        bias = None
        if self.use_bias:
            bias = pen.weight(
                "bias",
                pen.bases.get("bias", "b"),
                arrays[1],
                shape[1:],
                note="dense bias",
                labels=(names,),
            )
        return (each(flow, lambda x, t: self._answer(pen, x, kernel, bias, t)),)

    def _answer(
        self, pen: Pen, x: Quantity, kernel: Quantity, bias: Quantity | None, t: int | None
    ) -> Quantity:
        weighted = x @ kernel if bias is None else x @ kernel + bias
        labels = (pen.labels.get("output") or unit_labels(self.units),)
        role = pen.role
        if self.activation == "linear":
            return pen.step("output", weighted, t=t, role=role, note="weighted sum", labels=labels)
        z = pen.step(
            "pre_activation",
            weighted,
            t=t,
            role="pre-activation",
            note="weighted sum",
            labels=labels,
        )
        out = activation(self.activation)(z)
        if self.activation == "softmax" and pen.softmax_in_halves:
            note = "exp of each score"
            e = pen.step("exponentials", exp(z), t=t, base="e", note=note, labels=labels)
            out = e / total(e)
        return pen.step("output", out, t=t, role=role, note=self.activation, labels=labels)


@dataclass(frozen=True)
class Activation(Layer):
    """A function of each number, or softmax of each vector.

    Attributes:
        activation: by Keras's name.
    """

    activation: str

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """The function at each step."""

        def apply(x: Quantity, t: int | None) -> Quantity:
            out = activation(self.activation)(x)
            note, role = self.activation, pen.role
            return pen.step("output", out, t=t, role=role, note=note, labels=x.labels)

        return (each(self.one_input(inputs), apply),)


@dataclass(frozen=True)
class ReLU(Layer):
    """Each number, or 0 where it is negative, as a layer of its own."""

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """What an :class:`Activation` of this name writes."""
        return Activation("relu").write(pen, inputs, arrays)


@dataclass(frozen=True)
class Softmax(Layer):
    """Probabilities from scores, as a layer of its own."""

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """What an :class:`Activation` of this name writes."""
        return Activation("softmax").write(pen, inputs, arrays)


@dataclass(frozen=True)
class Dropout(Layer):
    """Does nothing when a trained network is used; it only acts in training.

    Attributes:
        rate: share of the numbers that training sets to zero.
    """

    rate: float

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Hands its input on."""
        return (self.one_input(inputs),)


@dataclass(frozen=True)
class SpatialDropout1D(Dropout):
    """Dropout of whole features; it does nothing when a trained network is used."""


@dataclass(frozen=True)
class LayerNormalization(Layer):
    """Each vector with mean 0 and variance 1, then scaled and shifted by learned numbers.

    Attributes:
        epsilon: added to the variance, so that no division fails.
        center: whether there is a shift, ``beta``.
        scale: whether there is a scale, ``gamma``.
    """

    base: ClassVar[str] = "normalised"
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True

    def arrays(self) -> tuple[str, ...]:
        """The scale and the shift, as far as there are any."""
        return (*(["gamma"] if self.scale else []), *(["beta"] if self.center else []))

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Mean, variance, and the normalised vector, at each step."""
        flow = self.one_input(inputs)
        given = dict(zip(self.arrays(), arrays, strict=True))
        weights = {
            name: pen.weight(name, name, array, (flow.features,), note=f"learned {name}")
            for name, array in given.items()
        }

        def normalise(x: Quantity, t: int | None) -> Quantity:
            n = flow.features
            mu = pen.step("mean", total(x) / n, t=t, note="mean of the vector")
            spread = total((x - mu) * (x - mu)) / n
            var = pen.step("variance", spread, t=t, note="mean squared distance from the mean")
            out = (x - mu) / sqrt(var + self.epsilon)
            out = out * weights["gamma"] if self.scale else out
            out = out + weights["beta"] if self.center else out
            return pen.step("output", out, t=t, note="normalised", labels=x.labels)

        return (each(flow, normalise),)


@dataclass(frozen=True)
class Normalization(Layer):
    """Each number minus a fixed mean, divided by a fixed spread; or, inverted, the way back.

    Both are given, once, from what was trained on; nothing is learned by gradients.

    Attributes:
        mean: of the numbers of each step; one for all of them, or one for each.
        variance: the square of the spread, likewise.
        invert: whether scaled numbers are put back into their unit.

    Raises:
        UsageError: mean or variance is missing, as in a Keras layer that was given ``adapt``.
    """

    base: ClassVar[str] = "scaled"

    mean: float | tuple[float, ...] | None = None
    variance: float | tuple[float, ...] | None = None
    invert: bool = False

    def __post_init__(self) -> None:
        if self.mean is None or self.variance is None:
            raise UsageError(
                f"{self.title()} has no mean and variance of its own; by hand they are given, "
                "Normalization(mean=..., variance=...), and not taken from data by adapt."
            )

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """One step for each time, with the mean and the spread as numbers beside them."""
        flow = self.one_input(inputs)
        mean, variance = (np.asarray(a, dtype=np.float64) for a in (self.mean, self.variance))
        mu = pen.constant("mean", mean, note="mean of the training part")
        # Keras, too, never divides by less than 1e-7.
        sigma = pen.constant(
            "spread", np.maximum(np.sqrt(variance), 1e-7), note="spread of the training part"
        )
        note = "back into the unit of the series" if self.invert else "scaled"

        def rescaled(x: Quantity, t: int | None) -> Quantity:
            out = mu + x * sigma if self.invert else (x - mu) / sigma
            return pen.step("output", out, t=t, role=pen.role, note=note, labels=x.labels)

        return (each(flow, rescaled),)


#: What may stand in a TimeDistributed: layers that treat each vector alone.
ALONE = (Dense, Activation, ReLU, Softmax, Dropout, LayerNormalization)


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """A layer applied to every step of a sequence.

    Attributes:
        layer: what is applied.
    """

    layer: Layer
    family: ClassVar[str] = "dense"

    def arrays(self) -> tuple[str, ...]:
        """Those of the layer inside."""
        return self.layer.arrays()

    def build(self, library: Any, **more: Any) -> Any:
        """A TimeDistributed around the built layer."""
        named = {"name": self.name} if self.name else {}
        return library.TimeDistributed(self.layer.build(library, **more), **named, **more)

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """What the layer inside writes for a sequence."""
        if not isinstance(self.layer, ALONE):
            known = ", ".join(kind.__name__ for kind in ALONE)
            raise UsageError(
                f"{self.title()} applies a {self.layer.kind}; by hand it may be one of {known}."
            )
        return self.layer.write(pen, [self.sequence(inputs)], arrays)
