"""A warning for every picture without alternative text; the book's build makes it an error.

Without it, Sphinx writes the picture's file name as its text, which tells a listener nothing
and which no accessibility checker can tell from a real description.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def connect(app: Sphinx) -> None:
    """Looks at every page once its final form is known."""
    app.connect("doctree-resolved", warn_of_missing_text)


def warn_of_missing_text(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Warns of each image of the page that has no alternative text."""
    for image in doctree.findall(nodes.image):
        if not str(image.get("alt", "")).strip():
            logger.warning(
                "The picture %s has no alternative text: say in words what it shows "
                "(for a figure made by a cell: mystnb.image.alt in the cell's metadata).",
                image.get("uri", "?"),
                location=image if image.line else docname,
                type="book",
                subtype="alt",
            )
