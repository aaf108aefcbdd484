"""The listings in R: read by R itself, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from .conftest import ROOT, needed

LISTING = re.compile(r"^```r\n(.*?)^```", re.DOTALL | re.MULTILINE)
PARSE = "invisible(parse(file('stdin')))"


def listings() -> list[tuple[str, str]]:
    """Every listing with the name of its chapter."""
    found = []
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        found += [(path.stem, listing) for listing in LISTING.findall(text)]
    return found


@pytest.fixture(scope="session")
def rscript() -> Path:
    return Path(needed("R (Rscript)", shutil.which("Rscript"), "REQUIRE_JUDGES"))


def mistakes(rscript: Path, listing: str) -> str:
    run = subprocess.run(
        [rscript, "--vanilla", "-e", PARSE],
        input=listing,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.stderr if run.returncode else ""


def test_r_finds_no_mistake_in_the_grammar_of_a_listing(rscript):
    assert [name for name, _ in listings()] == ["12_sentiment_from_rnn_to_lstm"]
    for name, listing in listings():
        assert not mistakes(rscript, listing), name
        assert "unexpected" in mistakes(rscript, listing.replace(" <- ", " <- <- ", 1))
