"""Builds the book: the pages and, at the same time, the workbooks; every warning is an error.

    python tools/build_book.py          build
    python tools/build_book.py --twice  build, build again, and compare the two byte by byte

The pages land in ``_build/html``; the last line says which file to open.

The pages only link to the workbooks, so both are made side by side: empty files hold the places
of those that the chapters name, and the finished ones take their places in the end.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rnn_edu.quiet import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
PAGES = Path("_build") / "html"
WORKBOOKS = Path("chapters") / "workbooks"
LINK = re.compile(r"workbooks/([\w-]+\.xlsx)")

QUIET_TENSORFLOW = SETTINGS | {"CUDA_VISIBLE_DEVICES": "-1"}


def main() -> int:
    """Builds everything, once or twice; returns 0 if all went well, else 1."""
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("--twice", action="store_true", help="compare two builds byte by byte")
    twice = parser.parse_args().twice
    built = build() and (not twice or same_again())
    if built:
        print(f"Open {PAGES / 'index.html'} in a browser.")
    return 0 if built else 1


def build() -> bool:
    """Builds the book from nothing; returns whether it worked."""
    start = time.perf_counter()
    print("Building the book: its pages and its workbooks, side by side.", flush=True)
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    shutil.rmtree(ROOT / WORKBOOKS, ignore_errors=True)
    hold_places()
    workbooks = begin(
        [sys.executable, "-m", "rnn_edu", "workbooks", str(WORKBOOKS), "--worksheets"]
    )
    pages = begin(
        [beside_python("jupyter-book"), "build", ".", "-q", "-W", "-n", "--keep-going", "--all"],
        # Jupyter Book says on stdout how well it goes and on stderr what is wrong.
        stdout=subprocess.DEVNULL,
    )
    for name, process in {"pages": pages, "workbooks": workbooks}.items():
        if process.wait():
            print(f"The {name} were not built: exit status {process.returncode}.")
    missing = remove_places()
    if pages.returncode or workbooks.returncode or missing:
        return False
    put_into_pages()
    print(f"Built in {time.perf_counter() - start:.1f} s.")
    return True


def hold_places() -> None:
    """Puts an empty file where each workbook will be that a page links to."""
    (ROOT / WORKBOOKS).mkdir(parents=True)
    for page in sorted((ROOT / "chapters").glob("*.*")):
        if page.suffix in {".ipynb", ".md"}:
            for name in LINK.findall(page.read_text(encoding="utf-8")):
                (ROOT / WORKBOOKS / name).touch()


def remove_places() -> list[Path]:
    """Removes the files that stayed empty, and says so; a page links to each of them."""
    empty = [path for path in sorted((ROOT / WORKBOOKS).glob("*")) if not path.stat().st_size]
    for path in empty:
        print(f"A page links to {WORKBOOKS / path.name}, but no such workbook was written.")
        path.unlink()
    return empty


def put_into_pages() -> None:
    """Puts the finished workbooks where Sphinx has copied what held their places."""
    for place in (ROOT / PAGES / "_downloads").glob("*/*.xlsx"):
        shutil.copyfile(ROOT / WORKBOOKS / place.name, place)


def same_again() -> bool:
    """Builds once more; returns whether the pages, workbooks included, have the same bytes."""
    first = fingerprints()
    if not build():
        return False
    second = fingerprints()
    differing = sorted(name for name in first | second if first.get(name) != second.get(name))
    for name in differing:
        print(f"Two builds differ in {name}.")
    if not differing:
        print(f"Two builds are the same in all {len(first)} files.")
    return not differing


def fingerprints() -> dict[str, str]:
    """The SHA-256 of every file of the built book."""
    files = (path for path in (ROOT / PAGES).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT / PAGES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def begin(step: list[str], stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Starts one step from the root, to run beside the others."""
    environment = QUIET_TENSORFLOW | os.environ
    return subprocess.Popen(step, cwd=ROOT, env=environment, stdout=stdout)


def beside_python(program: str) -> str:
    """Where the virtual environment keeps a program, whatever the system calls its folder."""
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    if found is None:
        sys.exit(f"{program} is not installed beside {sys.executable}: run `make setup` first.")
    return found


if __name__ == "__main__":
    sys.exit(main())
