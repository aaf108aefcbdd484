"""Time and memory of writing workbooks: ``python -m benchmarks.workbooks [--quick]``.

The yardstick is openpyxl in the same run: as many cells, each with a short formula, and nothing
else. Processor time is measured, which other programs on the machine lengthen less.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import openpyxl

from rnn_edu.networks import LSTM, Input, Network
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.workbook import expected_size, write_workbook

FEATURES = 4
#: Units, steps, and whether with gradients.
SIZES = ((16, 10, False), (50, 3, False), (32, 10, True))
GROWTH = ((8, 10, False), (12, 10, False), (16, 10, False), (24, 10, False), (32, 10, False))
TINY = ((2, 3, True), (4, 3, True))


def lstm(units: int, steps: int, gradients: bool) -> Walkthrough:
    """An LSTM layer with weights drawn by lot."""
    rng = np.random.default_rng(0)
    network = Network.sequential(Input((None, FEATURES)), LSTM(units), loss="mean_squared_error")
    shapes = ((FEATURES, 4 * units), (units, 4 * units), (4 * units,))
    return network.walkthrough(
        [rng.normal(size=shape) / 4 for shape in shapes],
        rng.normal(size=(steps, FEATURES)),
        rng.normal(size=units) if gradients else None,
        title=f"LSTM({units}), {steps} steps",
    )


def processor_seconds(work: Callable[[], object]) -> float:
    """How long the processor works."""
    start = time.process_time()
    work()
    return time.process_time() - start


def plain(cells: int, path: Path) -> None:
    """A workbook with so many short formulas, and nothing else."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for number in range(cells):
        sheet.cell(number // 100 + 1, number % 100 + 1).value = f"=1+{number}*2"
    workbook.save(path)


def cells_of(path: Path) -> int:
    """How many cells the sheets of a file have."""
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        return sum(archive.read(name).count(b"<c ") for name in sheets)


def ratio(walkthrough: Walkthrough, folder: Path) -> tuple[int, float, float]:
    """Cells, seconds to write them, and how often as long that is as plain formulas take."""
    path = folder / "workbook.xlsx"
    taken = processor_seconds(lambda: write_workbook(walkthrough, path))
    cells = cells_of(path)
    yardstick = processor_seconds(lambda: plain(cells, folder / "plain.xlsx"))
    return cells, taken, taken / yardstick


def power(walkthroughs: Sequence[Walkthrough], folder: Path) -> float:
    """The power of the number of cells with which the time grows, fitted to several sizes."""
    points = [ratio(walkthrough, folder)[:2] for walkthrough in walkthroughs]
    logarithms = np.log(points)
    return float(np.polyfit(logarithms[:, 0], logarithms[:, 1], 1)[0])


def alone(measure: str) -> float:
    """A measure taken by a process of its own, which nothing has filled before.

    Args:
        measure: an expression of this module's names, with ``folder`` for a folder to write to.
    """
    code = (
        "import tempfile, pathlib; from benchmarks.workbooks import *; "
        "folder = pathlib.Path(tempfile.mkdtemp()); ratio(lstm(*TINY[0]), folder); "
        f"print({measure})"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return float(run.stdout)


def memory(size: tuple[int, int, bool]) -> float:
    """The largest memory of a process of its own that writes one workbook, in megabytes."""
    return alone(f"write_workbook(lstm(*{size!r}), folder / 'w.xlsx') and largest_memory()")


def largest_memory() -> float:
    """The largest memory of this process so far, in megabytes."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would tell that of the process which started this one
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 2**10
    import resource  # Windows has none

    # In kilobytes, on macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def report(
    sizes: Sequence[tuple[int, int, bool]], growth: Sequence[tuple[int, int, bool]]
) -> Iterator[str]:
    """Yields the lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        ratio(lstm(*TINY[0]), Path(folder))  # what is loaded and remembered at first use
        for size in sizes:
            walkthrough = lstm(*size)
            cells, taken, times = ratio(walkthrough, Path(folder))
            expected = expected_size(walkthrough)
            yield (
                f"{walkthrough.title}{' with gradients' * size[2]}: "
                f"{cells:,} cells in {taken:.1f} s "
                f"({expected.seconds:.1f} s expected), {times:.1f} times plain formulas, "
                f"{memory(size):.0f} MB"
            )
        exponent = power([lstm(*size) for size in growth], Path(folder))
        yield f"time grows with the cells to the power {exponent:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workbooks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs")
    chosen = parser.parse_args(arguments)
    for line in report(TINY, TINY) if chosen.quick else report(SIZES, GROWTH):
        print(line, flush=True)


if __name__ == "__main__":
    main()
