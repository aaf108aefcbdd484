"""Recurrent layers: a cell, step after step, from either end, with masks and given states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError
from rnn_edu.networks.cells import CELLS, Cell, CellWeights, States
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.pen import Pen, unit_labels
from rnn_edu.walkthrough import Quantity

#: What a masked step would have made of the states, before the mask decides.
BEFORE_MASK = {"h": "h_new", "c": "c_new"}


@dataclass(frozen=True)
class Recurrent(Layer):
    """What all recurrent layers have in common.

    Attributes:
        units: length of the hidden state.
        activation: of the cell, by Keras's name.
        use_bias: whether there are biases.
        return_sequences: whether every hidden state is handed on, or only the last one.
        return_state: whether the last states are handed on as well.
        go_backwards: whether the sequence is read from its end.
        stateful: whether the next batch starts where this one ended; one walkthrough is one
            batch.
    """

    units: int
    activation: str = "tanh"
    use_bias: bool = True
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    family: ClassVar[str] = "recurrent"

    @property
    def cell(self) -> Cell:
        """The record of its cell."""
        return CELLS[self.kind]

    def arrays(self) -> tuple[str, ...]:
        """Those of its cell: the kernel, the recurrent kernel and, where there is one, the bias."""
        return self.cell.arrays(self.use_bias)

    def bias_shape(self) -> tuple[int, ...]:
        """Shape of the bias."""
        return (len(self.cell.gates) * self.units,)

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """All steps of the layer; the states it ends with follow where they are returned."""
        outputs, states, mask = self.read(pen, inputs, arrays)
        flow = (
            Flow(tuple(outputs), mask=mask)
            if self.return_sequences
            else Flow((outputs[-1],), over_time=False)
        )
        ends = [Flow((state,), over_time=False) for state in states] if self.return_state else []
        return (flow, *ends)

    def read(
        self,
        pen: Pen,
        inputs: Sequence[Flow],
        arrays: Sequence[ArrayLike],
        *,
        zero_when_masked: bool = False,
    ) -> tuple[list[Quantity], States, tuple[Quantity, ...] | None]:
        """The outputs in the order of reading, the last states, and the mask of the sequence.

        Keras hands the mask on as it is, also where the outputs come in the opposite order.
        """
        sequence = self.sequence(inputs)
        weights = self._weights(pen, sequence, arrays)
        order = range(len(sequence.values))[:: -1 if self.go_backwards else 1]
        states = self._starts(pen, sequence, inputs[1:])
        outputs: list[Quantity] = []
        for k in order:
            x, t = sequence.values[k], k + 1
            if sequence.mask is None:
                states = self.cell.step(pen, x, states, weights, t)
                outputs.append(states[0])
                continue
            states = _masked_step(pen, self.cell, x, states, weights, t, sequence.mask[k])
            outputs.append(_shown(pen, states[0], sequence.mask[k], t, zero_when_masked))
        return outputs, states, sequence.mask

    def _weights(self, pen: Pen, sequence: Flow, arrays: Sequence[ArrayLike]) -> CellWeights:
        given = dict(zip(self.arrays(), arrays, strict=True))
        columns = len(self.cell.gates) * self.units
        heads = self.cell.column_labels(self.units)
        whole = "h" if len(self.cell.gates) == 1 and not pen.suffix else ""
        kernel = pen.weight(
            "kernel",
            f"W_x{whole}",
            given["kernel"],
            (sequence.features, columns),
            note="kernel: from the input",
            labels=(sequence.names, heads),
        )
        return CellWeights(
            self.cell,
            kernel,
            self._recurrent(pen, given, f"W_h{whole}", heads),
            self._bias(pen, given, heads),
            self.settings(),
            self._decay(pen, given),
        )

    def _recurrent(
        self, pen: Pen, given: Mapping[str, ArrayLike], name: str, heads: tuple[str, ...]
    ) -> Quantity | None:
        if "recurrent_kernel" not in given:
            return None
        rows = ("h",) if self.units == 1 else unit_labels(self.units)
        return pen.weight(
            "recurrent_kernel",
            name,
            given["recurrent_kernel"],
            (self.units, len(heads)),
            note="recurrent_kernel: from the state before",
            labels=(rows, heads),
        )

    def _bias(
        self, pen: Pen, given: Mapping[str, ArrayLike], heads: tuple[str, ...]
    ) -> Quantity | None:
        if "bias" not in given:
            return None
        shape = self.bias_shape()
        name = "b_h" if len(self.cell.gates) == 1 and not pen.suffix else "b"
        sides = [("beside the input", "beside the state")] if len(shape) == 2 else []
        labels = (*sides, heads)
        return pen.weight("bias", name, given["bias"], shape, note="bias", labels=labels)

    def _decay(self, pen: Pen, given: Mapping[str, ArrayLike]) -> Quantity | None:
        if "decay" not in given:
            return None
        note, labels = "decay: its sigmoid is what stays", (unit_labels(self.units),)
        return pen.weight("decay", "d", given["decay"], (self.units,), note=note, labels=labels)

    def _starts(self, pen: Pen, sequence: Flow, given: Sequence[Flow]) -> States:
        """The states before the first step: those that are given, or zeros."""
        names = self.cell.states
        if given and len(given) != len(names):
            raise ShapeError(
                f"{self.title()} starts from {len(names)} state(s), but {len(given)} are given."
            )
        for flow in given:
            if flow.over_time or flow.features != self.units:
                raise ShapeError(
                    f"{self.title()} starts from states of the shape ({self.units},), but one of "
                    f"the shape {flow.describe()} is given."
                )
        if given:
            return tuple(flow.last for flow in given)
        t = len(sequence.values) + 1 if self.go_backwards else 0
        examples = sequence.values[0].shape[:-1]
        meaning = {"h": "nothing read yet", "c": "nothing remembered yet"}
        return tuple(
            pen.constant(
                name,
                pen.start(name, np.zeros((*examples, self.units))),
                t=t,
                note=meaning[name],
                labels=() if examples else (unit_labels(self.units),),
            )
            for name in names
        )


def _masked_step(
    pen: Pen, cell: Cell, x: Quantity, states: States, weights: CellWeights, t: int, m: Quantity
) -> States:
    """A step that counts where the mask is 1, and leaves the states as they were where it is 0."""
    new = cell.step(pen.renaming(BEFORE_MASK), x, states, weights, t)
    roles = {"h": "state", "c": "cell state"}
    return tuple(
        pen.step(
            name,
            m * after + (1 - m) * before,
            t=t,
            role=roles[name],
            note="the new state where the step counts, else the one before",
            labels=before.labels,
        )
        for name, after, before in zip(cell.states, new, states, strict=True)
    )


def _shown(pen: Pen, h: Quantity, m: Quantity, t: int, zero_when_masked: bool) -> Quantity:
    if not zero_when_masked:
        return h
    note = "the state where the step counts, else zeros"
    return pen.step("shown", m * h, t=t, base="v", note=note, labels=h.labels)


@dataclass(frozen=True)
class SimpleRNN(Recurrent):
    """A recurrent layer whose state is the activation of one weighted sum.

    Example:
        >>> SimpleRNN(3, use_bias=False).arrays()
        ('kernel', 'recurrent_kernel')
    """


@dataclass(frozen=True)
class LSTM(Recurrent):
    """A recurrent layer with a long-term memory, three gates and a candidate.

    Attributes:
        recurrent_activation: of the gates, by Keras's name.
    """

    recurrent_activation: str = "sigmoid"


@dataclass(frozen=True)
class GRU(Recurrent):
    """A recurrent layer with two gates and a candidate.

    Attributes:
        recurrent_activation: of the gates, by Keras's name.
        reset_after: whether the reset gate acts after the product with the recurrent weights, as
            in Keras by default, or before it, as in Cho et al. (2014).
    """

    recurrent_activation: str = "sigmoid"
    reset_after: bool = True

    def bias_shape(self) -> tuple[int, ...]:
        """Two rows with ``reset_after``: one beside the input, one beside the state."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)


@dataclass(frozen=True)
class MinGRU(Recurrent):
    """A GRU whose gate and candidate look at the input alone (Feng et al., 2024)."""

    activation: str = "linear"


@dataclass(frozen=True)
class MinLSTM(Recurrent):
    """An LSTM whose gates and candidate look at the input alone (Feng et al., 2024)."""

    activation: str = "linear"


@dataclass(frozen=True)
class DiagonalSSM(Recurrent):
    """A state each number of which keeps its own share at every step.

    Example:
        >>> DiagonalSSM(3).arrays()
        ('kernel', 'decay')
    """

    activation: str = "linear"
    use_bias: bool = False


@dataclass(frozen=True)
class Bidirectional(Layer):
    """Two recurrent layers that read the same sequence from both ends.

    Attributes:
        layer: the one that reads forwards.
        merge_mode: ``"concat"``, ``"sum"``, ``"ave"``, ``"mul"`` or None for two outputs.
        backward_layer: the other one; None for one with the same settings.
    """

    layer: Recurrent
    merge_mode: str | None = "concat"
    backward_layer: Recurrent | None = None
    family: ClassVar[str] = "recurrent"

    @property
    def backward(self) -> Recurrent:
        """The layer that reads from the end."""
        turned = not self.layer.go_backwards
        return self.backward_layer or replace(self.layer, go_backwards=turned)

    def arrays(self) -> tuple[str, ...]:
        """Those of the forward layer, then those of the backward layer."""
        return (*self.layer.arrays(), *self.backward.arrays())

    def unusual(self) -> dict[str, Any]:
        """The settings without the layers inside, which are built first."""
        found = super().unusual()
        return {key: value for key, value in found.items() if not key.endswith("layer")}

    def build(self, library: Any, **more: Any) -> Any:
        """A Bidirectional around built layers."""
        inside = {"layer": self.layer.build(library, **more)}
        if self.backward_layer is not None:
            inside["backward_layer"] = self.backward_layer.build(library, **more)
        return library.Bidirectional(**inside, **self.unusual(), **more)

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """Both readings, then what they are merged to."""
        split = len(self.layer.arrays())
        sequence, *starts = inputs
        half = len(starts) // 2
        zero = self.layer.return_sequences and sequence.mask is not None
        ahead, ahead_states, mask = self.layer.read(
            self._pen(pen, "forward"),
            [sequence, *starts[:half]],
            arrays[:split],
            zero_when_masked=zero,
        )
        behind, behind_states, _ = self.backward.read(
            self._pen(pen, "backward"),
            [sequence, *starts[half:]],
            arrays[split:],
            zero_when_masked=zero,
        )
        merged = self._merged(pen, ahead, behind, mask)
        states = (*ahead_states, *behind_states) if self.layer.return_state else ()
        return (*merged, *(Flow((state,), over_time=False) for state in states))

    def _pen(self, pen: Pen, part: str) -> Pen:
        side = {"forward": "forwards", "backward": "backwards"}[part]
        arrow = {"forward": r"\overrightarrow{%s}", "backward": r"\overleftarrow{%s}"}[part]
        suffix = f"{pen.suffix}_{side}" if pen.suffix else side
        return pen.within(part, suffix, pen.accent % arrow)

    def _merged(
        self,
        pen: Pen,
        ahead: list[Quantity],
        behind: list[Quantity],
        mask: tuple[Quantity, ...] | None,
    ) -> tuple[Flow, ...]:
        if not self.layer.return_sequences:
            pairs: list[tuple[int | None, Quantity, Quantity]] = [(None, ahead[-1], behind[-1])]
        else:
            both = zip(ahead, behind[::-1], strict=True)
            pairs = [(t, f, b) for t, (f, b) in enumerate(both, start=1)]
        over_time = self.layer.return_sequences
        if self.merge_mode is None:
            return (
                Flow(tuple(f for _, f, _ in pairs), over_time, mask),
                Flow(tuple(b for _, _, b in pairs), over_time, mask),
            )
        values = tuple(self._merge(pen, f, b, t) for t, f, b in pairs)
        return (Flow(values, over_time, mask if over_time else None),)

    def _merge(self, pen: Pen, f: Quantity, b: Quantity, t: int | None) -> Quantity:
        from rnn_edu.walkthrough import concatenate

        assert self.merge_mode is not None
        merged = {
            "concat": lambda: concatenate(f, b),
            "sum": lambda: f + b,
            "ave": lambda: (f + b) / 2,
            "mul": lambda: f * b,
        }[self.merge_mode]()
        notes = {
            "concat": "both states, side by side",
            "sum": "both states, added up",
            "ave": "the mean of both states",
            "mul": "both states, number by number multiplied",
        }
        names = [
            f"{way} {k}"
            for way in ("forwards", "backwards")
            for k in range(1, self.layer.units + 1)
        ]
        labels = tuple(names) if self.merge_mode == "concat" else unit_labels(self.layer.units)
        note = notes[self.merge_mode]
        return pen.step("output", merged, t=t, base="m", note=note, labels=(labels,))
