"""What the judges said, as a text, as part of a page, and in one line."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnn_edu.compare import Comparison
from rnn_edu.explanation.opening import Opened
from rnn_edu.networks.network import describe
from rnn_edu.walkthrough import Walkthrough


def report_text(walkthrough: Walkthrough, opened: Opened, verdicts: Sequence[Comparison]) -> str:
    """Everything that a reader has to know about the check of a walkthrough."""
    lines = [walkthrough.title, f"from {opened.source}", "", describe(opened.network), ""]
    lines += [*opened.remarks, *([""] if opened.remarks else [])]
    if not verdicts:
        lines.append("No judge could be asked, so nothing is checked.")
    for verdict in verdicts:
        lines += [
            f"Judge: {verdict.judge} in {verdict.dtype}",
            f"  {verdict.counts()}",
            f"  largest difference {verdict.largest:.3g}, allowed {verdict.tolerance:.3g}",
            f"  {verdict.verdict}",
        ]
        for reason, steps in verdict.reasons().items():
            numbers = sum(step.numbers for step in steps)
            names = ", ".join(dict.fromkeys(step.title.split(" at ")[0] for step in steps))
            lines.append(f"  not judged: {names} ({numbers} numbers): {reason}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def verdicts_html(opened: Opened, verdicts: Sequence[Comparison]) -> str:
    """The verdicts for the page: one sentence each, and the tables to open."""
    parts = [f"<p>{escape(remark)}</p>" for remark in opened.remarks]
    if not verdicts:
        parts.append("<p>No judge could be asked, so nothing is checked.</p>")
    for verdict in verdicts:
        parts.append(
            f"<p><strong>{escape(mark(verdict))}</strong> {escape(verdict.verdict)}</p>"
            f"<details><summary>Every step beside {escape(verdict.judge)}</summary>"
            f"{verdict._repr_html_()}</details>"
        )
    return "\n".join(parts)


def mark(verdict: Comparison) -> str:
    """The verdict in two or three words."""
    if not verdict.ok:
        return "DIFFERS:"
    return "ALL MATCH:" if verdict.complete else "ALL JUDGED MATCH:"
