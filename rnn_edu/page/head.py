"""The head of the page: what is shown, its main numbers, and the files beside it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

import numpy as np

from rnn_edu.errors import UsageError
from rnn_edu.page.mathml import mathml
from rnn_edu.page.values import FIRST, number, value_html
from rnn_edu.walkthrough.expressions import Quantity
from rnn_edu.walkthrough.walkthrough import Walkthrough


def head_html(walkthrough: Walkthrough, links: Iterable[tuple[str, str]]) -> str:
    """Title, note, main numbers, and links.

    Raises:
        UsageError: the address of a link is neither a path nor a web address.
    """
    note = f'<p class="note">{escape(walkthrough.note)}</p>' if walkthrough.note else ""
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _facts(walkthrough)
    )
    return (
        '<header class="head">\n<p class="kicker">A network, by hand</p>\n'
        f'<h1>{escape(walkthrough.title)}</h1>\n{note}\n<dl class="facts">{facts}</dl>\n'
        f"{_links(links)}</header>"
    )


def _facts(walkthrough: Walkthrough) -> Iterable[tuple[str, str]]:
    layers = {q.origin.layer.split(".")[0] for q in walkthrough.weights if q.origin}
    if layers:
        yield "Layers with weights", f"{len(layers)}"
    yield "Steps", f"{len(walkthrough.steps):,}"
    yield "Numbers", f"{sum(q.value.size for q in walkthrough.quantities):,}"
    if answer := _last(walkthrough, "output"):
        yield f"Answer {mathml(answer.latex_symbol)}", _in_short(answer)
    if loss := _last(walkthrough, "loss"):
        yield f"Loss {mathml(loss.latex_symbol)}", _in_short(loss)


def _last(walkthrough: Walkthrough, role: str) -> Quantity | None:
    return next((q for q in reversed(walkthrough.steps) if q.role == role), None)


def _in_short(quantity: Quantity) -> str:
    """All of it where it is short, else the largest number."""
    value = quantity.value
    if value.size <= FIRST:
        return ", ".join(number(float(v)) for v in value.flat)
    if value.ndim > 1:
        return value_html(quantity, whole=False)
    place = int(np.argmax(value))
    label = escape(quantity.labels[0][place]) if quantity.labels else f"number {place + 1}"
    return f"{number(float(value[place]))} <small>for {label}, the largest</small>"


def _links(links: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f'<li><a href="{escape(_address(address))}">{escape(words)}</a></li>'
        for words, address in links
    )
    if not items:
        return ""
    return f'<nav class="files" aria-label="Files beside this page"><ul>{items}</ul></nav>\n'


def _address(address: str) -> str:
    """The address, which must not be a script."""
    if urlsplit(address).scheme not in ("", "http", "https"):
        raise UsageError(
            f"a page cannot link to {address!r}; give the name of a file beside it, or an "
            "address that begins with https://."
        )
    return address
