"""The marks of a class: a table for each learner, one for each number, and a few lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rnn_edu.command_line.outcomes import UNUSABLE, Outcome
from rnn_edu.errors import UsageError, WorkbookError
from rnn_edu.whole_files import write_bytes

COLUMNS = (
    "file",
    "name",
    "calculation",
    "asked",
    "right",
    "rounded",
    "follows",
    "no credit",
    "wrong",
    "blank",
    "percent",
    "first wrong",
    "mistake",
    "explanation",
    "notes",
)
#: The verdict on each number of each file.
QUESTION_COLUMNS = ("file", "name", "calculation", "no.", "number", "verdict")
_FORMULA = re.compile(r"(\A|[;,|]\s*)([\"']?)(?=[=+\-@])")


@dataclass(frozen=True)
class Checked:
    """A file with its name in messages and what holds in it."""

    label: str
    file: Path
    outcome: Outcome

    @property
    def text(self) -> str:
        """The report, with a name that no other file has."""
        return self.outcome.text.replace(self.file.name, self.label, 1)

    @property
    def row(self) -> dict[str, object]:
        """Its row in the table of marks; of a file that could not be read, the reason."""
        if self.outcome.code == UNUSABLE:
            return {"file": self.label, "notes": self.text}
        return {**self.outcome.row, "file": self.label} if self.outcome.row else {}


def require_table(path: Path) -> None:
    """Refuses to replace anything but a table that this command wrote.

    Raises:
        UsageError: the name is none of a table, or another file is there.
    """
    if path.suffix.lower() not in (".csv", ".txt"):
        raise UsageError(
            f"the marks are written as a table in text, so {path} must end in .csv: "
            "--csv marks.csv."
        )
    for name, columns in ((path, COLUMNS), (questions_path(path), QUESTION_COLUMNS)):
        if name.exists() and not _is_table(name, columns):
            raise UsageError(
                f"{name} is there already and is no table of marks; choose another name, or move "
                "it away."
            )


def _is_table(path: Path, columns: Sequence[str]) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.readline(1000).decode("utf-8-sig", errors="replace").strip().split(";")
    found = start if len(start) > 1 else start[0].split(",")
    return found[:3] == list(columns[:3])


def questions_path(path: Path) -> Path:
    """Where the verdicts on every number are written: beside the marks."""
    return path.with_name(f"{path.stem}_numbers{path.suffix}")


def write_table(path: Path, checked: Sequence[Checked], separator: str = ",") -> list[Path]:
    """Writes the marks and the verdicts as tables that spreadsheet programs open as UTF-8.

    Returns:
        The paths.

    Raises:
        WorkbookError: one cannot be written.
    """
    rows = [{**one.row, "notes": shared_by(one, checked)} for one in checked if one.row]
    numbers = [
        {**one.row, "no.": number, "number": title, "verdict": verdict}
        for one in checked
        for (number, title), verdict in one.outcome.verdicts.items()
    ]
    paths = [path, questions_path(path)]
    for where, columns, lines in (
        (paths[0], COLUMNS, rows),
        (paths[1], QUESTION_COLUMNS, numbers),
    ):
        write_bytes(where, _as_csv(columns, lines, separator), WorkbookError)
    return paths


def _as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, object]], separator: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    r"""A text in which no program finds a formula, whatever it takes for the end of a column.

    Example:
        >>> _harmless("=1+1"), _harmless('ada;"=1'), _harmless("a\n=1"), _harmless(7)
        ("'=1+1", 'ada;"\'=1', 'a =1', 7)
    """
    if not isinstance(value, str):
        return value
    return _FORMULA.sub(r"\1\2'", " ".join(value.split()))


def shared_by(one: Checked, checked: Sequence[Checked]) -> str:
    """What is noted of a file, who has written the same, and who has the same own numbers."""
    same = ", ".join(other.label for other in _copies(one, checked))
    own = ", ".join(other.label for other in _with_numbers_of(one, checked))
    shared = [
        f"the same answers, also where they are wrong, as {same}" if same else "",
        f"the same own numbers as {own}: two copies of one worksheet" if own else "",
    ]
    return "; ".join(filter(None, [str(one.row.get("notes", "")), *shared]))


def _with_numbers_of(one: Checked, checked: Sequence[Checked]) -> Iterator[Checked]:
    """Other copies of a worksheet that was made for one student."""
    mine = one.outcome
    if mine.seed is not None:
        for other in checked:
            theirs = other.outcome
            if other is not one and (mine.seed, mine.row["calculation"]) == (
                theirs.seed,
                theirs.row.get("calculation"),
            ):
                yield other


def _copies(one: Checked, checked: Sequence[Checked]) -> Iterator[Checked]:
    """Other files with the same numbers; right ones are the same anyway."""
    mine = one.outcome
    if mine.row.get("wrong"):
        for other in checked:
            theirs = other.outcome
            if other is not one and (mine.answers, mine.row["calculation"]) == (
                theirs.answers,
                theirs.row.get("calculation"),
            ):
                yield other


def summary(checked: Sequence[Checked]) -> str:
    """A few lines about a whole class."""
    marked = [one for one in checked if one.outcome.row]
    unreadable = sum(one.outcome.code == UNUSABLE for one in checked)
    total = len(marked) + unreadable
    whole = f"{total} worksheet{'s' if total != 1 else ''}: {len(marked)} marked"
    if marked:
        mean = sum(int(str(one.row["percent"])) for one in marked) / len(marked)
        whole += f", {mean:.0f} % right on average"
    lines = [f"{whole}, {unreadable} could not be read." if unreadable else f"{whole}."]
    missed = Counter(
        str(one.row["first wrong"]) for one in marked if one.row["first wrong"]
    ).most_common(1)
    if missed and missed[0][1] > 1:
        lines.append(f"Most often wrong first: {missed[0][0]}, in {missed[0][1]} worksheets.")
    same = [one.label for one in marked if next(_copies(one, checked), None) is not None]
    if same:
        lines.append(f"The same answers, also where they are wrong: {', '.join(same)}.")
    return "\n".join(lines)
