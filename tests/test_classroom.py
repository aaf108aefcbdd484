"""The environment for classrooms: what repo2docker, Binder and JupyterHub make of ``.binder/``."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / ".binder"


@pytest.fixture(scope="module")
def dockerfile():
    """The Dockerfile that repo2docker writes for this folder; it needs no Docker for that."""
    command = [
        sys.executable,
        "-m",
        "repo2docker",
        "--no-build",
        "--debug",
        "--user-id=1000",
        "--user-name=reader",
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_repo2docker_installs_the_pinned_packages(dockerfile):
    assert 'install --no-cache-dir -r ".binder/requirements.txt"' in dockerfile
    assert "RUN ./.binder/postBuild" in dockerfile
    assert "Building conda environment for python=3.11" in dockerfile


def test_the_requirements_are_those_of_the_book():
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [line.split() for line in lines if line.startswith("-")]
    assert {option for option, _ in named} == {"-c", "-r"}
    assert all((BINDER / path).resolve().parent == ROOT for _, path in named)
    assert all((BINDER / path).is_file() for _, path in named)


def test_the_python_is_one_that_the_package_takes():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lowest = re.search(r'requires-python = ">=(3\.\d+)', text)
    assert lowest is not None
    assert (BINDER / "runtime.txt").read_text(encoding="utf-8").strip() == f"python-{lowest[1]}"


@pytest.mark.parametrize(
    "script", [BINDER / "postBuild", ROOT / ".ci" / "run"], ids=lambda p: p.name
)
def test_shell_scripts_are_sound(script):
    assert os.access(script, os.X_OK), f"{script.name} is not executable: chmod +x {script}"
    program = Path(sys.executable).parent / "shellcheck"
    done = subprocess.run([program, str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
