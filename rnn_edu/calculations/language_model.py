"""One sentence through a language model: three hidden units, six words, the end among them.

Before the first step nothing has been read, so state and input are zeros, and the model is asked
for the first word all the same. Then each word that was to be guessed is the next input. Source:
the formulas of the article "Creating a simple RNN from scratch with TensorFlow". It stacks the two
kernels, W_a = [W_hh; W_xh], and calls the state a. The weights are this book's own, see
:data:`WEIGHTS`.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from rnn_edu.errors import UsageError
from rnn_edu.networks import Dense, Input, Network, SimpleRNN, Words
from rnn_edu.walkthrough import Walkthrough

UNKNOWN, END = "<UNK>", "<EOS>"
WORDS = (UNKNOWN, END, "police", "find", "boat", "hiker")
#: The whole of what the model was trained on.
SENTENCES = ("police find boat", "police find boat", "hiker find boat", "police find hiker")
UNITS = ("unit 1", "unit 2", "unit 3")
MOST_WORDS = 6

#: Trained by ``RNNLanguageModel`` in float64: seed 5, 60 steps of Adam with the learning rate
#: 0.05 on :data:`SENTENCES`; then rounded to three decimals. W_xh, W_hh, b_h, W_hy, b_y.
WEIGHTS: tuple[ArrayLike, ...] = (
    [
        [0.667, 0.111, -0.504],
        [-0.391, 0.653, 0.083],
        [-2.164, -1.556, -0.897],
        [-1.785, 1.024, 1.086],
        [1.379, -1.605, 0.952],
        [-1.162, -1.375, -0.496],
    ],
    [[-1.603, -0.408, -1.980], [1.296, -0.619, -0.296], [-0.002, -2.127, 0.264]],
    [1.003, 1.065, 0.298],
    [
        [-0.250, 1.762, 2.352, -1.714, -2.670, 0.430],
        [0.483, -2.739, 2.148, -2.237, 2.037, 1.585],
        [-0.998, 1.500, -0.889, -1.933, 1.236, 1.012],
    ],
    [-1.325, -0.282, 0.785, 0.752, -0.447, 1.036],
)
LANGUAGE_MODEL_NETWORK = Network.sequential(
    Input((None, len(WORDS))),
    SimpleRNN(len(UNITS), return_sequences=True),
    Dense(len(WORDS), "softmax"),
    loss="categorical_crossentropy",
)
NOTES = {
    "input": {"input": "the word before, one-hot", "input at t=1": "no word yet: zeros"},
    "simple_rnn": {
        "kernel": "word to state: the lower rows of W_a",
        "recurrent_kernel": "state to state: the upper rows of W_a",
        "bias": "bias of the state, b_a",
    },
    "dense": {
        "kernel": "state to scores, W_y",
        "bias": "bias of the scores",
        "pre_activation": "logits: a score for each word",
        "output": "probability of each word",
    },
    "loss": {
        "target": "the word that comes, one-hot",
        "step": "surprise at that word",
        "total": "mean surprise over the steps",
    },
}


def language_model_sentence(
    sentence: str = "police find hiker", weights: Sequence[ArrayLike] = WEIGHTS
) -> Walkthrough:
    """The chances of every word of a sentence and of its end, and the gradients of the loss.

    Args:
        sentence: one to six of :data:`WORDS`; any other word is read as ``<UNK>``.
        weights: W_xh (6, 3), W_hh (3, 3), b_h (3,), W_hy (3, 6), b_y (6,), in the order of
            Keras's ``get_weights()``.

    Raises:
        UsageError: the sentence has no word, or more than six.

    Example:
        >>> w = language_model_sentence()
        >>> WORDS[w["p", 1].value.argmax()], w["p", 1].value.max().round(3).item()
        ('police', 0.738)
    """
    words = targets(sentence)
    return LANGUAGE_MODEL_NETWORK.walkthrough(
        weights,
        Words(("", *words[:-1]), WORDS),
        Words(tuple(words), WORDS),
        title="One sentence through a language model",
        note="Guesses each word of a sentence from the words before it, its end included.",
        key="language_model_sentence",
        answers=WORDS,
        notes=NOTES,
    )


def targets(sentence: str) -> list[str]:
    """The words to be guessed: those of the sentence, then its end.

    Raises:
        UsageError: there is no word, or there are too many.

    Example:
        >>> targets("police find tractor")
        ['police', 'find', '<UNK>', '<EOS>']
    """
    words = [word if word in WORDS else UNKNOWN for word in sentence.split()]
    if not 1 <= len(words) <= MOST_WORDS:
        raise UsageError(
            f"The sentence {sentence!r} has {len(words)} words; give 1 to {MOST_WORDS}."
        )
    return [*words, END]
