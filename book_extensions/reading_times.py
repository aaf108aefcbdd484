"""How long a page takes to read, counted whenever the pages are built.

    {reading-time}`chapters/02_rnn_by_hand`
    {reading-time}`chapters/02_rnn_by_hand chapters/04_backpropagation_through_time`
    {reading-time}`chapters/[0-9]*`

Words, code, printed lines and pictures that the page shows count; the exercises do not, nor does
what a reader tries out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import filter as matching
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

#: How much of each is read in a minute. The landing page names these figures, and a test compares.
WORDS, CODE_LINES, PRINTED_LINES, PICTURES = 180, 12, 30, 2
EXERCISES, AFTER_THEM = "## Exercises", "## Recap"
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
_QUARTERS = ("", " and a quarter", " and a half", " and three quarters")


def minutes_of(cells: Iterable[dict[str, Any]]) -> float:
    r"""How many minutes the cells of a notebook take to read.

    Example:
        >>> text = {"cell_type": "markdown", "metadata": {}, "source": "word " * 360}
        >>> code = {"cell_type": "code", "metadata": {}, "source": "x = 1\n" * 6, "outputs": []}
        >>> minutes_of([text, code])
        2.5
    """
    return sum(
        len(_words(cell)) / WORDS
        if cell["cell_type"] == "markdown"
        else _code_lines(cell) / CODE_LINES + _outputs(cell)
        for cell in _read(cells)
    )


def in_words(minutes: float) -> str:
    """A time as one would say it.

    Example:
        >>> [in_words(minutes) for minutes in (33, 58, 66, 104)]
        ['35 minutes', 'an hour', 'an hour', 'an hour and three quarters']
        >>> [in_words(minutes) for minutes in (150, 1100)]
        ['2 hours and a half', '18 hours']
    """
    if minutes < 57.5:
        return f"{max(5, 5 * round(minutes / 5))} minutes"
    hours, quarter = divmod(round(minutes / 15), 4)
    if hours > 4:
        return f"{round(minutes / 60)} hours"
    if hours > 1:
        quarter -= quarter % 2
    return ("an hour" if hours == 1 else f"{hours} hours") + _QUARTERS[quarter]


def _read(cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells that the page shows, without those between the exercises and what is behind."""
    exercises = False
    for cell in cells:
        lines = _source(cell).splitlines()
        exercises = (exercises or EXERCISES in lines) and AFTER_THEM not in lines
        if not exercises and "remove-cell" not in cell["metadata"].get("tags", ()):
            yield cell


def _words(cell: dict[str, Any]) -> list[str]:
    """The words of a text; a formula counts as one."""
    return re.findall(r"\w+", _FORMULA.sub(" formula ", _source(cell)))


def _code_lines(cell: dict[str, Any]) -> int:
    hidden = {"hide-input", "remove-input"} & set(cell["metadata"].get("tags", ()))
    return 0 if hidden else len(_source(cell).splitlines())


def _outputs(cell: dict[str, Any]) -> float:
    """Minutes for what a cell has printed and drawn."""
    printed = sum(len("".join(output.get("text", "")).splitlines()) for output in cell["outputs"])
    kinds: list[str] = [kind for output in cell["outputs"] for kind in output.get("data", ())]
    return printed / PRINTED_LINES + sum(k.startswith("image/") for k in kinds) / PICTURES


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell.get("source", ""))


@cache
def page_minutes(path: Path) -> float:
    """How many minutes a page takes to read: a notebook, or a page of text."""
    text = path.read_text(encoding="utf-8")
    page = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    cells: list[dict[str, Any]] = json.loads(text)["cells"] if path.suffix == ".ipynb" else page
    return minutes_of(cells)


class ReadingTime(SphinxRole):
    """The role ``reading-time``, with the names of pages, or with patterns of their names."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """How long the named pages take together, in words."""
        named = {pattern: matching(self.env.found_docs, pattern) for pattern in self.text.split()}
        missing = [pattern for pattern, names in named.items() if not names]
        if missing:
            sentence = (
                f"There is no page {missing[0]!r} in the book whose reading time could be told."
            )
            return [], [self.inliner.reporter.error(sentence, line=self.lineno)]
        paths = [Path(self.env.doc2path(name)) for names in named.values() for name in names]
        for path in paths:
            self.env.note_dependency(str(path))
        return [nodes.Text(in_words(sum(map(page_minutes, paths))))], []


def connect(app: Sphinx) -> None:
    """Makes the role known."""
    app.add_role("reading-time", ReadingTime())
