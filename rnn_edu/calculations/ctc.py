"""CTC's forward sums over four frames: how likely the word "no" is, whenever its letters sound.

A dense layer makes of each frame the chances of n, of o and of the blank. The sums add up the
chances of all paths that come to "no", without listing them (Graves and others, 2006). Keras and
PyTorch have this loss; the tests ask both. The weights are this book's own: all different, none
zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.walkthrough import Expression, Walkthrough, concatenate, log, softmax, total

#: What a frame can be; the first one is the blank.
SIGNS = ("blank", "n", "o")
#: The way through "no": before, between and behind the letters a blank may stand.
PLACES = ("before", "n", "between", "o", "behind")
#: How loud the low tones of a frame are, and the high ones.
FRAMES: tuple[tuple[float, ...], ...] = ((1.1, 0.2), (0.7, 0.35), (0.15, 0.25), (0.3, 1.2))
#: From the two tones to the scores of the three signs, and their biases.
WEIGHTS: tuple[ArrayLike, ...] = (
    [[-0.8, 1.9, 0.4], [-0.5, 0.45, 1.7]],
    [0.6, -0.35, -0.2],
)
#: The number of the sign at each place.
AT_PLACES = [0, 1, 0, 2, 0]
#: The same as matrices, for whoever wants to multiply: which sign is heard at each place (column).
READS = ((1.0, 0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0, 0.0))
#: From a place (row) one may stay, go to the next one, and from letter to letter leap the blank.
FOLLOWS = (
    (1.0, 1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 1.0, 1.0, 0.0),
    (0.0, 0.0, 1.0, 1.0, 0.0),
    (0.0, 0.0, 0.0, 1.0, 1.0),
    (0.0, 0.0, 0.0, 0.0, 1.0),
)


def ctc_forward(
    weights: Sequence[ArrayLike] = WEIGHTS, frames: Sequence[Sequence[float]] = FRAMES
) -> Walkthrough:
    """The chance of "no" as a sum over all paths, and the gradients of its loss.

    Args:
        weights: shapes (2, 3) and (3,).
        frames: two numbers for each frame.

    Example:
        >>> ctc_forward()["P"].value.round(6).item()
        0.43705
    """
    w = Walkthrough(
        "CTC's forward sums",
        note="How likely the word is, whenever its letters sound: all paths are added up.",
        key="ctc_forward",
    )
    signs, places = (SIGNS,), (PLACES,)
    kernel = w.weight("W", weights[0], note="tones to scores", labels=(("low", "high"), SIGNS))
    bias = w.weight("b", weights[1], note="bias of the scores", labels=signs)
    alpha = None
    for t, frame in enumerate(frames, start=1):
        x = w.input("x", frame, t=t, note="the frame", labels=(("low", "high"),))
        z = w.step("z", x @ kernel + bias, t=t, role="pre-activation", note="scores", labels=signs)
        note = "how likely each sign is in this frame"
        p = w.step("p", softmax(z), t=t, role="output", note=note, labels=signs)
        # In the first frame a path is at the first blank or at the first letter.
        sums = concatenate(p[0:2], 0 * p[0:3]) if alpha is None else _into(alpha) * p[AT_PLACES]
        note, symbol = "all paths that are here now, added up", rf"\alpha_{{{t}}}"
        alpha = w.step("alpha", sums, t=t, note=note, labels=places, latex_symbol=symbol)
    assert alpha is not None
    chance = w.step("P", total(alpha[3:5]), note="all paths that end at o or behind it")
    w.gradients(w.step("L", -log(chance), role="loss", note="surprise at the word"))
    return w


def _into(alpha: Expression) -> Expression:
    """What comes to each place: it stays, goes on to the next one, or leaps from n to o."""
    on = concatenate(0 * alpha[0:1], alpha[0:4])
    leap = concatenate(0 * alpha[0:3], alpha[1:2], 0 * alpha[4:5])
    return alpha + on + leap
