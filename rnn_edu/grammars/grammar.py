r"""A random grammar: rules with weights, from which sentences are drawn.

A rule replaces a symbol (a word in capitals, such as ``TOWN``) by one of several phrases, each
with a weight. No symbol may lead back to itself, so every sentence ends and every question about
the sentences has an exact answer, found by adding up over the rules:

* the entropy, :math:`H(A) = \sum_r p_r \left(-\ln p_r + \sum_{B \in r} H(B)\right)`;
* the expected number of words, :math:`L(A) = \sum_r p_r \sum_{B \in r} L(B)`;
* how often one word follows another, which gives the entropy of the best bigram model.

The entropy is that of the choices made. It is that of the sentences too as long as no sentence
can be made in two ways; :meth:`Grammar.sentences` lists them all, so that a test can see to it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from random import Random
from typing import TypeVar

from rnn_edu.errors import NamingError, UsageError

Phrase = tuple[str, ...]
Rules = Mapping[str, Sequence[tuple[float, str]]]
END = "<EOS>"
Key = TypeVar("Key")


class Grammar:
    """A random grammar without loops.

    Args:
        rules: for each symbol its phrases, each with a weight. The weights need not add up to 1.
        start: the symbol that every sentence begins from.

    Raises:
        NamingError: a phrase uses a symbol that has no rule.
        UsageError: a weight is not positive, a phrase is empty, or a symbol leads back to itself.

    Example:
        >>> grammar = Grammar({"S": [(1, "a ANIMAL sleeps")], "ANIMAL": [(3, "cat"), (1, "dog")]})
        >>> round(grammar.entropy(), 4)
        0.5623
        >>> sorted(" ".join(s) for s, _ in grammar.sentences())
        ['a cat sleeps', 'a dog sleeps']
    """

    def __init__(self, rules: Rules, start: str = "S") -> None:
        self.start = start
        self.rules = {symbol: _normalised(symbol, choices) for symbol, choices in rules.items()}
        for symbol in (start, *self.rules):
            self._check(symbol, ())
        self._entropy = cache(self._entropy_of)
        self._length = cache(self._length_of)
        self._edges = cache(self._edges_of)

    def sample(self, random: Random) -> list[str]:
        """One sentence, drawn at random, as a list of words."""
        words: list[str] = []
        open_symbols = [self.start]
        while open_symbols:
            symbol = open_symbols.pop()
            if symbol in self.rules:
                open_symbols.extend(reversed(draw(self.rules[symbol], random)))
            else:
                words.append(symbol)
        return words

    def entropy(self) -> float:
        """Entropy of a whole sentence in nats."""
        return self._entropy(self.start)

    def expected_length(self) -> float:
        """Expected number of words of a sentence; its end is not counted."""
        return self._length(self.start)

    def entropy_per_word(self) -> float:
        """Entropy in nats for each predicted word, the end of the sentence counted as one.

        No model of any kind can reach a smaller cross-entropy on fresh sentences.
        """
        return self.entropy() / (self.expected_length() + 1)

    def word_entropy(self) -> float:
        """Cross-entropy per word, in nats, of the best model that sees no word before."""
        counts: Counter[str] = Counter()
        for (_, word), count in self.bigrams().items():
            counts[word] += count  # type: ignore[assignment]
        return -sum(n * math.log(n / counts.total()) for n in counts.values()) / counts.total()

    def bigram_entropy(self) -> float:
        """Cross-entropy per word, in nats, of the best model that sees one word before."""
        bigrams = self.bigrams()
        before: defaultdict[str, float] = defaultdict(float)
        for (first, _), count in bigrams.items():
            before[first] += count
        nats = sum(n * math.log(n / before[first]) for (first, _), n in bigrams.items())
        return -nats / sum(bigrams.values())

    def bigrams(self) -> dict[tuple[str, str], float]:
        """How often a word follows another in one sentence, its ends included, on average."""
        first, last, inside = self._edges(self.start)
        counts = dict(inside)
        counts.update({(END, word): p for word, p in first.items()})
        counts.update({(word, END): p for word, p in last.items()})
        return counts

    def sentences(self, symbol: str | None = None) -> Iterator[tuple[Phrase, float]]:
        """Every way to make a sentence, with its probability."""
        yield from self._expand((symbol or self.start,))

    def probability(self, words: Sequence[str]) -> float:
        """Probability of a sentence, summed over all the ways to make it."""
        return self._inside((self.start,), tuple(words), {})

    def words(self) -> set[str]:
        """All words that the grammar can write."""
        phrases = (phrase for choices in self.rules.values() for _, phrase in choices)
        return {word for phrase in phrases for word in phrase if word not in self.rules}

    def _check(self, symbol: str, above: Phrase) -> None:
        if symbol in above:
            raise UsageError(f"The symbol {symbol} leads back to itself: a sentence may never end.")
        if symbol not in self.rules:
            if symbol.isupper():
                raise NamingError(f"The symbol {symbol} has no rule.")
            return
        for _, phrase in self.rules[symbol]:
            for child in set(phrase):
                self._check(child, (*above, symbol))

    def _entropy_of(self, symbol: str) -> float:
        return sum(
            p * (-math.log(p) + sum(map(self._entropy, phrase)))
            for p, phrase in self.rules.get(symbol, ())
        )

    def _length_of(self, symbol: str) -> float:
        if symbol not in self.rules:
            return 1.0
        return sum(p * sum(map(self._length, phrase)) for p, phrase in self.rules[symbol])

    def _edges_of(
        self, symbol: str
    ) -> tuple[dict[str, float], dict[str, float], dict[tuple[str, str], float]]:
        """Chances of the first word, of the last word, and expected pairs of neighbours."""
        if symbol not in self.rules:
            return {symbol: 1.0}, {symbol: 1.0}, {}
        first: defaultdict[str, float] = defaultdict(float)
        last: defaultdict[str, float] = defaultdict(float)
        inside: defaultdict[tuple[str, str], float] = defaultdict(float)
        for p, phrase in self.rules[symbol]:
            parts = [self._edges(child) for child in phrase]
            _add(first, parts[0][0], p)
            _add(last, parts[-1][1], p)
            for part in parts:
                _add(inside, part[2], p)
            for left, right in pairwise(parts):
                for a, p_a in left[1].items():
                    for b, p_b in right[0].items():
                        inside[a, b] += p * p_a * p_b
        return dict(first), dict(last), dict(inside)

    def _expand(self, phrase: Phrase) -> Iterator[tuple[Phrase, float]]:
        place = next((i for i, s in enumerate(phrase) if s in self.rules), None)
        if place is None:
            yield phrase, 1.0
            return
        head, tails = phrase[:place], list(self._expand(phrase[place + 1 :]))
        for p, choice in self.rules[phrase[place]]:
            for middle, p_middle in self._expand(choice):
                for tail, p_tail in tails:
                    yield head + middle + tail, p * p_middle * p_tail

    def _inside(
        self, phrase: Phrase, words: Phrase, known: dict[tuple[Phrase, Phrase], float]
    ) -> float:
        if not phrase:
            return float(not words)
        if (phrase, words) not in known:
            symbol, rest = phrase[0], phrase[1:]
            if symbol in self.rules:
                value = sum(
                    p * self._inside(choice + rest, words, known)
                    for p, choice in self.rules[symbol]
                )
            else:
                fits = bool(words) and words[0] == symbol
                value = self._inside(rest, words[1:], known) if fits else 0.0
            known[phrase, words] = value
        return known[phrase, words]


def draw(choices: Sequence[tuple[float, Phrase]], random: Random) -> Phrase:
    """One of the phrases, drawn by their probabilities, which add up to 1."""
    # Only Random.random() is promised to give the same numbers in every version of Python.
    left = random.random()
    for p, phrase in choices:
        left -= p
        if left < 0:
            return phrase
    return choices[-1][1]


def _normalised(symbol: str, choices: Iterable[tuple[float, str]]) -> list[tuple[float, Phrase]]:
    split = [(weight, tuple(phrase.split())) for weight, phrase in choices]
    for weight, phrase in split:
        if weight <= 0 or not phrase:
            raise UsageError(
                f"The rule {symbol} -> {' '.join(phrase)!r} with weight {weight} needs a phrase "
                "of at least one word and a positive weight."
            )
    total = sum(weight for weight, _ in split)
    return [(weight / total, phrase) for weight, phrase in split]


def _add(total: defaultdict[Key, float], part: Mapping[Key, float], p: float) -> None:
    for key, value in part.items():
        total[key] += p * value
