"""Marks a learner's numbers: what is right, what follows, and what went wrong first.

A number counts as right if the calculation gives it. It counts as following if it is what the
learner's own earlier numbers give: the mistake was made before, and is not counted twice. Any
other number is wrong, and the first wrong one is looked at closely: the calculation is done
again under every mistake of ``mistakes``, and the one that gives the learner's number is
named.
"""

from __future__ import annotations

from rnn_edu.marking.kinds import Mistake
from rnn_edu.marking.marker import (
    BLANK,
    FOLLOWS,
    IDLE,
    RIGHT,
    ROUNDED,
    UNREADABLE,
    WRONG,
    Blank,
    Marked,
    Marks,
    blanks_of,
    mark,
)

__all__ = [
    "BLANK",
    "FOLLOWS",
    "IDLE",
    "RIGHT",
    "ROUNDED",
    "UNREADABLE",
    "WRONG",
    "Blank",
    "Marked",
    "Marks",
    "Mistake",
    "blanks_of",
    "mark",
]
