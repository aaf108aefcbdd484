"""Faults of the theme that keep assistive technology from reading a page, mended after a build."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx


def connect(app: Sphinx) -> None:
    """Mend the pages when a build has finished."""
    app.connect("build-finished", mend_pages)


def mend_pages(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite every page that needs it."""
    if exception or app.builder.format != "html":
        return
    for page in sorted(Path(app.outdir).rglob("*.html")):
        before = page.read_text(encoding="utf-8")
        after = mended(before)
        if after != before:
            page.write_text(after, encoding="utf-8", newline="\n")


def mended(html: str) -> str:
    """The page with the theme's faults put right."""
    return html
