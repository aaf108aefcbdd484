"""What concerns the built site as a whole: its address, and no files that nobody reads."""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

ADDRESS = "BOOK_SITE_URL"


def connect(app: Sphinx) -> None:
    """Set the address before a build and tidy up after it."""
    # Jupyter Book always sets this one, which belongs to an extension that the book leaves out.
    app.add_config_value("comments_config", {}, "html")
    app.connect("config-inited", set_address)
    app.connect("build-finished", remove_source_maps)


def set_address(app: Sphinx, config: Config) -> None:
    """Take the public address, which link previews need, from the environment if it is there."""
    if address := os.environ.get(ADDRESS):
        config.ogp_site_url = config.html_baseurl = address.rstrip("/") + "/"


def remove_source_maps(app: Sphinx, exception: Exception | None) -> None:
    """Drop the theme's source maps: a third of the static files, of use to its authors only."""
    for source_map in (Path(app.outdir) / "_static").rglob("*.map"):
        source_map.unlink()
