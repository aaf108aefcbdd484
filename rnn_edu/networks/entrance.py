"""What a network begins with: inputs, tables of word vectors, and masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from rnn_edu.errors import NamingError, NumberError, ShapeError
from rnn_edu.networks.flow import Flow
from rnn_edu.networks.layer import Layer
from rnn_edu.networks.pen import Pen
from rnn_edu.walkthrough import Quantity

#: A table with more rows than this is written with the rows that are read only.
WHOLE_TABLE = 50


@dataclass(frozen=True)
class Words:
    """Words picked from a list: the reader of a sheet or page can pick others.

    Attributes:
        picked: one word for each step; an empty word stands for nothing and gives zeros.
        options: all words, in the order of their numbers.
        form: ``"one-hot"``, or ``"code"`` for the word's number, counted from 1.
    """

    picked: tuple[str, ...]
    options: tuple[str, ...]
    form: str = "one-hot"


@dataclass(frozen=True)
class Input(Layer):
    """Where numbers enter.

    Attributes:
        shape: without the examples: ``(steps, features)``, ``(steps,)`` for the numbers of
            words, or ``(features,)``; None where a size is open.
        dtype: ``"float"``, or ``"int"`` for the numbers of words.
    """

    shape: tuple[int | None, ...] = (None, None)
    dtype: str = "float"

    def numbers(self, pen: Pen, given: ArrayLike | Words | Flow) -> Flow:
        """The input of an example as given quantities.

        Args:
            pen: writes them.
            given: the example, of its shape, or words, or quantities that are there already.

        Raises:
            ShapeError: the example has another shape.
            NumberError: it holds something that is no finite number.
        """
        if isinstance(given, Flow):
            return given
        if isinstance(given, Words):
            return self._words(pen, given)
        array = self._checked(given)
        rows = array if array.ndim == 2 else array[None]
        labels = (pen.labels["input"],) if "input" in pen.labels else ()
        times: Sequence[int | None] = range(1, len(rows) + 1) if array.ndim == 2 else [None]
        values = tuple(
            pen.given("input", row, t=t, base="x", note="the input", labels=labels)
            for t, row in zip(times, rows, strict=True)
        )
        return Flow(values, over_time=array.ndim == 2)

    def _words(self, pen: Pen, words: Words) -> Flow:
        note = "the word, one-hot" if words.form == "one-hot" else "the word as its number"
        return Flow(
            tuple(
                pen.word("input", word, words.options, words.form, t=t, base="x", note=note)
                for t, word in enumerate(words.picked, start=1)
            )
        )

    def _checked(self, given: ArrayLike) -> np.ndarray[Any, np.dtype[np.float64]]:
        try:
            array = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise NumberError(
                f"the input {self.name!r} must be numbers of the shape {self.shape}, but it is "
                f"{given!r:.60}."
            ) from None
        fits = array.ndim == len(self.shape) and all(
            wanted in (None, found) for wanted, found in zip(self.shape, array.shape, strict=True)
        )
        if not fits or array.size == 0:
            raise ShapeError(
                f"the input {self.name!r} takes one example of the shape {self.shape}; the one "
                f"given has {array.shape}."
            )
        return array

    def ids(self, given: ArrayLike | Words) -> list[int]:
        """The numbers of the words of an example, where an embedding reads it.

        Raises:
            NumberError: a number that is not whole.
        """
        if isinstance(given, Words):
            return [words_id(given, word) for word in given.picked]
        array = self._checked(given)
        if np.any(array != np.floor(array)):
            place = int(np.argmax(array != np.floor(array)))
            raise NumberError(
                f"the input {self.name!r} must hold the numbers of words, which are whole; at "
                f"position {place} stands {array.reshape(-1)[place]:g}."
            )
        return [int(number) for number in array]


def words_id(words: Words, word: str) -> int:
    """The place of a word in its list.

    Raises:
        NamingError: it is not there.
    """
    if word not in words.options:
        raise NamingError(
            f"the word {word!r} is not in the list of {len(words.options)} words; "
            f"it begins with {', '.join(words.options[:6])}."
        )
    return words.options.index(word)


@dataclass(frozen=True)
class Embedding(Layer):
    """A table with a row of numbers for each word; a look-up is a product with a one-hot word.

    Attributes:
        input_dim: how many words.
        output_dim: how many numbers for each.
        mask_zero: whether word number 0 is padding, which the layers above skip.
    """

    input_dim: int
    output_dim: int
    mask_zero: bool = False
    base: ClassVar[str] = "x"

    def arrays(self) -> tuple[str, ...]:
        """The table."""
        return ("embeddings",)

    def look_up(
        self, pen: Pen, ids: Sequence[int], words: Sequence[str], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """The word of each step, its row, and the mask where there is one.

        Args:
            pen: writes the steps.
            ids: the numbers of the words.
            words: the words in the order of their numbers; may be empty.
            arrays: the table, shape (input_dim, output_dim).

        Raises:
            ShapeError: a number outside the table, or a table of another shape.
        """
        for k, number in enumerate(ids):
            if not 0 <= number < self.input_dim:
                raise ShapeError(
                    f"{self.title()} has rows 0 to {self.input_dim - 1}; word {k + 1} of the "
                    f"input is number {number}."
                )
        rows = self._rows(ids)
        names = tuple(words[row] if row < len(words) else str(row) for row in rows)
        table = self._table(pen, rows, names, arrays)
        values, mask = [], []
        for t, number in enumerate(ids, start=1):
            picked = names[rows.index(number)]
            word = pen.word("word", picked, names, "one-hot", t=t, note="the word, one-hot")
            note = "the look-up: its row of the table"
            labels = (tuple(f"feature {k}" for k in range(1, self.output_dim + 1)),)
            values.append(pen.step("output", word @ table, t=t, note=note, labels=labels))
            if self.mask_zero:
                note = "1 for a word, 0 for padding"
                mask.append(pen.step("mask", 1 - word[0], t=t, note=note))
        return (Flow(tuple(values), mask=tuple(mask) or None),)

    def _rows(self, ids: Sequence[int]) -> tuple[int, ...]:
        """The rows that are written: all of a small table, else those that are read."""
        if self.input_dim <= WHOLE_TABLE:
            return tuple(range(self.input_dim))
        return tuple(sorted({*ids, *([0] if self.mask_zero else [])}))

    def _table(
        self, pen: Pen, rows: tuple[int, ...], names: tuple[str, ...], arrays: Sequence[ArrayLike]
    ) -> Quantity:
        array = np.asarray(arrays[0], dtype=np.float64)
        shape = (self.input_dim, self.output_dim)
        if array.shape != shape:
            raise ShapeError(
                f"embeddings of {self.title()} have the shape {array.shape}; with these settings "
                f"they must have {shape}."
            )
        left_out = self.input_dim - len(rows)
        note = "a row of numbers for each word"
        note += f"; the other {left_out} rows are not read" if left_out else ""
        return pen.weight(
            "embeddings",
            "E",
            array[list(rows)],
            (len(rows), self.output_dim),
            note=note,
            labels=(names, tuple(f"feature {k}" for k in range(1, self.output_dim + 1))),
            rows=rows if left_out else (),
        )


@dataclass(frozen=True)
class Masking(Layer):
    """Marks the steps at which every feature has one value: the layers above skip them.

    Attributes:
        mask_value: that value.
    """

    mask_value: float = 0.0
    base: ClassVar[str] = "seen"

    def write(
        self, pen: Pen, inputs: Sequence[Flow], arrays: Sequence[ArrayLike]
    ) -> tuple[Flow, ...]:
        """The mask of the numbers as they are; it does not follow when they are changed."""
        flow = self.sequence(inputs)
        counts = [float(np.any(x.value != self.mask_value)) for x in flow.values]
        note = f"1 unless every number of the input is {self.mask_value:g}"
        mask = tuple(
            pen.constant("mask", count, t=t, note=note) for t, count in enumerate(counts, start=1)
        )
        if self.mask_value == 0 or all(counts):
            return (Flow(flow.values, mask=mask),)
        note = "the input, with zeros where it is masked"
        seen = tuple(
            pen.step("output", m * x, t=t, note=note)
            for t, (m, x) in enumerate(zip(mask, flow.values, strict=True), start=1)
        )
        return (Flow(seen, mask=mask),)
