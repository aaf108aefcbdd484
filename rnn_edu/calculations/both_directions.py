"""Four words read from both ends, and a second layer that reads what the first one wrote.

Two SimpleRNN layers of two units read the sentence, one forwards and one backwards; a third
reads their joined states; a dense layer answers. The weights are this book's own: drawn once
from a seeded generator, rounded to two decimals, all different, none zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.calculations.network import Recurrent, Stack
from rnn_edu.calculations.this_is_an_example import WORDS
from rnn_edu.walkthrough import (
    Quantity,
    Walkthrough,
    concatenate,
    cross_entropy,
    softmax,
    tanh,
)

STACK = Stack(
    layers=(Recurrent("SimpleRNN", 2, bidirectional=True), Recurrent("SimpleRNN", 2)),
    features=4,
    outputs=3,
    output_activation="softmax",
    loss="categorical_crossentropy",
)
TOPICS = ("greeting", "lesson", "question")
TWO_UNITS = ("unit 1", "unit 2")
JOINED = ("forwards 1", "forwards 2", "backwards 1", "backwards 2")
ARROWS = {"forwards": r"\overrightarrow{%s}", "backwards": r"\overleftarrow{%s}"}


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


@dataclass(frozen=True)
class Reader:
    """A SimpleRNN layer that reads in one direction: its weights and how its steps are named."""

    suffix: str
    arrow: str
    W_x: Quantity
    W_h: Quantity
    b: Quantity

    def step(self, w: Walkthrough, x: Quantity, h: Quantity, t: int) -> Quantity:
        """One step at position t. Returns the new hidden state."""
        a = w.step(
            f"a_{self.suffix}",
            x @ self.W_x + h @ self.W_h + self.b,
            t=t,
            role="pre-activation",
            note=f"weighted sum of the {self.suffix} layer",
            latex_symbol=rf"{self.arrow % 'a'}_{{{t}}}",
        )
        return w.step(
            f"h_{self.suffix}",
            tanh(a),
            t=t,
            role="state",
            note=f"hidden state of the {self.suffix} layer",
            labels=(TWO_UNITS,),
            latex_symbol=rf"{self.arrow % 'h'}_{{{t}}}",
        )


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
    w = Walkthrough(
        "Both directions, two layers",
        note="Reads the sentence from both ends, then reads the notes, then names the topic.",
        key="bidirectional_and_stacked",
    )
    forwards = _reader(w, "forwards", weights[0:3], WORDS)
    backwards = _reader(w, "backwards", weights[3:6], WORDS)
    second = _reader(w, "second", weights[6:9], JOINED)
    W_hy = w.weight("W_hy", weights[9], note="dense kernel", labels=(TWO_UNITS, TOPICS))
    b_y = w.weight("b_y", weights[10], note="dense bias", labels=(TOPICS,))
    x = [
        w.one_hot("x", word, WORDS, t=t, note="the word, one-hot")
        for t, word in enumerate(WORDS, start=1)
    ]
    ahead, behind = _read(w, forwards, x, 0), _read(w, backwards, x[::-1], len(x) + 1)[::-1]
    joined = [
        w.step("m", concatenate(f, b), t=t, note="both states, side by side", labels=(JOINED,))
        for t, (f, b) in enumerate(zip(ahead, behind, strict=True), start=1)
    ]
    h = _read(w, second, joined, 0)[-1]
    z = w.step("z", h @ W_hy + b_y, role="pre-activation", note="logits", labels=(TOPICS,))
    p = w.step("p", softmax(z), role="output", note="probability of each topic", labels=(TOPICS,))
    y = w.one_hot("y", "lesson", TOPICS, role="target", note="the true topic")
    w.gradients(w.step("L", cross_entropy(y, p), role="loss", note="surprise at the topic"))
    return w


def _reader(
    w: Walkthrough, suffix: str, weights: Sequence[ArrayLike], rows: Sequence[str]
) -> Reader:
    kernel, recurrent_kernel, bias = weights
    return Reader(
        suffix,
        ARROWS.get(suffix, r"%s^{(2)}"),
        w.weight(f"W_x_{suffix}", kernel, note="input to hidden", labels=(rows, TWO_UNITS)),
        w.weight(
            f"W_h_{suffix}",
            recurrent_kernel,
            note="hidden to hidden",
            labels=(TWO_UNITS, TWO_UNITS),
        ),
        w.weight(f"b_{suffix}", bias, note="bias", labels=(TWO_UNITS,)),
    )


def _read(w: Walkthrough, reader: Reader, x: Sequence[Quantity], start: int) -> list[Quantity]:
    """The states of a reader over ``x`` in the order given; ``start`` is where it comes from."""
    h = w.constant(
        f"h_{reader.suffix}",
        np.zeros(2),
        t=start,
        note="nothing read yet",
        labels=(TWO_UNITS,),
        latex_symbol=rf"{reader.arrow % 'h'}_{{{start}}}",
    )
    states = []
    for x_t in x:
        assert x_t.t is not None
        h = reader.step(w, x_t, h, x_t.t)
        states.append(h)
    return states
