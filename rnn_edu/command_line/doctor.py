"""What is installed here that the book can use, and what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: As in pyproject.toml: from this version, up to before that one.
OLDEST, TOO_NEW = (3, 11, 5), (3, 14)
#: What the package and the chapters import, as in pyproject.toml.
PACKAGES = (
    "h5py",
    "ironcalc",
    "keras",
    "matplotlib",
    "matplotlib-inline",
    "numpy",
    "openpyxl",
    "pooch",
    "requests",
    "scikit-learn",
    "simplemma",
    "statsmodels",
    "tensorflow",
    "threadpoolctl",
    "tqdm",
)
#: What builds the pages and runs the checks.
TOOLS = ("jupyter-book", "nbval", "playwright", "pytest")
INSTALL = "python -m pip install -r requirements.txt -c constraints.txt"
# The one without windows first: it opens a page in half the time.
CHROMIUM_NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


@dataclass(frozen=True)
class Found:
    """One thing that the book can use.

    Attributes:
        name: what it is.
        found: where or in which version; empty where it is missing.
        use: what the book does with it.
        advice: what to do where it is missing.
        needed: whether the book cannot do without it.
    """

    name: str
    found: str
    use: str
    advice: str
    needed: bool = False

    def __str__(self) -> str:
        if self.found:
            return f"[OK]      {self.name} {self.found}: {self.use}"
        kind = "needed" if self.needed else "optional"
        return f"[MISSING] {self.name} ({kind}): {self.use}\n          {self.advice}"


def report() -> int:
    """Prints a line for each thing; returns 1 if something is missing that is needed."""
    findings = list(look())
    for finding in findings:
        print(finding)
    needed = [f.name for f in findings if f.needed and not f.found]
    optional = [f.name for f in findings if not f.needed and not f.found]
    if needed:
        print(f"The book cannot run here without: {', '.join(needed)}.")
        return 1
    print("The book can run here." + (f" Without: {', '.join(optional)}." if optional else ""))
    return 0


def look() -> Iterator[Found]:
    """Everything that the book can use, in the order in which a reader would set it up."""
    yield _python()
    for name in PACKAGES:
        yield _package(name, "the calculations and chapters", needed=True)
    for name in TOOLS:
        yield _package(name, "building the pages and checking them", needed=False)
    yield _libreoffice()
    yield _chromium()
    yield _node()
    yield _data()
    yield _cache()


def _python() -> Found:
    version = sys.version_info[:3]
    fits = OLDEST <= version < TOO_NEW
    text = ".".join(str(part) for part in version)
    return Found(
        "Python",
        text if fits else "",
        "runs everything",
        f"This is Python {text}; install 3.11 (3.11.5 or newer), 3.12 or 3.13 and make the "
        "virtual environment with it.",
        needed=True,
    )


def _package(name: str, use: str, *, needed: bool) -> Found:
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = ""
    return Found(name, found, use, f"Run: {INSTALL}", needed=needed)


def _libreoffice() -> Found:
    try:
        from rnn_edu.walkthrough.recalculate import find_libreoffice

        found = find_libreoffice() or ""
    except ImportError:  # a package it builds on is missing, and has a line of its own
        found = ""
    return Found(
        "LibreOffice",
        found,
        "a second spreadsheet engine that recalculates the workbooks",
        "Install the package libreoffice-calc, or LibreOffice from libreoffice.org, or set the "
        "variable SOFFICE to its program.",
    )


def find_chromium() -> str | None:
    """Chromium's or Chrome's program: ``$CHROMIUM``, else on the PATH, else where it usually is."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return on_path or next((place for place in CHROMIUM_PLACES if Path(place).is_file()), None)


def _chromium() -> Found:
    return Found(
        "Chromium",
        find_chromium() or "",
        "the checks that look at the pages in a browser",
        "Install the package chromium, or Google Chrome, or set the variable CHROMIUM to its "
        "program.",
    )


def _node() -> Found:
    return Found(
        "Node",
        shutil.which("node") or "",
        "the checks of the pages' scripts outside a browser",
        "Install the package nodejs, or Node from nodejs.org.",
    )


def _data() -> Found:
    folder = os.environ.get("RNN_EDU_DATA", "")
    found = folder if folder and Path(folder).is_dir() else ""
    if folder == "samples":
        found = "none, RNN_EDU_DATA=samples asks for the shipped samples"
    advice = (
        f"RNN_EDU_DATA is {folder!r}, which is no folder; correct it or unset it."
        if folder
        else "Nothing to do with a network: data sets are fetched when first used. Without one, "
        "set RNN_EDU_DATA to a folder that holds them."
    )
    return Found("data folder", found, "data sets made by others, read without a network", advice)


def _cache() -> Found:
    """The folder for fetched data sets."""
    try:
        from rnn_edu.datasets.fetch import cache_folder

        folder = cache_folder()
    except ImportError:
        return Found("cache", "", "keeps fetched data sets", f"Run: {INSTALL}")
    advice = (
        f"{folder} cannot be written; make it writable, or set RNN_EDU_CACHE to a folder that "
        "you may write to."
    )
    return Found(
        "cache", str(folder) if _writable(folder) else "", "keeps fetched data sets", advice
    )


def _writable(folder: Path) -> bool:
    """Whether a file can be written to the folder, or to the nearest one above that exists."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
