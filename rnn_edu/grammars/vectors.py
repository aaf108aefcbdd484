"""Word vectors for the shipped sets, made from the grammars: they are not learned.

Words that fill the same place in a grammar share a random direction, and each word adds a little
of its own. So towns are close to towns and opinions to opinions of the same sign, as in vectors
that are learned from large texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from random import Random

from rnn_edu.grammars.grammar import Grammar

DIMENSIONS = 16
OWN_SHARE = 0.4


def vector_file(grammars: Mapping[str, Grammar], counts: Counter[str], seed: int) -> str:
    """The vectors in GloVe's text format, the most frequent word first."""
    random = Random(seed)
    places = _places(grammars)
    directions = {place: _direction(random) for place in sorted(set().union(*places.values()))}
    lines = []
    for word in sorted(counts, key=lambda w: (-counts[w], w)):
        own = _direction(random)
        parts = [directions[place] for place in sorted(places[word])]
        vector = [
            sum(column) / len(parts) + OWN_SHARE * mine
            for column, mine in zip(zip(*parts, strict=True), own, strict=True)
        ]
        lines.append(" ".join([word, *(f"{value:.3f}" for value in vector)]))
    return "\n".join(lines) + "\n"


def _places(grammars: Mapping[str, Grammar]) -> dict[str, set[str]]:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for name, grammar in grammars.items():
        for symbol, choices in grammar.rules.items():
            for _, phrase in choices:
                for word in phrase:
                    if word not in grammar.rules:
                        places[word].add(f"{name} {symbol}")
    return dict(places)


def _direction(random: Random) -> list[float]:
    return [2 * random.random() - 1 for _ in range(DIMENSIONS)]
