"""Numbers as people write them: with a comma, with a long minus, with spaces in between."""

from __future__ import annotations

import math
import re

#: The most characters of a number; patterns take very long over very long texts.
LONGEST = 100
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_POWER = re.compile(r"(?:[·*×x])10\^?([-+]?\d+)\Z")
_PER_CENT = re.compile(r"%\Z")
_NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?\Z")


def number_in(text: str) -> float | None:
    """The number that a text stands for, or None where it stands for none.

    A single comma is a decimal sign. Where there are both commas and points, the last of them
    is the decimal sign and the others part the thousands. A number too large for a computer is
    none.

    Example:
        >>> number_in("0,532"), number_in("−1.5"), number_in("1.234,5"), number_in("3·10^-4")
        (0.532, -1.5, 1234.5, 0.0003)
        >>> number_in("62.5 %")
        0.625
        >>> number_in("about 2") is None
        True
    """
    if len(text) > LONGEST:
        return None
    plain = _SPACES.sub("", text).replace("−", "-").replace("–", "-")
    plain, hundredths = _PER_CENT.subn("", _POWER.sub(r"e\1", plain))
    if "," in plain and "." in plain:
        thousands = "," if plain.rindex(".") > plain.rindex(",") else "."
        plain = plain.replace(thousands, "")
    if not _NUMBER.match(plain):
        return None
    number = float(plain.replace(",", ".")) / 100**hundredths
    return number if math.isfinite(number) else None
