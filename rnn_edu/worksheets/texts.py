"""What the Read me sheet of a worksheet says."""

from __future__ import annotations

from rnn_edu.worksheets.form import (
    FOLLOWS_MARK,
    GIVEN,
    KEY,
    NO_NUMBER_MARK,
    RIGHT_MARK,
    SCRATCH,
    WORKSHEET,
    WRONG_MARK,
    Form,
)

_DECIMALS = {6: "Six", 8: "Eight"}


def explanations(form: Form) -> list[tuple[str, str]]:
    """Pairs of a label and a short paragraph, in the order in which they are read."""
    return [
        ("What to do", _what_to_do(form)),
        (
            "How many digits",
            f"{_DECIMALS[form.tolerance.decimals]} decimals. A number counts as right if it is "
            f"within {form.tolerance.absolute:.{form.tolerance.decimals}f} of what belongs there, "
            "or within 0.002 % of it where that is more. Formulas such as =TANH(D10) are welcome: "
            "your program then keeps all digits.",
        ),
        (
            "Hints",
            "Type ? into a cell for the formula, ?? for the formula with the given numbers put "
            "in. Then type your number over it.",
        ),
        (
            "Marks",
            f"{RIGHT_MARK} (green): the number that belongs there. {FOLLOWS_MARK} (amber): right "
            "from your own earlier numbers, so look for the mistake further up. "
            f"{WRONG_MARK} (red): look again, or ask for a hint. {NO_NUMBER_MARK} (red): your "
            "program takes it for a text; use its own decimal sign.",
        ),
        (
            "The sheets",
            f"{GIVEN}: weights, inputs and whatever else you start from. {WORKSHEET}: the blanks "
            f"and the marks. {SCRATCH}: empty, for your own workings.",
        ),
        (
            "Is it secret?",
            f"No. What belongs into each cell is on a hidden sheet, {KEY}, which anyone can make "
            "visible. It is hidden so that you do not see an answer before you want to.",
        ),
        (
            "Protection",
            "Only the yellow cells can be changed, so that nothing is overwritten by accident, "
            "and Tab takes you from one to the next. There is no password: Unprotect sheet "
            "lifts it.",
        ),
        (
            "Have it marked",
            "Save it and run: python -m rnn_edu check FILE.xlsx. It names the first wrong number "
            "and what kind of mistake it looks like. Given a folder it marks every file in it; "
            "with --csv FILE.csv it writes a table of all marks.",
        ),
        ("Licence", "Text: CC BY 4.0. Formulas and the code that wrote them: MIT."),
    ]


def _what_to_do(form: Form) -> str:
    count = len(form.blanks)
    return (
        f"Calculate the {count} numbers on the sheet {WORKSHEET}, from top to bottom, with a "
        "calculator, with formulas, or with a pencil. Each cell says at once whether its number "
        "is right."
    )
