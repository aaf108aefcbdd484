"""A vocabulary: which word has which number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, NamingError, UsageError

IntArray = npt.NDArray[np.int64]
PADDING = ""
UNKNOWN = "<UNK>"
END = "<EOS>"


class Vocabulary:
    """Words and their numbers, both ways.

    The number 0 stands for padding, then come ``<UNK>`` and ``<EOS>`` where they are wanted, then
    the words, the most frequent first; among equals the one that is met first. A look-up takes the
    same short time however many words there are.

    Args:
        words: the words in their order, without the special ones.
        padding: keep the number 0 for padding.
        unknown: the word that stands for all words that are not listed; None for none.
        end: the word that ends a sentence; None for none.
        counts: how often each word was met; kept for those who ask.

    Raises:
        NamingError: a word is listed twice or has the name of a special word.

    Example:
        >>> v = Vocabulary.build([["to", "be", "or"], ["not", "to", "be"]], most_frequent=2)
        >>> v.words
        ('', '<UNK>', '<EOS>', 'to', 'be')
        >>> v.encode(["to", "see"], end=True).tolist()
        [3, 1, 2]
    """

    def __init__(
        self,
        words: Iterable[str],
        *,
        padding: bool = True,
        unknown: str | None = UNKNOWN,
        end: str | None = END,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        special = [*([PADDING] if padding else []), *(w for w in (unknown, end) if w is not None)]
        self.words: tuple[str, ...] = (*special, *words)
        self.padding, self.unknown, self.end = padding, unknown, end
        self.counts: dict[str, int] = dict(counts or {})
        self._number = {word: i for i, word in enumerate(self.words)}
        if len(self._number) < len(self.words):
            twice = Counter(self.words).most_common(1)[0][0]
            raise NamingError(f"The word {twice!r} is in the vocabulary twice; list it once.")

    @classmethod
    def build(
        cls,
        sentences: Iterable[Sequence[str]],
        most_frequent: int | None = None,
        *,
        padding: bool = True,
        unknown: str | None = UNKNOWN,
        end: str | None = END,
    ) -> Vocabulary:
        """The vocabulary of a text.

        Args:
            sentences: lists of words.
            most_frequent: keep this many words; None keeps all.
            padding: as for the class.
            unknown: as for the class.
            end: as for the class.

        Raises:
            DataError: there is no word at all.
            UsageError: ``most_frequent`` is below 1, or a sentence is a text that was not cut
                into words.
        """
        if most_frequent is not None and most_frequent < 1:
            raise UsageError(
                f"A vocabulary keeps at least 1 word; most_frequent is {most_frequent}."
            )
        counts = Counter(chain.from_iterable(map(_as_words, sentences)))
        if not counts:
            raise DataError("The text has no words, so no vocabulary can be made from it.")
        ranked = [w for w, _ in counts.most_common() if w not in (PADDING, unknown, end)]
        kept = ranked[:most_frequent]
        return cls(kept, padding=padding, unknown=unknown, end=end, counts=counts)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._number

    def number(self, word: str) -> int:
        """The number of a word, or of ``<UNK>`` for a word that is not listed.

        Raises:
            NamingError: the word is not listed and the vocabulary has no ``<UNK>``.
        """
        found = self._number.get(word)
        if found is not None:
            return found
        if self.unknown is None:
            raise NamingError(
                f"The word {word!r} is not among the {len(self)} of the vocabulary, which has no "
                "word for unknown ones."
            )
        return self._number[self.unknown]

    def encode(self, words: Sequence[str], *, end: bool = False) -> IntArray:
        """The numbers of the words of one sentence, shape ``(len(words),)`` or one more.

        Args:
            words: one sentence, cut into words.
            end: add ``<EOS>``.

        Raises:
            NamingError: a word is not listed and the vocabulary has no ``<UNK>``.
            UsageError: ``end`` is asked for, but the vocabulary has no such word.
        """
        return self.encode_all([words], end=end)[0]

    def encode_all(
        self, sentences: Iterable[Sequence[str]], *, end: bool = False
    ) -> list[IntArray]:
        """The numbers of the words of many sentences; see :meth:`encode`."""
        if end and self.end is None:
            raise UsageError("This vocabulary has no word for the end of a sentence.")
        last = [self.end] if end and self.end is not None else []
        lists = [[*_as_words(words), *last] for words in sentences]
        flat = self._numbers(list(chain.from_iterable(lists)))
        stops = np.cumsum([len(words) for words in lists], dtype=np.int64).tolist()
        return [flat[start:stop] for start, stop in zip([0, *stops], stops, strict=False)]

    def decode(self, numbers: Iterable[int]) -> list[str]:
        """The words behind the numbers; padding is left out.

        Raises:
            NamingError: a number has no word.
        """
        found = []
        for number in map(int, numbers):
            if not 0 <= number < len(self):
                raise NamingError(
                    f"No word has the number {number}; the vocabulary has 0 to {len(self) - 1}."
                )
            found.append(self.words[number])
        return [word for word in found if word or not self.padding]

    def unknown_share(self, sentences: Iterable[Sequence[str]]) -> float:
        """Share of the running words that are not listed."""
        words = list(chain.from_iterable(map(_as_words, sentences)))
        if not words:
            raise DataError("The text has no words, so it has no share of unknown ones.")
        return sum(word not in self._number for word in words) / len(words)

    def _numbers(self, words: list[str]) -> IntArray:
        if self.unknown is None:
            missing = next((word for word in words if word not in self._number), None)
            if missing is not None:
                self.number(missing)
        other = -1 if self.unknown is None else self._number[self.unknown]
        get = self._number.get
        return np.fromiter((get(word, other) for word in words), np.int64, len(words))


def _as_words(sentence: Sequence[str]) -> Sequence[str]:
    if isinstance(sentence, str):
        raise UsageError(
            f"The sentence {sentence[:40]!r} is one text; cut it into words first, for example "
            "with split_words."
        )
    return sentence
