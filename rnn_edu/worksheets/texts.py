"""What the Read me sheet of a worksheet says."""

from __future__ import annotations

import re

from rnn_edu.marking.wording import element_text, symbol_text
from rnn_edu.worksheets.form import (
    FOLLOWS_MARK,
    GIVEN,
    IDLE_MARK,
    KEY,
    NO_NUMBER_MARK,
    RIGHT_MARK,
    ROUNDED_MARK,
    SCRATCH,
    WORKSHEET,
    WRONG_MARK,
    Form,
)

_DECIMALS = {3: "Three", 4: "Four", 6: "Six", 8: "Eight"}


#: What is the same in every worksheet.
_ALWAYS = [
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
        "with --marks FILE.xlsx it writes a workbook with all marks. The file carries the "
        "calculation as data, on a hidden sheet, Calculation; leave that as it is.",
    ),
    ("Licence", "Text: CC BY 4.0. Formulas and the code that wrote them: MIT."),
]


def explanations(form: Form) -> list[tuple[str, str]]:
    """Pairs of a label and a short paragraph, in the order in which they are read."""
    return [
        ("What to do", _what_to_do(form)),
        (
            "How many digits",
            f"{_DECIMALS[form.tolerance.decimals]} decimals. A number counts as right if it is "
            f"within {form.tolerance.absolute:.{form.tolerance.decimals}f} of what belongs there, "
            f"or within 0.002 % of it where that is more. {_rounded(form)} Formulas such as "
            "=TANH(D10) are welcome: your program then keeps all digits.",
        ),
        (
            "Hints",
            "Type ? into a cell for the formula, ?? for the formula with the given numbers put "
            "in, where what is multiplied by 0 is left out. The hint stands at the top of the "
            "sheet, one at a time. Then type your number over the question mark.",
        ),
        ("Signs in hints", _signs(form)),
        (
            "Marks",
            f"{RIGHT_MARK} (green): the number that belongs there. {FOLLOWS_MARK} (amber): right "
            "from your own earlier numbers, so look for the mistake further up. "
            f"{ROUNDED_MARK} (amber): right, but with too few decimals to count in full. "
            f"{IDLE_MARK} (amber): the same whatever belongs there, such as 0 after a wrong "
            "number, or one number in most cells. "
            f"{WRONG_MARK} (red): look again, or ask for a hint. {NO_NUMBER_MARK} (red): your "
            "program takes it for a text; use its own decimal sign.",
        ),
        (
            "The sheets",
            f"{GIVEN}: weights, inputs and whatever else you start from. {WORKSHEET}: the blanks "
            "and the marks, and beside each step what it is made of, where it is small enough. "
            f"{SCRATCH}: empty, for your own workings.",
        ),
        *_ALWAYS,
    ]


#: What a sign in a hint means, by a pattern that finds it, and how to write it in a formula.
_SIGNS = (
    (r"\w [A-Z∂]", "x W, with no sign between: a row times a matrix; for each column of W, the "
     "numbers of x times those of the column, added up"),
    ("⊙", "⊙: number times number in the same place"),
    ("ᵀ", "ᵀ: rows and columns swapped"),
    (" ; ", "[a ; b]: one list after the other"),
    (" // ", "[a // b]: one below the other"),
    ("∂", "∂L/∂h: how fast L changes with h"),
    (" via ", "via: only the part that comes that way"),
    ("σ", "σ(x): =1/(1+EXP(-x))"),
    ("tanh", "tanh(x): =TANH(x)"),
    ("relu", "relu(x): =MAX(0,x)"),
    ("softmax", "softmax(z): =EXP of each number of z, divided by the sum of all of these"),
    (r"\bln", "ln(x): =LN(x)"),
)  # fmt: skip


def _signs(form: Form) -> str:
    """The signs that occur in the hints of a worksheet, each in a few words."""
    hints = "\n".join(form.hint(blank) for blank in form.blanks)
    own = [meaning for pattern, meaning in _SIGNS if re.search(pattern, hints)]
    one = next((b for b in form.blanks if b.quantity.value.size > 1), None)
    if one is not None:
        symbol, element = symbol_text(one.quantity), element_text(one.quantity, one.index)
        own.append(f"{element}: one of the numbers of {symbol}")
    return ". ".join(own or ["None but those of arithmetic"]) + "."


def _rounded(form: Form) -> str:
    """What fewer decimals than were asked for are worth."""
    pencil = form.tolerance.pencil
    if pencil == form.tolerance.decimals:
        return f"Rounded to {pencil - 1} decimals it counts a half."
    return f"Rounded to {pencil} decimals it counts in full as well, to {pencil - 1} a half."


def _what_to_do(form: Form) -> str:
    count = len(form.blanks)
    return (
        f"Calculate the {count} numbers on the sheet {WORKSHEET}, from top to bottom, with a "
        "calculator, with formulas, or with a pencil. Each cell says at once whether its number "
        "is right."
    )
