"""How much of a written text is copied from a book, counted and not shown.

A model that knows a book by heart writes the book. These functions find the runs of words that
stand in the book in the same order, so that a page can say how long they are without printing them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

from rnn_edu.errors import UsageError

Word = TypeVar("Word", bound=Hashable)


class Copies:
    """A book in which runs of words can be looked up.

    Args:
        book: the words of the book, or their numbers.
        at_least: words in the shortest run that counts as a copy.

    Raises:
        UsageError: ``at_least`` is below 1.

    Example:
        >>> copies = Copies("to be or not to be that is".split(), at_least=3)
        >>> copies.runs("i like to be or not".split())
        [(2, 6)]
    """

    def __init__(self, book: Sequence[Hashable], at_least: int = 8) -> None:
        if at_least < 1:
            raise UsageError(f"A copied run of {at_least} words cannot be; take at least 1.")
        self.book, self.at_least = tuple(book), at_least
        self._places: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
        for place in range(len(self.book) - at_least + 1):
            self._places[self.book[place : place + at_least]].append(place)

    def runs(self, written: Sequence[Hashable]) -> list[tuple[int, int]]:
        """Where the copied runs of a text begin and end, the longest from each beginning.

        Args:
            written: the words of the text, or their numbers, as the book has them.

        Returns:
            Pairs for slices ``written[begin:end]``, in order and without overlap.
        """
        words, found, begin = tuple(written), [], 0
        while begin <= len(words) - self.at_least:
            length = self._longest(words, begin)
            if length:
                found.append((begin, begin + length))
            begin += max(length, 1)
        return found

    def share(self, written: Sequence[Hashable]) -> float:
        """Share of the words of a text that stand in a copied run.

        Raises:
            UsageError: the text has no words.

        Example:
            >>> Copies("to be or not".split(), at_least=2).share("not to be sad".split())
            0.5
        """
        if not len(written):
            raise UsageError("A text without words has no share of copied ones.")
        return sum(end - begin for begin, end in self.runs(written)) / len(written)

    def shortened(self, written: Sequence[Word], keep: int = 3) -> str:
        """The text with each copied run cut to its first words and the number of the others.

        Raises:
            UsageError: ``keep`` would show a whole run.

        Example:
            >>> Copies("to be or not to be".split(), 3).shortened("i am to be or not".split(), 1)
            'i am to [+3 words of the book]'
        """
        if keep >= self.at_least:
            raise UsageError(
                f"keep is {keep}; a copied run has {self.at_least} words or more, keep fewer."
            )
        pieces: list[str] = []
        after = 0
        for begin, end in self.runs(written):
            pieces += map(str, written[after : begin + keep])
            pieces.append(f"[+{end - begin - keep} words of the book]")
            after = end
        return " ".join([*pieces, *map(str, written[after:])])

    def _longest(self, words: tuple[Hashable, ...], begin: int) -> int:
        """Words of the longest run of the book that begins here; 0 if none is long enough."""
        places = self._places.get(words[begin : begin + self.at_least], ())
        return max((self._common(words, begin, place) for place in places), default=0)

    def _common(self, words: tuple[Hashable, ...], begin: int, place: int) -> int:
        length = self.at_least
        end = min(len(words) - begin, len(self.book) - place)
        while length < end and words[begin + length] == self.book[place + length]:
            length += 1
        return length
