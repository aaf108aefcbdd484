"""What a chapter's notebook may hold: the rules of the house, as functions that find faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from nbformat import NotebookNode

from rnn_edu.figures import WIDTH

MOST_LINES = 12
#: Of a figure, in the pixels in which its stored output gives its size.
MOST_PIXELS = round(100 * WIDTH)

ALLOWED_TAGS = {
    "full-width",
    "hide-cell",
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
}

MACHINE_PATH = re.compile(r"(?<![\w./])(/(home|Users|root|tmp|work|opt|usr|mnt)/|[A-Za-z]:\\\w)")
#: A number with at least two decimals, outside words, links and longer numbers.
DECIMAL = re.compile(r"(?<![\w./,])(\d[\d,]*\.\d{2,})(?![\w/])")
NUMBER = re.compile(r"\d[\d,]*\.\d+")
READABLE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?\Z")


def faults(notebook: NotebookNode) -> list[str]:
    """Every breach of the rules, each as one sentence that names the cell."""
    found = [fault for cell in notebook.cells for fault in cell_faults(cell)]
    whole = (repeated_ids, unchecked_outputs, uncomputed_numbers)
    return [*found, *(fault for rule in whole for fault in rule(notebook))]


def cell_faults(cell: NotebookNode) -> Iterator[str]:
    """The faults of one cell, looked at on its own."""
    name = f"cell '{cell.id}'"
    if not is_readable(cell.id):
        yield f"{name} has no readable id: run `python tools/notebooks.py normalise`."
    for tag in sorted(set(cell.metadata.get("tags", ())) - ALLOWED_TAGS):
        yield f"{name} has the tag '{tag}', which is not one of those that the house allows."
    if cell.cell_type == "code":
        yield from (f"{name} {fault}" for fault in source_faults(cell.source))
        yield from (f"{name} {fault}" for fault in output_faults(cell))
        if shows_something(cell.source) and not cell.outputs and not is_ignored(cell):
            yield f"{name} shows something, but no output is stored: run `notebooks.py execute`."


def source_faults(source: str) -> Iterator[str]:
    """What is wrong with the code of a cell."""
    lines = [line for line in source.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        yield f"has {len(lines)} lines of code; split it, {MOST_LINES} are the most."
    if lines and lines[-1].rstrip().endswith(";"):
        yield "ends with a semicolon; end a plot with plt.show() instead."
    if MACHINE_PATH.search(source):
        yield "names a path of one machine."


def output_faults(cell: NotebookNode) -> Iterator[str]:
    """What is wrong with the stored outputs of a cell."""
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            yield f"stores a message on stderr: {output.text.strip().splitlines()[0][:80]}"
        if output.output_type == "error" and "raises-exception" not in tags(cell):
            yield f"stores an error ({output.ename}) without the tag raises-exception."
        if MACHINE_PATH.search(text_of(output)):
            yield "stores a path of one machine."
        if is_picture(output) and not alt_text(cell):
            yield "makes a picture without alternative text (metadata mystnb.image.alt)."
        if is_figure(output) and cell.source.rstrip().splitlines()[-1].strip() != "plt.show()":
            yield "makes a figure and does not end with plt.show()."
        if figure_width(output) > MOST_PIXELS:
            yield (
                f"stores a figure {figure_width(output)} pixels wide, and a phone shows "
                f"{MOST_PIXELS}: run `notebooks.py execute`."
            )


def figure_width(output: NotebookNode) -> int:
    """The width of a stored figure in pixels; 0 for what is no figure."""
    size = re.search(r"<Figure size (\d+)x\d+", text_of(output))
    return int(size.group(1)) if size else 0


def shows_something(source: str) -> bool:
    """Whether the code of a cell surely has an output: it prints, or ends with plt.show().

    Example:
        >>> shows_something("print(h)"), shows_something("h = 1"), shows_something("%pip list")
        (True, False, False)
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a command of the notebook's own
        return False
    calls = [
        s.value.func for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)
    ]
    return any(ast.unparse(function) in ("print", "plt.show") for function in calls)


def repeated_ids(notebook: NotebookNode) -> Iterator[str]:
    """Ids that more than one cell carries."""
    ids = [cell.id for cell in notebook.cells]
    for repeated in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"the id '{repeated}' is used by {ids.count(repeated)} cells."


def unchecked_outputs(notebook: NotebookNode) -> Iterator[str]:
    """Cells whose output is not compared and whose claim the next code cell does not assert."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, following in pairwise([*code, NotebookNode(source="", metadata={})]):
        if is_ignored(cell) and not re.search(r"^\s*assert\b", following.source, re.MULTILINE):
            yield f"cell '{cell.id}' has its output ignored; assert its claim in the next one."


def uncomputed_numbers(notebook: NotebookNode) -> Iterator[str]:
    """Numbers in the prose that stand in no cell's code and are no rounding of an output."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    computed = " ".join(cell.source + " ".join(map(text_of, cell.outputs)) for cell in cells)
    known = [float(number.replace(",", "")) for number in NUMBER.findall(computed)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for written in DECIMAL.findall(cell.source):
                digits = len(written.partition(".")[2])
                if float(written.replace(",", "")) not in {round(value, digits) for value in known}:
                    yield f"cell '{cell.id}' says {written}, which no cell computes."


def is_readable(identifier: str) -> bool:
    """Whether an id is made of words, and not at random.

    Example:
        >>> is_readable("the-first-step"), is_readable("4fa3b2c1")
        (True, False)
    """
    return bool(READABLE_ID.match(identifier)) and not RANDOM_ID.match(identifier)


def is_ignored(cell: NotebookNode) -> bool:
    """Whether the output of a cell is not compared; it may then be left out as well."""
    return "nbval-ignore-output" in tags(cell)


def tags(cell: NotebookNode) -> set[str]:
    """The tags of a cell."""
    return set(cell.metadata.get("tags", ()))


def alt_text(cell: NotebookNode) -> str:
    """The alternative text of a cell's picture; empty if there is none."""
    image = cell.metadata.get("mystnb", {}).get("image", {})
    return str(image.get("alt", "")).strip()


def is_picture(output: NotebookNode) -> bool:
    """Whether an output shows an image."""
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def is_figure(output: NotebookNode) -> bool:
    """Whether an output is a matplotlib figure."""
    return is_picture(output) and output["data"].get("text/plain", "").startswith("<Figure")


def text_of(output: NotebookNode) -> str:
    """Everything in an output that a reader could read, pictures left out."""
    data = output.get("data", {})
    texts = [value for kind, value in data.items() if not kind.startswith("image/")]
    return "\n".join(map(str, [output.get("text", ""), output.get("evalue", ""), *texts]))
