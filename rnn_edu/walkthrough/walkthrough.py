"""A hand calculation, written once: named quantities in the order in which they arise.

The numbers, the formulas, the spreadsheet and the comparison with Keras are views of a
:class:`Walkthrough`; none of them holds a number or a formula of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.walkthrough.backward import add_gradients
from rnn_edu.walkthrough.expressions import Array, Choice, Expression, Origin, Quantity
from rnn_edu.walkthrough.names import validate_name
from rnn_edu.walkthrough.symbols import AnySymbol, Derivative, Symbol

#: What a quantity is for, and what the legend of every view says about it.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "input": "what the network reads",
        "target": "what it should answer",
        "weight": "what training changes",
        "constant": "a fixed number, such as the first hidden state",
        "pre-activation": "a weighted sum, before its activation function",
        "gate": "a number between 0 and 1 that lets something through",
        "state": "the hidden state: what the network hands to its next step",
        "cell state": "the long-term memory of an LSTM",
        "computed": "any other step on the way",
        "output": "what the network answers",
        "loss": "how wrong the answer is",
        "gradient": "how the loss changes when this number changes",
    }
)

Key = str | tuple[str, int | None]
Labels = Sequence[Sequence[str]]


class Walkthrough:
    """A calculation as a list of named quantities, each evaluated when it is added.

    Args:
        title: the heading of every view.
        note: one or two sentences that say what is calculated.
        key: the name under which :mod:`rnn_edu.calculations` lists it; a workbook carries it,
            so that the calculation can be rebuilt from the file.

    Example:
        >>> w = Walkthrough("Half of three")
        >>> x = w.input("x", 3.0)
        >>> y = w.step("y", x / 2)
        >>> float(y.value)
        1.5
    """

    def __init__(self, title: str, *, note: str = "", key: str = "") -> None:
        self.title, self.note, self.key = title, note, key
        self._quantities: dict[tuple[str, int | None], Quantity] = {}

    # -- writing it ---------------------------------------------------------------------

    def weight(
        self,
        name: str,
        value: ArrayLike,
        *,
        note: str = "",
        labels: Labels = (),
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """A weight or bias, which training changes. Its order is that of ``get_weights()``."""
        return self._given(name, value, None, "weight", note, labels, latex_symbol, origin)

    def input(
        self,
        name: str,
        value: ArrayLike,
        *,
        t: int | None = None,
        note: str = "",
        labels: Labels = (),
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """What the network reads at step ``t``."""
        return self._given(name, value, t, "input", note, labels, latex_symbol, origin)

    def target(
        self,
        name: str,
        value: ArrayLike,
        *,
        t: int | None = None,
        note: str = "",
        labels: Labels = (),
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """What the network should answer."""
        return self._given(name, value, t, "target", note, labels, latex_symbol, origin)

    def constant(
        self,
        name: str,
        value: ArrayLike,
        *,
        t: int | None = None,
        note: str = "",
        labels: Labels = (),
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """A fixed number, such as the hidden state before the first step."""
        return self._given(name, value, t, "constant", note, labels, latex_symbol, origin)

    def one_hot(
        self,
        name: str,
        word: str,
        words: Sequence[str],
        *,
        t: int | None = None,
        role: str = "input",
        note: str = "",
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """A word as a vector with a single 1, shape ``(len(words),)``.

        In the sheet the word is picked from a list. A word outside ``words`` is refused,
        except for the empty word, which stands for "nothing" and gives zeros.
        """
        choice = Choice(word, tuple(words), "one-hot")
        return self._chosen(name, choice, t, role, note, latex_symbol, origin)

    def code(
        self,
        name: str,
        word: str,
        words: Sequence[str],
        *,
        t: int | None = None,
        role: str = "input",
        note: str = "",
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        """A word as its number 1, 2, 3, ... in ``words``, shape ``(1,)``."""
        choice = Choice(word, tuple(words), "code")
        return self._chosen(name, choice, t, role, note, latex_symbol, origin)

    def step(
        self,
        name: str,
        expression: Expression,
        *,
        t: int | None = None,
        role: str = "computed",
        note: str = "",
        labels: Labels = (),
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
        gradient_of: Quantity | None = None,
        gradient_part: tuple[Quantity, Quantity] | None = None,
    ) -> Quantity:
        """Adds a step and returns it, evaluated, for use in the steps that follow.

        Args:
            name: its name; together with ``t`` it must be new.
            expression: what it is computed from, all of it in this walkthrough.
            t: the time step, or None.
            role: one of ``ROLES``.
            note: one sentence for the reader.
            labels: names of its elements, one sequence for each axis.
            latex_symbol: its symbol, where the name does not give it.
            origin: which value of which layer it is, where it belongs to a network.
            gradient_of: for a whole gradient, the quantity that it is the gradient of.
            gradient_part: for a part of a gradient, that quantity and the step that it comes
                through.

        Raises:
            NamingError: the name is taken or not allowed, or the expression uses a quantity
                that is not in this walkthrough.
            NumberError: the value is not finite.
        """
        for used in expression.quantities():
            if self._quantities.get((used.name, used.t)) is not used:
                raise NamingError(
                    f"step {_title(name, t)} uses {used.title}, which is not a quantity of "
                    f'"{self.title}"; add it to this walkthrough first.'
                )
        return self._add(
            Quantity(
                name,
                expression.value,
                t=t,
                role=role,
                note=note,
                labels=_labels(labels),
                definition=expression,
                latex_symbol=latex_symbol,
                origin=origin,
                gradient_of=gradient_of,
                gradient_part=gradient_part,
            )
        )

    def gradients(
        self, loss: Quantity, of: Sequence[Quantity] = (), *, separate: bool = False
    ) -> dict[str, Quantity]:
        """Backpropagation: adds ``∂loss/∂q`` for all that leads from ``of`` to ``loss``.

        The gradients are steps named ``d_h``, ``d_W_xh`` and so on, in the order in which the
        reverse pass finds them, with every view that other steps have.

        Args:
            loss: a scalar step.
            of: what to differentiate by; by default all weights.
            separate: whether what reaches a quantity through each of its users becomes a step
                of its own: ``d_h_via_z`` is what reaches h_t through the answer of its own
                step, ``d_h_via_a`` what reaches it through the step after. ``d_h`` is the sum.

        Returns:
            The gradient of each quantity in ``of``, by its name.
        """
        wanted = list(of) or self.weights

        def add(quantity: Quantity, gradient: Expression, via: Quantity | None = None) -> Quantity:
            t = quantity.t if via is None or quantity.t is not None else via.t
            whole = f"how {loss.title} changes with {quantity.title}"
            return self.step(
                f"d_{quantity.name}" + (f"_via_{via.name}" if via else ""),
                gradient,
                t=t,
                role="gradient",
                note=whole if via is None else f"the part that comes through {via.title}",
                labels=quantity.labels,
                latex_symbol=gradient_symbol(loss, quantity, via),
                gradient_of=quantity if via is None else None,
                gradient_part=None if via is None else (quantity, via),
            )

        add_gradients(self.quantities, loss, wanted, add, separate=separate)
        return {q.name: self[f"d_{q.name}", q.t] for q in wanted}

    def order_by_time(self) -> None:
        """Puts the quantities into the order of their time steps, as far as they allow it.

        What is given for all times comes first, then everything at the first time step, and so
        on; what has no time comes last. Each step stays behind what it is calculated from.
        """
        places = {quantity: place for place, quantity in enumerate(self.quantities)}
        users: dict[Quantity, list[Quantity]] = {quantity: [] for quantity in places}
        waiting = dict.fromkeys(places, 0)
        for quantity in self.steps:
            assert quantity.definition is not None
            for used in set(quantity.definition.quantities()):
                users[used].append(quantity)
                waiting[quantity] += 1
        ready = [(_rank(q, places[q]), q) for q, count in waiting.items() if not count]
        heapq.heapify(ready)
        self._quantities = {}
        while ready:
            _, quantity = heapq.heappop(ready)
            self._quantities[quantity.name, quantity.t] = quantity
            for user in users[quantity]:
                waiting[user] -= 1
                if not waiting[user]:
                    heapq.heappush(ready, (_rank(user, places[user]), user))

    def _given(
        self,
        name: str,
        value: ArrayLike,
        t: int | None,
        role: str,
        note: str,
        labels: Labels,
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        array = _numbers(value, _title(name, t))
        return self._add(
            Quantity(
                name,
                array,
                t=t,
                role=role,
                note=note,
                labels=_labels(labels),
                latex_symbol=latex_symbol,
                origin=origin,
            )
        )

    def _chosen(
        self,
        name: str,
        choice: Choice,
        t: int | None,
        role: str,
        note: str,
        latex_symbol: str | AnySymbol | None = None,
        origin: Origin | None = None,
    ) -> Quantity:
        if choice.picked and choice.picked not in choice.options:
            raise NamingError(
                f"{_title(name, t)}: the word {choice.picked!r} is not in the list "
                f"{', '.join(choice.options)}."
            )
        labels = (choice.options,) if choice.form == "one-hot" else ()
        return self._add(
            Quantity(
                name,
                choice.value(),
                t=t,
                role=role,
                note=note,
                labels=labels,
                choice=choice,
                latex_symbol=latex_symbol,
                origin=origin,
            )
        )

    def _add(self, quantity: Quantity) -> Quantity:
        validate_name(quantity.name)
        if quantity.role not in ROLES:
            raise NamingError(
                f"{quantity.title} has the role {quantity.role!r}; use one of {', '.join(ROLES)}."
            )
        if (quantity.name, quantity.t) in self._quantities:
            raise NamingError(f"{quantity.title} exists already; choose another name or time.")
        if not np.all(np.isfinite(quantity.value)):
            place = tuple(int(k) for k in np.argwhere(~np.isfinite(quantity.value))[0])
            found = quantity.value[place]
            where = f"element {list(place)} of " if place else ""
            raise NumberError(f"{where}{quantity.title} is {found}, not a finite number.")
        _check_labels(quantity)
        self._quantities[quantity.name, quantity.t] = quantity
        return quantity

    # -- reading it ---------------------------------------------------------------------

    @property
    def quantities(self) -> list[Quantity]:
        """All quantities, in an order in which they can be calculated."""
        return list(self._quantities.values())

    @property
    def weights(self) -> list[Quantity]:
        """The weights, in the order of Keras's ``get_weights()``."""
        return self.of_role("weight")

    @property
    def steps(self) -> list[Quantity]:
        """The quantities that are calculated from others."""
        return [q for q in self.quantities if q.definition is not None]

    @property
    def times(self) -> list[int]:
        """All time steps, in order."""
        return sorted({q.t for q in self.quantities if q.t is not None})

    def of_role(self, role: str) -> list[Quantity]:
        """All quantities with this role."""
        return [q for q in self.quantities if q.role == role]

    def __getitem__(self, key: Key) -> Quantity:
        name, t = (key, None) if isinstance(key, str) else key
        if (name, t) in self._quantities:
            return self._quantities[name, t]
        known = ", ".join(dict.fromkeys(q.name for q in self.quantities)) or "nothing yet"
        raise NamingError(f'"{self.title}" has no {_title(name, t)}; it has {known}.')

    def __contains__(self, key: Key) -> bool:
        return ((key, None) if isinstance(key, str) else key) in self._quantities

    def series(self, name: str) -> list[Quantity]:
        """A quantity at all its time steps, in order of time."""
        found = [q for q in self.quantities if q.name == name]
        if not found:
            return [self[name]]
        return sorted(found, key=lambda q: -1 if q.t is None else q.t)

    def over_time(self, name: str) -> Array:
        """The values of a computed or given quantity at each time step, time first.

        The constant that a state starts from, before the first or after the last step, is left
        out.
        """
        found = self.series(name)
        moving = [q for q in found if q.role != "constant"]
        return np.stack([q.value for q in moving or found])

    def with_values(self, changes: Mapping[Key, ArrayLike | str]) -> Walkthrough:
        """The same calculation with other weights, inputs or words.

        Args:
            changes: new values by name, or by (name, t); for a chosen word, the new word.

        Raises:
            NamingError: a name that is unknown or is a step, which has no value of its own.
            ShapeError: a value of another shape.
        """
        wanted = {((k, None) if isinstance(k, str) else k): v for k, v in changes.items()}
        twin = Walkthrough(self.title, note=self.note, key=self.key)
        replacements: dict[Quantity, Quantity] = {}
        for name, t in wanted:
            if self[name, t].definition is not None:
                raise NamingError(f"{_title(name, t)} is calculated; change what it depends on.")
        for key, quantity in self._quantities.items():
            replacements[quantity] = twin.copy_of(quantity, wanted.get(key), replacements)
        return twin

    def copy_of(
        self,
        quantity: Quantity,
        change: ArrayLike | str | None,
        replacements: dict[Quantity, Quantity],
    ) -> Quantity:
        """Adds a quantity of another walkthrough, with another value or its own.

        Args:
            quantity: what to copy.
            change: the value of what is given, or the word to pick; None for its own.
            replacements: what stands here for the quantities that a step is calculated from.
        """
        if quantity.definition is not None:
            return self.step(
                quantity.name,
                quantity.definition.replaced(replacements),
                t=quantity.t,
                role=quantity.role,
                note=quantity.note,
                labels=quantity.labels,
                latex_symbol=quantity.latex_symbol,
                origin=quantity.origin,
                gradient_of=quantity.gradient_of and replacements[quantity.gradient_of],
                gradient_part=quantity.gradient_part
                and _pair(quantity.gradient_part, replacements),
            )
        symbol, origin = quantity.latex_symbol, quantity.origin
        name, t, role, note = quantity.name, quantity.t, quantity.role, quantity.note
        if quantity.choice is not None:
            picked = quantity.choice.picked if change is None else str(change)
            choice = Choice(picked, quantity.choice.options, quantity.choice.form)
            return self._chosen(name, choice, t, role, note, symbol, origin)
        value = quantity.value if change is None else _numbers(change, quantity.title)
        if value.shape != quantity.shape:
            raise ShapeError(
                f"{quantity.title} has the shape {quantity.shape}; the new value has {value.shape}."
            )
        return self._given(name, value, t, role, note, quantity.labels, symbol, origin)

    # -- the notebook's views -----------------------------------------------------------

    #: What a notebook shows; the module of the table, which knows this one, puts it here.
    _repr_html_: ClassVar[Callable[[Walkthrough], str]]

    def __repr__(self) -> str:
        return f"<Walkthrough {self.title!r}: {len(self.steps)} steps>"


def _rank(quantity: Quantity, place: int) -> tuple[int, float, int]:
    """Where a quantity wants to stand; no two want the same place."""
    if quantity.t is not None:
        return 1, quantity.t, place
    return (0, 0, place) if quantity.definition is None else (2, 0, place)


def _pair(
    pair: tuple[Quantity, Quantity], replacements: Mapping[Quantity, Quantity]
) -> tuple[Quantity, Quantity]:
    return replacements[pair[0]], replacements[pair[1]]


def _numbers(value: object, title: str) -> Array:
    """A copy of ``value`` as a float64 array."""
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise NumberError(f"{title} must be numbers, but is {value!r}.") from None


def _title(name: str, t: int | None) -> str:
    return name if t is None else f"{name} at t={t}"


def _labels(labels: Labels) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(axis) for axis in labels)


def _check_labels(quantity: Quantity) -> None:
    if quantity.labels and tuple(len(axis) for axis in quantity.labels) != quantity.shape:
        raise ShapeError(
            f"{quantity.title} has the shape {quantity.shape}, but labels for "
            f"{tuple(len(axis) for axis in quantity.labels)}."
        )


def gradient_symbol(loss: Quantity, quantity: Quantity, via: Quantity | None = None) -> AnySymbol:
    """The symbol of a gradient: the partial derivative of the loss, or its part via a step."""
    through = None if via is None else _single(via)
    return Derivative(_single(loss), _single(quantity), through)


def _single(quantity: Quantity) -> Symbol:
    """The symbol of a quantity; that of a gradient as one piece."""
    symbol = quantity.symbol
    return symbol if isinstance(symbol, Symbol) else Symbol(symbol.latex())
