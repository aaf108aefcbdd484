"""The table of what agrees with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rnn_edu.verification.views import Result


@dataclass(frozen=True, repr=False)
class VerificationTable:
    """Every comparison, in the order of the calculations.

    Attributes:
        results: one for each calculation and view.
    """

    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether all of them agree."""
        return bool(self.results) and all(result.ok for result in self.results)

    @property
    def numbers(self) -> int:
        """How many numbers were compared in all."""
        return sum(result.numbers for result in self.results)

    @property
    def verdict(self) -> str:
        """One sentence."""
        wrong = [result for result in self.results if not result.ok]
        if wrong:
            first = f"{wrong[0].calculation} with {wrong[0].view}"
            return f"{len(wrong)} of {len(self.results)} comparisons differ, first {first}."
        return f"All {len(self.results)} comparisons of {self.numbers:,} numbers agree."

    def __repr__(self) -> str:
        return f"<VerificationTable: {self.verdict}>"

    def _repr_html_(self) -> str:
        groups = groupby(self.results, key=lambda result: result.calculation)
        body = "\n".join(_group(title, list(results)) for title, results in groups)
        heads = ("Calculation", "Set beside", "Numbers", "Largest difference", "Allowed", "Verdict")
        return _html("verification", self.verdict, heads, body)


def verification_table(results: Iterable[Result]) -> VerificationTable:
    """The table of some results."""
    return VerificationTable(tuple(results))


def _group(title: str, results: Sequence[Result]) -> str:
    """The rows of one calculation, under one heading."""
    head = f'<th scope="rowgroup" rowspan="{len(results)}">{escape(title)}</th>'
    rows = [
        f"<tr>{head if number == 0 else ''}{_cells(result)}</tr>"
        for number, result in enumerate(results)
    ]
    return "<tbody>" + "\n".join(rows) + "</tbody>"


def _cells(result: Result) -> str:
    cells = (
        escape(result.view),
        f"{result.numbers:,}",
        f"{result.largest:.1e}" if result.largest else "0",
        f"{result.tolerance:g}",
        "✓ OK" if result.ok else "✗ differs",
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _html(kind: str, caption: str, heads: Sequence[str], body: str) -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = body if body.startswith("<tbody>") else f"<tbody>{body}</tbody>"
    return (
        f'<table class="{kind}"><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n{body}</table>"
    )
