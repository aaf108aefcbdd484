"""The style of the code, as far as ruff does not look at it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES_OF_A_FUNCTION = 45
# Names of other people's interfaces keep their spelling.
AMERICAN = re.compile(
    r"\b(colou?rful|behavior|initialization|normalization|optimization|favorite|neighbor|modeling"
    r"|labeled|analyze|visualize|summarize|recognize|generalize|centered|gray)\b",
    re.IGNORECASE,
)
PROSE = ("*.md", "chapters/*.md")
# A docstring says what something does ("Returns"), it gives no orders ("Return").
ORDERS = re.compile(
    r"(?:Add|Build|Change|Check|Compare|Compute|Copy|Create|Draw|Find|Get|Give|Keep|Let|Make|Print"
    r"|Put|Raise|Read|Remove|Return|Run|Save|Set|Take|Train|Turn|Use|Write|Yield)\b"
)


def modules() -> list[Path]:
    return [
        p
        for folder in ("rnn_edu", "tools", "book_extensions")
        for p in (ROOT / folder).rglob("*.py")
    ]


def test_no_module_is_a_drawer_for_everything():
    assert [
        p.name for p in modules() if p.stem in {"utils", "util", "helpers", "misc", "common"}
    ] == []


def test_functions_are_short():
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = code_lines(node)
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines}")
    assert long == []


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_module_says_what_it_is_for():
    silent = [p for p in modules() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert [str(p.relative_to(ROOT)) for p in silent] == []


def test_docstrings_give_no_orders():
    orders = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                first = (ast.get_docstring(node) or "").partition("\n")[0]
                if ORDERS.match(first):
                    orders.append(f"{path.relative_to(ROOT)}: {first}")
    assert orders == []


def test_prose_is_british_and_calm():
    faults = []
    for path in (p for pattern in PROSE for p in ROOT.glob(pattern)):
        for number, line in enumerate(prose_lines(path.read_text("utf-8")), start=1):
            if found := AMERICAN.search(line):
                faults.append(f"{path.name}:{number} {found[0]}")
            if re.search(r"\w!(?:\s|$)", line):
                faults.append(f"{path.name}:{number} an exclamation mark")
    assert faults == []


def prose_lines(text: str) -> list[str]:
    """The lines of a page, code left blank."""
    without_blocks = re.sub(
        r"^```.*?^```", lambda m: "\n" * m[0].count("\n"), text, flags=re.M | re.S
    )
    return re.sub(r"`[^`]*`", "", without_blocks).splitlines()
