"""Where the scripts of the page are, which come with the package."""

from __future__ import annotations

from pathlib import Path

#: The folder of the scripts and of their style, which the book's pages have too.
SCRIPTS = Path(__file__).parent / "scripts"

#: The folder of what only a page of its own has: the rest of its look, and its start.
FRAME = Path(__file__).parent / "frame"

#: What a walkthrough needs to be played with, in the order in which it is loaded.
PARTS = (
    *("numbers", "engine", "nodes", "gates", "pencil", "model", "marking", "own_number", "panels"),
    *("boxes", "measures", "arriving", "arrows", "time_strip", "map"),
    *("cells", "cell_view", "changes", "views", "loss_curve"),
    *("training_switch", "documents", "play"),
)


def scripts() -> list[str]:
    """The text of every script of a page of its own, in order."""
    files = [*(SCRIPTS / f"{name}.js" for name in PARTS), FRAME / "page.js"]
    return [file.read_text("utf-8") for file in files]


def styles() -> str:
    """The style of a page of its own."""
    files = (FRAME / "page.css", SCRIPTS / "play.css")
    return "\n".join(file.read_text("utf-8") for file in files)
