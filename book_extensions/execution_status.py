"""A table of the book's notebooks: what was executed, and how much of it the tests compare.

    ```{execution-status}
    ```

The figures are counted in the notebooks themselves whenever the pages are built.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

IGNORED = "nbval-ignore-output"
HEADS = (
    "Notebook",
    "Code cells",
    "Executed",
    "Compared in full",
    "By an assertion",
    "Times stored",
)


@dataclass(frozen=True)
class Status:
    """What one notebook has stored.

    Attributes:
        cells: how many code cells it has.
        executed: how many of them were run, from the first to the last without a gap.
        compared: how many are compared output by output.
        asserted: how many depend on the machine or the data set; the cell after each asserts
            what the text claims.
        timed: how many cells have stored when they ran.
    """

    cells: int
    executed: int
    compared: int
    asserted: int
    timed: int


def status_of(notebook: dict[str, Any]) -> Status:
    """Counts the cells of a notebook.

    Args:
        notebook: its JSON.

    Example:
        >>> run = {"cell_type": "code", "execution_count": 1, "metadata": {}}
        >>> status_of({"cells": [run, {"cell_type": "markdown"}]})
        Status(cells=1, executed=1, compared=1, asserted=0, timed=0)
    """
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    ignored = sum(IGNORED in cell["metadata"].get("tags", ()) for cell in code)
    numbers = [cell.get("execution_count") for cell in code]
    return Status(
        cells=len(code),
        executed=sum(number == place for place, number in enumerate(numbers, start=1)),
        compared=len(code) - ignored,
        asserted=ignored,
        timed=sum("execution" in cell["metadata"] for cell in code),
    )


def table(statuses: dict[str, Status]) -> list[str]:
    """The lines of a Markdown table, with a last row for all notebooks together."""
    rows = [(f"[](/{name})", *astuple(status)) for name, status in statuses.items()]
    totals = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    lines = [HEADS, ["---"] + ["--:"] * (len(HEADS) - 1), *rows, ("**All together**", *totals)]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines]


class ExecutionStatus(SphinxDirective):
    """The directive ``execution-status``."""

    def run(self) -> list[nodes.Node]:
        """The table of all notebooks in the contents, in the order of their names."""
        statuses = {}
        for name in sorted(self.env.found_docs):
            path = Path(self.env.doc2path(name))
            if path.suffix == ".ipynb":
                self.env.note_dependency(str(path))
                statuses[name] = status_of(json.loads(path.read_text(encoding="utf-8")))
        container = nodes.container()
        container["classes"].append("execution-status")
        self.state.nested_parse(StringList(table(statuses), "execution-status"), 0, container)
        return [container]


def connect(app: Sphinx) -> None:
    """Makes the directive known."""
    app.add_directive("execution-status", ExecutionStatus)
