"""Two words and two steps of padding: a mask says which steps count, wherever the padding stands.

The words and weights are this book's own; no two weights are equal and none is zero. The row of
the padding in the table of words is not zero either, as in a network that is made anew: what
keeps it out is the mask.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.networks import Dense, Embedding, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

PADDING = "·"
#: In the order of their numbers; padding is number 0.
WORDS = (PADDING, "not", "good", "bad")
BEHIND = ("not", "good", PADDING, PADDING)
IN_FRONT = (PADDING, PADDING, "not", "good")
#: In the order of ``get_weights()``: the table, kernel, recurrent kernel, bias, dense kernel, bias.
WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.4], [-1.1], [0.9], [-0.7]],
    [[0.8]],
    [[1.9]],
    [0.25],
    [[1.5]],
    [-0.3],
)


def network_of(*, masked: bool = True) -> Network:
    """A number for each word, one unit that reads them, and the answer good or not.

    Args:
        masked: whether word number 0 is passed over.
    """
    return Network.sequential(
        Input((None,), dtype="int"),
        Embedding(len(WORDS), 1, mask_zero=masked),
        SimpleRNN(1),
        Dense(1, "sigmoid"),
        loss="binary_crossentropy",
    )


PADDED_NETWORK = network_of()


def padded_sentence(
    weights: Sequence[ArrayLike] = WEIGHTS,
    sentence: Sequence[str] = BEHIND,
    label: float = 0.0,
    *,
    masked: bool = True,
) -> Walkthrough:
    """Embedding(4, 1, mask_zero), SimpleRNN(1), Dense(1, sigmoid) over a padded sentence.

    Args:
        weights: shapes (4, 1), (1, 1), (1, 1), (1,), (1, 1) and (1,).
        sentence: words of ``WORDS``; a dot is padding.
        label: 1 for good, 0 for not good.
        masked: whether the padding is passed over.

    Example:
        >>> places = BEHIND, IN_FRONT
        >>> [float(padded_sentence(sentence=s)["y_hat"].value[0].round(6)) for s in places]
        [0.392913, 0.392913]
        >>> reads = [padded_sentence(sentence=s, masked=False) for s in places]
        >>> [float(w["y_hat"].value[0].round(6)) for w in reads]
        [0.728837, 0.764897]
    """
    return network_of(masked=masked).walkthrough(
        weights,
        Words(tuple(sentence), WORDS),
        [label],
        title="A padded sentence",
        note="Two words and two steps of padding. Pick other words, or move the padding.",
        key="padded_sentence",
        notes={"dense": {"output": "how likely it is praise"}},
    )
