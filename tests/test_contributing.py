"""The worked example in CONTRIBUTING.md, followed to the letter in a copy of the book."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEADING = "## A calculation and its chapter, in one sitting"
COPIED = ("rnn_edu", "tools", "pyproject.toml", "_config.yml")
BLOCK = re.compile(r"`([\w/]+\.py)`( imports it)?:\n\n```python\n(.*?)```", re.DOTALL)
ENTRY = re.compile(r"```text\n( +Calculation\(.*?)```", re.DOTALL)
COMMANDS = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def section() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.partition(HEADING)[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def copy(tmp_path_factory, section) -> Path:
    """The book's code with the example written into it."""
    folder = tmp_path_factory.mktemp("book")
    for name in COPIED:
        take = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        take(ROOT / name, folder / name)
    if (ROOT / ".mypy_cache").is_dir():  # what mypy knows of other packages holds for the copy too
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    (folder / "chapters").mkdir()
    shutil.copyfile(ROOT / "chapters" / "ruff.toml", folder / "chapters" / "ruff.toml")
    shutil.copyfile(ROOT / "README.md", folder / "README.md")
    for path, imported, content in BLOCK.findall(section):
        if imported:
            add_to_registry(folder / path, content, ENTRY.search(section)[1])
        else:
            (folder / path).write_text(content, "utf-8")
    return folder


def add_to_registry(path: Path, imported: str, entry: str) -> None:
    """Put the import where its name belongs, and the entry behind the last one."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    later = (n for n, line in enumerate(lines) if line.startswith("from") and line > imported)
    lines.insert(next(later), imported)
    end = lines.index("    )\n")
    path.write_text("".join([*lines[:end], entry, *lines[end:]]), "utf-8")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in the copy, with the copy's package."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_example_can_be_followed(copy, section):
    commands = COMMANDS.search(section)[1].splitlines()
    assert len(commands) == 7
    for command in commands:
        done = run(copy, *command.split()[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_its_docstring_its_workbook_and_its_verification_agree(copy):
    calculation = "from rnn_edu.calculations import CALCULATIONS; c = CALCULATIONS['echo']; "
    script = (
        "from rnn_edu.walkthrough.workbook import write_workbook; "
        "from rnn_edu.walkthrough.readback import check_workbook; "
        "assert check_workbook(write_workbook(c.build(), 'echo.xlsx')).ok, 'workbook'; "
        "from rnn_edu.verification.views import VIEWS; "
        "assert all(view(c).ok for view in VIEWS), 'views'"
    )
    examples = run(copy, "-m", "doctest", "rnn_edu/calculations/echo.py")
    assert examples.returncode == 0, examples.stdout
    done = run(copy, "-c", calculation + script)
    assert done.returncode == 0, done.stderr
