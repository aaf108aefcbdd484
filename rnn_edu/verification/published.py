"""Figures that the sources publish for the book's examples, digit by digit.

Values of the sheets are given there with all their digits; what Keras printed has eight; an
article that was calculated with a pencil has five.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rnn_edu.calculations.lstm_published import lstm_published
from rnn_edu.calculations.this_is_an_example import this_is_an_example
from rnn_edu.calculations.two_documents import lstm_two_documents, simple_rnn_two_documents
from rnn_edu.walkthrough import Walkthrough

Figure: TypeAlias = float | tuple[float, ...]
Figures: TypeAlias = Mapping[tuple[str, int | None], Figure]

#: Half of the last digit that is printed, of the figure with the fewest places: 1.5176.
PENCIL = 5e-5
SHEET, FLOAT32 = 1e-9, 1e-7

PRE_ACTIVATION = (
    (0.033, 0.021, 0.065),
    (0.045203, -0.083669, -0.035385),
    (0.053317553, 0.047092161, -0.080224655),
    (0.058491260443, -0.030400579989, -0.064934185225),
)
HIDDEN = (
    (0.03298802621575342, 0.020996913544449578, 0.06490861277463751),
    (0.045172237210742816, -0.08347430351601162, -0.03537023889433375),
    (0.053267087355705976, 0.04705738020285086, -0.08005298842453103),
    (0.05842464763003236, -0.03039121809252671, -0.06484307500583053),
)
SOFTMAX = (
    (0.2501563863053172, 0.24958886626915477, 0.2492557429422697, 0.25099900448325835),
    (0.25021381202144816, 0.24802914126686695, 0.2514501317138302, 0.25030691499785457),
    (0.25132742299153, 0.25037371943641856, 0.24908189172506562, 0.24921696584698597),
    (0.25084392927999716, 0.24888241824655308, 0.2504690157206939, 0.24980463675275597),
)


@dataclass(frozen=True)
class Published:
    """Some published figures and the calculation that finds them again.

    Attributes:
        key: of the calculation.
        where: what the source shows them in.
        build: makes the calculation as the source has it.
        figures: the numbers, by name and time.
        tolerance: how far the calculation may be from them.
    """

    key: str
    where: str
    build: Callable[[], Walkthrough]
    figures: Figures
    tolerance: float


def _with_the_slip() -> Walkthrough:
    """The first example as its sheet has it, the pre-activation fed back in h's place."""
    return this_is_an_example(carry="pre-activation")


def _over_time(name: str, rows: tuple[tuple[float, ...], ...]) -> Figures:
    return {(name, t): row for t, row in enumerate(rows, start=1)}


PUBLISHED = (
    Published(
        "this_is_an_example",
        "the source's sheet, with its slip",
        _with_the_slip,
        {
            **_over_time("a", PRE_ACTIVATION),
            **_over_time("h", HIDDEN),
            **_over_time("p", SOFTMAX),
        },
        SHEET,
    ),
    Published(
        "simple_rnn_two_documents",
        "the source's sheet",
        simple_rnn_two_documents,
        {
            ("a", 1): -0.134305,
            ("h", 1): -0.13350326043978053,
            ("a", 2): 1.061233347167715,
            ("h", 2): 0.7861354436230622,
            ("y_hat", None): 0.5319927616434026,
        },
        SHEET,
    ),
    Published(
        "lstm_two_documents",
        "the source's sheet",
        lstm_two_documents,
        {
            ("c", 1): -0.37558677392425666,
            ("h", 1): -0.1723830291133436,
            ("c", 2): -0.5430777098321666,
            ("h", 2): -0.20429164809066017,
            ("y_hat", None): 0.4737503843934696,
        },
        SHEET,
    ),
    Published(
        "simple_rnn_two_documents",
        "what Keras printed in the source",
        simple_rnn_two_documents,
        {("y_hat", None): 0.53199273},
        FLOAT32,
    ),
    Published(
        "lstm_two_documents",
        "what Keras printed in the source",
        lstm_two_documents,
        {("y_hat", None): 0.47375038},
        FLOAT32,
    ),
    Published(
        "lstm_published",
        "the article's figures, of five digits",
        lstm_published,
        {("c", 1): 0.78572, ("h", 1): 0.53631, ("c", 2): 1.5176, ("h", 2): 0.77197},
        PENCIL,
    ),
)
