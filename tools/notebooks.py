"""Writes, runs, tidies and checks the chapters' notebooks.

    python tools/notebooks.py from-py chapters/x.py     make chapters/x.ipynb from a text file
    python tools/notebooks.py to-py chapters/x.ipynb    make a text file to edit
    python tools/notebooks.py execute chapters/x.ipynb  run it and store its outputs
    python tools/notebooks.py normalise chapters/x.ipynb
    python tools/notebooks.py check chapters/x.ipynb    say what breaks the rules of the house
    python tools/notebooks.py show chapters/x.ipynb     print it as text, for `git diff`

The notebook is what git keeps; the text file (percent format, or MyST Markdown) is a way to write
it and is never committed. Cells that have not changed keep their ids on the way back.
"""

from __future__ import annotations

import argparse
import copy
import difflib
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import jupytext
import nbformat
from install_cell import put_first
from nbclient import NotebookClient
from nbformat import NotebookNode
from notebook_lint import faults, is_readable

from rnn_edu.quiet import SETTINGS
from rnn_edu.whole_files import write_text

# No GPU: the stored numbers are the CPU's.
QUIET_KERNEL = SETTINGS | {"CUDA_VISIBLE_DEVICES": "-1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_NOTEBOOK_METADATA = ("mystnb",)
KEPT_CELL_METADATA = ("mystnb", "tags")
LONGEST_ID = 48


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command on each file; returns 0 if every file was fine, else 1."""
    parser = argparse.ArgumentParser(description="Work on the chapters' notebooks.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("files", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    results = [COMMANDS[chosen.command](path) for path in chosen.files]
    return 0 if all(results) else 1


def execute(path: Path) -> bool:
    """Runs a notebook from the top and stores its outputs, unless they break the rules."""
    notebook = read(path)
    os.environ.update(QUIET_KERNEL | os.environ)
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, timeout=900, kernel_name="python3", record_timing=False, resources=folder
    )
    client.execute()
    normalise(notebook)
    write(notebook, path)
    return report(path, faults(notebook))


def normalise_file(path: Path) -> bool:
    """Takes out of a notebook what changes between runs or machines."""
    notebook = read(path)
    normalise(notebook)
    write(notebook, path)
    return True


def check(path: Path) -> bool:
    """Says what breaks the rules, not being normalised among it."""
    notebook = read(path)
    found = faults(notebook)
    tidy = copy.deepcopy(notebook)
    normalise(tidy)
    if tidy != notebook:
        found.append("it is not normalised: run `python tools/notebooks.py normalise`.")
    return report(path, found)


def from_text(path: Path) -> bool:
    """Makes the notebook beside a text file, with the ids of the cells that it had before."""
    notebook = jupytext.read(path)
    target = path.with_suffix(".ipynb")
    if target.exists():
        keep_ids(notebook, read(target))
    normalise(notebook)
    write(notebook, target)
    print(f"{target}: {len(notebook.cells)} cells; now execute it.")
    return True


def to_text(path: Path) -> bool:
    """Makes a text file beside a notebook, in the percent format."""
    target = path.with_suffix(".py")
    jupytext.write(read(path), target, fmt="py:percent")
    print(f"{target}: edit it, then turn it back with from-py, and do not commit it.")
    return True


def show(path: Path) -> bool:
    """Prints a notebook as plain text: ids, sources, and outputs as comments."""
    for cell in read(path).cells:
        print(f"# %% [{cell.cell_type}] {cell.id}\n{cell.source}")
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            print("\n".join(f"#> {line}" for line in text.splitlines()))
        print()
    return True


def normalise(notebook: NotebookNode) -> None:
    """Leaves in a notebook only what its author wrote and what its code answers."""
    kept = {k: v for k, v in notebook.metadata.items() if k in KEPT_NOTEBOOK_METADATA}
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA | kept)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    put_first(notebook)
    number = 0
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")
        cell.metadata = NotebookNode(
            {k: v for k, v in sorted(cell.metadata.items()) if k in KEPT_CELL_METADATA}
        )
        if cell.cell_type == "code":
            # nbval takes a cell without a number for one that was never run.
            number += 1
            cell.execution_count = number
            outputs = joined_streams(cell.outputs)
            cell.outputs = [normalised_output(output, number) for output in outputs]
    name_cells(notebook)


def normalised_output(output: NotebookNode, number: int) -> NotebookNode:
    """An output with its cell's number, and an error without the paths of its traceback."""
    if "execution_count" in output:
        output.execution_count = number
    if "metadata" in output:
        output.metadata = NotebookNode()
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


def joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs, with neighbouring pieces of one stream put together.

    How many pieces a text arrives in depends on the speed of the machine.
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else NotebookNode()
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def name_cells(notebook: NotebookNode) -> None:
    """Gives each cell that has no readable id one made of its first words."""
    taken = {cell.id for cell in notebook.cells if is_readable(cell.get("id", ""))}
    seen: set[str] = set()
    for cell in notebook.cells:
        if is_readable(cell.get("id", "")) and cell.id not in seen:
            seen.add(cell.id)
            continue
        cell.id = free_name(slug(cell.source), taken)
        taken.add(cell.id)
        seen.add(cell.id)


def free_name(name: str, taken: set[str]) -> str:
    """The name itself, or the first of name-2, name-3 and so on that is not taken."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def slug(source: str) -> str:
    r"""An id made of the first words of a cell.

    Example:
        >>> slug("## The first step\nWe start with x."), slug("h = np.tanh(a)")
        ('the-first-step', 'h-np-tanh-a')
    """
    first = next((line for line in source.splitlines() if line.strip("#%:`{}+-= ")), "")
    words = re.findall(r"[a-z0-9]+", first.lower())
    name = "-".join(words)[:LONGEST_ID].strip("-")
    if not name[:1].isalpha():
        name = f"cell-{name}".strip("-")
    return name if is_readable(name) else f"cell-{name}"


def keep_ids(notebook: NotebookNode, earlier: NotebookNode) -> None:
    """Carries ids over from an earlier version to the cells that stand in the same places."""
    for cell in notebook.cells:
        cell.id = ""
    old, new = ([(c.cell_type, c.source.strip()) for c in n.cells] for n in (earlier, notebook))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        if kind in {"equal", "replace"}:
            pairs = zip(earlier.cells[a:a_end], notebook.cells[b:b_end], strict=False)
            for before, after in pairs:
                if before.cell_type == after.cell_type:
                    after.id = before.id


def report(path: Path, found: list[str]) -> bool:
    """Prints the faults of a file; returns whether there were none."""
    for fault in found:
        print(f"{path}: {fault}", file=sys.stderr)
    if not found:
        print(f"{path}: ok")
    return not found


def read(path: Path) -> NotebookNode:
    """A notebook file, in the current format."""
    return nbformat.read(path, as_version=4)


def write(notebook: NotebookNode, path: Path) -> None:
    """Writes a notebook that fits its format; a failure leaves the old file whole."""
    nbformat.validate(notebook)
    write_text(path, nbformat.writes(notebook) + "\n")


COMMANDS: dict[str, Callable[[Path], bool]] = {
    "execute": execute,
    "normalise": normalise_file,
    "check": check,
    "from-py": from_text,
    "to-py": to_text,
    "show": show,
}

if __name__ == "__main__":
    sys.exit(main())
