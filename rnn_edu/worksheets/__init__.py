"""Worksheets: a calculation with blanks to fill in, which marks itself and is marked when returned.

A worksheet is one more view of a walkthrough: the numbers that are given, a cell for each number
to calculate, a hint for each, and a hidden sheet with what belongs there.
"""

from __future__ import annotations

from rnn_edu.worksheets.grading import Grader, WorksheetReport, check_worksheet
from rnn_edu.worksheets.returned import is_worksheet, read_returned
from rnn_edu.worksheets.writing import write_worksheet

__all__ = [
    "Grader",
    "WorksheetReport",
    "check_worksheet",
    "is_worksheet",
    "read_returned",
    "write_worksheet",
]
