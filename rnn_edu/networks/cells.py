"""What each recurrent cell is: its arrays, gates, states and values, and one step of it.

A record here is the only place that knows a cell. The names are those of Keras's arguments and of
the book's notation; rows are examples, x @ W. Keras's order of the gates is part of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from rnn_edu.networks.pen import Pen
from rnn_edu.walkthrough import Expression, Quantity, part, sigmoid
from rnn_edu.walkthrough.functions import activation

States: TypeAlias = tuple[Quantity, ...]


@dataclass(frozen=True)
class Gate:
    """One block of columns in the arrays of a cell.

    Attributes:
        letter: of the block in names such as ``W_xi``; empty where there is one block only.
        meaning: in words.
        opened: what its number says, for the note of the step.
        label: short name of the block for the head of a table.
    """

    letter: str
    meaning: str
    opened: str = ""
    label: str = ""


@dataclass(frozen=True)
class Cell:
    """A kind of recurrent cell.

    Attributes:
        name: Keras's name of the layer, or that of :mod:`rnn_edu.keras_layers`.
        gates: the blocks of columns in Keras's order.
        states: what is handed from step to step.
        step: writes one step; see ``CellWeights`` for what it gets.
        heard: by the attribute of Keras's cell that holds an activation function, the values
            that the function is given and gives back, in the order of its calls.
        reads_state: whether its gates look at the state before; without that it has no
            recurrent weights, and its states are a linear recurrence.
        decays: whether it has a rate for each number of the state.
    """

    name: str
    gates: tuple[Gate, ...]
    states: tuple[str, ...]
    step: Callable[[Pen, Quantity, States, CellWeights, int], States]
    heard: Mapping[str, tuple[tuple[str, str], ...]]
    reads_state: bool = True
    decays: bool = False

    def arrays(self, use_bias: bool) -> tuple[str, ...]:
        """The names of its arrays in the order of ``get_weights()``.

        Example:
            >>> CELLS["GRU"].arrays(True), CELLS["MinGRU"].arrays(True)
            (('kernel', 'recurrent_kernel', 'bias'), ('kernel', 'bias'))
        """
        there = {
            "kernel": True,
            "recurrent_kernel": self.reads_state,
            "bias": use_bias,
            "decay": self.decays,
        }
        return tuple(name for name, has in there.items() if has)

    def columns(self, letter: str, units: int) -> slice:
        """The columns of one gate."""
        start = [gate.letter for gate in self.gates].index(letter) * units
        return slice(start, start + units)

    def column_labels(self, units: int) -> tuple[str, ...]:
        """Names of all columns of an array, gate by gate.

        Example:
            >>> CELLS["GRU"].column_labels(2)[:3]
            ('z 1', 'z 2', 'r 1')
        """
        if units == 1:
            return tuple(gate.label or "unit 1" for gate in self.gates)
        names = range(1, units + 1)
        return tuple(
            f"{gate.letter} {k}" if gate.letter else f"unit {k}"
            for gate in self.gates
            for k in names
        )


@dataclass(frozen=True)
class CellWeights:
    """The arrays of a recurrent layer and the settings that a step needs.

    Attributes:
        cell: the kind of cell.
        kernel: shape (features, gates · units).
        recurrent: shape (units, gates · units); None where no gate reads the state.
        bias: shape (gates · units,), or (2, gates · units) for a GRU with ``reset_after``, or
            None.
        settings: ``activation``, ``recurrent_activation``, ``reset_after``.
        decay: shape (units,), or None.
    """

    cell: Cell
    kernel: Quantity
    recurrent: Quantity | None
    bias: Quantity | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    decay: Quantity | None = None

    @property
    def units(self) -> int:
        """Length of the hidden state."""
        return self.kernel.shape[1] // len(self.cell.gates)

    def activated(self, u: Expression) -> Expression:
        """The cell's activation function."""
        return activation(self.settings["activation"])(u)

    def gated(self, u: Expression) -> Expression:
        """The function of the gates."""
        return activation(self.settings["recurrent_activation"])(u)

    def from_input(self, letter: str, x: Expression) -> Expression:
        """x_t W_xg, plus the bias of the input, or the only one, where there is one."""
        product = x @ self._block(self.kernel, letter)
        if self.bias is None:
            return product
        return product + self._bias(letter, 0 if len(self.bias.shape) == 2 else None)

    def from_memory(self, letter: str, h: Expression) -> Expression:
        """The product h W_hg, plus the bias of the memory where it has one of its own."""
        product = h @ self._block(self.recurrent, letter)
        if self.bias is None or len(self.bias.shape) == 1:
            return product
        return product + self._bias(letter, 1)

    def weighted(self, letter: str, x: Expression, h: Expression) -> Expression:
        """x_t W_xg + h_(t-1) W_hg + b_g."""
        total = x @ self._block(self.kernel, letter) + h @ self._block(self.recurrent, letter)
        return total if self.bias is None else total + self._bias(letter, None)

    def _block(self, array: Quantity | None, letter: str) -> Expression:
        """The columns of one gate, named like the array with the gate's letter."""
        assert array is not None
        base, *suffix = array.name.split("_", 2)[1:]
        name = "_".join(["W", f"{base}{letter}", *suffix])
        return part(array, (slice(None), self.cell.columns(letter, self.units)), name)

    def _bias(self, letter: str, row: int | None) -> Expression:
        """The bias of one gate; of two rows that beside the input (0) or the state (1)."""
        assert self.bias is not None
        columns = self.cell.columns(letter, self.units)
        side = "" if row is None else "xh"[row]
        name = "_".join(["b", f"{side}{letter}", *self.bias.name.split("_", 1)[1:]])
        return part(self.bias, columns if row is None else (row, columns), name)


def simple_rnn_step(pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int) -> States:
    """a_t = x_t W_xh + h_(t-1) W_hh + b_h, then h_t = tanh(a_t). Returns h_t."""
    (h,) = states
    assert weights.recurrent is not None
    carried = h if pen.carry == "state" else pen.carried(t, h)
    weighted = x @ weights.kernel + carried @ weights.recurrent
    note = "the input and the previous hidden state, each through its weights, added up"
    a = pen.step(
        "a",
        weighted if weights.bias is None else weighted + weights.bias,
        t=t,
        role="pre-activation",
        note=note,
        labels=h.labels,
    )
    note = "the new hidden state"
    h = pen.step("h", weights.activated(a), t=t, role="state", note=note, labels=h.labels)
    return (h,)


def lstm_step(pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int) -> States:
    """Three gates and a candidate, the new cell state, the new hidden state. Returns h_t, c_t."""
    h, c = states
    a = {
        gate.letter: pen.step(
            f"a_{gate.letter}",
            weights.weighted(gate.letter, x, h),
            t=t,
            role="pre-activation",
            note=f"weighted sum for the {gate.meaning}",
        )
        for gate in weights.cell.gates
    }
    values = {}
    for gate in weights.cell.gates:
        value = "c_tilde" if gate.letter == "c" else gate.letter
        function = weights.activated if gate.letter == "c" else weights.gated
        values[value] = pen.step(
            value,
            function(a[gate.letter]),
            t=t,
            role="computed" if gate.letter == "c" else "gate",
            note=f"{gate.meaning}: {gate.opened}",
        )
    kept_and_new = values["f"] * c + values["i"] * values["c_tilde"]
    note = "what is kept and what is new"
    c = pen.step("c", kept_and_new, t=t, role="cell state", note=note, labels=c.labels)
    shown = values["o"] * weights.activated(c)
    note = "the part of the memory that is shown"
    return pen.step("h", shown, t=t, role="state", note=note, labels=h.labels), c


def gru_step(pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int) -> States:
    """Two gates, the candidate, and the mixture of old and new. Returns h_t.

    h_t = z_t h_(t-1) + (1 - z_t) h̃_t: a z_t of 1 keeps the old state. That is Keras's
    convention; Cho et al. (2014) write it the same way, other texts the other way round.
    """
    (h,) = states
    for gate in weights.cell.gates[:2]:
        a = pen.step(
            f"a_{gate.letter}",
            weights.from_input(gate.letter, x) + weights.from_memory(gate.letter, h),
            t=t,
            role="pre-activation",
            note=f"weighted sum for the {gate.meaning}",
        )
        note = f"{gate.meaning}: {gate.opened}"
        pen.step(gate.letter, weights.gated(a), t=t, role="gate", note=note)
    z, r = pen.w[pen.name("z"), t], pen.w[pen.name("r"), t]
    if weights.settings["reset_after"]:
        memory = r * weights.from_memory("h", h)
    else:
        r_h = pen.step("r_h", r * h, t=t, note="the old state, reset")
        memory = weights.from_memory("h", r_h)
    a_h = pen.step(
        "a_h",
        weights.from_input("h", x) + memory,
        t=t,
        role="pre-activation",
        note="weighted sum for the candidate",
    )
    h_tilde = pen.step("h_tilde", weights.activated(a_h), t=t, note="candidate: what could be new")
    note = "old and new, mixed by the update gate"
    mixed = z * h + (1 - z) * h_tilde
    return (pen.step("h", mixed, t=t, role="state", note=note, labels=h.labels),)


def _candidate(pen: Pen, x: Quantity, weights: CellWeights, t: int) -> Quantity:
    """What could be new, from the input alone; without an activation it is the weighted sum."""
    weighted, note = weights.from_input("h", x), "candidate: what could be new"
    if weights.settings["activation"] == "linear":
        return pen.step("h_tilde", weighted, t=t, note=f"{note}, from the input alone")
    a_h = pen.step("a_h", weighted, t=t, role="pre-activation", note="weighted sum, candidate")
    return pen.step("h_tilde", weights.activated(a_h), t=t, note=note)


def _gate_of_input(pen: Pen, x: Quantity, weights: CellWeights, gate: Gate, t: int) -> Quantity:
    """A gate that is known before any state is."""
    a = pen.step(
        f"a_{gate.letter}",
        weights.from_input(gate.letter, x),
        t=t,
        role="pre-activation",
        note=f"weighted sum for the {gate.meaning}, from the input alone",
    )
    note = f"{gate.meaning}: {gate.opened}"
    return pen.step(gate.letter, sigmoid(a), t=t, role="gate", note=note)


def min_gru_step(pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int) -> States:
    """One gate and the candidate, both of the input alone, and their mixture. Returns h_t.

    As in Keras's GRU a z_t of 1 keeps the old state; Feng et al. (2024) write it the other way
    round, h_t = (1 - z_t) h_(t-1) + z_t h̃_t.
    """
    (h,) = states
    z = _gate_of_input(pen, x, weights, weights.cell.gates[0], t)
    h_tilde = _candidate(pen, x, weights, t)
    note = "old and new, mixed by the update gate"
    mixed = z * h + (1 - z) * h_tilde
    return (pen.step("h", mixed, t=t, role="state", note=note, labels=h.labels),)


def min_lstm_step(pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int) -> States:
    """Two gates of the input alone, made into shares that add up to 1. Returns h_t."""
    (h,) = states
    i, f = (_gate_of_input(pen, x, weights, gate, t) for gate in weights.cell.gates[:2])
    note = "its share of both gates: how much of the old state stays"
    kept = pen.step("f_bar", f / (f + i), t=t, role="gate", note=note)
    note = "its share of both gates: how much is new"
    new = pen.step("i_bar", i / (f + i), t=t, role="gate", note=note)
    h_tilde = _candidate(pen, x, weights, t)
    note = "what is kept and what is new"
    mixed = kept * h + new * h_tilde
    return (pen.step("h", mixed, t=t, role="state", note=note, labels=h.labels),)


def diagonal_ssm_step(
    pen: Pen, x: Quantity, states: States, weights: CellWeights, t: int
) -> States:
    """Each number of the state keeps its own share, the same at every step. Returns h_t."""
    (h,) = states
    assert weights.decay is not None
    note = "the input through its weights"
    product = x @ weights.kernel
    u = product if weights.bias is None else product + weights.bias
    u = pen.step("u", weights.activated(u), t=t, note=note, labels=h.labels)
    name = pen.name("lambda")
    if (name, None) in pen.w:
        share = pen.w[name, None]
    else:
        note = "how much of each number stays, at every step"
        decayed = sigmoid(weights.decay)
        share = pen.step("lambda", decayed, base="lambda", note=note, labels=h.labels)
    note = "what is kept and what is new"
    mixed = share * h + (1 - share) * u
    return (pen.step("h", mixed, t=t, role="state", note=note, labels=h.labels),)


#: Every recurrent cell that the book knows, by Keras's name of its layer.
CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        Cell(
            "SimpleRNN",
            (Gate("", "hidden state"),),
            ("h",),
            simple_rnn_step,
            {"activation": (("a", "h"),)},
        ),
        Cell(
            "LSTM",
            (
                Gate("i", "input gate", "how much is let in", "input i"),
                Gate("f", "forget gate", "how much is kept", "forget f"),
                Gate("c", "candidate", "what could be let in", "candidate c"),
                Gate("o", "output gate", "how much is shown", "output o"),
            ),
            ("h", "c"),
            lstm_step,
            {
                "recurrent_activation": (("a_i", "i"), ("a_f", "f"), ("a_o", "o")),
                "activation": (("a_c", "c_tilde"), ("c", "tanh_c")),
            },
        ),
        Cell(
            "GRU",
            (
                Gate("z", "update gate", "how much of the old state stays", "update z"),
                Gate("r", "reset gate", "how much of it is looked at", "reset r"),
                Gate("h", "candidate", "what could be new", "candidate h"),
            ),
            ("h",),
            gru_step,
            {
                "recurrent_activation": (("a_z", "z"), ("a_r", "r")),
                "activation": (("a_h", "h_tilde"),),
            },
        ),
        Cell(
            "MinGRU",
            (
                Gate("z", "update gate", "how much of the old state stays", "update z"),
                Gate("h", "candidate", "what could be new", "candidate h"),
            ),
            ("h",),
            min_gru_step,
            {"gate": (("a_z", "z"),), "activation": (("a_h", "h_tilde"),)},
            reads_state=False,
        ),
        Cell(
            "MinLSTM",
            (
                Gate("i", "input gate", "how much is let in", "input i"),
                Gate("f", "forget gate", "how much is kept", "forget f"),
                Gate("h", "candidate", "what could be new", "candidate h"),
            ),
            ("h",),
            min_lstm_step,
            {
                "gate": (("a_i", "i"), ("a_f", "f")),
                "activation": (("a_h", "h_tilde"),),
                "share": (("f", "f_bar"), ("i", "i_bar")),
            },
            reads_state=False,
        ),
        Cell(
            "DiagonalSSM",
            (Gate("", "input"),),
            ("h",),
            diagonal_ssm_step,
            {"activation": (("a", "u"),)},
            reads_state=False,
            decays=True,
        ),
    )
}
