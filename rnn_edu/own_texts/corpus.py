"""A text made ready for a language model: its sentences in three parts, and the vocabulary."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from rnn_edu.errors import DataError
from rnn_edu.own_texts.cutting import LINES, Cutting, kind_of, sentences_of
from rnn_edu.own_texts.files import read_text_file
from rnn_edu.own_texts.parts import Parts, at_random, in_order
from rnn_edu.text.vocabulary import Vocabulary

Sentence = list[str]
FEWEST, LONGEST = 30, 63
#: A word that was met once only cannot be told from the words that will be new.
OFTEN_ENOUGH, MOST_WORDS = 2, 10_000


@dataclass(frozen=True)
class Reading:
    """How a text is read.

    Args:
        cutting: how sentences become words.
        kind: ``"lines"``, ``"prose"``, or None to look which it is.
        encoding: of the file; None to look.
        shuffled: draw the three parts at random, not in the order of the text.
        most_words: in the vocabulary.
        seed: of the draw.
    """

    cutting: Cutting = field(default_factory=Cutting)
    kind: str | None = None
    encoding: str | None = None
    shuffled: bool = False
    most_words: int = MOST_WORDS
    seed: int = 1


@dataclass(frozen=True)
class Corpus:
    """The sentences of a text as lists of words.

    Attributes:
        train: to learn from.
        validation: to see when to stop.
        held_out: to measure by.
        vocabulary: the words of the training part.
        notes: what a reader should be told.
    """

    train: list[Sentence]
    validation: list[Sentence]
    held_out: list[Sentence]
    vocabulary: Vocabulary
    notes: tuple[str, ...] = ()

    def running_words(self) -> int:
        """Words of the training part, the ends of its sentences included."""
        return sum(len(sentence) + 1 for sentence in self.train)

    def fingerprint(self) -> str:
        """A short text that differs if a sentence does."""
        digest = hashlib.sha256()
        for part in (self.train, self.validation, self.held_out):
            digest.update("\n".join(map(" ".join, part)).encode() + b"\n\n")
        return digest.hexdigest()[:16]

    def new_sentences(self) -> list[bool]:
        """For each held-out sentence, whether it does not stand in the training part."""
        known = set(map(tuple, self.train))
        return [tuple(sentence) not in known for sentence in self.held_out]


def read_sentences(path: Path, reading: Reading) -> tuple[list[Sentence], tuple[str, ...]]:
    """The sentences of a file, cut into words, and notes on how it was read.

    Raises:
        DataError: the file cannot be read, or holds no word.
        UsageError: an encoding or a kind that does not exist.
    """
    file = read_text_file(path, reading.encoding)
    lines = file.lines()
    kind = reading.kind or kind_of(lines)
    words = [reading.cutting.words(sentence) for sentence in sentences_of(lines, kind)]
    pieces = [piece for sentence in words for piece in _pieces(sentence)]
    if not pieces:
        raise DataError(f"{path} holds no word.")
    how = "one sentence a line" if kind == LINES else "prose, cut at the ends of sentences"
    notes = [*file.notes, f"Read as {how}: {len(pieces):,} sentences."]
    long = sum(len(sentence) > LONGEST for sentence in words)
    if long:
        notes.append(f"{long:,} sentences have more than {LONGEST} words; they were cut in pieces.")
    return pieces, tuple(notes)


def read_corpus(path: Path, reading: Reading) -> Corpus:
    """A file as a corpus.

    Raises:
        DataError: the file cannot be read, has too few sentences, one word only, or no word twice.
        UsageError: an encoding or a kind that does not exist.
    """
    sentences, notes = read_sentences(path, reading)
    _check_enough(path, sentences)
    in_row = not reading.shuffled and sentences != sorted(sentences)
    parts = in_order(len(sentences)) if in_row else at_random(range(len(sentences)), reading.seed)
    if not in_row and not reading.shuffled:
        notes = (*notes, "The sentences are sorted, so the parts are drawn at random.")
    train, validation, held_out = _taken(sentences, parts)
    vocabulary = vocabulary_of(train, reading.most_words)
    return Corpus(train, validation, held_out, vocabulary, notes)


def vocabulary_of(train: Sequence[Sentence], most_words: int) -> Vocabulary:
    """The words that are met at least twice in the training part, the most frequent of them.

    Raises:
        DataError: no word is met twice.
    """
    counts = Counter(chain.from_iterable(train))
    often = sum(count >= OFTEN_ENOUGH for count in counts.values())
    if not often:
        raise DataError(
            f"None of the {len(counts):,} words of the training part is met twice, so there is "
            "nothing to count; for a script without spaces take every character as a word "
            "(--characters)."
        )
    return Vocabulary.build(train, min(often, most_words), padding=False)


def _pieces(words: Sentence) -> Iterable[Sentence]:
    return (words[start : start + LONGEST] for start in range(0, len(words), LONGEST))


def _taken(sentences: Sequence[Sentence], parts: Parts) -> list[list[Sentence]]:
    return [[sentences[i] for i in rows] for rows in parts.all()]


def _check_enough(path: Path, sentences: Sequence[Sentence]) -> None:
    different = set(chain.from_iterable(sentences))
    if len(different) == 1:
        raise DataError(
            f"{path} has one word only, {different.pop()[:40]!r}; there is nothing to predict."
        )
    if len(sentences) < FEWEST:
        raise DataError(
            f"{path} has {len(sentences)} sentence{'s' * (len(sentences) > 1)}, read one a line or "
            f"cut at full stops; a language model needs at least {FEWEST}: a part to learn from "
            "and parts to be tested on."
        )
