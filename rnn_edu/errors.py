"""The errors that a reader may meet, each carrying one sentence that says what to do.

Every error names the thing, the value found and what was expected. The command line
prints that sentence alone; a notebook shows it as the last line of the traceback.
"""

from __future__ import annotations


class RnnEduError(Exception):
    """Base of all errors raised on purpose by ``rnn_edu``."""


class ShapeError(RnnEduError, ValueError):
    """Arrays whose shapes do not fit together."""


class NamingError(RnnEduError, ValueError):
    """A name that is unknown, taken already, or not allowed."""


class NumberError(RnnEduError, ArithmeticError):
    """A value that is not a finite number where one is needed."""


class ComparisonError(RnnEduError, AssertionError):
    """A calculation and its judge (Keras, a spreadsheet engine) disagree."""


class WorkbookError(RnnEduError):
    """A workbook that cannot be read, written or recalculated."""


class MissingProgramError(RnnEduError):
    """A program that is needed here is not installed."""


class DataError(RnnEduError):
    """Data that cannot be fetched, read or trusted."""


class UsageError(RnnEduError, ValueError):
    """An argument outside what is allowed, or calls in the wrong order."""


class WorkerError(RnnEduError):
    """A process that trains together with others ended before its work was done."""
