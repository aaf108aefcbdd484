"""One head of self-attention over three words: what a transformer keeps of attention.

The words are vectors of two numbers. Each of them asks, can be found, and says something: three
products with it give its query, its key and its value. The scores are divided by the square root
of the length of a query, as in Vaswani et al. (2017). Nothing is handed from word to word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.networks import Attention, Dense, Input, Network
from rnn_edu.walkthrough import Walkthrough

#: Vectors for "third", "May" and "2026", their places added; this book's own numbers.
VECTORS: tuple[tuple[float, ...], ...] = ((1.0, 0.3), (-0.4, 1.2), (0.6, -0.9))
#: Kernels of query, value and key, in the order in which Keras's Attention takes them, and the
#: scale of the scores; none zero, all different.
HEAD_WEIGHTS: tuple[ArrayLike, ...] = (
    [[1.4, -0.7], [0.5, 1.1]],
    [[0.8, -0.2], [0.35, 1.5]],
    [[0.9, 0.4], [-1.2, 1.3]],
    1 / math.sqrt(2),
)
HEAD_NETWORK = Network.functional(
    (Input((None, 2), name="words"),),
    (Dense(2, use_bias=False, name="query"), "words"),
    (Dense(2, use_bias=False, name="value"), "words"),
    (Dense(2, use_bias=False, name="key"), "words"),
    (Attention(use_scale=True, name="attention"), "query", "value", "key"),
)
NOTES = {
    "words": {"input": "the word's vector"},
    "query": {"output": "what this word looks for"},
    "key": {"output": "what this word can be found by"},
    "value": {"output": "what this word says"},
    "attention": {
        "scale": "one over the square root of the length of a query",
        "output": "the values, weighted and added up",
    },
}


def self_attention_head(
    weights: Sequence[ArrayLike] = HEAD_WEIGHTS,
    vectors: Sequence[Sequence[float]] = VECTORS,
) -> Walkthrough:
    """Every word looks at every word.

    Args:
        weights: the kernels of query, value and key, shape (2, 2), and the scale.
        vectors: two numbers for each word.

    Example:
        >>> w = self_attention_head()
        >>> w["alpha", 1].value.round(3).tolist()
        [0.162, 0.011, 0.828]
    """
    return HEAD_NETWORK.walkthrough(
        weights,
        vectors,
        title="One head of self-attention",
        note="Three words look at each other: query, key and value, and no state handed on.",
        key="self_attention_head",
        notes=NOTES,
    )
