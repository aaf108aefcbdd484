"""MathJax from the book's own folder, so that mathematics is typeset without a network.

The script comes out of the package sphinx-mathjax-offline. Loaded as an extension, that package
would add 24 MB to the book; this one file does the whole work. It is the "full" variant on
purpose: the others fetch parts of themselves later, and one missing part leaves a page bare.
"""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path

from sphinx.application import Sphinx

SCRIPT = "tex-svg-full.js"
FOLDER = "mathjax"
# Fetches the script once the page can be read.
LOADER = Path(__file__).with_name("mathematics.js")


def connect(app: Sphinx) -> None:
    """Copies the scripts when a build starts, and points Sphinx at them."""
    app.connect("builder-inited", copy_script)


def copy_script(app: Sphinx) -> None:
    """Copies MathJax into the pages' static files; only HTML builders need it."""
    if app.builder.format != "html":
        return
    app.config.mathjax_path = f"{FOLDER}/{LOADER.name}"
    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for script in (LOADER, packaged_script()):
        shutil.copyfile(script, target / script.name)


def packaged_script() -> Path:
    """Where the installed package keeps the script."""
    for file in files("sphinx-mathjax-offline") or []:
        if file.name == SCRIPT:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"The package sphinx-mathjax-offline holds no {SCRIPT}: reinstall it.")
