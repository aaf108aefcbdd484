"""What concerns the built site as a whole: its address, what finds it, and what nobody reads."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path

from pybtex.backends.plaintext import Backend
from pybtex.plugin import register_plugin
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from book_extensions.lost_page import lost_page

ADDRESS = "BOOK_SITE_URL"
#: How many processes write pages: one prepares them, the others write what is ready.
WRITERS = 4
ICON_SCRIPT = re.compile(r'\s*<script src="[^"]*/fontawesome\.js[^"]*"></script>')
SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{entries}
</urlset>
"""


def connect(app: Sphinx) -> None:
    """Sets the address before a build and tidies up after it."""
    # A build makes millions of nodes and keeps them: looking for garbage takes a third of its time
    # and frees next to nothing.
    gc.disable()
    # Each citation would look through all installed packages for the one that writes plain text.
    register_plugin("pybtex.backends", "plaintext", Backend)
    # Jupyter Book always sets this one, which belongs to an extension that the book leaves out.
    app.add_config_value("comments_config", {}, "html")
    app.connect("config-inited", set_address)
    app.connect("config-inited", set_launch_buttons)
    app.connect("env-updated", write_side_by_side)
    app.connect("build-finished", remove_source_maps)
    app.connect("build-finished", remove_icon_script)
    app.connect("build-finished", write_files_for_hosts)


def set_address(app: Sphinx, config: Config) -> None:
    """Takes the public address, which link previews need, from the environment if it is there."""
    if address := os.environ.get(ADDRESS):
        config.ogp_site_url = config.html_baseurl = address.rstrip("/") + "/"


def set_launch_buttons(app: Sphinx, config: Config) -> None:
    """Leaves out the buttons for Colab and Binder while the repository has no public address."""
    if not config.html_theme_options.get("repository_url"):
        config.html_theme_options["launch_buttons"] = {}


def write_side_by_side(app: Sphinx, env: BuildEnvironment) -> None:
    """Has the pages written by several processes, once all of them have been read by one.

    Not every extension can read side by side, and Sphinx warns of those when it is asked earlier.
    """
    app.parallel = WRITERS


def remove_source_maps(app: Sphinx, exception: Exception | None) -> None:
    """Drops the theme's source maps: a third of the static files, of use to its authors only."""
    for source_map in (Path(app.outdir) / "_static").rglob("*.map"):
        source_map.unlink()


def remove_icon_script(app: Sphinx, exception: Exception | None) -> None:
    """Drops the theme's script for icons, 1.5 MB on every page: its style has the same icons."""
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(ICON_SCRIPT.sub("", text), encoding="utf-8", newline="\n")
    (Path(app.outdir) / "_static" / "scripts" / "fontawesome.js").unlink(missing_ok=True)


def write_files_for_hosts(app: Sphinx, exception: Exception | None) -> None:
    """Writes what a host or a search engine looks for beside the pages."""
    if exception or app.builder.format != "html":
        return
    address = app.config.html_baseurl or ""
    files = {"404.html": lost_page(app.config.html_title, address), "robots.txt": robots(address)}
    if address:
        files["sitemap.xml"] = sitemap(address, app.env.found_docs)
    for name, text in files.items():
        (Path(app.outdir) / name).write_text(text, encoding="utf-8", newline="\n")


def robots(address: str) -> str:
    """Everybody may read everything; the map of the site needs to know its address.

    Example:
        >>> print(robots("https://example.org/book/"))
        User-agent: *
        Allow: /
        Sitemap: https://example.org/book/sitemap.xml
        <BLANKLINE>
    """
    lines = ["User-agent: *", "Allow: /"]
    if address:
        lines.append(f"Sitemap: {address}sitemap.xml")
    return "\n".join(lines) + "\n"


def sitemap(address: str, pages: set[str]) -> str:
    """The map of the site: the address of every page, in the order of their names.

    Example:
        >>> "<loc>https://example.org/a.html</loc>" in sitemap("https://example.org/", {"a"})
        True
    """
    entries = (f"  <url><loc>{address}{page}.html</loc></url>" for page in sorted(pages))
    return SITEMAP.format(entries="\n".join(entries))
