"""Four words read from both ends, and a second layer that reads what the first one wrote.

Two SimpleRNN layers of two units read the sentence, one forwards and one backwards; a third
reads their joined states; a dense layer answers. The weights are this book's own: drawn once
from a seeded generator, rounded to two decimals, all different, none zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.this_is_an_example import WORDS
from rnn_edu.networks import Bidirectional, Dense, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

TOPICS = ("greeting", "lesson", "question")
STACK = Network.sequential(
    Input((None, len(WORDS))),
    Bidirectional(SimpleRNN(2, return_sequences=True)),
    SimpleRNN(2, name="second"),
    Dense(len(TOPICS), "softmax"),
    loss="categorical_crossentropy",
)
NOTES = {
    "dense": {"pre_activation": "logits", "output": "probability of each topic"},
    "loss": {"target": "the true topic", "total": "surprise at the topic"},
}


def distinct_weights(shapes: Sequence[tuple[int, ...]], seed: int = 8) -> list[ArrayLike]:
    """Weights between -0.95 and 0.95 with two decimals, no two the same and none zero.

    Args:
        shapes: the shapes wanted.
        seed: of the generator.

    Example:
        >>> [np.shape(a) for a in distinct_weights([(4, 2), (2,)])]
        [(4, 2), (2,)]
    """
    sizes = [int(np.prod(shape)) for shape in shapes]
    candidates = np.array([k for k in range(-95, 96) if k]) / 100
    drawn = np.random.default_rng(seed).permutation(candidates)[: sum(sizes)]
    pieces = np.split(drawn, np.cumsum(sizes)[:-1])
    return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]


SHAPES = ((4, 2), (2, 2), (2,), (4, 2), (2, 2), (2,), (4, 2), (2, 2), (2,), (2, 3), (3,))
WEIGHTS: tuple[ArrayLike, ...] = tuple(distinct_weights(SHAPES))


def bidirectional_and_stacked(weights: Sequence[ArrayLike] = WEIGHTS) -> Walkthrough:
    """Bidirectional(SimpleRNN(2)), SimpleRNN(2), Dense(3, softmax) over "This is an example".

    Args:
        weights: eleven arrays in the order of Keras's ``get_weights()``: kernel, recurrent
            kernel and bias of the forward, the backward and the second layer, then the dense
            kernel and bias; shapes as in ``SHAPES``.

    Example:
        >>> w = bidirectional_and_stacked()
        >>> w["m", 4].value.round(6).tolist()
        [-0.760872, 0.165523, 0.300437, 0.558052]
    """
    return STACK.walkthrough(
        weights,
        Words(WORDS, WORDS),
        Words(("lesson",), TOPICS),
        title="Both directions, two layers",
        note="Reads the sentence from both ends, then reads the notes, then names the topic.",
        key="bidirectional_and_stacked",
        answers=TOPICS,
        notes=NOTES,
    )
