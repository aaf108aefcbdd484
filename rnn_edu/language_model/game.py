"""Human or machine? A game: three ways to go on from the same start, one of them by a human.

The human's texts are abstracts written for this book, the machine's come from an LSTM that was
trained on others of them. ``tools/write_game.py`` trains it and writes the rounds of the page; with
the real abstracts it writes a page of its own, which is kept by whoever asked for it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rnn_edu.errors import DataError, UsageError

ROUNDS = Path(__file__).with_suffix(".json")
LETTERS = "abc"
END = "."
#: Rounds of one game; they are drawn from all that there are.
LENGTH = 6
#: Goes on from the first words with as many words as the number says.
Machine = Callable[[list[str], int], list[str]]


@dataclass(frozen=True)
class Round:
    """A start, three ways to go on, and which of them is the human's.

    Args:
        start: the first words, the same for all three.
        passages: what follows; three texts.
        human: ``"a"``, ``"b"`` or ``"c"``.

    Raises:
        UsageError: there are not three passages, or the human's is none of them.
    """

    start: str
    passages: tuple[str, ...]
    human: str

    def __post_init__(self) -> None:
        if len(self.passages) != len(LETTERS) or self.human not in tuple(LETTERS):
            raise UsageError(
                f"A round needs three passages and a, b or c as the human's; it has "
                f"{len(self.passages)} and {self.human!r}."
            )

    def __str__(self) -> str:
        lines = [f"{self.start} …"]
        pairs = zip(LETTERS, self.passages, strict=True)
        return "\n".join(lines + [f"  {letter}) … {text}" for letter, text in pairs])


def rounds(path: Path = ROUNDS) -> tuple[Round, ...]:
    """All rounds that the page draws its games from.

    Raises:
        DataError: the file does not hold rounds.

    Example:
        >>> len(rounds()[0].passages)
        3
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Round(r["start"], tuple(r["passages"]), r["human"]) for r in found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path.name} does not hold the rounds of the game ({error}).") from error


def draw(seed: int, count: int = LENGTH, given: Sequence[Round] | None = None) -> tuple[Round, ...]:
    """A game: rounds drawn at random, none of them twice.

    Args:
        seed: of the draw; the same seed gives the same game.
        count: how many rounds.
        given: what to draw from; by default the rounds of the page.

    Raises:
        UsageError: there are not so many rounds.

    Example:
        >>> len(draw(seed=1)), draw(seed=1) == draw(seed=1), draw(seed=1) == draw(seed=2)
        (6, True, False)
    """
    found = rounds() if given is None else given
    if not 1 <= count <= len(found):
        raise UsageError(f"A game has from 1 to {len(found)} rounds, not {count}.")
    order = np.random.default_rng(seed).permutation(len(found))[:count]
    return tuple(found[place] for place in order)


def make_rounds(texts: Sequence[Sequence[str]], machine: Machine, seed: int) -> tuple[Round, ...]:
    """One round for each text: its first sentence is the start, the machine goes on twice.

    The machine writes twice as much as is needed and is cut after the sentence that brings it
    nearest to the human's length, so that the length tells nothing.

    Args:
        texts: words of texts that the machine has not seen; each has a full stop inside.
        machine: writes words after a start.
        seed: of the order of the three passages.
    """
    random = np.random.default_rng(seed)
    made = []
    for words in texts:
        cut = list(words).index(END) + 1
        start, rest = list(words[:cut]), whole_sentences(words[cut:])
        others = [nearest_end(machine(start, 2 * len(rest)), len(rest)) for _ in range(2)]
        place = int(random.integers(3))
        passages = [*others[:place], rest, *others[place:]]
        made.append(Round(_joined(start), tuple(map(_joined, passages)), LETTERS[place]))
    return tuple(made)


def unmistakable(made: Sequence[Round], texts: Sequence[Sequence[str]]) -> tuple[Round, ...]:
    """The rounds that have one answer: a machine that writes what a human wrote is left out.

    Args:
        made: the rounds.
        texts: words of all texts by humans; none begins with a start and a machine's passage.
    """
    known = [_joined(words) for words in texts]

    def copied(played: Round) -> bool:
        pairs = zip(LETTERS, played.passages, strict=True)
        machines = [f"{played.start} {text}" for letter, text in pairs if letter != played.human]
        return any(text.startswith(tuple(machines)) for text in known)

    return tuple(played for played in made if not copied(played))


def whole_sentences(words: Sequence[str]) -> list[str]:
    """The words up to the last full stop; all of them where there is none.

    Example:
        >>> whole_sentences(["a", "b", ".", "c"])
        ['a', 'b', '.']
    """
    stops = [place for place, word in enumerate(words, start=1) if word == END]
    return list(words[: stops[-1]] if stops else words)


def nearest_end(words: Sequence[str], length: int) -> list[str]:
    """The words up to the full stop that is nearest to a length; all where there is none.

    Example:
        >>> nearest_end(["a", ".", "b", "c", "."], 4)
        ['a', '.', 'b', 'c', '.']
    """
    stops = [place for place, word in enumerate(words, start=1) if word == END]
    return list(words[: min(stops, key=lambda stop: abs(stop - length))] if stops else words)


def write_rounds(made: Sequence[Round], path: Path = ROUNDS) -> None:
    """Writes rounds for the page, whole or not at all."""
    from rnn_edu.whole_files import write_text

    write_text(path, json.dumps([asdict(r) for r in made], indent=1, ensure_ascii=False) + "\n")


def score(answers: str, played: Sequence[Round] | None = None) -> str:
    """How many of the answers are right, and which.

    Args:
        answers: one letter for each round, such as ``"abcab"``.
        played: the rounds; by default those of the page.

    Raises:
        UsageError: another number of answers than of rounds, or another letter.

    Example:
        >>> score("a", [Round("we", ("write", "wrote", "are"), "b")])
        '0 of 1 right: round 1 was b, not a'
    """
    asked = rounds() if played is None else played
    _check(answers, len(asked))
    wrong = [
        f"round {number} was {r.human}, not {answer}"
        for number, (answer, r) in enumerate(zip(answers, asked, strict=True), start=1)
        if answer != r.human
    ]
    right = f"{len(asked) - len(wrong)} of {len(asked)} right"
    return f"{right}: {'; '.join(wrong)}" if wrong else right


def as_html(played: Sequence[Round], length: int = LENGTH) -> str:
    """The rounds as a list that can be read without scripts; the page's script makes it a game.

    Args:
        played: all rounds; the script draws from them.
        length: rounds of one game; a reader without scripts sees the first so many.
    """
    return (
        f'<div data-game="human-or-machine" data-length="{length}"><ol>'
        + "".join(_round_html(r, number, length) for number, r in enumerate(played, start=1))
        + "</ol></div>"
    )


def _round_html(played: Round, number: int, length: int) -> str:
    items = "".join(f"<li>… {html.escape(text)}</li>" for text in played.passages)
    hidden = " hidden" if number > length else ""
    human = LETTERS.index(played.human)
    return (
        f'<li data-human="{human}"{hidden}><p>{html.escape(played.start)} …</p>'
        f'<ol type="a">{items}</ol><details><summary>Who wrote what in round {number}</summary>'
        f"<p>The human is {played.human}.</p></details></li>"
    )


def _joined(words: Sequence[str]) -> str:
    """Words as a text, with the marks close to the word before them."""
    return " ".join(words).replace(" .", ".").replace(" ,", ",")


def _check(answers: str, count: int) -> None:
    if len(answers) != count or not set(answers) <= set(LETTERS):
        raise UsageError(
            f"The answers are {answers!r}; give {count} letters, one for each round, each of "
            "them a, b or c."
        )
