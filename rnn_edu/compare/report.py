"""The result of a comparison: a table, a verdict, and the first step that differs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rnn_edu.errors import ComparisonError
from rnn_edu.walkthrough.expressions import Array


@dataclass(frozen=True)
class Row:
    """One step of a walkthrough beside its judge.

    Attributes:
        name: name of the step.
        t: its time, or None.
        role: what it is for.
        symbol: its symbol in LaTeX.
        numbers: how many numbers it has.
        difference: the largest difference among them, relative for numbers above 1.
        tolerance: how large that may be.
        place: index of the number with the largest difference.
        value: that number in the walkthrough.
        judged: that number according to the judge.
        judge: who that is.
    """

    name: str
    t: int | None
    role: str
    symbol: str
    numbers: int
    difference: float
    tolerance: float
    place: tuple[int, ...]
    value: float
    judged: float
    judge: str = "Keras"

    @property
    def ok(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance

    @property
    def title(self) -> str:
        """The name with its time, as ``h at t=2``."""
        return self.name if self.t is None else f"{self.name} at t={self.t}"

    def sentence(self) -> str:
        """The difference in words."""
        where = f", element {list(self.place)}," if self.numbers > 1 else ""
        ours, theirs = numbers_apart(self.value, self.judged)
        return (
            f"{self.title} ({self.role}){where} is {ours} by hand and {theirs} in {self.judge}; "
            f"they differ by {abs(self.value - self.judged):.3g}, "
            f"more than the tolerance {self.tolerance:g}."
        )


@dataclass(frozen=True)
class NotJudged:
    """A step that the judge could not be asked for.

    Attributes:
        title: of the step, as ``h at t=2``.
        numbers: how many numbers it has.
        reason: why not.
    """

    title: str
    numbers: int
    reason: str


def numbers_apart(first: float, second: float) -> tuple[str, str]:
    """Two numbers with just enough digits to be told apart.

    Example:
        >>> numbers_apart(0.0451722372, 0.0451733)
        ('0.04517224', '0.0451733')
    """
    gap, size = abs(first - second), max(abs(first), abs(second))
    digits = 6 if gap == 0 or not math.isfinite(gap) else math.ceil(math.log10(size / gap)) + 2
    digits = min(max(digits, 6), 17)
    return f"{first:.{digits}g}", f"{second:.{digits}g}"


@dataclass(frozen=True, repr=False)
class Comparison:
    """A walkthrough compared with Keras.

    Attributes:
        title: title of the walkthrough.
        dtype: the type in which Keras has computed.
        tolerance: how far a number may be off.
        rows: one for each step that was compared, in the order of calculation.
        values: Keras's number for each of these steps, by (name, time).
        not_judged: the steps that the judge could not be asked for, each with the reason.
        judge: who was asked.
    """

    title: str
    dtype: str
    tolerance: float
    rows: tuple[Row, ...]
    values: Mapping[tuple[str, int | None], Array]
    not_judged: tuple[NotJudged, ...] = ()
    judge: str = "Keras"

    @property
    def ok(self) -> bool:
        """Whether something was compared, and all that was compared agrees."""
        return bool(self.rows) and all(row.ok for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether every step was compared, and all agree."""
        return self.ok and not self.not_judged

    @property
    def agreeing(self) -> int:
        """How many numbers agree."""
        return sum(row.numbers for row in self.rows if row.ok)

    @property
    def differing(self) -> int:
        """How many numbers stand in steps that differ."""
        return sum(row.numbers for row in self.rows if not row.ok)

    @property
    def unjudged(self) -> int:
        """How many numbers the judge could not be asked for."""
        return sum(step.numbers for step in self.not_judged)

    @property
    def largest(self) -> float:
        """The largest difference of all."""
        return max((row.difference for row in self.rows), default=math.nan)

    @property
    def numbers(self) -> int:
        """How many numbers were compared."""
        return sum(row.numbers for row in self.rows)

    @property
    def first_difference(self) -> Row | None:
        """The first step that differs, in the order of calculation."""
        return next((row for row in self.rows if not row.ok), None)

    def raise_for_difference(self) -> None:
        """Raises ComparisonError, naming the first step that differs, if there is one.

        Also where nothing could be compared: silence is not agreement.
        """
        if not self.rows:
            raise ComparisonError(
                f'nothing in "{self.title}" could be compared with {self.judge}: none of its steps '
                "was recognised as a value of the network."
            )
        first = self.first_difference
        if first is not None:
            raise ComparisonError(
                f'"{self.title}": the first step that differs: {first.sentence()}'
            )

    @property
    def verdict(self) -> str:
        """What agrees, what differs and what was not judged, in one or two sentences."""
        compared = f"{_count(self.rows)} in {len(self.rows)} steps"
        first = self.first_difference
        if not self.rows:
            return f"Nothing could be compared with {self.judge}. {self._left()}".strip()
        if first is None:
            whole = f"all within {self.tolerance:.3g}; {self._left()}"
            return f"{self.judge} ({self.dtype}) agrees: {compared}, {whole}"
        wrong = sum(not row.ok for row in self.rows)
        return (
            f"{self.judge} ({self.dtype}) disagrees in {wrong} of {len(self.rows)} steps, "
            f"first: {first.sentence()} {self.agreeing} numbers agree; {self._left()}"
        )

    def _left(self) -> str:
        """The third count."""
        if not self.not_judged:
            return "none left unjudged."
        names = list(dict.fromkeys(step.title.split(" at ")[0] for step in self.not_judged))
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        return f"{_numbers(self.unjudged)} not judged ({shown})."

    def counts(self) -> str:
        """The three counts.

        Example:
            >>> left = (NotJudged("e", 4, "no such value"),)
            >>> Comparison("A", "float64", 1e-12, (), {}, left).counts()
            '0 agree, 0 differ, 4 not judged'
        """
        return f"{self.agreeing} agree, {self.differing} differ, {self.unjudged} not judged"

    def reasons(self) -> dict[str, list[NotJudged]]:
        """What was not judged, by the reason."""
        found: dict[str, list[NotJudged]] = {}
        for step in self.not_judged:
            found.setdefault(step.reason, []).append(step)
        return found

    def __repr__(self) -> str:
        return f"<Comparison of {self.title!r}: {self.verdict}>"

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.verdict}"]
        for rows in self._groups():
            bad = [row for row in rows if not row.ok]
            mark = f"differs, {_difference(bad)}" if bad else "OK"
            lines.append(f"  {_times(rows)}: {_count(rows)}, {mark}")
        lines += [f"  {_titles(steps)}: not judged; {why}" for why, steps in self.reasons().items()]
        return "\n".join(lines)

    def _groups(self) -> list[list[Row]]:
        """The rows of one name together, in the order of the names' first steps."""
        order = list(dict.fromkeys(row.name for row in self.rows))
        by_name = sorted(self.rows, key=lambda row: order.index(row.name))
        return [list(rows) for _, rows in groupby(by_name, key=lambda row: row.name)]

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{text}</th>'
            for text in ("Symbol", "Name", "What it is", "Numbers", "Difference", "Verdict")
        )
        body = "\n".join(
            [
                *(_html_row(rows, self.tolerance) for rows in self._groups()),
                *(_html_left(why, steps) for why, steps in self.reasons().items()),
            ]
        )
        return (
            f'<table class="comparison mathjax_process"><caption>{escape(self.title)}. '
            f"{escape(self.verdict)}</caption>\n"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
        )


def _titles(steps: Sequence[NotJudged]) -> str:
    """The names of steps, each once, with the count of their numbers."""
    names = dict.fromkeys(step.title.split(" at ")[0] for step in steps)
    return f"{', '.join(names)} ({_numbers(sum(step.numbers for step in steps))})"


def _html_left(reason: str, steps: Sequence[NotJudged]) -> str:
    """One row for what was not judged for one reason."""
    names = ", ".join(dict.fromkeys(step.title.split(" at ")[0] for step in steps))
    numbers = sum(step.numbers for step in steps)
    cells = ("", escape(names), "", str(numbers), escape(reason), "– not judged")
    return '<tr class="unjudged">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _count(rows: Sequence[Row]) -> str:
    return _numbers(sum(row.numbers for row in rows))


def _numbers(count: int) -> str:
    return f"{count} number" + ("" if count == 1 else "s")


def _times(rows: list[Row]) -> str:
    times = [row.t for row in rows if row.t is not None]
    if not times:
        return rows[0].name
    span = f"{min(times)}" if len(times) == 1 else f"{min(times)} to {max(times)}"
    return f"{rows[0].name}, t={span}"


def _difference(bad: list[Row]) -> str:
    """The largest difference, and from where on; two digits are the same on every processor."""
    since = "" if bad[0].t is None else f" from t={min(row.t or 0 for row in bad)}"
    return f"up to {max(row.difference for row in bad):.1e}{since}"


def _html_row(rows: list[Row], tolerance: float) -> str:
    bad = [row for row in rows if not row.ok]
    ends = [rows[0], rows[-1]] if len(rows) > 1 else rows
    ends.sort(key=lambda row: row.t or 0)
    symbols = " … ".join(rf"\({escape(row.symbol)}\)" for row in ends)
    cells = (
        escape(_times(rows)),
        rows[0].role,
        str(sum(row.numbers for row in rows)),
        escape(_difference(bad)) if bad else f"within {tolerance:g}",
        "✗ differs" if bad else "✓ OK",
    )
    kind = "differs" if bad else "agrees"
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}"><th scope="row">{symbols}</th>{body}</tr>'
