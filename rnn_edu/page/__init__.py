"""A walkthrough as one page that works from the disk, and the scripts that make it playable.

The same scripts serve the book: its extension copies them beside the pages.
"""

from __future__ import annotations

from rnn_edu.page.script_files import PARTS, SCRIPTS
from rnn_edu.page.writing import write_page

__all__ = ["PARTS", "SCRIPTS", "write_page"]
