"""Which mistake gives a learner's number.

The step is calculated again under every mistake, from the learner's own earlier numbers. The
mistake that explains most of the wrong elements of the step is taken; where several explain as
many, the one that also explains the same step at other times, then the likelier one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from rnn_edu.marking import kinds
from rnn_edu.marking.kinds import Mistake
from rnn_edu.marking.mistakes import variants
from rnn_edu.marking.scene import Scene, Tolerance
from rnn_edu.marking.wording import element_text
from rnn_edu.walkthrough import Quantity
from rnn_edu.walkthrough.expressions import Array

Numbers = Mapping[tuple[int, ...], float]

#: In units of the last decimal written, how far roundings on the way may lead; and how many times
#: further off everything else must be.
MOST_UNITS_OFF, CLEARLY = 4.0, 3.0
#: A smaller number may stand anywhere, and so may a one.
LEAST_TELLING = 1e-3


@dataclass(frozen=True)
class _Candidate:
    mistake: Mistake
    value: Array


def diagnose(
    scene: Scene,
    step: Quantity,
    numbers: Numbers,
    others: Mapping[Quantity, Numbers],
    wrongs: Mapping[Quantity, Numbers],
) -> Mistake | None:
    """The mistake that a step looks like, or None where no known one gives its numbers.

    Args:
        scene: the calculation with the learner's numbers.
        step: the step.
        numbers: what the learner wrote for it, by element.
        others: the same of the same step at other times, to decide between two mistakes.
        wrongs: of all steps the numbers that are wrong.
    """
    belongs, wrong = scene.belongs(step), wrongs.get(step, {})
    written_badly = _of_the_number(wrong, belongs, scene.tolerance)
    candidates = [_Candidate(m, formula.value) for m, formula in variants(scene, step)]
    # A number of few digits may be another one rounded; only full agreement speaks against it.
    if written_badly is not None and not any(_exactly(c.value, wrong) for c in candidates):
        return written_badly
    explained = [(_explained(scene, c.value, wrong), c) for c in candidates]
    best = max((count for count, _ in explained), default=0)
    if best == 0:
        nearest = _after_roundings(scene, candidates, wrong, belongs)
        return nearest or _of_another_cell(scene, step, wrong)
    right = {index: x for index, x in numbers.items() if index not in wrong}
    tied = [c for count, c in explained if count == best]
    elsewhere = {other: wrongs.get(other, {}) for other in others}
    support = _support(scene, elsewhere) if len({c.mistake.kind for c in tied}) > 1 else {}
    tied.sort(
        key=lambda c: (
            -_explained(scene, c.value, right),
            -_exactly(c.value, wrong),
            -support.get(c.mistake.kind, 0),
        )
    )
    return tied[0].mistake


def _after_roundings(
    scene: Scene, candidates: Sequence[_Candidate], wrong: Numbers, belongs: Array
) -> Mistake | None:
    """The mistake that comes by far nearest to numbers that went on from rounded ones."""
    if scene.usual >= scene.tolerance.decimals or not wrong:
        return None
    far = MOST_UNITS_OFF * 10.0**-scene.usual
    gaps = [(_gap(c.value, wrong), k) for k, c in enumerate(candidates)]
    # Near 0 every rounding looks like nothing: what gives only zeros names no mistake.
    gaps = [(gap, k) for gap, k in gaps if _largest(candidates[k].value, wrong) > far]
    nearest, k = min(gaps, default=(math.inf, 0))
    clearly = CLEARLY * nearest
    if nearest > far or _gap(belongs, wrong) < clearly:
        return None
    mistake = candidates[k].mistake
    rivals = [gap for gap, j in gaps if candidates[j].mistake.kind != mistake.kind]
    return mistake if min(rivals, default=math.inf) >= clearly else None


def _gap(value: Array, numbers: Numbers) -> float:
    """The largest difference from some numbers."""
    return max(abs(x - float(value[index])) for index, x in numbers.items())


def _largest(value: Array, numbers: Numbers) -> float:
    """The largest number, signs apart, that is compared with some."""
    return max(abs(float(value[index])) for index in numbers)


def _explained(scene: Scene, value: Array, numbers: Numbers) -> int:
    agreement = scene.tolerance.agreement
    return sum(agreement(x, float(value[index])) > 0 for index, x in numbers.items())


def _exactly(value: Array, numbers: Numbers) -> int:
    """How many numbers agree in nearly all digits, which no coincidence does."""
    return sum(math.isclose(x, float(value[index]), rel_tol=1e-9) for index, x in numbers.items())


def _support(scene: Scene, others: Mapping[Quantity, Numbers]) -> dict[str, int]:
    """How many wrong numbers at other times each kind of mistake explains."""
    found: dict[str, int] = {}
    for step, wrong in others.items():
        here: dict[str, int] = {}
        for mistake, formula in variants(scene, step) if wrong else ():
            count = _explained(scene, formula.value, wrong)
            here[mistake.kind] = max(here.get(mistake.kind, 0), count)
        for kind, count in here.items():
            found[kind] = found.get(kind, 0) + count
    return found


# -- mistakes of writing down ----------------------------------------------------------------

#: What is said of each.
WRITTEN_BADLY = {
    kinds.ROUNDED: "too few digits were kept; write {decimals} decimals",
    kinds.DECIMAL_SIGN: "the decimal sign is in another place",
    kinds.DIGITS_EXCHANGED: "two digits were exchanged",
}


def _of_the_number(wrong: Numbers, belongs: Array, tolerance: Tolerance) -> Mistake | None:
    """Too few digits, digits exchanged, a decimal sign in another place."""
    pairs = [(x, float(belongs[index])) for index, x in wrong.items()]
    pairs = [(x, y) for x, y in pairs if math.isfinite(y)]
    if not pairs:
        return None
    for test, kind in (
        (partial(_rounded, limit=tolerance.decimals), kinds.ROUNDED),
        (_shifted, kinds.DECIMAL_SIGN),
        (_digits_exchanged, kinds.DIGITS_EXCHANGED),
    ):
        if test(*pairs[0]):
            return Mistake(kind, WRITTEN_BADLY[kind].format(decimals=tolerance.decimals))
    return None


def _rounded(x: float, wanted: float, limit: int) -> bool:
    """Whether ``x`` is ``wanted`` with fewer decimals, rounded or cut off."""
    digits = _decimals(x)
    if x == 0 or digits > limit:
        return False
    cut = math.trunc(wanted * 10**digits) / 10**digits
    return math.isclose(x, round(wanted, digits), rel_tol=1e-9) or math.isclose(
        x, cut, rel_tol=1e-9
    )


def _decimals(x: float) -> int:
    """Digits after the point, as few as give ``x`` back."""
    return next((d for d in range(16) if round(x, d) == x), 16)


def _shifted(x: float, wanted: float) -> bool:
    if x == 0 or wanted == 0 or x * wanted < 0:
        return False
    power = round(math.log10(x / wanted))
    return power != 0 and abs(power) <= 15 and math.isclose(x, wanted * 10.0**power, rel_tol=1e-3)


def _digits_exchanged(x: float, wanted: float) -> bool:
    """Whether two neighbouring digits of ``wanted`` stand in the other order."""
    digits = _decimals(x)
    if not 3 <= digits <= 10:
        return False
    text = f"{wanted:.{digits}f}"
    swaps = (text[:k] + text[k + 1] + text[k] + text[k + 2 :] for k in range(len(text) - 1))
    return any(swap != text and swap == f"{x:.{digits}f}" for swap in swaps)


# -- a number from elsewhere -----------------------------------------------------------------

NUMBER_OF = "this is the number of {}"


def _of_another_cell(scene: Scene, step: Quantity, wrong: Numbers) -> Mistake | None:
    """Whether the first wrong number is one that belongs elsewhere."""
    if not wrong:
        return None
    place, x = next(iter(wrong.items()))
    if abs(x) < LEAST_TELLING or x in (1.0, -1.0):
        return None
    for other, index in _elsewhere(scene, step, place):
        if scene.tolerance.close(x, float(other.value[index])):
            sentence = NUMBER_OF.format(element_text(other, index))
            return Mistake(kinds.OTHER_PLACE, sentence)
    return None


def _elsewhere(
    scene: Scene, step: Quantity, place: tuple[int, ...]
) -> Iterator[tuple[Quantity, tuple[int, ...]]]:
    """All other numbers: of the same step, of the same name, of the same time, then the rest."""
    original = [q for q in scene.walkthrough.quantities if q.definition is not None]
    original.sort(key=lambda q: (q is not step, q.name != step.name, q.t != step.t))
    for quantity in original:
        for index in np.ndindex(quantity.shape):
            if quantity is not step or index != place:
                yield quantity, index


def same_name(steps: Sequence[Quantity], step: Quantity) -> list[Quantity]:
    """The same step at other times."""
    return [other for other in steps if other.name == step.name and other is not step]
