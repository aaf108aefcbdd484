"""Sphinx extensions of this book: offline mathematics, alt text, accessible and tidy pages."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book_extensions import accessible_pages, alt_text, offline_math, site

PARTS = (offline_math, alt_text, accessible_pages, site)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect every part to Sphinx."""
    for part in PARTS:
        part.connect(app)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
