"""How a layer writes its steps: under its own name, with its own symbols, knowing their origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import ShapeError
from rnn_edu.walkthrough import Expression, Origin, Quantity, Walkthrough
from rnn_edu.walkthrough.latex import symbol_latex

Labels = Sequence[Sequence[str]]


def unit_labels(units: int) -> tuple[str, ...]:
    """Names of the units of a layer, counted from 1.

    Example:
        >>> unit_labels(2)
        ('unit 1', 'unit 2')
    """
    return tuple(f"unit {k}" for k in range(1, units + 1))


@dataclass(frozen=True)
class Pen:
    """Adds the quantities of one layer to a walkthrough.

    Attributes:
        w: the walkthrough.
        layer: name of the layer, for the origin of each quantity.
        suffix: what the names end in, where several layers would have the same ones.
        accent: LaTeX around the letter of each symbol, with ``%s`` in the letter's place.
        notes: words for a quantity by its value's name, and by ``input at t=1`` at one time, in
            place of the layer's own.
        labels: names of the elements of a layer's vectors, by the value's name.
        bases: names of values, where they are not the values' own.
        starts: the states that the layer starts from, by name, in place of zeros.
        role: of the layer's output.
        softmax_in_halves: whether a softmax is two steps, exp and then the share.
        carry: what a SimpleRNN hands on, ``"state"`` or, by mistake, ``"pre-activation"``.
        renamed: values that are written under another name, such as those before a mask.
        letters: letters for names that are words, in formulas.
    """

    w: Walkthrough
    layer: str
    suffix: str = ""
    accent: str = "%s"
    notes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    starts: dict[str, ArrayLike] = field(default_factory=dict)
    role: str = "computed"
    softmax_in_halves: bool = False
    carry: str = "state"
    renamed: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    def within(self, part: str, suffix: str, accent: str) -> Pen:
        """The pen of a layer inside this one, such as the backward half of a Bidirectional."""
        return replace(self, layer=f"{self.layer}.{part}", suffix=suffix, accent=accent)

    def renaming(self, renamed: dict[str, str]) -> Pen:
        """A pen that writes some values under another name."""
        return replace(self, renamed=renamed)

    def start(self, name: str, otherwise: ArrayLike) -> ArrayLike:
        """The given start of a state, or ``otherwise``."""
        return self.starts.get(name, otherwise)

    def carried(self, t: int, h: Quantity) -> Quantity:
        """By mistake the pre-activation of the step before; at the first step its state."""
        return h if t == 1 else self.w[self.name("a"), t - 1]

    def name(self, base: str) -> str:
        """The name of a quantity of this layer."""
        return f"{base}_{self.suffix}" if self.suffix else base

    def symbol(self, base: str, t: int | None = None) -> str:
        """Its symbol: the letter with the layer's accent, then the subscripts.

        What a mask has still to decide about has a prime: ``h_new`` is h'.
        """
        old = base.removesuffix("_new")
        letter, *subscripts = symbol_latex(self.letters.get(old, old), t).split("_", 1)
        letter += "'" if old != base else ""
        return "_".join([self.accent % letter, *subscripts])

    def origin(self, value: str, rows: tuple[int, ...] = ()) -> Origin:
        """Where a value of this layer comes from."""
        return Origin(self.layer, value, rows)

    def note(self, value: str, t: int | None, usual: str) -> str:
        """The words for a value, and others at one time, as ``input at t=1``."""
        return self.notes.get(f"{value} at t={t}", self.notes.get(value, usual))

    def weight(
        self,
        value: str,
        base: str,
        array: ArrayLike,
        shape: tuple[int, ...],
        *,
        note: str = "",
        labels: Labels = (),
        rows: tuple[int, ...] = (),
    ) -> Quantity:
        """A weight, after a look at its shape.

        Raises:
            ShapeError: the array has another shape than the layer needs.
        """
        numbers = np.asarray(array, dtype=np.float64)
        if numbers.shape != shape:
            raise ShapeError(
                f"{value} of the layer {self.layer!r} has the shape {numbers.shape}; with these "
                f"settings and inputs it must have {shape}."
            )
        return self.w.weight(
            self.name(base),
            numbers,
            note=self.note(value, None, note),
            labels=labels,
            latex_symbol=self.symbol(base),
            origin=self.origin(value, rows),
        )

    def step(
        self,
        value: str,
        expression: Expression,
        *,
        t: int | None = None,
        base: str | None = None,
        role: str = "computed",
        note: str = "",
        labels: Labels = (),
    ) -> Quantity:
        """A step of this layer; ``base`` is its name where that is not the value's."""
        if value in self.renamed:
            value, role = self.renamed[value], "computed"
        named = base or self.bases.get(value, value)
        # A batch of examples has an axis more than the names know.
        labels = labels if len(labels) == len(expression.shape) else ()
        return self.w.step(
            self.name(named),
            expression,
            t=t,
            role=role,
            note=self.note(value, t, note),
            labels=labels,
            latex_symbol=self.symbol(named, t),
            origin=self.origin(value),
        )

    def constant(self, value: str, array: ArrayLike, **settings: Any) -> Quantity:
        """A fixed number of this layer, such as the state that it starts from."""
        t = settings.get("t")
        return self.w.constant(
            self.name(value),
            array,
            latex_symbol=self.symbol(value, t),
            origin=self.origin(value),
            **{**settings, "note": self.notes.get(f"{value} at start", settings.get("note", ""))},
        )

    def given(
        self, value: str, array: ArrayLike, *, t: int | None, base: str, note: str, labels: Labels
    ) -> Quantity:
        """A number that the network reads."""
        return self.w.input(
            self.name(base),
            array,
            t=t,
            note=self.note(value, t, note),
            labels=labels,
            latex_symbol=self.symbol(base, t),
            origin=self.origin(value),
        )

    def word(
        self,
        value: str,
        picked: str,
        options: Sequence[str],
        form: str,
        *,
        t: int | None,
        base: str | None = None,
        note: str,
        role: str = "input",
    ) -> Quantity:
        """A word that is picked from a list, one-hot or as its number."""
        add = self.w.one_hot if form == "one-hot" else self.w.code
        named = base or value
        return add(
            self.name(named),
            picked,
            options,
            t=t,
            role=role,
            note=self.note(value, t, note),
            latex_symbol=self.symbol(named, t),
            origin=self.origin(value),
        )
