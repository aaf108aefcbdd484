"""The first code cell of every notebook: it installs the book's package where that is missing.

On a hosted service, such as Colab or Binder, a reader has the notebook and nothing else. The
address to install from is that of the repository in ``_config.yml``, and is set there only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

CONFIG = Path(__file__).resolve().parents[1] / "_config.yml"
CELL_ID = "install-the-package-where-it-is-missing"
TAG = "remove-cell"
SOURCE = """\
# Where the book's package is missing, as on Colab, it is installed.
import os
from importlib.util import find_spec

if find_spec("rnn_edu") is None:
    source = os.environ.get("RNN_EDU_SOURCE", "{address}")
    assert source, "Set RNN_EDU_SOURCE to the book's folder, or install it from there."
    %pip install --quiet "{{source}}"\
"""


def put_first(notebook: NotebookNode) -> None:
    """Makes this cell the first one with code, right before what was the first.

    A notebook that does without the package is left as it is.
    """
    notebook.cells = [cell for cell in notebook.cells if not is_install_cell(cell)]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any("rnn_edu" in cell.source for cell in code):
        notebook.cells.insert(notebook.cells.index(code[0]), install_cell())


def is_install_cell(cell: NotebookNode) -> bool:
    """Whether a cell is this one, perhaps with an earlier address or without its id."""
    return cell.get("id") == CELL_ID or cell.source.startswith(SOURCE.splitlines()[0])


def install_cell() -> NotebookNode:
    """The cell itself; no page shows it."""
    return new_code_cell(
        SOURCE.format(address=install_address()), id=CELL_ID, metadata={"tags": [TAG]}
    )


def install_address() -> str:
    """What pip installs from; empty until the repository has a public address."""
    repository = repository_setting()
    url = str(repository.get("url") or "").rstrip("/")
    return f"git+{url}@{repository.get('branch', 'main')}" if url else ""


@cache
def repository_setting() -> dict[str, Any]:
    """The repository, as ``_config.yml`` has it."""
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    found: dict[str, Any] = settings.get("repository") or {}
    return found
