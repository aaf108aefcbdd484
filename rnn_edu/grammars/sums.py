"""Sums in words and what they come to: "seven plus twelve less four is", "fifteen".

A sum has terms from one to twenty; no total on the way is below zero or above forty. At each
step every term and sign that keeps to this is equally likely. "Plus" can also be said as "and",
"minus" as "less". Because the rule is known, so is how often any guess is right: the chance of
every total follows step by step from the chances before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random

from rnn_edu.errors import UsageError
from rnn_edu.grammars.dates import cardinal
from rnn_edu.grammars.grammar import Grammar

LARGEST_TERM, LARGEST_TOTAL = 20, 40
#: Between the sum and what it comes to.
IS = "is"
#: The ways to say a sign, with their weights.
PLUS = Grammar({"S": [(2, "plus"), (1, "and")]})
MINUS = Grammar({"S": [(2, "minus"), (1, "less")]})


def number(value: int) -> str:
    """A number from 0 to 99.

    Example:
        >>> number(0), number(38)
        ('zero', 'thirty eight')
    """
    return cardinal(value) if value else "zero"


def next_terms(total: int) -> list[int]:
    """The terms with their signs that can follow a total; all are equally likely.

    Example:
        >>> [len(next_terms(total)) for total in (0, 1, 20, 40)]
        [20, 21, 40, 20]
    """
    signed = [sign * k for k in range(1, LARGEST_TERM + 1) for sign in (1, -1)]
    return [term for term in signed if 0 <= total + term <= LARGEST_TOTAL]


def draw_terms(length: int, random: Random) -> tuple[int, ...]:
    """The terms of one sum, with their signs; the first one is positive.

    Raises:
        UsageError: the length is below one.

    Example:
        >>> draw_terms(4, Random(1))
        (3, 17, 16, 4)
    """
    if length < 1:
        raise UsageError(f"A sum has at least 1 term; asked for are {length}.")
    terms: list[int] = []
    for _ in range(length):
        # From nothing, only what is added keeps a total above zero.
        following = next_terms(sum(terms))
        terms.append(following[int(random.random() * len(following))])
    return tuple(terms)


def said(terms: Sequence[int], random: Random) -> list[str]:
    """A sum in words, each sign in a way drawn by its weight.

    Raises:
        UsageError: the terms are no sum of this grammar.

    Example:
        >>> " ".join(said((7, 12, -4), Random(3)))
        'seven plus twelve minus four is'
    """
    totals = list(accumulate(terms, initial=0))
    steps = zip(totals, terms, strict=False)
    if not terms or not all(term in next_terms(total) for total, term in steps):
        raise UsageError(
            f"A sum here has terms from 1 to {LARGEST_TERM}, the first one added, and totals from "
            f"0 to {LARGEST_TOTAL}; given are the terms {list(terms)} with the totals {totals[1:]}."
        )
    words = [number(terms[0])]
    for term in terms[1:]:
        words += [*(PLUS if term > 0 else MINUS).sample(random), number(abs(term))]
    return [*words, IS]


def words() -> set[str]:
    """Every word that a sum can have.

    Example:
        >>> len(words())
        25
    """
    terms = {number(k) for k in range(1, LARGEST_TERM + 1)}
    return terms | set(PLUS.words()) | set(MINUS.words()) | {IS}


def total_chances(length: int) -> dict[int, float]:
    """The chance of each total after so many terms, exactly.

    Example:
        >>> total_chances(1)[20], max(total_chances(2)) == LARGEST_TOTAL
        (0.05, True)
    """
    chances = {0: 1.0}
    for _ in range(length):
        after: defaultdict[int, float] = defaultdict(float)
        for total, chance in chances.items():
            for term in (following := next_terms(total)):
                after[total + term] += chance / len(following)
        chances = dict(after)
    return chances


def best_guess(length: int) -> float:
    """How often the likeliest total is right, for somebody who has read nothing.

    Example:
        >>> best_guess(1)
        0.05
    """
    return max(total_chances(length).values())


def best_guess_from_last(length: int) -> float:
    """How often the best guess is right, for somebody who has read the last term and its sign.

    Example:
        >>> round(best_guess_from_last(1), 12), round(best_guess_from_last(2), 4)
        (1.0, 0.0817)
    """
    together: Mapping[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for total, chance in total_chances(length - 1).items():
        for term in (following := next_terms(total)):
            together[term][total + term] += chance / len(following)
    return sum(max(totals.values()) for totals in together.values())
