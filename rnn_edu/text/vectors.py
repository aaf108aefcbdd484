"""Word vectors: look-up, neighbours, and the matrix that an embedding layer starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.text.vocabulary import Vocabulary

FloatArray = npt.NDArray[np.float32] | npt.NDArray[np.float64]


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    Args:
        words: the words.
        matrix: shape ``(words, dimensions)``, one row for each word.
        source: where they come from.
        is_real: False for the small set that is shipped with the book.
    """

    words: tuple[str, ...]
    matrix: FloatArray
    source: str = ""
    is_real: bool = True
    _row: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.words) != len(self.matrix):
            raise ShapeError(
                f"{len(self.words)} words need a matrix with as many rows; it has the shape "
                f"{self.matrix.shape}."
            )
        object.__setattr__(self, "_row", {word: i for i, word in enumerate(self.words)})

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._row

    def __getitem__(self, word: str) -> FloatArray:
        """The vector of a word; NamingError if there is none."""
        if word not in self._row:
            raise NamingError(
                f"There is no vector for {word!r} among the {len(self)} words from {self.source}."
            )
        vector: FloatArray = self.matrix[self._row[word]]
        return vector

    def neighbours(self, word: str, count: int = 10) -> list[tuple[str, float]]:
        """The words whose vectors point most nearly the same way, with their cosines."""
        rows, cosines = nearest(self.matrix, self[word], count + 1)
        pairs = zip([self.words[i] for i in rows], cosines.tolist(), strict=True)
        return [(other, cosine) for other, cosine in pairs if other != word][:count]


def nearest(
    matrix: npt.ArrayLike, query: npt.ArrayLike, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    r"""The rows nearest to a vector by their cosine, :math:`u \cdot v / (|u| |v|)`.

    Args:
        matrix: shape ``(rows, dimensions)``; a row of zeros has the cosine 0.
        query: shape ``(dimensions,)``.
        count: how many rows.

    Returns:
        Row numbers, the nearest first, and their cosines.

    Raises:
        ShapeError: the sizes differ.
        NumberError: the query is all zeros, so it points nowhere.

    Example:
        >>> rows, cosines = nearest([[1, 0], [1, 1], [0, 2]], [0, 1], count=2)
        >>> rows.tolist(), cosines.round(4).tolist()
        ([2, 1], [1.0, 0.7071])
    """
    table, vector = np.asarray(matrix, np.float64), np.asarray(query, np.float64)
    if table.ndim != 2 or table.shape[1:] != vector.shape:
        raise ShapeError(
            f"A table of shape {table.shape} and a vector of shape {vector.shape} do not fit."
        )
    size = np.linalg.norm(vector)
    if size == 0:
        raise NumberError("The vector is all zeros; it points nowhere and has no neighbours.")
    lengths = np.linalg.norm(table, axis=1)
    cosines = table @ vector / np.where(lengths == 0, 1, lengths) / size
    count = min(count, len(table))
    some = np.argpartition(-cosines, count - 1)[:count]
    rows = some[np.argsort(-cosines[some], kind="stable")]
    return rows, cosines[rows]


def embedding_matrix(vocabulary: Vocabulary, vectors: WordVectors) -> npt.NDArray[np.float32]:
    """One row for each number of the vocabulary: the word's vector, or zeros.

    A word without a vector is looked up in lower case too.

    Returns:
        Array of shape ``(len(vocabulary), dimensions)``.
    """
    rows = np.zeros((len(vocabulary), vectors.matrix.shape[1]), np.float32)
    for number, word in enumerate(vocabulary.words):
        known = next((w for w in (word, word.lower()) if w in vectors), None)
        if known is not None:
            rows[number] = vectors[known]
    return rows


def coverage(vectors: WordVectors, words: Iterable[str]) -> float:
    """Share of the words that have a vector; give running words or different ones.

    Raises:
        NumberError: there are no words.
    """
    known = [word in vectors for word in words]
    if not known:
        raise NumberError("No words were given, so no share of them can have a vector.")
    return sum(known) / len(known)
