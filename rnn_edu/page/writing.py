"""A walkthrough as one HTML file that works from the disk and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from rnn_edu import __version__
from rnn_edu.errors import UsageError
from rnn_edu.page.head import head_html
from rnn_edu.page.mathml import with_mathml
from rnn_edu.page.plans import MOST_BYTES, Plan, plans
from rnn_edu.page.play import data_element, symbols_element
from rnn_edu.page.script_files import scripts, styles
from rnn_edu.page.steps import steps_html
from rnn_edu.walkthrough.walkthrough import Walkthrough
from rnn_edu.walkthrough.widget import widget_json
from rnn_edu.whole_files import write_text

#: What a page can have below its head.
PARTS = ("verdict", "play", "steps")

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='8' cy='8' r='7' fill='%230b6e75'/%3E%3C/svg%3E"
)


def write_page(
    walkthrough: Walkthrough,
    path: str | Path,
    *,
    verdict_html: str = "",
    links: Iterable[tuple[str, str]] = (),
    parts: Sequence[str] | None = None,
    mistakes_json: str = "",
) -> Path:
    r"""Writes the walkthrough as one page: its verdict, the widget, and a table of all steps.

    The file needs no network and no other file. A page that would be larger than 3 MB leaves
    out, in this order, what marks a reader's numbers, the full values of long arrays, the widget,
    and time steps in the middle; it says what is not there.

    Args:
        walkthrough: what to show.
        path: where to write it; the folder is made if need be.
        verdict_html: what a judge says, as HTML; formulas in ``\(...\)`` are set.
        links: words and address of each file beside the page, such as
            ``("Workbook", "network.xlsx")``.
        parts: which of ``"verdict"``, ``"play"`` and ``"steps"`` the page has; None for all.
        mistakes_json: the rules of ``rnn_edu.marking.page_data``, with which the widget marks
            a reader's own numbers; without them it does not.

    Returns:
        The path.

    Raises:
        UsageError: there is no step, a part is not known, or an address is no plain one.
        DataError: the file cannot be written; nothing is left half-written.

    Example:
        >>> import tempfile
        >>> from rnn_edu.walkthrough import Walkthrough
        >>> w = Walkthrough("Half of three")
        >>> y = w.step("y", w.input("x", 3.0) / 2)
        >>> write_page(w, Path(tempfile.mkdtemp()) / "half.html").name
        'half.html'
    """
    target = Path(path)
    write_text(target, page_html(walkthrough, verdict_html, links, parts, mistakes_json))
    return target


def page_html(
    walkthrough: Walkthrough,
    verdict_html: str = "",
    links: Iterable[tuple[str, str]] = (),
    parts: Sequence[str] | None = None,
    mistakes_json: str = "",
) -> str:
    """The text of the page; :func:`write_page` says what the arguments are."""
    wanted = _checked(PARTS if parts is None else parts)
    if not walkthrough.steps:
        raise UsageError(f'"{walkthrough.title}" has no step, so there is nothing to show.')
    head = head_html(walkthrough, links)
    verdict = _verdict(verdict_html) if "verdict" in wanted and verdict_html else ""
    play, steps = "play" in wanted, "steps" in wanted
    for plan in plans(walkthrough, play=play, steps=steps, marks=bool(mistakes_json)):
        page = _page(walkthrough, head, verdict, plan, steps, mistakes_json)
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def _checked(parts: Sequence[str]) -> Sequence[str]:
    for part in parts:
        if part not in PARTS:
            raise UsageError(f"a page has no part {part!r}; its parts are {', '.join(PARTS)}.")
    return parts


def _page(
    walkthrough: Walkthrough,
    head: str,
    verdict: str,
    plan: Plan,
    steps: bool,
    mistakes_json: str,
) -> str:
    tables, there = steps_html(walkthrough, plan.extent) if steps else ("", set())
    data = [
        data_element("data", widget_json(walkthrough)) if plan.play else "",
        data_element("mistakes", mistakes_json) if plan.play and plan.marks else "",
        symbols_element(walkthrough, there) if plan.play else "",
    ]
    body = "\n".join(
        [
            _left_out(plan),
            verdict,
            PLAY if plan.play else "",
            _steps(tables) if steps else "",
        ]
    )
    code = scripts()
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(code)}">\n'
        f"<title>{escape(walkthrough.title)}</title>\n"
        f'<link rel="icon" href="{ICON}">\n<style>\n{styles()}</style>\n</head>\n<body>\n'
        f'<a class="skip" href="#main">To the numbers</a>\n{head}\n'
        f'<main id="main" class="bd-article">\n{body}\n</main>\n'
        f"<footer>Written by rnn_edu {__version__}. This page asks for nothing from anywhere.\n"
        f"</footer>\n"
        + "\n".join(filter(None, data))
        + "\n"
        + "".join(f"<script>{text}</script>\n" for text in code)
        + "</body>\n</html>\n"
    )


def _policy(code: Iterable[str]) -> str:
    """What a browser may do here: run these scripts, and load nothing."""
    allowed = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in code
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )


def _left_out(plan: Plan) -> str:
    if not plan.left_out:
        return ""
    return f'<p class="left-out">{" ".join(plan.left_out)}</p>'


def _verdict(html: str) -> str:
    return (
        '<section class="card" aria-labelledby="verdict"><h2 id="verdict">Verdict</h2>\n'
        f'<div class="scroll" data-label="The verdict">{with_mathml(html)}</div></section>'
    )


#: A place for the widget, with words for readers without scripts.
PLAY = """<section aria-labelledby="play"><h2 id="play">Play with it</h2>
<div id="place"><p>Where scripts run, you can change every number here and see what follows.</p>
</div>
</section>"""


def _steps(tables: str) -> str:
    return (
        '<section id="steps" aria-labelledby="all-steps"><h2 id="all-steps">All steps</h2>\n'
        '<p class="about">In the order of calculation, layer by layer. Long vectors show their '
        "first numbers and their last; open them for all. "
        '<span class="openers" hidden><button type="button">Open all</button> '
        '<button type="button">Close all</button></span></p>\n'
        f"{tables}\n</section>"
    )
