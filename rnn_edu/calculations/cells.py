"""One time step of each recurrent cell, as steps of a walkthrough.

The formulas are those of Keras's layers, with rows as examples: x @ W.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnn_edu.walkthrough import Expression, Quantity, Walkthrough, part, sigmoid, tanh

GATES = ("i", "f", "c", "o")


def simple_rnn_step(
    w: Walkthrough,
    x: Quantity,
    h: Quantity,
    W_xh: Quantity,
    W_hh: Quantity,
    b_h: Quantity | None = None,
    *,
    t: int,
) -> Quantity:
    """a_t = x_t W_xh + h_(t-1) W_hh + b_h, then h_t = tanh(a_t). Returns h_t."""
    weighted = x @ W_xh + h @ W_hh
    a = w.step(
        "a",
        weighted if b_h is None else weighted + b_h,
        t=t,
        role="pre-activation",
        note="the input and the previous hidden state, each through its weights, added up",
        labels=h.labels,
    )
    return w.step("h", tanh(a), t=t, role="state", note="the new hidden state", labels=h.labels)


@dataclass(frozen=True)
class LstmWeights:
    """The three arrays of a Keras LSTM, their columns grouped by gate in the order i f c o."""

    W_x: Quantity
    W_h: Quantity
    b: Quantity

    def pre_activation(self, gate: str, x: Quantity, h: Quantity) -> Expression:
        """x_t W_xg + h_(t-1) W_hg + b_g for the gate g, from its own columns."""
        units = self.W_h.shape[0]
        start = GATES.index(gate) * units
        columns = slice(start, start + units)
        W_xg = part(self.W_x, (slice(None), columns), f"W_x{gate}")
        W_hg = part(self.W_h, (slice(None), columns), f"W_h{gate}")
        return x @ W_xg + h @ W_hg + part(self.b, columns, f"b_{gate}")


def lstm_step(
    w: Walkthrough, x: Quantity, h: Quantity, c: Quantity, weights: LstmWeights, *, t: int
) -> tuple[Quantity, Quantity]:
    """Four gates, the new cell state, the new hidden state. Returns (h_t, c_t)."""
    a = {
        gate: w.step(
            f"a_{gate}",
            weights.pre_activation(gate, x, h),
            t=t,
            role="pre-activation",
            note=f"weighted sum for {meaning}",
        )
        for gate, meaning in zip(GATES, GATE_MEANINGS, strict=True)
    }
    i = w.step("i", sigmoid(a["i"]), t=t, role="gate", note="input gate: how much is let in")
    f = w.step("f", sigmoid(a["f"]), t=t, role="gate", note="forget gate: how much is kept")
    c_tilde = w.step("c_tilde", tanh(a["c"]), t=t, note="candidate: what could be let in")
    o = w.step("o", sigmoid(a["o"]), t=t, role="gate", note="output gate: how much is shown")
    kept_and_new = f * c + i * c_tilde
    c = w.step("c", kept_and_new, t=t, role="cell state", note="what is kept and what is new")
    h = w.step("h", o * tanh(c), t=t, role="state", note="the part of the memory that is shown")
    return h, c


GATE_MEANINGS = ("the input gate", "the forget gate", "the candidate", "the output gate")


GRU_GATES = ("z", "r", "h")


@dataclass(frozen=True)
class GruWeights:
    """The arrays of a Keras GRU, their columns grouped in the order z r h.

    ``b`` has the shape (2, 3 units) where the reset gate acts after the product: its first row
    belongs to the input, its second to the hidden state. Where the reset gate acts before the
    product there is one bias, of the shape (3 units,).
    """

    W_x: Quantity
    W_h: Quantity
    b: Quantity

    @property
    def reset_after(self) -> bool:
        """Whether the reset gate acts after the product with the recurrent weights."""
        return len(self.b.shape) == 2

    def columns(self, gate: str) -> slice:
        """The columns of one gate."""
        units = self.W_h.shape[0]
        start = GRU_GATES.index(gate) * units
        return slice(start, start + units)

    def from_input(self, gate: str, x: Quantity) -> Expression:
        """The product x_t W_xg, plus the bias of the input."""
        columns = self.columns(gate)
        b_row = (0, columns) if self.reset_after else columns
        return x @ part(self.W_x, (slice(None), columns), f"W_x{gate}") + part(
            self.b, b_row, f"b_x{gate}" if self.reset_after else f"b_{gate}"
        )

    def from_memory(self, gate: str, h: Expression) -> Expression:
        """The product h W_hg, plus the bias of the hidden state where there is one."""
        columns = self.columns(gate)
        product = h @ part(self.W_h, (slice(None), columns), f"W_h{gate}")
        return product + part(self.b, (1, columns), f"b_h{gate}") if self.reset_after else product


def gru_step(w: Walkthrough, x: Quantity, h: Quantity, weights: GruWeights, *, t: int) -> Quantity:
    """Two gates, the candidate, and the mixture of old and new. Returns h_t.

    h_t = z_t h_(t-1) + (1 - z_t) h̃_t: a z_t of 1 keeps the old state. That is Keras's
    convention; Cho et al. (2014) write it the same way, other texts the other way round.
    """
    for gate, meaning in (("z", "the update gate"), ("r", "the reset gate")):
        a = w.step(
            f"a_{gate}",
            weights.from_input(gate, x) + weights.from_memory(gate, h),
            t=t,
            role="pre-activation",
            note=f"weighted sum for {meaning}",
        )
        note = "how much of the old state stays" if gate == "z" else "how much of it is looked at"
        w.step(gate, sigmoid(a), t=t, role="gate", note=f"{meaning[4:]}: {note}")
    z, r = w["z", t], w["r", t]
    memory = (
        r * weights.from_memory("h", h)
        if weights.reset_after
        else (weights.from_memory("h", w.step("r_h", r * h, t=t, note="the old state, reset")))
    )
    a_h = w.step(
        "a_h",
        weights.from_input("h", x) + memory,
        t=t,
        role="pre-activation",
        note="weighted sum for the candidate",
    )
    h_tilde = w.step("h_tilde", tanh(a_h), t=t, note="candidate: what could be new")
    mixed = z * h + (1 - z) * h_tilde
    return w.step("h", mixed, t=t, role="state", note="old and new, mixed by the update gate")
