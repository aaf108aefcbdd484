"""What holds in one workbook or worksheet, whichever it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnn_edu.calculations import CALCULATIONS, TRAININGS
from rnn_edu.command_line.outcomes import FAILED, FINE, UNUSABLE, Outcome, refused
from rnn_edu.errors import RnnEduError
from rnn_edu.marking.wording import cut
from rnn_edu.walkthrough.readback import check_found
from rnn_edu.walkthrough.sheets.found import FoundWorkbook
from rnn_edu.walkthrough.sheets.loading import load
from rnn_edu.walkthrough.training_readback import check_found_training, run_in
from rnn_edu.worksheets.grading import Grader, WorksheetReport
from rnn_edu.worksheets.returned import holds_worksheet

LONGEST_SENTENCE = 1000


class OneFile:
    """Says what holds in a file, and in another one.

    Args:
        gigabytes: how much memory there is, for the sentence that it was not enough.
    """

    def __init__(self, gigabytes: float) -> None:
        self.gigabytes, self._grader = gigabytes, Grader(CALCULATIONS)

    def outcome(self, file: Path) -> Outcome:
        """What is to be said of a file; never raises for what the file is."""
        try:
            return self._examined(file)
        except RnnEduError as error:
            return Outcome(UNUSABLE, cut(str(error), LONGEST_SENTENCE))
        except MemoryError:
            spoilt = refused(file, f"it needs more than {self.gigabytes:g} GB of memory")
            return replace(spoilt, spoilt=True)
        except Exception as error:
            # Whatever it is, the others are to be marked.
            reason = cut(" ".join(f"{type(error).__name__}: {error}".split()), 200)
            return refused(file, f"it is not as this book writes it ({reason}); take a fresh one")

    def _examined(self, file: Path) -> Outcome:
        """The file is opened only once."""
        workbook = load(file)
        if holds_worksheet(workbook):
            return _of_worksheet(self._grader.check_opened(file, workbook))
        found = FoundWorkbook(file, workbook)
        run = run_in(found)
        if run is None and (older := TRAININGS.get(found.key())) is not None:
            run = older.build(), older.epochs
        if run is None:
            report = check_found(found, CALCULATIONS)
            return Outcome(FINE if report.ok else FAILED, str(report))
        trained = check_found_training(found, *run)
        return Outcome(FINE if trained.ok else FAILED, str(trained))


def _of_worksheet(report: WorksheetReport) -> Outcome:
    marked, name = report.marks.marked, report.returned.file.name
    return Outcome(
        FINE if report.ok else FAILED,
        str(report),
        report.row(name),
        {(m.blank.number, m.blank.title): m.verdict for m in marked},
        tuple(m.answer for m in marked),
        report.returned.seed,
    )
