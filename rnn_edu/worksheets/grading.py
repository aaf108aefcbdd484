"""Marks returned worksheets: each calculation is built only once for a whole class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import openpyxl

from rnn_edu.errors import WorkbookError
from rnn_edu.marking import BLANK, FOLLOWS, IDLE, RIGHT, ROUNDED, UNREADABLE, WRONG, Marks, mark
from rnn_edu.walkthrough.readback import Buildable
from rnn_edu.walkthrough.sheets.carried import read_carried
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.worksheets.form import Form
from rnn_edu.worksheets.returned import Returned, read_opened


@dataclass(frozen=True)
class WorksheetReport:
    """What a returned worksheet deserves.

    Attributes:
        returned: what was written in it.
        title: the calculation.
        marks: the verdict on every number.
    """

    returned: Returned
    title: str
    marks: Marks

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; blanks are not wrong."""
        return self.marks.first_wrong is None

    @property
    def percent(self) -> int:
        """The share of numbers that are right or follow, rounded down."""
        return int(100 * self.marks.credit / self.marks.total + 1e-9)

    def __str__(self) -> str:
        name = f", {self.returned.name}" if self.returned.name else ""
        lines = [f"{self.returned.file.name}{name}: {self.title}, a worksheet.", str(self.marks)]
        if self.returned.notes:
            lines.append(f"Note: {'; '.join(self.returned.notes)}.")
        return "\n".join(lines)

    def row(self, file: str) -> dict[str, object]:
        """The report as a row of a table of marks."""
        marks, first = self.marks, self.marks.first_wrong
        return {
            "file": file,
            "name": self.returned.name,
            "calculation": self.returned.key,
            "asked": marks.total,
            "right": marks.count(RIGHT),
            "rounded": marks.count(ROUNDED),
            "follows": marks.count(FOLLOWS),
            "no credit": marks.count(IDLE),
            "wrong": marks.count(WRONG) + marks.count(UNREADABLE),
            "blank": marks.count(BLANK),
            "percent": self.percent,
            "first wrong": f"no. {first.blank.number}, {first.blank.title}" if first else "",
            "mistake": marks.mistake.kind if marks.mistake else "",
            "explanation": " ".join(marks.explanation()),
            "notes": "; ".join(self.returned.notes),
        }


class Grader:
    """Marks worksheets; each calculation that several of them carry is built only once.

    Args:
        calculations: worked examples by key. Older worksheets only name theirs; where a newer
            one carries another calculation under the same key, that is noted.
    """

    def __init__(self, calculations: Mapping[str, Buildable] = MappingProxyType({})) -> None:
        self._calculations = calculations
        self._forms: dict[tuple[str, int | None], Form] = {}

    def check(self, path: str | Path) -> WorksheetReport:
        """Marks one returned worksheet.

        Raises:
            WorkbookError: it cannot be read, is of another edition, carries a calculation that
                was changed, or carries none and names an unknown one.
        """
        file = Path(path)
        return self.check_opened(file, load(file))

    def check_opened(self, file: Path, workbook: openpyxl.Workbook) -> WorksheetReport:
        """:meth:`check` for a workbook that is open already."""
        returned = read_opened(file, workbook)
        form = self._form(returned)
        numbers = {blank.number for blank in form.blanks}
        gone = sorted(numbers - set(returned.answers))
        if gone:
            rows = "row is" if len(gone) == 1 else "rows are"
            returned.notes.append(
                f"{len(gone)} {rows} missing (no. {', '.join(map(str, gone[:5]))}"
                f"{', …' if len(gone) > 5 else ''}) and counted as blank"
            )
        decimals = form.tolerance.decimals
        marks = mark(form.walkthrough, form.blanks, returned.answers, decimals=decimals)
        return WorksheetReport(returned, form.walkthrough.title, marks)

    def _form(self, returned: Returned) -> Form:
        """The form of the calculation that the file carries, or else of the one that it names."""
        name = returned.file.name
        if returned.calculation is None:
            form = self._form_by_key(returned)
        else:
            form = self._form_carried(returned.calculation, returned)
            self._note_another(form, returned)
        if form.edition != returned.edition:
            raise WorkbookError(
                f"{name} was made by another edition of the book ({returned.edition}; this one is "
                f"{form.edition}), which may ask for other numbers; copy the numbers into a fresh "
                "worksheet: python -m rnn_edu worksheets DIR."
            )
        return form

    def _form_carried(self, text: str, returned: Returned) -> Form:
        known = text, returned.decimals
        if known in self._forms:
            return self._forms[known]
        form = Form(read_carried(text, returned.file), returned.decimals)
        if returned.seed is None:
            self._forms[known] = form
        return form

    def _form_by_key(self, returned: Returned) -> Form:
        key = returned.key
        if key not in self._calculations:
            raise WorkbookError(
                f"{returned.file.name} carries no calculation, and the one that it names, {key!r}, "
                f"is not one of this book: {', '.join(self._calculations) or 'none'}."
            )
        known = key, returned.decimals
        if known not in self._forms:
            self._forms[known] = Form(self._calculations[key].build(), returned.decimals)
        return self._forms[known]

    def _note_another(self, form: Form, returned: Returned) -> None:
        """Says so where a file carries another calculation than the book has under its key."""
        if returned.key not in self._calculations or returned.seed is not None:
            return
        if self._form_by_key(returned).edition != form.edition:
            returned.notes.append(
                f"the calculation in the file is not the one that this book has as {returned.key}"
            )


def check_worksheet(
    path: str | Path, *, calculations: Mapping[str, Buildable] = MappingProxyType({})
) -> WorksheetReport:
    """Marks one returned worksheet.

    Args:
        path: the file.
        calculations: worked examples by key, for older files, which only name theirs.

    Raises:
        WorkbookError: it cannot be read, is not a worksheet, is of another edition, carries a
            calculation that was changed, or carries none and names an unknown one.
    """
    return Grader(calculations).check(path)
