r"""A walkthrough kept as text and read again, to the last bit.

The format is that of ``rnn_edu.walkthrough.widget``, so what a page shows, what travels in a
workbook and what lies in a file of its own are one thing. Reading it runs nothing: operations
are looked up in a table by their names, and whatever is too large, too deep, of a wrong type or
not known is refused with one sentence, before any memory is taken for it.

Example:
    >>> from rnn_edu.walkthrough import tanh
    >>> w = Walkthrough("Half", key="half")
    >>> x = w.input("x", 3.0)
    >>> h = w.step("h", tanh(x / 2))
    >>> again = from_json(to_json(w))
    >>> again["h"].definition.latex(), bool(again["h"].value == h.value)
    ('\\tanh\\left(\\frac{x}{2}\\right)', True)
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from rnn_edu.errors import DataError, NamingError, RnnEduError
from rnn_edu.walkthrough import widget
from rnn_edu.walkthrough.checked import MOST_AXES, MOST_NUMBERS, Checked
from rnn_edu.walkthrough.expressions import Origin, Quantity
from rnn_edu.walkthrough.replay import Loop
from rnn_edu.walkthrough.stored_formulas import MOST_QUANTITIES, FormulaReader
from rnn_edu.walkthrough.walkthrough import Walkthrough
from rnn_edu.walkthrough.widget import FORMAT

to_data, to_json = widget.widget_data, widget.widget_json

#: Rounds of a training run.
MOST_ROUNDS = 100_000
#: Characters of a stored calculation.
LONGEST_TEXT = 30_000_000
#: What NumPy or Python raise where operands do not fit.
_MISFITS = (RnnEduError, ValueError, TypeError, IndexError, OverflowError)


def from_json(text: str) -> Walkthrough:
    """The walkthrough that a text holds.

    Raises:
        DataError: it is no JSON, or not in the format, or too large.
    """
    return from_data(_parsed(text))


def loop_to_json(loop: Loop, rounds: int) -> str:
    """A calculation that is repeated, and how often, as text."""
    places = {quantity: place for place, quantity in enumerate(loop.walkthrough.quantities)}
    carried = [[places[given], places[step]] for given, step in loop.carried.items()]
    data = {**to_data(loop.walkthrough), "loop": {"rounds": rounds, "carried": carried}}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loop_from_json(text: str) -> tuple[Loop, int] | None:
    """The repeated calculation that a text holds, and how often; None for one that is not.

    Raises:
        DataError: it is no JSON, or not in the format, or too large.
    """
    data = _parsed(text)
    if not isinstance(data, dict) or "loop" not in data:
        return None
    entry, walkthrough = Checked("loop", data["loop"]), from_data(data)
    pairs = [
        [
            _carried(entry, walkthrough.quantities, place)
            for place in entry.items_in("a pair", pair, 2)
        ]
        for pair in entry.items("carried", MOST_QUANTITIES)
    ]
    if any(len(pair) != 2 or pair[0].shape != pair[1].shape for pair in pairs):
        raise entry.refusal("what is carried must be pairs of one shape")
    try:
        loop = Loop(walkthrough, {pair[0]: pair[1] for pair in pairs})
    except NamingError as error:
        raise entry.refusal(_first_line(error)) from None
    return loop, entry.integer("rounds", 2, MOST_ROUNDS)


def _carried(entry: Checked, quantities: Sequence[Quantity], place: object) -> Quantity:
    return quantities[entry.integer_in("a place", place, 0, len(quantities) - 1)]


def _parsed(text: str) -> object:
    if len(text) > LONGEST_TEXT:
        raise DataError(
            f"the stored calculation has {len(text):,} characters; more than {LONGEST_TEXT:,} "
            "are not read."
        )
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise DataError(
            "the stored calculation cannot be read: lists stand inside lists too deep."
        ) from None
    except ValueError as error:
        reason = str(error).split("; use sys.", 1)[0]
        raise DataError(f"the stored calculation is not in JSON: {reason}.") from None


def from_data(data: object) -> Walkthrough:
    """The walkthrough that data in the format stand for.

    Raises:
        DataError: they are not in the format, of another version of it, or too large.
    """
    top = Checked("", data)
    version = top.integer("format", 1, 10**9)
    if version > FORMAT:
        raise DataError(
            f"the calculation is stored in format {version}, of a later edition of rnn_edu; this "
            f"one reads format {FORMAT}. Update rnn_edu."
        )
    if version < FORMAT:
        raise DataError(
            f"the calculation is stored in format {version}, which is no longer read; this "
            f"edition of rnn_edu reads format {FORMAT}. Make the file again."
        )
    walkthrough = Walkthrough(top.text("title"), note=top.text("note"), key=top.text("key"))
    reader = _Reader(walkthrough)
    for place, entry in enumerate(top.items("quantities", MOST_QUANTITIES)):
        reader.add(Checked(f"quantities[{place}]", entry))
    return walkthrough


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name that is there twice would leave open which one counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:60]!r} is there twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a finite number")


class _Reader:
    """Adds stored quantities to a walkthrough, one after the other."""

    def __init__(self, walkthrough: Walkthrough) -> None:
        self.walkthrough = walkthrough
        self.formulas = FormulaReader()

    def add(self, entry: Checked) -> None:
        """Adds one quantity."""
        name = entry.text("name", 255)
        entry.where = f"{entry.where} ({name})"
        kinds = [kind for kind in ("value", "choice", "formula") if kind in entry]
        if len(kinds) != 1:
            raise entry.refusal("it must have one of value, choice and formula")
        make = {"value": self._given, "choice": self._chosen, "formula": self._step}[kinds[0]]
        try:
            quantity = make(entry, name, self._settings(entry))
        except DataError:
            raise
        except _MISFITS as error:
            raise entry.refusal(_first_line(error)) from None
        if quantity.shape != entry.shape_in("shape", entry.items("shape", MOST_AXES)):
            raise entry.refusal(f"its shape is {quantity.shape} and not what is stored")
        self.formulas.known.append(quantity)

    def _settings(self, entry: Checked) -> dict[str, Any]:
        """What every quantity has, as arguments of the walkthrough's methods."""
        t = entry.data.get("t")
        return {
            "t": None if t is None else entry.integer_in("t", t, -(10**6), 10**6),
            "note": entry.text("note"),
            "latex_symbol": entry.text("symbol"),
            "origin": self._origin(entry),
        }

    def _origin(self, entry: Checked) -> Origin | None:
        if "origin" not in entry:
            return None
        data = Checked(f"{entry.where}, origin", entry.data["origin"])
        rows = data.items("rows", MOST_NUMBERS) if "rows" in data else []
        return Origin(
            data.text("layer"),
            data.text("value"),
            tuple(data.integer_in("rows", row, 0, MOST_NUMBERS) for row in rows),
        )

    def _labels(self, entry: Checked) -> tuple[tuple[str, ...], ...]:
        axes = entry.items("labels", MOST_AXES) if "labels" in entry else []
        return tuple(
            tuple(
                entry.text_in("a label", label)
                for label in entry.items_in("labels", axis, MOST_NUMBERS)
            )
            for axis in axes
        )

    # -- what is given ------------------------------------------------------------------------

    def _given(self, entry: Checked, name: str, settings: dict[str, Any]) -> Quantity:
        shape = entry.shape_in("shape", entry.items("shape", MOST_AXES))
        self.formulas.charge(entry, math.prod(shape))
        value = np.array(entry.numbers("value", math.prod(shape))).reshape(shape)
        role, w = entry.text("role", 255), self.walkthrough
        if role == "weight" and settings.pop("t") is not None:
            raise entry.refusal("a weight has no time step")
        adders: dict[str, Callable[..., Quantity]] = {
            "weight": w.weight,
            "input": w.input,
            "target": w.target,
            "constant": w.constant,
        }
        if role not in adders:
            raise entry.refusal(f"what is given cannot have the role {role!r}")
        return adders[role](name, value, labels=self._labels(entry), **settings)

    def _chosen(self, entry: Checked, name: str, settings: dict[str, Any]) -> Quantity:
        choice = Checked(f"{entry.where}, choice", entry.data["choice"])
        options = [choice.text_in("options", w) for w in choice.items("options", MOST_NUMBERS)]
        self.formulas.charge(entry, len(options))
        forms = {"one-hot": self.walkthrough.one_hot, "code": self.walkthrough.code}
        form = choice.text("form", 255)
        if form not in forms:
            raise choice.refusal(f"form is {form!r} and must be one of {', '.join(forms)}")
        role = entry.text("role", 255)
        return forms[form](name, choice.text("picked"), options, role=role, **settings)

    # -- what is calculated -------------------------------------------------------------------

    def _step(self, entry: Checked, name: str, settings: dict[str, Any]) -> Quantity:
        with np.errstate(all="ignore"):
            formula = self.formulas.formula(entry, entry.data["formula"])
        return self.walkthrough.step(
            name,
            formula,
            role=entry.text("role", 255),
            labels=self._labels(entry),
            gradient_of=self._named(entry, "gradient_of"),
            gradient_part=self._pair(entry),
            **settings,
        )

    def _named(self, entry: Checked, name: str) -> Quantity | None:
        return self.formulas.quantity(entry, entry.data[name]) if name in entry else None

    def _pair(self, entry: Checked) -> tuple[Quantity, Quantity] | None:
        if "gradient_part" not in entry:
            return None
        places = entry.items("gradient_part", 2)
        if len(places) != 2:
            raise entry.refusal("gradient_part must have two places")
        return self.formulas.quantity(entry, places[0]), self.formulas.quantity(entry, places[1])


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
