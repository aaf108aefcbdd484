"""News of a made-up village: texts with quotes, numbers and line ends, whose truth is known.

Who is quoted speaks of "we" and "our", the paper of "people" and "the". The opening and the closing
mark are the same character. Two memories tell that a closing one is due, and they always agree: of
the mark that opened, and of the word that began the clause. No line is longer than 32 characters,
so only a memory of the place in the line can tell where it ends.
"""

from __future__ import annotations

import re
import textwrap
from random import Random

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import UsageError

WIDTH = 32
WHO = ["the baker", "the mayor", "an aunt", "the miller", "the teacher", "a farmer", "the vicar"]
THINGS = ["bridge", "mill", "library", "market", "boat", "bakery", "school"]
OPINIONS = ["too small", "very old", "nearly ready", "quite cheap", "far away", "a great joy"]
WISHES = ["more bread", "a bigger pond", "less rain", "longer summers", "another bus"]
#: A letter with a mark, a full stop or another clause behind it.
CLAUSE_END = re.compile(r'[a-z](?=["]|\.|\sand\s)')


def village_news(count: int, length: int, seed: int) -> list[str]:
    """Items of news, each broken into lines and cut off after ``length`` characters.

    Args:
        count: how many items.
        length: characters of each, line ends included.
        seed: where chance starts; the same seed gives the same news.

    Raises:
        UsageError: ``length`` is below 1.

    Example:
        >>> print(village_news(1, length=80, seed=5)[0])
        people need another bus and the
        market is very old. the mayor
        says "our school i
    """
    if length < 1:
        raise UsageError(f"An item of news has at least 1 character; length is {length}.")
    random = Random(seed)
    return [_item(random, length) for _ in range(count)]


def clause_ends(item: str) -> npt.NDArray[np.bool_]:
    """True at the last letter of each clause, where the network has to say what comes behind it.

    Example:
        >>> item = "we need less rain and our mill is very old."
        >>> [item[: end + 1].split()[-1] for end in np.flatnonzero(clause_ends(item))]
        ['rain', 'old']
    """
    ends = np.zeros(len(item), dtype=np.bool_)
    ends[[end.start() for end in CLAUSE_END.finditer(item)]] = True
    return ends


def _item(random: Random, length: int) -> str:
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        sentences.append(_sentence(random))
    return textwrap.fill(" ".join(sentences), WIDTH)[:length]


def _sentence(random: Random) -> str:
    kind = random.randrange(8)
    if kind < 2:
        return f'{random.choice(WHO)} says "{_clauses(random, spoken=True)}".'
    if kind < 4:
        return f'"{_clauses(random, spoken=True)}", says {random.choice(WHO)}.'
    if kind < 6:
        return f"{_clauses(random, spoken=False)}."
    if kind < 7:
        return f"the {random.choice(THINGS)} was built in {random.randrange(1750, 2000)}."
    return f"the {random.choice(THINGS)} costs {random.randrange(20, 2000)} pounds."


def _clauses(random: Random, *, spoken: bool) -> str:
    """One clause, or two or three joined by "and"."""
    count = random.choice([1, 1, 2, 3])
    return " and ".join(_clause(random, spoken) for _ in range(count))


def _clause(random: Random, spoken: bool) -> str:
    """Who speaks says "we" and "our"; the paper says "people" and "the"."""
    if random.random() < 0.5:
        owner = "our" if spoken else "the"
        return f"{owner} {random.choice(THINGS)} is {random.choice(OPINIONS)}"
    return f"{'we' if spoken else 'people'} need {random.choice(WISHES)}"
