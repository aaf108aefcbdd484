"""Faults of the theme that keep assistive technology from reading a page, mended after a build."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

# The sidebar holds the book's name outside any landmark.
SIDEBAR = '<div id="pst-primary-sidebar"'
LANDMARK = SIDEBAR + ' role="complementary" aria-label="The book"'

# The entries of a bibliography carry a role that is deprecated, inside a list that wants items.
ENTRY, ITEM = ' role="doc-biblioentry"', ' role="listitem"'

# A table head that is a formula only is empty to a listener until it is also there in words.
FORMULA_HEAD = re.compile(
    r'(<th\b[^>]*>(?:<p>)?(?:<span class="math[^>]*>)?\\\(([^<]*)\\\)(?:</span>)?(?:</p>)?)(</th>)'
)
BRACKETS = re.compile(r"\\[()]")


def connect(app: Sphinx) -> None:
    """Mends the pages when a build has finished."""
    app.connect("build-finished", mend_pages)


def mend_pages(app: Sphinx, exception: Exception | None) -> None:
    """Rewrites every page that needs it."""
    if exception or app.builder.format != "html":
        return
    for page in sorted(Path(app.outdir).rglob("*.html")):
        before = page.read_text(encoding="utf-8")
        after = mended(before)
        if after != before:
            page.write_text(after, encoding="utf-8", newline="\n")


def mended(html: str) -> str:
    r"""The page with the theme's faults put right.

    Example:
        >>> mended('<div class="citation" role="doc-biblioentry">')
        '<div class="citation" role="listitem">'
        >>> mended(r'<th scope="row">\(h_1\)</th>')
        '<th scope="row">\\(h_1\\)<span class="visually-hidden">h_1</span></th>'
    """
    html = html.replace(SIDEBAR, LANDMARK).replace(ENTRY, ITEM)
    return FORMULA_HEAD.sub(with_words, html)


def with_words(head: re.Match[str]) -> str:
    """The head with its formula's source for listeners, which MathJax is to leave as it is."""
    words = BRACKETS.sub("", head[2])
    return f'{head[1]}<span class="visually-hidden">{words}</span>{head[3]}'
