"""What Excel takes, and the sentence for what it does not."""

from __future__ import annotations

from rnn_edu.errors import WorkbookError

MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576
#: The most characters of a formula, arguments of a function, and functions within functions.
MOST_CHARACTERS, MOST_ARGUMENTS, MOST_LEVELS = 8192, 255, 64
#: The most characters of a list that stands within a rule for what may be typed.
MOST_LISTED = 255
#: The most characters of a text; a longer one comes from no spreadsheet program.
MOST_TEXT = 32_767
#: The most bytes and parts that a file may unpack to; the largest of this book have 7 MB.
MOST_UNPACKED, MOST_ENTRIES = 300 * 2**20, 5000
#: The most lines of a chart that a reader can still tell apart; Excel draws 255.
MOST_LINES = 24


def require_takeable(formula: str, title: str) -> None:
    """Raises WorkbookError if Excel does not take a formula.

    Example:
        >>> require_takeable("=SUM(A1:A9)", "s")
    """
    if len(formula) > MOST_CHARACTERS:
        raise WorkbookError(
            f"the formula of {title} has {len(formula)} characters; Excel takes at most "
            f"{MOST_CHARACTERS}. Split the step into smaller ones."
        )
    # Most formulas are simple: with so few brackets and commas there is nothing to count.
    if formula.count("(") <= MOST_LEVELS and formula.count(",") < MOST_ARGUMENTS:
        return
    levels, arguments = nesting(formula)
    if levels > MOST_LEVELS:
        raise WorkbookError(
            f"the formula of {title} has {levels} brackets within brackets; Excel takes at most "
            f"{MOST_LEVELS}. Split the step into smaller ones."
        )
    if arguments > MOST_ARGUMENTS:
        raise WorkbookError(
            f"the formula of {title} has a function of {arguments} arguments; Excel takes at most "
            f"{MOST_ARGUMENTS}. Split the step into smaller ones."
        )


def require_calculable(formula: str, where: str) -> None:
    """Raises WorkbookError if a formula of unknown origin is too much for an engine.

    Example:
        >>> require_calculable("=" + "(" * 100 + "1" + ")" * 100, "ada.xlsx: Forward!B3")
        Traceback (most recent call last):
            ...
        rnn_edu.errors.WorkbookError: ada.xlsx: Forward!B3 holds a formula of 202 characters with \
100 brackets within brackets; Excel takes at most 8,192 and 64. Empty the cell.
    """
    levels = nesting(formula)[0] if formula.count("(") > MOST_LEVELS else 0
    if len(formula) > MOST_CHARACTERS or levels > MOST_LEVELS:
        raise WorkbookError(
            f"{where} holds a formula of {len(formula):,} characters with {levels:,} brackets "
            f"within brackets; Excel takes at most {MOST_CHARACTERS:,} and {MOST_LEVELS}. Empty "
            "the cell."
        )


def nesting(formula: str) -> tuple[int, int]:
    """How deep the brackets of a formula go, and the most arguments between two of them.

    Example:
        >>> nesting("=MAX(A1,SUM(B1:B3),0)")
        (2, 3)
    """
    commas, deepest, most = [0], 0, 0
    for character in formula:
        if character == "(":
            commas.append(0)
            deepest = max(deepest, len(commas) - 1)
        elif character == ",":
            commas[-1] += 1
        elif character == ")" and len(commas) > 1:
            most = max(most, commas.pop() + 1)
    return deepest, most
