"""Runs every check of the project, and reports on all of them.

    python tools/run_checks.py
    python tools/run_checks.py --only style types

A check that fails does not keep the later ones from running. Style, types and the build, which
each keep one processor busy, run side by side. What is timed runs with nothing beside it. All
other tests come last, so that their closing line stays in sight: the tests, the doctests, every
chapter cell by cell (nbval) and the pages in a real browser.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from rnn_edu.quiet import SETTINGS

ROOT = Path(__file__).resolve().parents[1]

# In this order, the chapters and the browser first: what is left for the end is short.
PYTEST = (
    "-m pytest chapters tests rnn_edu tools --doctest-modules"
    " --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg"
    " --durations=30 -n 2 --dist loadscope --no-loadscope-reorder -m not(alone)"
)

CHECKS: dict[str, tuple[str, ...]] = {
    "style": ("-m ruff check .", "-m ruff format --check ."),
    "types": ("-m mypy",),
    "book": ("tools/build_book.py --twice",),
    "speed": ("-m pytest tests/browser tests/walkthrough/test_large_workbooks.py -m alone",),
    "tests": (PYTEST,),
}

SIDE_BY_SIDE = ("style", "types", "book")

# One thread per worker: two workers share two cores. No GPU: the stored numbers are the CPU's.
ENVIRONMENT = SETTINGS | {
    "CUDA_VISIBLE_DEVICES": "-1",
    "OMP_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def main() -> int:
    """Runs the chosen checks; returns 0 if all of them passed, else 1."""
    parser = argparse.ArgumentParser(description="Run the project's checks.")
    parser.add_argument("--only", nargs="+", choices=CHECKS, default=list(CHECKS))
    wanted = parser.parse_args().only
    with ThreadPoolExecutor() as pool:
        together = [name for name in wanted if name in SIDE_BY_SIDE]
        results = list(pool.map(partial(run_check, kept=len(together) > 1), together))
    results += [run_check(name) for name in wanted if name not in SIDE_BY_SIDE]
    failed = [name for name, passed in results if not passed]
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def run_check(name: str, kept: bool = False) -> tuple[str, bool]:
    """Runs every command of one check, and says how it ended and how long it took.

    Args:
        name: which check.
        kept: whether what it says is kept until its end, so that several do not talk at once.
    """
    if not kept:
        print(f"--- {name} ---", flush=True)
    start = time.perf_counter()
    runs = [run_python(command, kept) for command in CHECKS[name]]
    seconds = time.perf_counter() - start
    failed = any(run.returncode for run in runs)
    said = [f"--- {name} ---", *(run.stdout.rstrip() for run in runs)] if kept else []
    print(
        "\n".join([*said, f"{name}: {'FAILED' if failed else 'ok'}, {seconds:.0f} s"]), flush=True
    )
    return name, not failed


def run_python(command: str, kept: bool) -> subprocess.CompletedProcess[str]:
    """Runs this Python with the command's arguments, from the root."""
    return subprocess.run(
        [sys.executable, *command.split()],
        cwd=ROOT,
        env=ENVIRONMENT | os.environ,
        stdout=subprocess.PIPE if kept else None,
        stderr=subprocess.STDOUT if kept else None,
        text=True,
    )


if __name__ == "__main__":
    sys.exit(main())
