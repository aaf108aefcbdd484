"""A table of the book's notebooks: what was executed, and how much of it the tests compare.

    ```{execution-status}
    ```

The figures are counted in the notebooks themselves whenever the pages are built.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

IGNORED = "nbval-ignore-output"
#: What hands a notebook the results of an earlier run.
RECORDS = frozenset({"read_record", "results_table"})
HEADS = (
    "Notebook",
    "Code cells",
    "Executed",
    "Compared in full",
    "By an assertion",
    "Read from a record",
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
        recorded: how many show what an earlier run has left behind, and compute none of it anew.
        timed: how many cells have stored when they ran.
    """

    cells: int
    executed: int
    compared: int
    asserted: int
    recorded: int
    timed: int


def status_of(notebook: dict[str, Any]) -> Status:
    """Counts the cells of a notebook.

    Args:
        notebook: its JSON.

    Example:
        >>> run = {"cell_type": "code", "execution_count": 1, "metadata": {}}
        >>> status_of({"cells": [run, {"cell_type": "markdown"}]})
        Status(cells=1, executed=1, compared=1, asserted=0, recorded=0, timed=0)
    """
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    ignored = sum(IGNORED in cell["metadata"].get("tags", ()) for cell in code)
    numbers = [cell.get("execution_count") for cell in code]
    return Status(
        cells=len(code),
        executed=sum(number == place for place, number in enumerate(numbers, start=1)),
        compared=len(code) - ignored,
        asserted=ignored,
        recorded=sum(
            bool(cell.get("outputs")) and reads
            for cell, reads in zip(code, from_records(map(_source, code)), strict=True)
        ),
        timed=sum("execution" in cell["metadata"] for cell in code),
    )


def from_records(sources: Iterable[str]) -> Iterator[bool]:
    """Whether each cell uses a record, or a name that an earlier cell made of one.

    Example:
        >>> cells = "r = read_record('x')", "a = r['a']", "print(a)", "a = 1", "print(a)"
        >>> list(from_records(cells))
        [True, True, True, False, False]
    """
    made_of_records = set(RECORDS)
    for source in sources:
        uses = False
        for statement in _statements(source):
            reads = bool(_read(statement) & made_of_records)
            stored = _set(statement) - RECORDS
            made_of_records = made_of_records | stored if reads else made_of_records - stored
            uses = uses or reads
        yield uses


def _statements(source: str) -> list[ast.AST]:
    """What a cell does, in its order; nothing if it has lines that are not Python."""
    try:
        return list(_in_order(ast.parse(source).body))
    except SyntaxError:
        return []


def _in_order(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Simple statements as they are; of a loop or a condition its head, then what is inside."""
    for part in body:
        if isinstance(part, ast.For):
            yield ast.Assign([part.target], part.iter)
        elif isinstance(part, ast.If):
            yield part.test
        elif isinstance(part, ast.With):
            yield from part.items
        else:
            yield part
        if isinstance(part, (ast.For, ast.If, ast.With)):
            yield from _in_order([*part.body, *getattr(part, "orelse", [])])


def _read(part: ast.AST) -> set[str]:
    """The names that a statement takes from outside."""
    inside = [n for n in ast.walk(part) if isinstance(n, (ast.comprehension, ast.FunctionDef))]
    own = {n.arg for n in ast.walk(part) if isinstance(n, ast.arg)}
    own |= {name.id for n in inside for name in _named(getattr(n, "target", n), ast.Store)}
    return {name.id for name in _named(part, ast.Load)} - own


def _set(part: ast.AST) -> set[str]:
    """The names that a statement sets; of a function its own name."""
    if isinstance(part, ast.FunctionDef):
        return {part.name}
    return {name.id for name in _named(part, ast.Store)}


def _named(part: ast.AST, context: type[ast.expr_context]) -> list[ast.Name]:
    names = [node for node in ast.walk(part) if isinstance(node, ast.Name)]
    return [name for name in names if isinstance(name.ctx, context)]


def _source(cell: dict[str, Any]) -> str:
    """The code of a cell, which a notebook may keep as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


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
