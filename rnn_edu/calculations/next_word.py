"""The beginning of a sentence, and the word that comes next: three recurrent units with relu.

Source: the four "hello" sentences and the layers (Embedding, SimpleRNN with relu, Dense with
softmax) are those of the ML Playground's page on sequence modelling, which has 10 numbers for a
word and 50 units. Here a word has 2 numbers and the layer 3 units, so that every number fits on
a sheet. The weights are this book's own, see ``WEIGHTS``.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.errors import UsageError
from rnn_edu.networks import Dense, Embedding, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

#: What is put before a beginning that is shorter than the input; its number is 0.
PADDING = "<PAD>"
#: The words in the order of their numbers: the most frequent first.
WORDS = (
    PADDING,
    "hello",
    "how",
    "are",
    "you",
    "your",
    "is",
    "day",
    "friends",
    "what",
    "doing",
)
UNITS = ("unit 1", "unit 2", "unit 3")
FEATURES = ("feature 1", "feature 2")
#: Words of an input: one less than the longest sentence has.
LENGTH = 4

#: Trained by this book's NumPy layers in float64: seed 1, 400 epochs of Adam with the learning
#: rate 0.01 on the 15 beginnings of the four sentences; then rounded to three decimals.
WEIGHTS: tuple[ArrayLike, ...] = (
    [
        [-0.295, -0.666],
        [-1.428, -1.290],
        [0.435, 0.567],
        [1.547, 1.592],
        [0.606, -0.782],
        [-1.242, -1.339],
        [0.871, 0.735],
        [-0.017, -0.028],
        [0.030, 0.002],
        [-0.401, -0.376],
        [0.033, -0.046],
    ],
    [[-1.770, 1.688, -1.888], [-2.209, 1.726, -1.500]],
    [[-0.846, 0.784, 2.141], [1.591, 0.723, -0.284], [-0.242, 0.149, -0.904]],
    [0.782, 0.789, 0.215],
    [
        [-0.916, -1.131, -0.008, -0.927, -1.376, 0.466, -1.628, 0.512, 1.829, 0.193, 1.787],
        [-1.166, -0.965, -2.337, -0.303, 1.669, 0.809, 0.727, -0.490, -2.035, -2.126, -1.174],
        [-0.887, -0.961, 0.912, 0.703, -1.160, -1.338, 0.021, 0.138, -0.407, 0.807, -1.640],
    ],
    [-0.444, -0.448, 0.298, -0.016, 0.516, 0.833, 0.412, -0.701, -0.372, -0.442, -0.085],
)

NEXT_WORD_NETWORK = Network.sequential(
    Input((None,), "int"),
    Embedding(len(WORDS), len(FEATURES)),
    SimpleRNN(len(UNITS), "relu"),
    Dense(len(WORDS), "softmax"),
    loss="categorical_crossentropy",
)
NOTES = {
    "embedding": {"embeddings": "embeddings: a row of numbers for each word"},
    "simple_rnn": {
        "kernel": "kernel: word to state",
        "recurrent_kernel": "recurrent_kernel: state to state",
        "bias": "bias of the state",
        "a": "the word and the state before, each through its weights, added up",
        "h": "the new hidden state: no number below 0",
    },
    "dense": {
        "kernel": "dense kernel: state to answer",
        "pre_activation": "logits: a score for each word",
        "output": "probability of each word",
    },
    "loss": {
        "target": "the word that came next, one-hot",
        "total": "surprise at that word",
    },
}


def next_word_hello(
    beginning: str = "hello how is",
    next_word: str = "your",
    weights: Sequence[ArrayLike] = WEIGHTS,
) -> Walkthrough:
    """Embedding(11, 2), SimpleRNN(3, relu) and Dense(11, softmax) over a beginning.

    Each step is what the layers do: the look-up as the product of a one-hot word with the table
    E, the sum, its relu; after the last word the probabilities, the loss for the word that
    really came next, and the gradients of that loss.

    Args:
        beginning: one to four of ``WORDS``; it is padded in front to four.
        next_word: the word that comes next, for the loss.
        weights: the six arrays of ``get_weights()``: E (11, 2), W_xh (2, 3), W_hh (3, 3),
            b_h (3,), W_hy (3, 11), b_y (11,).

    Raises:
        UsageError: the beginning has no word, or more than four.
        NamingError: a word is not one of ``WORDS``.

    Example:
        >>> w = next_word_hello("hello how is")
        >>> w["h", 4].value.round(4).tolist()
        [7.9945, 8.2438, 0.0]
        >>> WORDS[w["p"].value.argmax()]
        'your'
    """
    return NEXT_WORD_NETWORK.walkthrough(
        weights,
        Words(tuple(padded(beginning)), WORDS),
        Words((next_word,), WORDS),
        title="The next word after a beginning",
        note="Looks up two numbers for each word, reads them one word at a time, and says how "
        "likely each word is to come next.",
        key="next_word_hello",
        answers=WORDS,
        notes=NOTES,
    )


def padded(beginning: str) -> list[str]:
    """The words of a beginning, with padding in front, ``LENGTH`` in all.

    Raises:
        UsageError: there is no word, or there are too many.

    Example:
        >>> padded("hello how")
        ['<PAD>', '<PAD>', 'hello', 'how']
    """
    words = beginning.split()
    if not 1 <= len(words) <= LENGTH:
        raise UsageError(f"the beginning {beginning!r} has {len(words)} words; give 1 to {LENGTH}.")
    return [PADDING] * (LENGTH - len(words)) + words
