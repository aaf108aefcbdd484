"""The imports and settings at the head of a chapter, folded into one quiet line.

They are needed by whoever runs the notebook and by nobody who reads the page.
"""

from __future__ import annotations

from itertools import dropwhile, takewhile

from docutils import nodes
from sphinx.application import Sphinx

OPENED = '<details class="set-up"><summary>Imports and settings</summary>'
CLOSED = "</details>"


def connect(app: Sphinx) -> None:
    """Looks at every page once it has been read."""
    app.connect("doctree-read", fold_set_up)


def fold_set_up(app: Sphinx, doctree: nodes.document) -> None:
    """Puts the code cells before the first heading of a chapter into one fold."""
    for chapter in doctree.findall(nodes.section):
        cells = first_cells(chapter)
        if cells:
            for cell in cells:
                cell.attributes.pop("hide_mode", None)
            first, last = chapter.index(cells[0]), chapter.index(cells[-1])
            chapter.insert(last + 1, nodes.raw("", CLOSED, format="html"))
            chapter.insert(first, nodes.raw("", OPENED, format="html"))
        return


def first_cells(chapter: nodes.section) -> list[nodes.container]:
    """The cells without output that stand together before the chapter's first section."""
    after_words = dropwhile(lambda node: not is_code(node), chapter.children)
    return [node for node in takewhile(is_silent, after_words) if isinstance(node, nodes.container)]


def is_code(node: nodes.Node) -> bool:
    """Whether it is a code cell, or the first section, where the looking ends."""
    return isinstance(node, nodes.section) or is_silent(node)


def is_silent(node: nodes.Node) -> bool:
    """Whether it is a code cell that shows nothing."""
    if not isinstance(node, nodes.container) or "cell" not in node["classes"]:
        return False
    return not any("cell_output" in part["classes"] for part in node.findall(nodes.container))
