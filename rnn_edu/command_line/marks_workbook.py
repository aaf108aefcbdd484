"""The marks of a class as a workbook: who, how much, what went wrong first, and which question."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rnn_edu.command_line.marks_table import Checked, shared_by
from rnn_edu.command_line.outcomes import UNUSABLE
from rnn_edu.errors import UsageError, WorkbookError
from rnn_edu.marking import BLANK, FOLLOWS, IDLE, RIGHT, ROUNDED, UNREADABLE, WRONG
from rnn_edu.walkthrough.sheets import styles
from rnn_edu.walkthrough.sheets.cached_values import with_values
from rnn_edu.walkthrough.sheets.grid import Grid, Held, Label, Palette
from rnn_edu.walkthrough.sheets.places import Place
from rnn_edu.walkthrough.sheets.styles import RoleColour
from rnn_edu.whole_files import write_bytes

MARKS, QUESTIONS, UNREAD = "Marks", "Questions", "Not marked"
#: Heading, width and key of each column of the marks.
_COLUMNS = (
    ("file", 34, "file"),
    ("student", 24, "name"),
    ("calculation", 26, "calculation"),
    ("mark in %", 11, "percent"),
    ("right", 8, "right"),
    ("rounded", 9, "rounded"),
    ("follows", 9, "follows"),
    ("no credit", 10, "no credit"),
    ("wrong", 8, "wrong"),
    ("blank", 8, "blank"),
    ("of", 6, "asked"),
    ("first mistake", 26, "first wrong"),
    ("kind", 30, "mistake"),
    ("what it looks like", 60, "explanation"),
    ("notes", 60, "notes"),
)
_QUESTIONS = (
    ("calculation", 26),
    ("no.", 6),
    ("number", 28),
    ("right", 8),
    ("follows", 9),
    ("no credit", 10),
    ("wrong", 8),
    ("blank", 8),
    ("right in %", 11),
)
#: How each verdict is shown in a narrow column, and behind it; colour is never the only sign.
_SIGNS: dict[str, tuple[str, RoleColour | None]] = {
    RIGHT: ("✓", styles.GOOD),
    ROUNDED: ("≈", styles.GOOD),
    FOLLOWS: ("→", styles.WARNING),
    IDLE: ("○", styles.WARNING),
    WRONG: ("✗", styles.BAD),
    UNREADABLE: ("!", styles.BAD),
    BLANK: ("–", None),
}
_LEGEND = (
    "✓ right, ≈ right but rounded, → follows from a mistake before, ○ the same whatever belongs "
    "there, for no credit, ✗ wrong, ! no number, – blank"
)
_TOP = 5
_LONGEST_NAME = 31


@dataclass
class Question:
    """How a class did with one number of a calculation."""

    calculation: str
    number: int
    title: str
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def right(self) -> int:
        """How many have it right, rounded or not."""
        return self.verdicts[RIGHT] + self.verdicts[ROUNDED]

    @property
    def missed(self) -> int:
        """How many have it wrong or blank."""
        return self.verdicts[WRONG] + self.verdicts[UNREADABLE] + self.verdicts[BLANK]


def require_new(path: Path, inputs: Sequence[Path]) -> None:
    """Refuses a name that is none of a workbook, or that is taken, be it by an input.

    Raises:
        UsageError: it is; nothing has been read or written.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"the marks are written as a workbook, so {path} must end in .xlsx.")
    if path.resolve() in {file.resolve() for file in inputs}:
        raise UsageError(f"{path} is one of the files to be marked; choose another name.")
    if path.exists():
        raise UsageError(f"{path} is there already; choose another name, or move it away.")


def write_marks(path: Path, checked: Sequence[Checked], left_alone: Sequence[str]) -> Path:
    """Writes the marks of a class as a workbook.

    Args:
        path: where to; see :func:`require_new`.
        checked: every file that was looked at.
        left_alone: the names of files that are no spreadsheets.

    Returns:
        The path.

    Raises:
        WorkbookError: it cannot be written.
    """
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    marked = [one for one in checked if one.outcome.row]
    names = [MARKS, QUESTIONS, *_sheet_names(marked).values(), UNREAD]
    sheets = [workbook.create_sheet(name) for name in names]
    palette = Palette(sheets[0])
    grids = {sheet.title: Grid(sheet, palette) for sheet in sheets}
    questions = list(_questions(marked))
    _draw_marks(grids[MARKS], marked, checked, questions)
    _draw_questions(grids[QUESTIONS], questions)
    for calculation, name in _sheet_names(marked).items():
        own = [one for one in marked if one.row["calculation"] == calculation]
        _draw_answers(grids[name], calculation, own)
    _draw_unread(grids[UNREAD], checked, left_alone)
    for sheet in sheets:
        styles.set_page(sheet)
        sheet.print_title_rows = f"{_TOP - 1}:{_TOP - 1}"
    workbook.properties.title, workbook.properties.creator = "Marks", "rnn_edu"
    out = io.BytesIO()
    workbook.save(out)
    write_bytes(path, with_values(out.getvalue(), names, {}, grids), WorkbookError)
    return path


def most_missed(questions: Sequence[Question]) -> Question | None:
    """The number that most of the class have wrong or left blank, or None."""
    worst = max(questions, key=lambda question: question.missed, default=None)
    return worst if worst is not None and worst.missed else None


def _questions(marked: Sequence[Checked]) -> Iterator[Question]:
    """Every number of every calculation, in the order in which they are asked for."""
    found: dict[tuple[str, int], Question] = {}
    for one in marked:
        calculation = str(one.row["calculation"])
        for (number, title), verdict in one.outcome.verdicts.items():
            question = found.setdefault((calculation, number), Question(calculation, number, title))
            question.verdicts[verdict] += 1
    return iter(found.values())


def _sheet_names(marked: Sequence[Checked]) -> dict[str, str]:
    """For each calculation the name of a sheet, as short as Excel wants it and no two the same."""
    found: dict[str, str] = {}
    for calculation in dict.fromkeys(str(one.row["calculation"]) for one in marked):
        safe = "".join(c if c.isalnum() or c in "_- " else "_" for c in calculation)
        taken = {name.casefold() for name in (*found.values(), MARKS, QUESTIONS, UNREAD)}
        for number in range(1, len(found) + 5):
            end = "" if number == 1 else f" {number}"
            name = safe[: _LONGEST_NAME - len(end)] + end
            if name.casefold() not in taken:
                found[calculation] = name
                break
    return found


# -- drawing ---------------------------------------------------------------------------------


def _put(grid: Grid, row: int, column: int, held: object, **style: object) -> None:
    """Writes into a cell; a text is never taken for a formula."""
    known: Held = Label(held) if isinstance(held, str) else held  # type: ignore[assignment]
    grid.put(Place(grid.sheet.title, row, column), known, **{"font": styles.BODY, **style})


def _head(grid: Grid, title: str, note: str, columns: Sequence[tuple[str, float]]) -> None:
    _put(grid, 1, 1, title, font=styles.TITLE, alignment=styles.LEFT)
    _put(grid, 2, 1, note, font=styles.SUBTITLE, alignment=styles.LEFT)
    grid.sheet.row_dimensions[1].height = 30
    for column, (heading, width) in enumerate(columns, start=1):
        _put(
            grid,
            _TOP - 1,
            column,
            heading,
            font=styles.HEADER,
            border=styles.UNDER_HEADER,
            alignment=styles.LEFT,
        )
        grid.sheet.column_dimensions[get_column_letter(column)].width = width
    grid.sheet.freeze_panes = f"{'C' if len(columns) > 2 else 'A'}{_TOP}"


def _draw_marks(
    grid: Grid,
    marked: Sequence[Checked],
    checked: Sequence[Checked],
    questions: Sequence[Question],
) -> None:
    columns = [(heading, width) for heading, width, _ in _COLUMNS]
    _head(grid, "Marks", _in_short(marked, checked, questions), columns)
    for row, one in enumerate(marked, start=_TOP):
        told: Mapping[str, object] = {**one.row, "notes": shared_by(one, checked)}
        for column, (_, _, key) in enumerate(_COLUMNS, start=1):
            long = key in ("explanation", "notes")
            aligned = styles.WRAPPED_MIDDLE if long else styles.LEFT
            _put(grid, row, column, told.get(key), alignment=aligned)
        lines = max(len(str(told.get(key, ""))) // 60 for key in ("explanation", "notes"))
        if lines:
            grid.sheet.row_dimensions[row].height = 15.5 * (lines + 1)
        _put(grid, row, 4, told["percent"], font=styles.STRONG)
    _filtered(grid.sheet, len(_COLUMNS), len(marked))


def _in_short(
    marked: Sequence[Checked], checked: Sequence[Checked], questions: Sequence[Question]
) -> str:
    """The class in a line."""
    unread = sum(one.outcome.code == UNUSABLE for one in checked)
    files = "file" if unread == 1 else "files"
    parts = [f"{len(marked)} worksheets marked, {unread} {files} could not be read"]
    if marked:
        mean = sum(int(str(one.row["percent"])) for one in marked) / len(marked)
        parts.append(f"{mean:.0f} % on average")
    worst = most_missed(questions)
    if worst is not None:
        parts.append(
            f"most missed: no. {worst.number}, {worst.title} of {worst.calculation}, by "
            f"{worst.missed}"
        )
    return "; ".join(parts) + "."


def _draw_questions(grid: Grid, questions: Sequence[Question]) -> None:
    worst = most_missed(questions)
    note = "How many have each number right; the one missed most often is red."
    _head(grid, "Questions", note, _QUESTIONS)
    for row, question in enumerate(questions, start=_TOP):
        total = sum(question.verdicts.values())
        wrong = question.verdicts[WRONG] + question.verdicts[UNREADABLE]
        held = (
            question.calculation,
            question.number,
            question.title,
            question.right,
            question.verdicts[FOLLOWS],
            question.verdicts[IDLE],
            wrong,
            question.verdicts[BLANK],
            round(100 * question.right / total),
        )
        fill = {"fill": styles.fill(styles.BAD.fill)} if question is worst else {}
        for column, content in enumerate(held, start=1):
            _put(grid, row, column, content, alignment=styles.LEFT, **fill)
    _filtered(grid.sheet, len(_QUESTIONS), len(questions))


def _draw_answers(grid: Grid, calculation: str, own: Sequence[Checked]) -> None:
    """A row for each student, a narrow column for each number."""
    numbers = list(own[0].outcome.verdicts)
    columns = [("file", 34.0), ("student", 24.0), *((str(n), 4.5) for n, _ in numbers)]
    _head(grid, calculation, _LEGEND, columns)
    for row, one in enumerate(own, start=_TOP):
        _put(grid, row, 1, one.label, alignment=styles.LEFT)
        _put(grid, row, 2, one.row.get("name"), alignment=styles.LEFT)
        for column, number in enumerate(numbers, start=3):
            sign, colour = _SIGNS[one.outcome.verdicts.get(number, BLANK)]
            fill = {} if colour is None else {"fill": styles.fill(colour.fill)}
            _put(grid, row, column, sign, alignment=styles.CENTRED, **fill)


def _draw_unread(grid: Grid, checked: Sequence[Checked], left_alone: Sequence[str]) -> None:
    """Every file that has no mark, and why."""
    rows = [(one.label, one.text) for one in checked if one.outcome.code == UNUSABLE]
    rows += [
        (one.label, "It is a workbook, which has no marks: " + one.text)
        for one in checked
        if one.outcome.code != UNUSABLE and not one.outcome.row
    ]
    rows += [(name, "It is no spreadsheet, and was not looked at.") for name in left_alone]
    _head(grid, "Not marked", "Every other file, and why.", [("file", 40.0), ("why", 110.0)])
    for row, (label, why) in enumerate(rows, start=_TOP):
        _put(grid, row, 1, label, alignment=styles.WRAPPED)
        _put(grid, row, 2, " ".join(why.split()), alignment=styles.WRAPPED)
        grid.sheet.row_dimensions[row].height = 15.5 * -(-len(why) // 105) + 2


def _filtered(sheet: Worksheet, columns: int, rows: int) -> None:
    if rows:
        sheet.auto_filter.ref = f"A{_TOP - 1}:{get_column_letter(columns)}{_TOP - 1 + rows}"
