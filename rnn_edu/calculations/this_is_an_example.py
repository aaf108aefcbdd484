"""Four words, one-hot, through a recurrent network with three hidden units.

Source: the worked example "This is an example" of *Pro Machine Learning Algorithms*
(Ayyadevara, 2018), chapter 10, whose weights these are. The fifth column of
``W_HY_WITH_END`` is this book's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.networks import Dense, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

WORDS = ("This", "is", "an", "example")
END = "<EOS>"
UNITS = ("unit 1", "unit 2", "unit 3")

W_XH = (
    (0.033, 0.021, 0.065),
    (0.052, -0.082, -0.040),
    (0.048, 0.040, -0.078),
    (0.056, -0.033, -0.064),
)
W_HH = (
    (-0.027, 0.043, 0.032),
    (-0.046, -0.048, 0.024),
    (-0.076, -0.032, 0.047),
)
W_HY = (
    (0.058, -0.048, -0.008, 0.045),
    (0.007, 0.053, -0.092, -0.035),
    (-0.076, -0.072, -0.066, -0.004),
)
W_HY_WITH_END = tuple(
    (*row, extra) for row, extra in zip(W_HY, (0.031, -0.019, 0.027), strict=True)
)

NOTES = {
    "simple_rnn": {"kernel": "input to hidden", "recurrent_kernel": "hidden to hidden"},
    "dense": {
        "kernel": "hidden to output",
        "pre_activation": "logits: one score for each answer",
        "exponentials": "softmax, first half: make it positive",
        "output": "softmax, second half: make it add up to 1",
    },
    "loss": {
        "target": "the next word, one-hot",
        "step": "surprise at the true word",
        "total": "mean loss over the four steps",
    },
}


def network_for(answers: Sequence[str]) -> Network:
    """The network with these answers."""
    return Network.sequential(
        Input((None, len(WORDS))),
        SimpleRNN(len(UNITS), use_bias=False, return_sequences=True),
        Dense(len(answers), "softmax", use_bias=False),
        loss="categorical_crossentropy",
    )


NETWORK = network_for(WORDS)


def this_is_an_example(
    weights: Sequence[ArrayLike] = (W_XH, W_HH, W_HY),
    *,
    answers: Sequence[str] = WORDS,
    carry: str = "state",
) -> Walkthrough:
    """The forward pass over the four words and the gradients of its loss.

    Args:
        weights: input to hidden (4, 3), hidden to hidden (3, 3), hidden to output
            (3, number of answers), in the order of Keras's ``get_weights()``.
        answers: the words that the network can answer; add ``END`` to give the last word
            something to predict, and a matching column to ``W_hy``.
        carry: what each step hands to the next: ``"state"``, h_t, as an RNN does, or
            ``"pre-activation"``, a_t, as the source's published sheet does by mistake.

    Example:
        >>> w = this_is_an_example()
        >>> w["h", 4].value.round(6).tolist()
        [0.058415, -0.030397, -0.064838]
    """
    return network_for(answers).walkthrough(
        weights,
        Words(WORDS, WORDS),
        next_words(answers),
        title="This is an example",
        note="Reads four words, one at a time, and after each one guesses the next.",
        key="this_is_an_example",
        answers=answers,
        notes=NOTES,
        softmax_in_halves=True,
        carry=carry,
    )


def next_words(answers: Sequence[str]) -> Words:
    """The word to be guessed at each step; after the last word the end, if it is an answer."""
    following = [word if word in answers else "" for word in (*WORDS[1:], END)]
    return Words(tuple(following), tuple(answers))
