"""Three words in, three out: a date in words is read, then written in figures.

One network reads "third May 2026" and hands its last state to a second one, which writes
"2026 05 03". The plain form has nothing else; the two others let every written word look back at
all the words read, with the dot product of Luong et al. (2015) and with the sum inside a tanh of
Bahdanau et al. (2015). Here, as in Luong's paper, the state that looks is the one of the word
being written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from numpy.typing import ArrayLike

from rnn_edu.errors import UsageError
from rnn_edu.networks import (
    AdditiveAttention,
    Attention,
    Concatenate,
    Dense,
    Input,
    Masking,
    Network,
    SimpleRNN,
    Words,
)
from rnn_edu.walkthrough import Walkthrough

#: What can be read: a day, a month and a year, in this order; an empty word is padding.
READ = ("third", "ninth", "May", "June", "2025", "2026")
#: What can be written: a year, a month and a day.
WRITTEN = ("2025", "2026", "05", "06", "03", "09")
START = "<start>"
#: What the decoder reads: the word written before, or the sign to begin.
FED = (START, *WRITTEN)
OF_WORD = dict(zip(READ, ("03", "09", "05", "06", "2025", "2026"), strict=True))
DATE = ("third", "May", "2026")

WORDS_IN, FED_IN = Input((None, len(READ)), name="words"), Input((None, len(FED)), name="fed")
ENCODER = SimpleRNN(2, return_sequences=True, return_state=True, name="encoder")
DECODER = SimpleRNN(2, return_sequences=True, name="decoder")
ANSWER = Dense(len(WRITTEN), "softmax", name="answer")
LOOK = Attention(name="attention")
#: The encoder's state and, where there is attention, what attention found.
JOINED = Concatenate(name="joined")
network_of = partial(Network.functional, loss="categorical_crossentropy", reduction="sum")

PLAIN_NETWORK = network_of(
    (WORDS_IN,),
    (FED_IN,),
    (ENCODER, "words"),
    (DECODER, "fed", "encoder:1"),
    (ANSWER, "decoder"),
)
DOT_NETWORK = network_of(
    (WORDS_IN,),
    (FED_IN,),
    (ENCODER, "words"),
    (DECODER, "fed", "encoder:1"),
    (LOOK, "decoder", "encoder"),
    (JOINED, "decoder", "attention"),
    (ANSWER, "joined"),
)
#: The same behind a mask: words that are padding do not count.
MASKED_NETWORK = network_of(
    (WORDS_IN,),
    (FED_IN,),
    (Masking(name="mask"), "words"),
    (ENCODER, "mask"),
    (DECODER, "fed", "encoder:1"),
    (LOOK, "decoder", "encoder"),
    (JOINED, "decoder", "attention"),
    (ANSWER, "joined"),
)
#: Keras's layer adds query and key as they are; the two products of the paper come before it.
ADDITIVE_NETWORK = network_of(
    (WORDS_IN,),
    (FED_IN,),
    (ENCODER, "words"),
    (DECODER, "fed", "encoder:1"),
    (Dense(2, use_bias=False, name="query"), "decoder"),
    (Dense(2, use_bias=False, name="key"), "encoder"),
    (AdditiveAttention(name="attention"), "query", "encoder", "key"),
    (JOINED, "decoder", "attention"),
    (ANSWER, "joined"),
)

#: Trained by this book on all eight dates: Adam with the learning rate 0.02 and all dates at
#: once, 2,500 updates (dot products 1,500, additive 1,200) from 64 to 256 random starts, of which
#: one was kept; a small penalty on large weights. The plain form learned with noise of 0.1 on the
#: state that is handed over, so that the eight dates lie apart in it. For the dot products the
#: loss had a further part, 0.3 times the surprise that the weight is on the word being written:
#: without it training found ``SPREAD_WEIGHTS``, which answer as well. Rounded to two decimals;
#: equal numbers and zeros were moved by a few hundredths, so that all differ. The rows of "03" and
#: "09" in the decoder's kernel are never read, since a day is written last; they hold small
#: numbers.
PLAIN_WEIGHTS: tuple[ArrayLike, ...] = (
    [[-0.08, 0.89], [-0.21, -0.81], [-1.35, 0.37], [0.03, 0.06], [-0.93, -0.18], [0.81, -0.06]],
    [[-0.05, 1.47], [-0.82, -0.07]],
    [0.59, 0.1],
    [
        [1.51, 1.55],
        [-1.82, -1.2],
        [-2.75, -1.15],
        [1.46, -0.71],
        [0.01, -0.84],
        [0.17, -0.23],
        [-0.31, 0.12],
    ],
    [[-0.11, 1.99], [1.28, 0.11]],
    [-0.5, 0.02],
    [[3.06, 2.17, -6.17, -4.32, -0.7, 6.16], [1.48, 8.12, -3.41, 3.82, -5.25, -5.07]],
    [3.31, -0.19, -1.18, 0.13, -0.01, -1.62],
)
DOT_WEIGHTS: tuple[ArrayLike, ...] = (
    [[-0.83, -0.53], [-2.8, -3.22], [2.76, 1.93], [0.46, -0.57], [-2.35, 3.52], [3.36, -1.85]],
    [[-0.8, -1.79], [0.32, 0.76]],
    [-0.18, 0.11],
    [
        [-1.76, -1.07],
        [2.97, 0.15],
        [-0.12, 4.44],
        [-2.76, -0.9],
        [-2.9, 0.24],
        [0.17, -0.23],
        [-0.31, 0.12],
    ],
    [[0.18, -3.66], [-2.23, -0.85]],
    [1.87, 1.15],
    [
        [-2.66, 2.83, 0.27, 4.2, -4.44, -0.84],
        [3.34, -3.34, -0.47, 5.11, -4.96, -0.03],
        [-3.89, 1.96, 5.53, -4.86, 3.6, -6.11],
        [2.24, -2.07, 5.96, -5.06, 5.27, -6.04],
    ],
    [-0.45, -0.28, -1.37, 2.09, 2.17, -1.95],
)
#: The same without the further part of the loss: all eight dates right, the attention spread.
SPREAD_WEIGHTS: tuple[ArrayLike, ...] = (
    [[-1.65, -0.77], [-2.14, 2.3], [1.37, 1.38], [1.52, -1.86], [-1.24, -1.27], [2.17, 0.16]],
    [[-0.76, 0.52], [0.01, -0.01]],
    [0.04, 0.02],
    [
        [-0.34, 0.76],
        [3.55, -0.38],
        [0.72, -2.4],
        [-0.95, 0.67],
        [-0.55, 0.24],
        [0.17, -0.23],
        [-0.31, 0.12],
    ],
    [[0.14, 2.25], [1.94, -0.66]],
    [0.38, -0.67],
    [
        [-1.93, 2.92, 3.22, 1.92, -3.33, -1.49],
        [-2.68, 3.87, -3.81, -1.08, 4.64, 1.69],
        [-2.58, 2.53, -0.81, 3.65, 1.95, -3.13],
        [-1.37, 1.36, 4.99, -5.27, -4.67, 5.5],
    ],
    [0.61, 0.54, 0.64, -0.65, 0.32, -0.52],
)
ADDITIVE_WEIGHTS: tuple[ArrayLike, ...] = (
    [[-1.64, -1.18], [0.72, 1.84], [0.22, -1.92], [2.51, 1.51], [-1.82, 1.58], [1.37, -1.7]],
    [[0.61, -0.07], [-0.46, 0.03]],
    [-0.24, 0.02],
    [
        [2.09, 0.62],
        [-0.44, 1.32],
        [-0.83, 1.94],
        [-0.71, -1.88],
        [-1.3, -2.26],
        [0.17, -0.23],
        [-0.31, 0.12],
    ],
    [[-0.78, 0.73], [-0.92, 1.12]],
    [-0.15, -0.41],
    [[-1.41, 1.49], [-1.28, -1.01]],
    [[2.18, 2.19], [-1.52, -1.46]],
    [2.92, -2.9],
    [
        [2.11, 2.38, -1.87, -1.22, -1.57, -0.88],
        [1.04, -0.87, 3.82, 3.0, -2.47, -3.99],
        [-2.37, 2.07, -1.06, 2.73, -3.04, 1.53],
        [2.58, -2.18, -2.89, 2.84, -1.36, 3.64],
    ],
    [0.26, 0.19, -0.73, -0.72, -0.2, -0.38],
)
NOTES = {
    "words": {"input": "the word read, one-hot; padding is all zeros"},
    "fed": {"input": "the word before, one-hot"},
    "encoder": {"h": "what has been read so far", "h at start": "nothing read yet"},
    "decoder": {"h": "what is about to be written"},
    "query": {"output": "what this written word looks for"},
    "key": {"output": "what this word read can be found by"},
    "attention": {"output": "the states read, weighted and added up: the context"},
    "joined": {"output": "the decoder's state and the context, side by side"},
    "answer": {"pre_activation": "logits", "output": "how likely each word is"},
    "loss": {"target": "the word to be written", "step": "surprise at this word"},
}


def written_for(date: Sequence[str]) -> tuple[str, ...]:
    """How a date is to be written; padding is left out.

    Raises:
        UsageError: it is not a day, a month and a year.

    Example:
        >>> written_for(("ninth", "June", "2025"))
        ('2025', '06', '09')
    """
    words = [word for word in date if word]
    kinds = [READ[2 * k : 2 * k + 2] for k in range(3)]
    if len(words) != 3 or any(word not in kind for word, kind in zip(words, kinds, strict=True)):
        raise UsageError(
            f"A date here is a day, a month and a year out of {', '.join(READ)}; "
            f"given is {' '.join(date)!r}."
        )
    return tuple(OF_WORD[word] for word in reversed(words))


def _written(
    network: Network,
    weights: Sequence[ArrayLike],
    date: Sequence[str],
    fed: Sequence[str] | None,
    title: str,
    note: str,
    key: str,
) -> Walkthrough:
    truth = written_for(date)
    return network.walkthrough(
        weights,
        {
            "words": Words(tuple(date), READ),
            "fed": Words(tuple(fed or (START, *truth[:-1])), FED),
        },
        Words(truth, WRITTEN),
        title=title,
        note=note,
        key=key,
        answers=WRITTEN,
        notes=NOTES,
    )


def encoder_decoder(
    weights: Sequence[ArrayLike] = PLAIN_WEIGHTS,
    date: Sequence[str] = DATE,
    fed: Sequence[str] | None = None,
) -> Walkthrough:
    """Encoder and decoder: the last state of the encoder is the first one of the decoder.

    Args:
        weights: kernel, recurrent kernel and bias of the encoder and of the decoder, then kernel
            and bias of the answer; shapes (6, 2), (2, 2), (2,), (7, 2), (2, 2), (2,), (2, 6), (6,).
        date: a day, a month and a year, of ``READ``.
        fed: what the decoder reads, of ``FED``; by default the start and the right words
            (teacher forcing).

    Example:
        >>> w = encoder_decoder()
        >>> [WRITTEN[int(w["p", t].value.argmax())] for t in (1, 2, 3)]
        ['2026', '05', '03']
    """
    return _written(
        PLAIN_NETWORK,
        weights,
        date,
        fed,
        "Encoder and decoder",
        "Reads a date in three words, keeps two numbers of it, and writes the date in figures.",
        "encoder_decoder",
    )


def dot_attention(
    weights: Sequence[ArrayLike] = DOT_WEIGHTS,
    date: Sequence[str] = DATE,
    fed: Sequence[str] | None = None,
    masked: bool = False,
) -> Walkthrough:
    """The same with attention: the score of a word read is a dot product.

    Args:
        weights: as for :func:`encoder_decoder`, the kernel of the answer of shape (4, 6).
        date: a day, a month and a year, of ``READ``, and empty words for padding.
        fed: what the decoder reads; by default the right words.
        masked: whether padding does not count.

    Example:
        >>> dot_attention()["alpha", 1].value.round(3).tolist()
        [0.079, 0.113, 0.808]
    """
    return _written(
        MASKED_NETWORK if masked else DOT_NETWORK,
        weights,
        date,
        fed,
        "Attention by dot products",
        "Writes a date in figures, and looks back at each word of it: the score is a product.",
        "dot_attention",
    )


def additive_attention(
    weights: Sequence[ArrayLike] = ADDITIVE_WEIGHTS,
    date: Sequence[str] = DATE,
    fed: Sequence[str] | None = None,
) -> Walkthrough:
    """The same with additive attention: two products, their sum in a tanh, a third product.

    Args:
        weights: as for :func:`dot_attention`; between the decoder's arrays and those of the
            answer stand the kernels of query and key, shape (2, 2), and the scale, shape (2,).
        date: a day, a month and a year, of ``READ``.
        fed: what the decoder reads; by default the right words.

    Example:
        >>> additive_attention()["alpha", 1].value.round(3).tolist()
        [0.01, 0.035, 0.955]
    """
    return _written(
        ADDITIVE_NETWORK,
        weights,
        date,
        fed,
        "Attention with a sum inside a tanh",
        "Writes a date in figures, and looks back at each word of it: the score is a sum in tanh.",
        "additive_attention",
    )
