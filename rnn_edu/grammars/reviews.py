"""Short reviews whose label depends on the order of the words.

Four kinds, each as often positive as negative:

* ``plain``: two opinions that agree ("the plot was dull and the music was weak");
* ``but``: two that differ; what follows "but" decides;
* ``though``: two that differ; what stands before "though" decides;
* ``not``: one "not", which belongs to the opinion that it stands in front of.

In the last three the same words in another order make a review of the other label, and both
orders are equally likely. So whoever sees the words without their order guesses there, and the
best possible order-blind accuracy is the share of plain reviews plus half of the rest.
"""

from __future__ import annotations

from rnn_edu.grammars.grammar import Grammar
from rnn_edu.grammars.headlines import zipf

SHARES = {"plain": 0.4, "but": 0.25, "though": 0.15, "not": 0.2}
LABELS = ("negative", "positive")
ASPECTS = ["plot", "music", "acting", "ending", "camera", "dialogue"]
WORDS = {
    "negative": ["dull", "weak", "clumsy", "boring", "bad"],
    "positive": ["lovely", "good", "clever", "exciting", "fresh"],
}
BEFORE = ["honestly", "last night"]
AFTER = ["said my sister", "as we agreed on the way home"]


def review_grammar(label: str) -> Grammar:
    """The grammar of the reviews with one label, ``"negative"`` or ``"positive"``."""
    other = LABELS[1 - LABELS.index(label)]
    same, unlike = label[:3].upper(), other[:3].upper()
    rules: dict[str, list[tuple[float, str]]] = {
        "S": [(3, "BODY"), (1, "BEFORE BODY"), (2, "BODY AFTER")],
        "BEFORE": [(1, phrase) for phrase in BEFORE],
        "AFTER": [(1, phrase) for phrase in AFTER],
        "BODY": [(share, kind.upper()) for kind, share in SHARES.items()],
        "NEG": [(2, "NEG_WORD"), (1, "very NEG_WORD")],
        "POS": [(2, "POS_WORD"), (1, "very POS_WORD")],
        "NEG_WORD": zipf(WORDS["negative"]),
        "POS_WORD": zipf(WORDS["positive"]),
        "PLAIN": _pairs(f"was {same} and the", f"was {same}"),
        "BUT": _pairs(f"was {unlike} but the", f"was {same}"),
        "THOUGH": _pairs(f"was {same} though the", f"was {unlike}"),
        "NOT": [
            *_pairs(f"was {same}_WORD and the", f"was not {unlike}_WORD"),
            *_pairs(f"was not {unlike}_WORD and the", f"was {same}_WORD"),
        ],
    }
    return Grammar(rules)


def order_blind_accuracy() -> float:
    """Accuracy of the best possible model that sees which words a review has, not their order."""
    return SHARES["plain"] + (1 - SHARES["plain"]) / 2


def _pairs(middle: str, end: str) -> list[tuple[float, str]]:
    return [(1, f"the {a} {middle} {b} {end}") for a in ASPECTS for b in ASPECTS if a != b]
