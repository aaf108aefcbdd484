"""A story made ready for a network that predicts the next word from ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_edu.text import Vocabulary, alphanumeric_words, windows
from rnn_edu.text.copies import Copies

IntArray = npt.NDArray[np.int64]
Array32 = npt.NDArray[np.int32]

WINDOW = 10
HELD_OUT = 0.1
#: So many words in a row, as the book has them, count as a copy.
COPY = 5


def one_hot(numbers: npt.ArrayLike, words: int) -> npt.NDArray[np.bool_]:
    """Each number as a row of zeros with one 1, in the one byte that NumPy takes for it.

    Example:
        >>> one_hot([1, 0], words=3).astype(int).tolist()
        [[0, 1, 0], [1, 0, 0]]
    """
    places = np.asarray(numbers)
    rows = np.zeros((*places.shape, words), dtype=bool)
    np.put_along_axis(rows, places[..., None], True, axis=-1)
    return rows


@dataclass(frozen=True)
class Story:
    """A story made ready for training, its last tenth held out.

    Args:
        vocabulary: all words of the story.
        numbers: the story by the numbers of its words.
        cut: how many of its words are for training.
    """

    vocabulary: Vocabulary
    numbers: IntArray
    cut: int

    @classmethod
    def from_words(cls, words: list[str], held_out: float = HELD_OUT) -> Story:
        """A book from the words of its story."""
        vocabulary = Vocabulary.build([words], padding=False, unknown=None, end=None)
        return cls(vocabulary, vocabulary.encode(words), round((1 - held_out) * len(words)))

    @classmethod
    def from_text(cls, text: str) -> Story:
        """A book from a text, cut into words as the document does it."""
        return cls.from_words(alphanumeric_words(text))

    @property
    def train(self) -> tuple[Array32, Array32]:
        """Windows of the training part and the word after each."""
        return _windows(self.numbers[: self.cut])

    @property
    def held_out(self) -> tuple[Array32, Array32]:
        """Windows whose next word lies in the held-out part."""
        return _windows(self.numbers[self.cut - WINDOW :])

    @property
    def copies(self) -> Copies:
        """The whole story, to look copies up in."""
        return Copies(self.numbers.tolist(), at_least=COPY)

    def met_in_training(self, targets: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """For each word whether the training part has it."""
        return np.isin(targets, self.numbers[: self.cut])


def _windows(numbers: IntArray) -> tuple[Array32, Array32]:
    x, y = windows([numbers], WINDOW)
    return x.astype(np.int32), y.astype(np.int32)
