"""Build the book: write the workbooks, then the pages, with every warning an error.

    python tools/build_book.py

The pages land in ``_build/html``; the last line says which file to open.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = Path("_build") / "html"
WORKBOOKS = Path("chapters") / "workbooks"

QUIET_TENSORFLOW = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
}


def main() -> int:
    """Build everything; return the exit status of the first step that failed, or 0."""
    start = time.perf_counter()
    print("Building the book: first the workbooks, then the pages.", flush=True)
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    shutil.rmtree(ROOT / WORKBOOKS, ignore_errors=True)
    for step in (
        [sys.executable, "-m", "rnn_edu", "workbooks", str(WORKBOOKS)],
        [beside_python("jupyter-book"), "build", ".", "-q", "-W", "-n", "--keep-going", "--all"],
    ):
        status = run(step)
        if status:
            print(f"The book was not built: {' '.join(step)} ended with status {status}.")
            return status
    print(f"Built in {time.perf_counter() - start:.1f} s.")
    print(f"Open {PAGES / 'index.html'} in a browser.")
    return 0


def run(step: list[str]) -> int:
    """Run one step from the root; return its exit status.

    Jupyter Book says on stdout how well it goes and on stderr what is wrong; the first is left out.
    """
    unwanted = subprocess.DEVNULL if "build" in step else None
    environment = QUIET_TENSORFLOW | os.environ
    return subprocess.run(step, cwd=ROOT, env=environment, stdout=unwanted).returncode


def beside_python(program: str) -> str:
    """Where the virtual environment keeps a program, whatever the system calls its folder."""
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    if found is None:
        sys.exit(f"{program} is not installed beside {sys.executable}: run `make setup` first.")
    return found


if __name__ == "__main__":
    sys.exit(main())
