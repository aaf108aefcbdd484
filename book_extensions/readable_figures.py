"""How wide each figure has to be shown for its smallest words to be read, told to the style.

Figures are drawn with their text as outlines, for a page of a book. On a phone the style shows
none of them narrower than this: the page lets it be moved sideways rather than made too small.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

#: The height of a line of the smallest text, in pixels of a screen.
SMALLEST = 9.0
IMAGE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([^"/]+\.svg)")')
VIEW = re.compile(r'viewBox="\S+ \S+ (\S+) \S+"')
#: Matplotlib draws each letter 100 units high and scales it to the size of its font.
TEXT = re.compile(r"scale\(([\d.]+) -\1\)")


def connect(app: Sphinx) -> None:
    """Goes through the pages when a build has finished."""
    app.connect("build-finished", set_widths)


def set_widths(app: Sphinx, exception: Exception | None) -> None:
    """Writes beside each picture how wide it has to be."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    widths = {
        figure.name: width
        for figure in (out / "_images").glob("*.svg")
        if (width := readable_width(figure.read_text(encoding="utf-8")))
    }
    for page in sorted((out / "chapters").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(with_widths(text, widths), encoding="utf-8", newline="\n")


def readable_width(svg: str) -> int | None:
    """The width in pixels at which the smallest text of a figure has its size; None without text.

    Example:
        >>> readable_width('<svg viewBox="0 0 460 224"><g transform="scale(0.1 -0.1)"/></svg>')
        414
    """
    view, sizes = VIEW.search(svg), [100 * float(size) for size in TEXT.findall(svg)]
    if view is None or not sizes:
        return None
    return round(float(view[1]) * SMALLEST / min(sizes))


def with_widths(page: str, widths: dict[str, int]) -> str:
    """The page, with the width of each of its figures as a property of its style.

    Example:
        >>> with_widths('<img alt="A line" src="../_images/a.svg">', {"a.svg": 414})
        '<img style="--readable: 414px" alt="A line" src="../_images/a.svg">'
    """

    def with_width(image: re.Match[str]) -> str:
        width = widths.get(image[1])
        return f'<img style="--readable: {width}px" ' if width else image[0]

    return IMAGE.sub(with_width, page)
