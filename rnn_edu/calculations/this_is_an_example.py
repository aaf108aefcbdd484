"""Four words, one-hot, through a recurrent network with three hidden units.

Source: the worked example "This is an example" of *Pro Machine Learning Algorithms*
(Ayyadevara, 2018), chapter 10, whose weights these are. The fifth column of
``W_HY_WITH_END`` is this book's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.cells import simple_rnn_step
from rnn_edu.calculations.network import Network
from rnn_edu.walkthrough import Quantity, Walkthrough, cross_entropy, exp, total

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

NETWORK = Network(
    cell="SimpleRNN",
    units=3,
    features=4,
    outputs=4,
    output_activation="softmax",
    loss="categorical_crossentropy",
    use_bias=False,
    output_bias=False,
    every_step=True,
)


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
    w = Walkthrough(
        "This is an example",
        note="Reads four words, one at a time, and after each one guesses the next.",
        key="this_is_an_example",
    )
    kernel, recurrent_kernel, dense_kernel = weights
    W_xh = w.weight("W_xh", kernel, note="input to hidden", labels=(WORDS, UNITS))
    W_hh = w.weight("W_hh", recurrent_kernel, note="hidden to hidden", labels=(UNITS, UNITS))
    W_hy = w.weight("W_hy", dense_kernel, note="hidden to output", labels=(UNITS, answers))
    carried = w.constant("h", np.zeros(3), t=0, note="nothing read yet", labels=(UNITS,))
    losses = []
    for t, word in enumerate(WORDS, start=1):
        x = w.one_hot("x", word, WORDS, t=t, note="the word, one-hot")
        h = simple_rnn_step(w, x, carried, W_xh, W_hh, t=t)
        carried = h if carry == "state" else w["a", t]
        y = next_word(w, answers, t)
        losses.append(guess(w, h, W_hy, y, t=t))
    mean = (losses[0] + losses[1] + losses[2] + losses[3]) / 4
    L = w.step("L", mean, role="loss", note="mean loss over the four steps")
    w.gradients(L)
    return w


def next_word(w: Walkthrough, answers: Sequence[str], t: int) -> Quantity:
    """The word to be guessed at step t; after the last word the end, if it is an answer."""
    sentence = (*WORDS, END)
    word = sentence[t] if sentence[t] in answers else ""
    return w.one_hot("y", word, answers, t=t, role="target", note="the next word, one-hot")


def guess(w: Walkthrough, h: Quantity, W_hy: Quantity, y: Quantity, *, t: int) -> Quantity:
    """Logits, softmax in two steps, and the loss of one time step, which is returned."""
    z = w.step("z", h @ W_hy, t=t, note="logits: one score for each answer", labels=y.labels)
    e = w.step("e", exp(z), t=t, note="softmax, first half: make it positive", labels=y.labels)
    p = w.step(
        "p",
        e / total(e),
        t=t,
        role="output",
        note="softmax, second half: make it add up to 1",
        labels=y.labels,
    )
    return w.step("l", cross_entropy(y, p), t=t, role="loss", note="surprise at the true word")
