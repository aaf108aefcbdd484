"""The house's floors: imports go down, and never round in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: From the lowest floor to the highest. A module may import from the floors below and from its
#: own package, nothing else; packages of one floor do not know each other.
FLOORS = (
    ("rnn_edu", "rnn_edu.errors"),
    ("rnn_edu.whole_files", "rnn_edu.quiet", "rnn_edu.conventions", "rnn_edu.keras_layers"),
    ("rnn_edu.walkthrough", "rnn_edu.layers", "rnn_edu.text", "rnn_edu.grammars", "rnn_edu.series"),
    # The drawings of cells know what networks are made of; the style of all drawings does not.
    ("rnn_edu.figures.style",),
    ("rnn_edu.networks",),
    ("rnn_edu.training", "rnn_edu.datasets", "rnn_edu.page"),
    ("rnn_edu.figures",),
    ("rnn_edu.inside", "rnn_edu.memory", "rnn_edu.language_model", "rnn_edu.notebook"),
    (
        *("rnn_edu.uses", "rnn_edu.workers", "rnn_edu.own_texts", "rnn_edu.translation"),
        "rnn_edu.sound",
    ),
    ("rnn_edu.experiments",),
    ("rnn_edu.calculations",),
    ("rnn_edu.compare", "rnn_edu.marking"),
    ("rnn_edu.verification", "rnn_edu.worksheets"),
    ("rnn_edu.explanation",),
    ("rnn_edu.command_line",),
    ("rnn_edu.__main__",),
)

Graph = Mapping[str, set[str]]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, modules: Iterable[str]) -> set[str]:
    """The modules that a file imports: at its top, in functions, and for types alone."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(name if name in modules else str(node.module) for name in within)
    return found & set(modules)


@pytest.fixture(scope="module")
def graph() -> Graph:
    """For each module of the package, those that it imports."""
    trees = {
        name_of(path): ast.parse(path.read_text("utf-8"))
        for path in (ROOT / "rnn_edu").rglob("*.py")
    }
    return {name: imported(tree, trees) - {name} for name, tree in trees.items()}


def floor_of(module: str) -> tuple[int, str]:
    """The number of a module's floor, and its package there; the longest name that fits counts."""
    fitting = [
        (number, name)
        for number, floor in enumerate(FLOORS)
        for name in floor
        if module == name or (module.startswith(f"{name}.") and name != "rnn_edu")
    ]
    assert fitting, f"{module} is on no floor of {Path(__file__).name}: give it one."
    return max(fitting, key=lambda place: len(place[1]))


def goes_down(importer: str, module: str) -> bool:
    (high, package), (low, other) = floor_of(importer), floor_of(module)
    return package == other or low < high


def circle(graph: Graph) -> list[str]:
    """One circle of imports, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_every_package_has_a_floor(graph):
    assert all(floor_of(module) for module in graph)


def test_imports_go_down(graph):
    upwards = {
        (importer, module)
        for importer, modules in graph.items()
        for module in modules
        if not goes_down(importer, module)
    }
    assert sorted(upwards) == []


def test_imports_do_not_go_round(graph):
    assert " imports ".join(circle(graph)) == ""


def test_the_rules_can_be_broken():
    modules = {"rnn_edu.layers", "rnn_edu.layers.lstm", "rnn_edu.training"}
    text = "def f():\n    from rnn_edu.layers import lstm, LSTM\n    import rnn_edu.training\n"
    assert imported(ast.parse(text), modules) == modules
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []
    assert not goes_down("rnn_edu.layers.lstm", "rnn_edu.training.model")
    assert not goes_down("rnn_edu.layers.lstm", "rnn_edu.text")
    assert not goes_down("rnn_edu.networks.decoder", "rnn_edu.figures.cells")
    assert goes_down("rnn_edu.networks.decoder", "rnn_edu.figures.style")
    assert goes_down("rnn_edu.figures.cells", "rnn_edu.figures.style")
    with pytest.raises(AssertionError, match="on no floor"):
        floor_of("rnn_edu.attic")
