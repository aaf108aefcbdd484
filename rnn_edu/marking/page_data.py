"""The mistakes of a calculation as data: a page marks a reader's own number with them.

Each rule of :mod:`rnn_edu.marking.mistakes` has made its formulas already; the page's script
evaluates them with the numbers of now, like the steps themselves, and holds no rule. Where a rule
asks for a number and not for a formula, as with digits that were exchanged, the script does as
:mod:`rnn_edu.marking.diagnosis` does, with the limits and the sentences that stand in this data.

A JSON object:

* ``limits``: the numbers by which both decide; :data:`LIMITS` says what each is.
* ``wording``: the sentences, ``{}`` for what is put in, and ``written_badly`` by its kind.
* ``functions``: as in :mod:`rnn_edu.walkthrough.widget`, of the formulas below.
* ``symbols``: the plain symbol of every quantity, in their order.
* ``kinds`` and ``sentences``: what mistakes are called, and what is said of them.
* ``steps``: for each step by the place of its quantity

  * ``decimals``: how many are asked for, ``pencil``: how many count in full, ``roundings``: the
    fewer ones to which a number may be rounded, the most first,
  * ``before``: the formula inside its activation, where it has one,
  * ``mistakes``: the likeliest first, each with its place in ``kinds``, that in ``sentences`` and
    the formula that it makes of the step.
"""

from __future__ import annotations

import json
from typing import Any, TypedDict

from rnn_edu.marking import diagnosis, kinds, scene
from rnn_edu.marking.mistakes import of_the_shape
from rnn_edu.marking.scene import Scene, is_activation, tolerance_for
from rnn_edu.marking.wording import NONE_KNOWN, NOT_THERE, looks_as_if, symbol_text
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Expression
from rnn_edu.walkthrough.functions import Apply
from rnn_edu.walkthrough.widget import Formula, definitions, formula_data

#: How far a number may be off; up to where roundings on the way explain a number, and how much
#: nearer it must then be than any other; the smallest number that points to another place.
LIMITS = {
    "relative": scene.RELATIVE,
    "written": scene.WRITTEN,
    "half": scene.HALF,
    "most_units_off": diagnosis.MOST_UNITS_OFF,
    "clearly": diagnosis.CLEARLY,
    "least_telling": diagnosis.LEAST_TELLING,
}
WORDING = {
    "not_there": NOT_THERE,
    "looks_as_if": looks_as_if("{}"),
    "none_known": NONE_KNOWN,
    "elsewhere": {"kind": kinds.OTHER_PLACE, "sentence": diagnosis.NUMBER_OF},
    "written_badly": diagnosis.WRITTEN_BADLY,
}


class StepMistakes(TypedDict, total=False):
    """What can go wrong in a step; the module's text says what each entry means."""

    decimals: int
    pencil: int
    roundings: list[int]
    before: Formula
    mistakes: list[tuple[int, int, Formula]]


class _Places(dict[Quantity, Any]):
    """Where quantities stand; what a mistake puts in the place of one is zeros."""

    def __missing__(self, quantity: Quantity) -> Formula:
        return ["spread", ["number", 0.0], list(quantity.shape)]


def mistakes_data(walkthrough: Walkthrough) -> dict[str, Any]:
    """The mistakes of a calculation in the format above.

    Example:
        >>> from rnn_edu.walkthrough import tanh
        >>> w = Walkthrough("Half", key="half")
        >>> h = w.step("h", tanh(w.input("x", 3.0) / 2))
        >>> data = mistakes_data(w)
        >>> kind, sentence, formula = data["steps"][1]["mistakes"][0]
        >>> data["kinds"][kind], data["sentences"][sentence], formula
        ('activation forgotten', 'the activation was left out: tanh was not applied', \
['divide', 0, ['number', 2.0]])
    """
    seen = Scene(walkthrough, {}, walkthrough.steps)
    places = _Places((seen.own[q], at) for at, q in enumerate(walkthrough.quantities))
    names, sentences = _Numbered(), _Numbered()
    formulas: list[Expression] = []
    steps: dict[int, StepMistakes] = {}
    for step in walkthrough.steps:
        tolerance = tolerance_for([step])
        found: dict[tuple[str, str], tuple[int, int, Formula]] = {}
        for mistake, formula in of_the_shape(seen, step):
            data = formula_data(formula, places)
            formulas.append(formula)
            entry = (names.number(mistake.kind), sentences.number(mistake.sentence), data)
            found.setdefault((mistake.kind, json.dumps(data)), entry)
        steps[places[seen.own[step]]] = {
            "decimals": tolerance.decimals,
            "pencil": tolerance.pencil,
            "roundings": list(tolerance.roundings),
            **_before(step, seen, places),
            "mistakes": list(found.values()),
        }
    return {
        "limits": LIMITS,
        "wording": WORDING,
        "functions": definitions(formulas),
        "symbols": [symbol_text(q) for q in walkthrough.quantities],
        "kinds": list(names),
        "sentences": list(sentences),
        "steps": steps,
    }


def mistakes_json(walkthrough: Walkthrough) -> str:
    """The same as text: one line, the same bytes for the same walkthrough."""
    return json.dumps(
        mistakes_data(walkthrough), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


class _Numbered(dict[str, int]):
    """Texts, each once, with its number."""

    def number(self, text: str) -> int:
        """The number of a text, the next one for a new text."""
        return self.setdefault(text, len(self))


def _before(step: Quantity, seen: Scene, places: _Places) -> StepMistakes:
    """What stands inside the activation of a step, where it has one."""
    definition = step.definition
    if not isinstance(definition, Apply) or not is_activation(definition.function):
        return {}
    inner = seen.over_own(definition.operands[0])
    return {} if inner is None else {"before": formula_data(inner, places)}
