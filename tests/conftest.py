"""What all tests share: a quiet TensorFlow, and programs that may be missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

# Set before anything imports TensorFlow; one thread each, since the tests run side by side.
for name, value in {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "OMP_NUM_THREADS": "1",
    # lxml comes with the checker of Office files; openpyxl would write other bytes with it.
    "OPENPYXL_LXML": "False",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
}.items():
    os.environ.setdefault(name, value)

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "_build" / "html"


def needed(program: str, found: str | None, requiring: str) -> str:
    """The program's place; without one, a skip, or a failure where REQUIRE_... is set."""
    if found:
        return found
    message = f"{program} is missing, so what needs it was not checked"
    if os.environ.get(requiring):
        pytest.fail(f"{message}, and {requiring} is set.", pytrace=False)
    return pytest.skip(f"{message}.")


#: The further judges of requirements-judges.txt.
JUDGES = {
    "torch": "PyTorch",
    "onnx": "The package onnx",
    "onnxruntime": "ONNX Runtime",
    "tf2onnx": "The package tf2onnx",
    "openxml_audit": "The package openxml-audit",
}


def pytest_report_header() -> list[str]:
    """One line on the judges that are missing."""
    missing = [name for name in JUDGES if not find_spec(name)]
    skipped = f"judges: not installed, so what asks them is skipped: {', '.join(missing)}"
    return [skipped] if missing else []


def judge(name: str) -> ModuleType:
    """A further judge, or a skip."""
    found = name if find_spec(name) else None
    return import_module(needed(JUDGES[name], found, "REQUIRE_JUDGES"))


@pytest.fixture(scope="session")
def torch() -> ModuleType:
    """PyTorch, on one thread: the tests run side by side."""
    module = judge("torch")
    module.set_num_threads(1)
    return module


@pytest.fixture(scope="session")
def onnx() -> ModuleType:
    """What reads and writes ONNX files."""
    return judge("onnx")


@pytest.fixture(scope="session")
def onnxruntime() -> ModuleType:
    """What runs ONNX files."""
    return judge("onnxruntime")


@pytest.fixture(scope="session")
def tf2onnx() -> ModuleType:
    """What Keras writes ONNX files with."""
    return judge("tf2onnx")


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice's program."""
    from rnn_edu.walkthrough.recalculate import find_libreoffice

    return needed("LibreOffice", find_libreoffice(), "REQUIRE_SOFFICE")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium's program."""
    from rnn_edu.command_line.doctor import find_chromium

    return needed("Chromium", find_chromium(), "REQUIRE_CHROMIUM")


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built book."""
    found = str(PAGES) if (PAGES / "index.html").is_file() else None
    return Path(needed("The built book (_build/html)", found, "REQUIRE_CHROMIUM"))


@pytest.fixture(scope="session")
def tracked_files() -> list[Path]:
    """Every file that git keeps."""
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("This is not a git checkout, so its files were not listed.")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


Reader = Callable[[str], str]


@pytest.fixture(scope="session")
def read() -> Reader:
    """Reads a file of the repository as text."""
    return lambda name: (ROOT / name).read_text(encoding="utf-8")
