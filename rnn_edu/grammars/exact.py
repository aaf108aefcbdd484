"""Exact answers that need the list of all sentences, for grammars small enough to have one."""

from __future__ import annotations

import math
from collections import defaultdict

from rnn_edu.grammars.grammar import END, Grammar, Phrase


def next_word_chances(grammar: Grammar, seen: int | None) -> dict[Phrase, dict[str, float]]:
    """How often each word follows each run of words, per sentence.

    Args:
        grammar: a grammar with a list of sentences that fits in memory.
        seen: the number of words before; fewer at the start of a sentence. None means all.
    """
    chances: defaultdict[Phrase, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for words, p in grammar.sentences():
        for i, word in enumerate((*words, END)):
            first = 0 if seen is None else max(0, i - seen)
            # The start of a sentence can be seen too, unless more than `seen` words lie between.
            start = () if seen is not None and i >= seen else (END,)
            chances[start + words[first:i]][word] += p
    return {context: dict(following) for context, following in chances.items()}


def next_word_entropy(grammar: Grammar, seen: int | None) -> float:
    """Cross-entropy per predicted word, in nats, of the best model that sees so many words."""
    total = nats = 0.0
    for following in next_word_chances(grammar, seen).values():
        here = sum(following.values())
        total += here
        nats -= sum(p * math.log(p / here) for p in following.values())
    return nats / total


def next_word_accuracy(grammar: Grammar, seen: int | None) -> float:
    """Share of words, sentence ends included, that the best such model names rightly."""
    chances = next_word_chances(grammar, seen).values()
    return sum(max(f.values()) for f in chances) / sum(sum(f.values()) for f in chances)


def order_blind_accuracy(grammars: dict[str, Grammar]) -> float:
    """Accuracy of the best classifier of words without order, all labels being equally likely."""
    bags: defaultdict[Phrase, dict[str, float]] = defaultdict(lambda: dict.fromkeys(grammars, 0.0))
    for label, grammar in grammars.items():
        for words, p in grammar.sentences():
            bags[tuple(sorted(words))][label] += p / len(grammars)
    return sum(max(of_label.values()) for of_label in bags.values())
