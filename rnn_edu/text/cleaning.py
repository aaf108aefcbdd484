r"""The documents' cleaning steps, as they were meant, one at a time, so that each can be measured.

The news categories' listing lost its backslashes in print: ``\s+`` became ``s+`` and takes every
letter s away. Each step keeps the printed pattern beside the one that was meant.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rnn_edu.errors import DataError

GUTENBERG_TAIL = "End of Project Gutenberg"


@dataclass(frozen=True)
class Step:
    """One replacement: what it is for, the pattern that was meant, and the one that was printed."""

    name: str
    pattern: str
    replacement: str
    printed: str

    def __call__(self, text: str) -> str:
        """What the step was meant to do to the text."""
        return re.sub(self.pattern, self.replacement, text)

    def as_printed(self, text: str) -> str:
        """What the printed listing does to the text."""
        with warnings.catch_warnings():
            # Python rightly wonders whether "[[" is what the author meant.
            warnings.simplefilter("ignore", FutureWarning)
            return re.sub(self.printed, self.replacement, text)


NEWS_STEPS = (
    Step("white space", r"\s+", " ", r"s+"),
    Step("user names", r"(?i)@[a-z0-9_]+", "", r"(?i)@[a-z0-9_]+"),
    Step("brackets", r"\[[^()]*\]", "", r"[[^()]*]"),
    Step("digits", r"\d+", "", r"d+"),
    Step("punctuation", r"[^\w\s]", "", r"[^ws]"),
    Step("links and tags", r"(?:@\S*|#\S*|http(?=.*://)\S*)", "", r"(?:@S*|#S*|http(?=.*://)S*)"),
)


@dataclass(frozen=True)
class Effect:
    """What a step did to a set of texts."""

    name: str
    texts_changed: int
    characters_removed: int


def lower_case(text: str) -> str:
    """The text in small letters."""
    return text.lower()


def clean_news(text: str) -> str:
    r"""The cleaning of the news categories as it was meant, up to the words' own steps.

    Links and tags come last in the document, when the signs that they are known by are gone;
    that step is done before the punctuation here.

    Example:
        >>> clean_news("See http://a.b/c [photo]  Top 10 tips,\n@reader!")
        'see top tips'
    """
    order = [NEWS_STEPS[i] for i in (0, 5, 1, 2, 3, 4)]
    for step in order:
        text = step(text)
    return " ".join(lower_case(text).split())


def measure(texts: Sequence[str], steps: Iterable[Callable[[str], str]]) -> list[Effect]:
    """The effect of each step, done one after the other.

    Args:
        texts: the texts before the first step.
        steps: functions of one text, such as those in ``NEWS_STEPS``.

    Raises:
        DataError: there are no texts.
    """
    if not texts:
        raise DataError("There are no texts to clean.")
    effects = []
    for step in steps:
        after = [step(text) for text in texts]
        changed = sum(a != b for a, b in zip(texts, after, strict=True))
        removed = sum(map(len, texts)) - sum(map(len, after))
        name = step.name if isinstance(step, Step) else step.__name__.replace("_", " ")
        effects.append(Effect(name, changed, removed))
        texts = after
    return effects


def space_punctuation(text: str) -> str:
    """Punctuation kept, as words of its own, and references such as "(12)" taken out (patents).

    Example:
        >>> space_punctuation("A network (10), which learns.")
        'A network , which learns .'
    """
    text = re.sub(r"(?<=[^\s0-9])(?=[.,;?])", " ", text)
    return re.sub(r"\s\s", " ", re.sub(r"\((\d+)\)", "", text))


def without_stop_words(words: Iterable[str]) -> list[str]:
    """The words that are not in scikit-learn's list of 318 English stop words.

    The list holds "not", "no" and "but": what a review means may hang on them.

    Example:
        >>> without_stop_words(["the", "plot", "was", "not", "good"])
        ['plot', 'good']
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return [word for word in words if word not in ENGLISH_STOP_WORDS]


def lemmas(words: Iterable[str]) -> list[str]:
    """The dictionary form of each word by simplemma's English list.

    Example:
        >>> lemmas(["mice", "were", "running"])
        ['mouse', 'be', 'run']
    """
    return [_lemma(word) for word in words]


def without_gutenberg_tail(text: str) -> str:
    """The text up to the Project Gutenberg licence that stands behind the story.

    Raises:
        DataError: there is no such line.
    """
    story, mark, _ = text.partition(GUTENBERG_TAIL)
    if not mark:
        raise DataError(f"The text has no line that begins with {GUTENBERG_TAIL!r}.")
    return story


@cache
def _lemma(word: str) -> str:
    import simplemma

    return simplemma.lemmatize(word, lang="en")
