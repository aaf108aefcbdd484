"""Two words, read in order: their sum, and the state of a recurrent network after them.

The words are those of the worked example "This is an ____" of *Pro Machine Learning
Algorithms* (Ayyadevara, 2018), chapter 10, whose first attempt adds their codes. The weights
are this book's own: two decimals, all different, none zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.cells import simple_rnn_step
from rnn_edu.calculations.network import Network
from rnn_edu.calculations.this_is_an_example import WORDS
from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Walkthrough, softmax

UNITS = ("unit 1", "unit 2")
WEIGHTS: tuple[ArrayLike, ...] = (
    [[0.80, -0.35], [-0.45, 0.60], [0.25, 0.90], [-0.70, -0.15]],
    [[0.50, -0.30], [0.40, 0.20]],
    [0.10, -0.20],
    [[0.65, -0.55, 0.30, -0.40], [-0.25, 0.45, 0.85, -0.60]],
)

ORDER_NETWORK = Network(
    cell="SimpleRNN",
    units=2,
    features=4,
    outputs=4,
    output_activation="softmax",
    loss="categorical_crossentropy",
    output_bias=False,
)


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
    kernel, recurrent_kernel, bias, dense_kernel = weights
    W_xh = w.weight("W_xh", kernel, note="word to state", labels=(WORDS, UNITS))
    W_hh = w.weight("W_hh", recurrent_kernel, note="state to state", labels=(UNITS, UNITS))
    b_h = w.weight("b_h", bias, note="bias of the state", labels=(UNITS,))
    W_hy = w.weight("W_hy", dense_kernel, note="state to guess", labels=(UNITS, WORDS))
    words = (first, second)
    x = [w.one_hot("x", word, WORDS, t=t, note="one-hot") for t, word in enumerate(words, start=1)]
    w.step("bag", x[0] + x[1], note="the sum: the same in either order", labels=(WORDS,))
    h = w.constant("h", np.zeros(2), t=0, note="nothing read yet", labels=(UNITS,))
    for t, x_t in enumerate(x, start=1):
        h = simple_rnn_step(w, x_t, h, W_xh, W_hh, b_h, t=t)
    z = w.step("z", h @ W_hy, note="a score for each word", labels=(WORDS,))
    w.step("p", softmax(z), role="output", note="probability of each word", labels=(WORDS,))
    return w
