"""Two words, read in order: their sum, and the state of a recurrent network after them.

The words are those of the worked example "This is an ____" of *Pro Machine Learning
Algorithms* (Ayyadevara, 2018), chapter 10, whose first attempt adds their codes. The weights
are this book's own: two decimals, all different, none zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.calculations.this_is_an_example import WORDS
from rnn_edu.errors import UsageError
from rnn_edu.networks import Dense, Flow, Input, Network, SimpleRNN
from rnn_edu.walkthrough import Origin, Walkthrough

UNITS = ("unit 1", "unit 2")
WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.80, -0.35], [-0.45, 0.60], [0.25, 0.90], [-0.70, -0.15]],
    [[0.50, -0.30], [0.40, 0.20]],
    [0.10, -0.20],
    [[0.65, -0.55, 0.30, -0.40], [-0.25, 0.45, 0.85, -0.60]],
)

ORDER_NETWORK = Network.sequential(
    Input((None, len(WORDS))), SimpleRNN(len(UNITS)), Dense(len(WORDS), "softmax", use_bias=False)
)
NOTES = {
    "simple_rnn": {
        "kernel": "word to state",
        "recurrent_kernel": "state to state",
        "bias": "bias of the state",
    },
    "dense": {
        "kernel": "state to guess",
        "pre_activation": "a score for each word",
        "output": "probability of each word",
    },
}


def two_words_in_order(
    first: str = "This", second: str = "is", weights: Sequence[ArrayLike] = WEIGHTS
) -> Walkthrough:
    """The sum of two one-hot words, and SimpleRNN(2) with Dense(4, softmax) over them in order.

    Args:
        first: the first word, one of "This", "is", "an", "example".
        second: the second word, another one.
        weights: ``W_xh`` (4, 2), ``W_hh`` (2, 2), ``b_h`` (2,), ``W_hy`` (2, 4).

    Raises:
        UsageError: the two words are the same, so that they have only one order.

    Example:
        >>> one, other = two_words_in_order("This", "is"), two_words_in_order("is", "This")
        >>> one["bag"].value.tolist() == other["bag"].value.tolist()
        True
        >>> one["h", 2].value.round(4).tolist(), other["h", 2].value.round(4).tolist()
        ([-0.1897, 0.0848], [0.7083, -0.3567])
    """
    if first == second:
        raise UsageError(
            f"both words are {first!r}, so there is only one order; choose two different words."
        )
    w = Walkthrough(
        "Two words in order",
        note="Adds two words up, which forgets their order, and reads them one by one, which "
        "does not.",
        key="two_words_in_order",
    )
    words = (first, second)
    x = [
        w.one_hot("x", word, WORDS, t=t, note="one-hot", origin=Origin("input", "input"))
        for t, word in enumerate(words, start=1)
    ]
    w.step("bag", x[0] + x[1], note="the sum: the same in either order", labels=(WORDS,))
    return ORDER_NETWORK.walkthrough(weights, Flow(tuple(x)), into=w, answers=WORDS, notes=NOTES)
