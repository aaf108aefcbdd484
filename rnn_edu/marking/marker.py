"""What is right, what follows from an earlier mistake, what is wrong, and what went wrong first.

Example:
    >>> from rnn_edu.calculations import CALCULATIONS
    >>> w = CALCULATIONS["simple_rnn_two_documents"].build()
    >>> blanks = blanks_of(w.steps[:2])
    >>> print(mark(w, blanks, {1: -0.134305, 2: -0.134305}))
    1 of 2 is right, 1 is wrong.
    The first wrong number is no. 2, h at t=1: -0.134305 is not what belongs there.
    It looks as if the activation was left out: tanh was not applied.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from itertools import groupby

import numpy as np

from rnn_edu.errors import NumberError
from rnn_edu.marking.diagnosis import diagnose, same_name
from rnn_edu.marking.kinds import Mistake
from rnn_edu.marking.scene import Scene
from rnn_edu.marking.wording import NONE_KNOWN, NOT_THERE, cut, looks_as_if, shown
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.sheets.cells import title_of

RIGHT, FOLLOWS, WRONG, BLANK, UNREADABLE = "right", "follows", "wrong", "blank", "unreadable"
ROUNDED = "rounded"
#: Neither right nor wrong: it would be the same whatever belonged there.
IDLE = "no credit"

#: A number, a text that is none, or None where nothing was written.
Answer = float | str | None


@dataclass(frozen=True)
class Blank:
    """A number that is asked for.

    Attributes:
        number: counted from 1, in the order of calculation.
        quantity: the step to which it belongs.
        index: which element.
    """

    number: int
    quantity: Quantity
    index: tuple[int, ...]

    @property
    def title(self) -> str:
        """Its name in messages, such as ``h at t=2, unit 1``."""
        return title_of(self.quantity, self.index)

    @property
    def value(self) -> float:
        """What belongs there."""
        return float(self.quantity.value[self.index])


def blanks_of(steps: Iterable[Quantity]) -> list[Blank]:
    """Every element of some steps, numbered from 1."""
    places = [(step, index) for step in steps for index in np.ndindex(step.shape)]
    return [Blank(number, step, index) for number, (step, index) in enumerate(places, start=1)]


@dataclass(frozen=True)
class Marked:
    """One number with its verdict, one of the seven names of this module.

    Attributes:
        blank: where it belongs.
        answer: what was written.
        verdict: what to say of it.
        decimals: how many of its decimals are right.
        credit: 1 for a right number, a share of it for one that was rounded coarsely.
    """

    blank: Blank
    answer: Answer
    verdict: str
    decimals: int = 0
    credit: float = 0.0

    def __str__(self) -> str:
        where = self.blank.title
        if isinstance(self.answer, float):
            return f"{where}: {NOT_THERE.format(shown(self.answer))}"
        return f"{where}: {cut(str(self.answer))!r} is not a number."


class Marks:
    """All verdicts on a learner's numbers.

    Attributes:
        marked: every number asked for, with its verdict, in the order of calculation.
    """

    def __init__(self, scene: Scene, marked: Sequence[Marked], *, numbered: bool = True) -> None:
        self._scene, self._numbered = scene, numbered
        self.marked = list(marked)

    def count(self, verdict: str) -> int:
        """How many numbers have a verdict."""
        return sum(m.verdict == verdict for m in self.marked)

    @property
    def total(self) -> int:
        """How many numbers were asked for."""
        return len(self.marked)

    @property
    def credit(self) -> float:
        """How many are right, or follow from the learner's own earlier numbers.

        A number that is rounded too coarsely counts a half. One that would be the same whatever
        belonged there counts nothing: a 0 after a wrong number, or the same number everywhere.
        """
        return sum(m.credit for m in self.marked)

    @property
    def first_wrong(self) -> Marked | None:
        """The first number, in the order of calculation, that is wrong in itself."""
        return next((m for m in self.marked if m.verdict in (WRONG, UNREADABLE)), None)

    @cached_property
    def mistake(self) -> Mistake | None:
        """What the first wrong number looks like; None where it looks like nothing known."""
        first = next((m for m in self.marked if m.verdict == WRONG), None)
        return None if first is None else self.mistake_in(first.blank.quantity)

    def mistake_in(self, step: Quantity) -> Mistake | None:
        """What the wrong numbers of a step look like."""
        written = _written(self.marked)
        others = {q: written[q] for q in same_name(list(written), step)}
        wrong = _written(m for m in self.marked if m.verdict == WRONG)
        return diagnose(self._scene, step, written.get(step, {}), others, wrong)

    def __str__(self) -> str:
        return "\n".join([self._counts(), *self._remarks(), *self.explanation()])

    def _counts(self) -> str:
        if self.count(RIGHT) == self.total:
            return "All numbers are right." if self.total > 1 else "The number is right."
        rounded = self.count(ROUNDED)
        if self.count(RIGHT) + rounded == self.total:
            return f"All numbers are right, {rounded} of them rounded."
        wrong = self.count(WRONG) + self.count(UNREADABLE)
        counts = {
            "is right but rounded": rounded,
            "follows from an earlier mistake": self.count(FOLLOWS),
            "earns nothing": self.count(IDLE),
            "is wrong": wrong,
            "is blank": self.count(BLANK),
        }
        rest = [f"{n} {_verb(what, n)}" for what, n in counts.items() if n]
        right = self.count(RIGHT)
        return ", ".join([f"{right} of {self.total} {_verb('is right', right)}", *rest]) + "."

    def _remarks(self) -> list[str]:
        """What does not count in full, though it is right or follows."""
        tolerance = self._scene.tolerance
        rounded = (m for m in self.marked if m.verdict in (RIGHT, ROUNDED, FOLLOWS))
        coarse, idle = sum(m.credit < 1 for m in rounded), self.count(IDLE)
        said = []
        if coarse:
            said.append(
                f"Rounded to {tolerance.pencil - 1} decimals, {coarse} {_verb('counts', coarse)} "
                f"half or nothing: write {tolerance.decimals}."
            )
        if idle:
            said.append(
                f"{idle} {_verb('earns', idle)} nothing: the same whatever belongs there, as 0 is "
                "after a wrong number."
            )
        return said

    def explanation(self) -> list[str]:
        """What went wrong first, in lines that fit a terminal; empty where nothing did."""
        first = self.first_wrong
        if first is None:
            return []
        number = f"no. {first.blank.number}, " if self._numbered else ""
        text = f"The first wrong number is {number}{first}"
        if first.verdict == WRONG:
            text += f" {looks_as_if(self.mistake.sentence)}" if self.mistake else f" {NONE_KNOWN}"
        return textwrap.wrap(text, 80)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """The same sentences, for a notebook to break into lines."""
        texts = [self._counts(), *self._remarks(), " ".join(self.explanation())]
        return "".join(f"<p>{escape(text)}</p>" for text in texts if text)


def _verb(what: str, count: int) -> str:
    """A phrase for one or for several."""
    verb, _, rest = what.partition(" ")
    several = {"is": "are", "follows": "follow", "counts": "count", "earns": "earn"}
    return what if count == 1 else f"{several[verb]} {rest}".strip()


def mark(
    walkthrough: Walkthrough,
    blanks: Sequence[Blank],
    answers: Mapping[int, Answer],
    *,
    numbered: bool = True,
    decimals: int | None = None,
) -> Marks:
    """Marks a learner's numbers.

    Args:
        walkthrough: the calculation.
        blanks: what was asked for, with quantities of the walkthrough.
        answers: what was written, by the number of the blank; None or nothing for a blank.
        numbered: whether the reader knows the blanks by their numbers.
        decimals: how many were asked for; None for as many as suit the numbers.

    Raises:
        NumberError: an answer is infinite or not a number at all.
    """
    read = [(blank, answers.get(blank.number)) for blank in blanks]
    for blank, answer in read:
        if isinstance(answer, float) and not np.isfinite(answer):
            raise NumberError(f"{blank.title} is {answer}, which is not a finite number.")
    unjudged = [Marked(blank, answer, "") for blank, answer in read]
    asked = dict.fromkeys(blank.quantity for blank in blanks)
    scene = Scene(walkthrough, _written(unjudged), asked, decimals)
    return Marks(scene, _Judge(scene, unjudged).verdicts(), numbered=numbered)


class _Judge:
    """Gives the verdicts, one after another in the order of calculation.

    Args:
        scene: the calculation with the learner's numbers.
        unjudged: the numbers.
    """

    def __init__(self, scene: Scene, unjudged: Sequence[Marked]) -> None:
        self._scene, self._unjudged = scene, unjudged
        self._tolerance = scene.tolerance
        asked = dict.fromkeys(m.blank.quantity for m in unjudged)
        self._belongs = {step: scene.belongs(step) for step in asked}
        self._before = {step: scene.before_activation(step) for step in asked}
        self._everywhere = self._same_everywhere()

    def _same_everywhere(self) -> float | None:
        """The number that stands in most blanks though it belongs into few of them."""
        numbers = [m.answer for m in self._unjudged if isinstance(m.answer, float)]
        same, count = Counter(numbers).most_common(1)[0] if numbers else (0.0, 0)
        right = sum(self._tolerance.close(same, m.blank.value) for m in self._unjudged)
        return same if count > 2 and 2 * count > max(len(self._unjudged), 4 * right) else None

    def verdicts(self) -> list[Marked]:
        """Each number with its verdict."""
        found: list[Marked] = []
        spoilt: set[Quantity] = set()
        wrong_before = False
        for step, together in groupby(self._unjudged, key=lambda m: m.blank.quantity):
            after_wrong = bool(spoilt & self._scene.read_by(step))
            judged = [self._judged(m, wrong_before, after_wrong) for m in together]
            found += judged
            wrong_before |= any(m.verdict == WRONG for m in judged)
            if any(m.verdict in (WRONG, UNREADABLE, IDLE) for m in judged):
                spoilt.add(step)
        return found

    def _judged(self, item: Marked, wrong_before: bool, after_wrong: bool) -> Marked:
        if not isinstance(item.answer, float):
            return replace(item, verdict=BLANK if item.answer is None else UNREADABLE)
        verdict, decimals = self._verdict(item.blank, item.answer)
        if verdict == FOLLOWS and not wrong_before:
            # Only the roundings of a pencil part it from the right number.
            verdict = ROUNDED
        zero = after_wrong and item.answer == 0.0
        if verdict != WRONG and (zero or item.answer == self._everywhere):
            return replace(item, verdict=IDLE, decimals=decimals)
        credit = self._tolerance.share(item.answer, decimals)
        return replace(item, verdict=verdict, decimals=decimals, credit=credit)

    def _verdict(self, blank: Blank, answer: float) -> tuple[str, int]:
        """The verdict on a number, and how many of its decimals are right."""
        step, index = blank.quantity, blank.index
        right = self._tolerance.agreement(answer, blank.value)
        if right == self._tolerance.decimals:
            return RIGHT, right
        own = self._tolerance.agreement(answer, float(self._belongs[step][index]))
        # Who goes on with rounded numbers may be exact from there, and a little off the right one.
        decimals = max(right, own)
        before = self._before[step]
        # Small numbers hardly change under tanh: was one rounded, or not activated at all?
        if (
            before is not None
            and decimals < self._scene.usual
            and self._tolerance.agreement(answer, float(before[index])) > decimals
        ):
            return WRONG, 0
        return (ROUNDED if right else FOLLOWS if own else WRONG), decimals


def _written(marked: Iterable[Marked]) -> dict[Quantity, dict[tuple[int, ...], float]]:
    """The numbers by step and element."""
    written: dict[Quantity, dict[tuple[int, ...], float]] = {}
    for item in marked:
        if isinstance(item.answer, float):
            written.setdefault(item.blank.quantity, {})[item.blank.index] = item.answer
    return written
