"""Sphinx extensions of this book: offline mathematics, alt text, figures, tidy pages, play."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book_extensions import (
    accessible_pages,
    alt_text,
    execution_status,
    offline_math,
    play,
    readable_figures,
    reading_times,
    search_help,
    set_up,
    site,
    source_pages,
)

PARTS = (
    offline_math,
    alt_text,
    accessible_pages,
    execution_status,
    readable_figures,
    reading_times,
    search_help,
    set_up,
    site,
    source_pages,
    play,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connects every part to Sphinx."""
    for part in PARTS:
        part.connect(app)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
