"""Worksheets for a class: each student gets their own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from rnn_edu.calculations import CALCULATIONS
from rnn_edu.command_line.class_list import file_name, read_names
from rnn_edu.command_line.workbooks import make_writable
from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.storage import from_json
from rnn_edu.worksheets import write_worksheet
from rnn_edu.worksheets.own_numbers import seed_for, with_own_numbers


@dataclass(frozen=True)
class ForWhom:
    """Who gets worksheets, of what, and how.

    Attributes:
        names: of the students; empty for one worksheet with the book's numbers.
        calculations: keys of the book's, or files with a stored calculation; empty for all.
        decimals: with how many each number is to be written; None for as many as suit them.
        seed: of the class.
    """

    names: tuple[str, ...] = ()
    calculations: tuple[str, ...] = ()
    decimals: int | None = None
    seed: int = 0


_FOR_ALL = ForWhom()


def for_class(
    table: Path | None, calculations: Sequence[str], decimals: int | None, seed: int
) -> ForWhom:
    """The wishes of a command line, with the names of the class read from its file.

    Raises:
        UsageError: the list of names cannot be read.
    """
    names = () if table is None else tuple(read_names(table))
    return ForWhom(names, tuple(calculations), decimals, seed)


def write_worksheets(folder: Path, whom: ForWhom = _FOR_ALL) -> int:
    """Writes a worksheet of every calculation that is wanted, for each student or for all.

    Args:
        folder: where to; made if it is not there. Students find theirs, named after them, in a
            folder for each calculation. A file is moved into place when it is whole.
        whom: who gets worksheets, of what, and how.

    Returns:
        0.

    Raises:
        UsageError: the folder cannot be written, or a calculation is not known.
    """
    walkthroughs = _wanted(whom.calculations)
    make_writable(folder)
    total = len(walkthroughs) * max(1, len(whom.names))
    with tqdm(total=total, unit="worksheet", disable=None, leave=False) as bar:
        for key, walkthrough in walkthroughs.items():
            bar.set_description(walkthrough.title)
            for _ in _written(folder, key, walkthrough, whom):
                bar.update()
    print(f"Worksheets written to {folder}: {total}.")
    return 0


def _written(folder: Path, key: str, walkthrough: Walkthrough, whom: ForWhom) -> Iterator[Path]:
    """The worksheets of one calculation, one after the other."""
    if not whom.names:
        path = folder / f"{key}_worksheet.xlsx"
        yield write_worksheet(walkthrough, path, decimals=whom.decimals)
        return
    make_writable(folder / key)
    for name in whom.names:
        seed = seed_for(name, key, whom.seed)
        yield write_worksheet(
            with_own_numbers(walkthrough, seed, whom.decimals),
            folder / key / f"{file_name(name)}.xlsx",
            decimals=whom.decimals,
            seed=seed,
            name=name,
        )


def _wanted(named: Sequence[str]) -> dict[str, Walkthrough]:
    """Each calculation by the name of its worksheets."""
    if not named:
        return {key: calculation.build() for key, calculation in CALCULATIONS.items()}
    return dict(_found(name) for name in dict.fromkeys(named))


def _found(name: str) -> tuple[str, Walkthrough]:
    if name in CALCULATIONS:
        return name, CALCULATIONS[name].build()
    path = Path(name)
    if path.suffix != ".json":
        raise UsageError(
            f"{name!r} is no calculation of this book: {', '.join(CALCULATIONS)}. For a network "
            "of your own give the file calculation.json that the command explain wrote."
        )
    try:
        return file_name(path.resolve().parent.name), from_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"the calculation cannot be read from {path}.") from None
