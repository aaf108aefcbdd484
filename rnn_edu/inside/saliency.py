"""How much a network's score would change if the row of one word were moved a little.

The gradient of the score with respect to a word's embedding has as many numbers as the embedding.
Two ways to make a single number of it are in use (Simonyan and others, 2014; Li and others, 2016):
its length, which says how sensitive the score is to this word, and its product with the embedding,
which says in which direction the word pushes as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import ShapeError
from rnn_edu.layers import Layer

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Saliency:
    """A score and its gradient for the rows of one text.

    Attributes:
        score: the network's score.
        rows: the embedded words, shape ``(words, dimensions)``.
        gradient: d score / d rows, shape ``(words, dimensions)``.
    """

    score: float
    rows: FloatArray
    gradient: FloatArray

    @property
    def lengths(self) -> FloatArray:
        """The length of each word's gradient, shape ``(words,)``."""
        return np.asarray(np.linalg.norm(self.gradient, axis=1), np.float64)

    @property
    def pushes(self) -> FloatArray:
        """Gradient times embedding, summed for each word, shape ``(words,)``."""
        return np.asarray((self.gradient * self.rows).sum(axis=1), np.float64)


def saliency(layers: Sequence[Layer], rows: npt.ArrayLike) -> Saliency:
    """The score of one text and its gradient, by a walk forward and a walk back.

    Args:
        layers: what stands above the embedding, from the recurrent layer to a single score. Leave
            out the last sigmoid: where it is flat, its gradient hides everything below.
        rows: the embedded words of one text, shape ``(words, dimensions)``.

    Raises:
        ShapeError: the rows are no table, or the layers do not end in a single score.
    """
    embedded = np.asarray(rows, np.float64)
    if embedded.ndim != 2 or embedded.size == 0:
        raise ShapeError(
            f"One text is a table of (words, dimensions); these rows have {embedded.shape}."
        )
    output = score_of(layers, embedded[np.newaxis])
    if output.shape != (1, 1):
        raise ShapeError(
            f"Saliency is about a single score, but the layers end in the shape {output.shape}; "
            "choose one answer first."
        )
    gradient: Any = np.ones_like(output)
    for layer in reversed(layers):
        gradient = layer.backward(gradient)[0]
    return Saliency(float(output[0, 0]), embedded, np.asarray(gradient[0], np.float64))


def score_of(layers: Sequence[Layer], rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What comes out of the last layer for embedded texts ``(texts, words, dimensions)``."""
    output = rows
    for layer in layers:
        output = layer(output)
    return output
