"""Texts cut into sentences and words, and words put together again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rnn_edu.errors import UsageError

LINES, PROSE = "lines", "prose"
#: What stands for the space where every character is a word.
SPACE = "␣"
#: Words after which a full stop ends no sentence, and single letters, as in "J. K.".
ABBREVIATIONS = frozenset(
    (*("mr", "mrs", "ms", "dr", "st", "prof", "rev"), *("vol", "fig", "e.g", "i.e", "cf", "vs"))
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+[”’」』）]*\s*")
_MANY_WORDS, _SOME = 60, 0.2
_NO_SPACE_BEFORE, _NO_SPACE_AFTER = frozenset(".,;:!?…)]}%”’»"), frozenset("([{“‘«$£€")


@dataclass(frozen=True)
class Cutting:
    """How texts become words; the same way for training, writing and scoring.

    Args:
        lower: make all letters small, so that "The" and "the" are one word.
        characters: every character is a word.

    Example:
        >>> Cutting().words("Don't stop, (well-known) Ada!")
        ["don't", 'stop', ',', '(', 'well-known', ')', 'ada', '!']
        >>> Cutting(lower=False, characters=True).words("To be")
        ['T', 'o', '␣', 'b', 'e']
    """

    lower: bool = True
    characters: bool = False

    def words(self, text: str) -> list[str]:
        """The words of a text; punctuation marks are words of their own."""
        plain = unicodedata.normalize("NFC", text.lower() if self.lower else text)
        if self.characters:
            return [SPACE if character.isspace() else character for character in plain.strip()]
        return [word for chunk in plain.split() for word in _peeled(chunk)]

    def text(self, words: Iterable[str]) -> str:
        """The words as a text again; where spaces stood is guessed.

        Example:
            >>> Cutting().text(["stop", ",", "ada", "!"])
            'stop, ada!'
        """
        if self.characters:
            return "".join(words).replace(SPACE, " ")
        written = ""
        for word in words:
            close = not written or word in _NO_SPACE_BEFORE or written[-1] in _NO_SPACE_AFTER
            written += word if close else f" {word}"
        return written


def vocabulary_line(words: int, unknown: float) -> str:
    """What a report says of a vocabulary of so many words.

    Args:
        words: of the vocabulary.
        unknown: share of the held-out words that it does not have.

    Example:
        >>> vocabulary_line(1200, 0.031)[:38]
        'Vocabulary: 1,200 words that the train'
    """
    return (
        f"Vocabulary: {words:,} words that the training part has at least twice; {unknown:.1%} of "
        "the held-out words are unknown."
    )


def _peeled(chunk: str) -> Iterator[str]:
    """A chunk without its outer punctuation, and each of these marks."""
    if chunk.isalnum():
        yield chunk
        return
    start, stop = 0, len(chunk)
    while start < stop and _is_mark(chunk[start]):
        start += 1
    while stop > start and _is_mark(chunk[stop - 1]):
        stop -= 1
    yield from chunk[:start]
    if start < stop:
        yield chunk[start:stop]
    yield from chunk[stop:]


def _is_mark(character: str) -> bool:
    """Whether it is punctuation or a sign; # and @ belong to the word behind them."""
    return character not in "#@" and unicodedata.category(character)[0] in "PS"


def kind_of(lines: Sequence[str]) -> str:
    """``"prose"`` where sentences run over lines or many fill one, else ``"lines"``.

    Example:
        >>> kind_of(["rain in the south", "club wins again"])
        'lines'
        >>> kind_of(["It was late. Nobody", "came, and the rain", "went on. She slept."])
        'prose'
    """
    filled = [line.strip() for line in lines if line.strip()]
    ends = sum(len(_END.findall(f"{line} ")) for line in filled)
    words = sum(len(line.split()) for line in filled)
    if not ends:
        return LINES
    go_on = sum(line[0].islower() for line in filled) > _SOME * len(filled)
    full = words > _MANY_WORDS * len(filled) and ends > len(filled)
    return PROSE if (go_on and ends > _SOME / 2 * len(filled)) or full else LINES


def sentences_of(lines: Sequence[str], kind: str) -> list[str]:
    """The sentences: one a line, or the prose cut where sentences end; an empty line ends one, too.

    Raises:
        UsageError: the kind is neither ``"lines"`` nor ``"prose"``.

    Example:
        >>> sentences_of(["Mr. Hall slept. It", "rained!", "", "Then came J. K. Roe."], "prose")
        ['Mr. Hall slept.', 'It rained!', 'Then came J. K. Roe.']
    """
    if kind not in (LINES, PROSE):
        raise UsageError(f"A text is read as {LINES!r} or as {PROSE!r}, not as {kind!r}.")
    stripped = [line.strip() for line in lines]
    if kind == LINES:
        return [line for line in stripped if line]
    paragraphs = (" ".join(group) for filled, group in groupby(stripped, bool) if filled)
    return [sentence for paragraph in paragraphs for sentence in _parted(paragraph)]


def _parted(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        if _ends_here(paragraph, start, end):
            yield paragraph[start : end.end()].strip()
            start = end.end()
    rest = paragraph[start:].strip()
    if rest:
        yield rest


def _ends_here(paragraph: str, start: int, end: re.Match[str]) -> bool:
    """Not after an abbreviation or a single letter, and not before a small letter."""
    if paragraph[end.end() : end.end() + 1].islower():
        return False
    before = paragraph[start : end.start()].rsplit(maxsplit=1)
    last = before[-1].strip("(\"'“‘[").lower() if before else ""
    single = len(last) == 1 and last.isalpha() and last != "i"
    return not (end.group().startswith(".") and (last in ABBREVIATIONS or single))
