"""Where the scripts of the page are, which come with the package."""

from __future__ import annotations

from pathlib import Path

#: The folder of the scripts and of their style.
SCRIPTS = Path(__file__).parent / "scripts"

#: What a walkthrough needs to be played with, in the order in which it is loaded.
PARTS = ("numbers", "engine", "nodes", "pencil", "model", "panels", "map", "play")
