"""The files in data/, made anew: the same bytes on every machine."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from functools import cache
from random import Random
from typing import Any

from rnn_edu.grammars import abstracts, categories, reviews
from rnn_edu.grammars.exact import next_word_accuracy, next_word_entropy, order_blind_accuracy
from rnn_edu.grammars.grammar import Grammar, draw
from rnn_edu.grammars.headlines import headline_grammar
from rnn_edu.grammars.vectors import vector_file

SEED = 2015
ROWS = {"headlines": 12_000, "reviews": 4_000, "categories": 3_500, "abstracts": 400}
DIGITS = 12
SAMPLE_FILES = {
    "headlines": "headlines.txt",
    "abstracts": "abstracts.txt",
    "reviews": "reviews.csv",
    "categories": "categories.csv",
    "vectors": "vectors.txt",
}


@cache
def shipped_grammars() -> dict[str, Grammar]:
    """Every grammar by name: ``headlines``, ``abstracts``, ``reviews positive`` and so on."""
    grammars = {"headlines": headline_grammar(), "abstracts": abstracts.abstract_grammar()}
    grammars |= {f"reviews {label}": reviews.review_grammar(label) for label in reviews.LABELS}
    grammars |= {f"categories {c}": categories.category_grammar(c) for c in categories.SHARES}
    return grammars


@cache
def shipped_files() -> dict[str, str]:
    """The text of every generated file in data/ by its name, except ``truth.json``."""
    lines = {name: _lines(name) for name in ("headlines", "abstracts")}
    labelled = {"reviews": _labelled_reviews(), "categories": _labelled_news()}
    texts = [*lines["headlines"], *lines["abstracts"]]
    texts += [text for rows in labelled.values() for _, text in rows]
    counts = Counter(word for text in texts for word in text.split())
    return {
        "headlines.txt": "\n".join(lines["headlines"]) + "\n",
        "abstracts.txt": "\n".join(lines["abstracts"]) + "\n",
        "reviews.csv": _csv(("label", "text"), labelled["reviews"]),
        "categories.csv": _csv(
            ("category", "headline", "short_description"),
            [(label, *text.split(" . ", 1)) for label, text in labelled["categories"]],
        ),
        "vectors.txt": vector_file(shipped_grammars(), counts, SEED + 4),
    }


@cache
def truth() -> dict[str, dict[str, Any]]:
    """What is exactly true of the shipped sets; entropies in nats, rounded to 12 digits."""
    grammars = shipped_grammars()
    headlines = _language_truth(grammars["headlines"])
    headlines |= {
        "entropy_seeing_2_words": next_word_entropy(grammars["headlines"], 2),
        "entropy_seeing_3_words": next_word_entropy(grammars["headlines"], 3),
        "best_accuracy_seeing_1_word": next_word_accuracy(grammars["headlines"], 1),
        "best_accuracy_seeing_all": next_word_accuracy(grammars["headlines"], None),
    }
    by_label = {label: grammars[f"reviews {label}"] for label in reviews.LABELS}
    three_most_common = sum(sorted(categories.SHARES.values())[-3:])
    sets: dict[str, dict[str, float]] = {
        "headlines": headlines,
        "abstracts": _language_truth(grammars["abstracts"]),
        "reviews": {
            "best_accuracy": 1.0,
            "best_order_blind_accuracy": order_blind_accuracy(by_label),
            "majority_accuracy": 1 / len(reviews.LABELS),
        },
        "categories": {
            "best_accuracy": categories.best_accuracy(),
            "best_top_3_accuracy": 1 - categories.GENERIC**2 * (1 - three_most_common),
            "majority_accuracy": max(categories.SHARES.values()),
        },
    }
    return {
        name: {key: round(value, DIGITS) for key, value in facts.items()}
        for name, facts in sets.items()
    }


def truth_file() -> str:
    """The text of ``truth.json``."""
    return json.dumps(truth(), indent=1) + "\n"


def _language_truth(grammar: Grammar) -> dict[str, float]:
    return {
        "words_in_vocabulary": len(grammar.words()),
        "mean_words": grammar.expected_length(),
        "entropy_of_a_text": grammar.entropy(),
        "entropy_per_word": grammar.entropy_per_word(),
        "perplexity": math.exp(grammar.entropy_per_word()),
        "entropy_seeing_0_words": grammar.word_entropy(),
        "entropy_seeing_1_word": grammar.bigram_entropy(),
    }


def _lines(name: str) -> list[str]:
    random = Random(SEED + list(ROWS).index(name))
    grammar = shipped_grammars()[name]
    return [" ".join(grammar.sample(random)) for _ in range(ROWS[name])]


def _labelled_reviews() -> list[tuple[str, str]]:
    shares = dict.fromkeys(reviews.LABELS, 1 / len(reviews.LABELS))
    return _labelled("reviews", shares)


def _labelled_news() -> list[tuple[str, str]]:
    return _labelled("categories", categories.SHARES)


def _labelled(name: str, shares: dict[str, float]) -> list[tuple[str, str]]:
    random = Random(SEED + list(ROWS).index(name))
    choices = [(share, (label,)) for label, share in shares.items()]
    rows = []
    for _ in range(ROWS[name]):
        (label,) = draw(choices, random)
        text = " ".join(shipped_grammars()[f"{name} {label}"].sample(random))
        rows.append((label, text))
    return rows


def _csv(header: tuple[str, ...], rows: list[Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
