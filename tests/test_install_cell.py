"""The first cell of every notebook installs the package where it is missing, and only there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import install_cell
import nbformat
import notebooks
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from book_extensions.site import set_launch_buttons

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
PACKAGED = ("pyproject.toml", "README.md", "LICENSE", "rnn_edu")
HERE = Path(sysconfig.get_paths()["purelib"])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_it_is_the_first_cell_with_code_and_no_page_shows_it(path):
    first = next(cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")
    assert first.source == install_cell.install_cell().source
    assert first.metadata["tags"] == ["remove-cell"]


def test_normalising_puts_it_in_once_and_brings_it_up_to_date(monkeypatch):
    notebook = new_notebook(
        cells=[new_markdown_cell("# One"), new_code_cell("from rnn_edu.layers import LSTM")]
    )
    notebooks.normalise(notebook)
    monkeypatch.setattr(install_cell, "install_address", lambda: "git+https://example.org/b@main")
    notebooks.normalise(notebook)
    _, first, second = notebook.cells
    assert '"git+https://example.org/b@main"' in first.source
    assert (first.execution_count, second.execution_count) == (1, 2)


def test_a_notebook_without_the_package_does_without_it():
    notebook = new_notebook(cells=[new_code_cell("print(1)")])
    notebooks.normalise(notebook)
    assert len(notebook.cells) == 1


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ({"url": "", "branch": "main"}, ""),
        ({"url": "https://example.org/book/"}, "git+https://example.org/book@main"),
        (
            {"url": "https://example.org/book", "branch": "dev"},
            "git+https://example.org/book@dev",
        ),
    ],
)
def test_the_address_is_that_of_the_repository(monkeypatch, setting, address):
    monkeypatch.setattr(install_cell, "repository_setting", lambda: setting)
    assert install_cell.install_address() == address


def test_the_address_of_the_repository_stands_in_one_place(tracked_files):
    url = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    holders = {
        path.name
        for path in tracked_files
        if url and path.suffix in {".py", ".md", ".yml", ".toml", ".cff"}
        if url in path.read_text("utf-8")
    }
    assert holders <= {"_config.yml"}


@pytest.mark.parametrize(("url", "count"), [("", 0), ("https://example.org/book", 2)])
def test_there_are_buttons_where_there_is_a_repository(url, count):
    buttons = {"binderhub_url": "b", "colab_url": "c"}
    options = {"repository_url": url, "launch_buttons": buttons}
    set_launch_buttons(None, SimpleNamespace(html_theme_options=options))
    assert len(options["launch_buttons"]) == count


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The package as a wheel, built from a copy, so that nothing is left in the book's folder."""
    folder = tmp_path_factory.mktemp("source")
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in PACKAGED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name, **({"ignore": ignore} if source.is_dir() else {}))
    command = "-m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir wheels ."
    subprocess.run([sys.executable, *command.split()], cwd=folder, check=True)
    return next((folder / "wheels").glob("*.whl"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    """Python of an environment that has everything but the package."""
    if sys.platform == "win32":
        pytest.skip("Making links takes special rights on Windows.")
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for entry in HERE.iterdir():
        if "rnn_edu" not in entry.name and entry.suffix != ".pth":
            (packages / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def run_cell(python: Path, then: str, folder: Path, **variables: str):
    """Run the cell as a notebook would, and what comes after it."""
    script = folder / "cell.ipy"
    script.write_text(f"{install_cell.install_cell().source}\n\n{then}\n", encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "RNN_EDU_SOURCE"}}
    own = {"IPYTHONDIR": str(folder), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        [python, "-m", "IPython", "--no-banner", "--colors=nocolor", script],
        cwd=folder,
        env=clean | own | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


CALCULATE = (
    "import rnn_edu\n"
    "from rnn_edu.calculations import CALCULATIONS\n"
    "print(CALCULATIONS['this_is_an_example'].build().title, 'from', rnn_edu.__file__)"
)


def test_where_the_package_is_missing_it_says_what_to_do_then_installs_it_once(
    empty, wheel, tmp_path
):
    refused = run_cell(empty, CALCULATE, tmp_path)
    assert "Set RNN_EDU_SOURCE to the book's folder" in refused.stdout + refused.stderr
    installed = run_cell(empty, CALCULATE, tmp_path, RNN_EDU_SOURCE=str(wheel))
    found = f"This is an example from {empty.parents[1]}"
    assert found in installed.stdout, installed.stdout + installed.stderr
    # Now it is there: with a source that leads nowhere, nothing is tried.
    again = run_cell(empty, CALCULATE, tmp_path, RNN_EDU_SOURCE="nowhere")
    assert again.stdout.startswith(found[:18]), again.stdout + again.stderr
    assert again.stderr == ""
