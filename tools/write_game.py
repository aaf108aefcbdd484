"""Writes the rounds of *Human or machine?*: ``python tools/write_game.py``, some minutes.

The LSTM is trained on nine tenths of the abstracts that were written for this book; the rounds
start with sentences from the last tenth. ``python tools/write_game.py --real game.html`` does the
same with the real abstracts and writes a page to play on. It is yours: the book has no word of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.datasets import load, load_sample
from rnn_edu.experiments.patents import Abstracts, Writer
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split, generate, split_texts, split_words
from rnn_edu.text.cleaning import space_punctuation
from rnn_edu.whole_files import write_text

if TYPE_CHECKING:
    from rnn_edu.language_model.game import Round

ROUNDS, SEED, TEMPERATURE = 40, 0, 0.6
STATIC = Path(__file__).resolve().parents[1] / "_static"
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Human or machine?</title>
<style>{style}
body {{ margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }}</style></head>
<body><main><h1>Human or machine?</h1>
<p>The human’s passages are from abstracts of real patents. The machine is an LSTM that was trained
on other abstracts. It was asked to go on from the same sentence.</p>
{game}</main><script>{script}</script></body></html>
"""


@dataclass(frozen=True)
class Task:
    """What the game is made of.

    Args:
        texts: words and marks, parted by spaces.
        kept: the numbers of the texts that are not trained on.
        setting: of the machine.
        longest: words of a text that a round has at most, its start among them.
    """

    texts: Sequence[str]
    kept: Sequence[int]
    setting: Setting
    longest: int


def invented() -> Task:
    """The abstracts that were written for this book; the last tenth is kept."""
    texts = load_sample("abstracts").texts
    kept = range(len(texts) * 9 // 10, len(texts))
    setting = Setting(epochs=24, width=64, units=128, batch_size=16, sampled=0)
    return Task(texts, kept, setting, longest=60)


def real() -> Task:
    """The real abstracts in small letters, equal ones together; DataError without them."""
    data = load("patents")
    check_real(data)
    texts = [space_punctuation(text).lower() for text in data.texts]
    kept = split_texts(texts, 0.1, seed=SEED).test
    return Task(texts, [int(number) for number in kept], Setting(epochs=12), longest=120)


def starts(task: Task) -> list[list[str]]:
    """The texts of the rounds: those that are kept and have a second sentence soon enough."""
    found = []
    for text in dict.fromkeys(task.texts[number] for number in task.kept):
        words = split_words(text)[: task.longest]
        ends = [place for place, word in enumerate(words) if word == "."]
        if len(ends) > 1 and ends[-1] - ends[0] > 8:
            found.append(words)
    return found[:ROUNDS]


def trained(abstracts: Abstracts, task: Task) -> Writer:
    """The machine, trained on the texts that are not kept."""
    kept = np.isin(abstracts.owner[abstracts.targets], task.kept)
    split = Split(np.flatnonzero(~kept), np.flatnonzero(kept))
    writer = Writer(abstracts.vocabulary, task.setting, SEED)
    for number in range(task.setting.epochs):
        print(f"epoch {number + 1}: loss {writer.epoch(abstracts, split, number):.3f}", flush=True)
    print(f"accuracy on the others {writer.measure(abstracts, split.test[:2000])['accuracy']:.3f}")
    return writer


def played(task: Task) -> tuple[Round, ...]:
    """Trains the machine and lets it go on from each start."""
    from rnn_edu.language_model.game import make_rounds, unmistakable

    abstracts = Abstracts(task.texts, split=split_words)
    writer, random = trained(abstracts, task), np.random.default_rng(SEED)
    vocabulary = abstracts.vocabulary

    def machine(start: list[str], count: int) -> list[str]:
        numbers = vocabulary.encode(start).tolist()
        new = generate(writer.chances, numbers, count, random, temperature=TEMPERATURE)
        return [vocabulary.words[number] for number in new]

    made = make_rounds(starts(task), machine, SEED)
    return unmistakable(made, [split_words(text) for text in task.texts])


def page(rounds: Sequence[Round]) -> str:
    """A page that needs nothing beside it."""
    from rnn_edu.language_model.game import as_html

    names = ("book.css", "human_or_machine.css", "human_or_machine.js")
    book, style, script = ((STATIC / name).read_text(encoding="utf-8") for name in names)
    return PAGE.format(style=book + style, script=script, game=as_html(rounds))


def main() -> None:
    """Trains, plays and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, metavar="PAGE", help="a page from real abstracts")
    chosen: Path | None = parser.parse_args().real
    start_tensorflow()  # before the game is imported, which starts it without the book's settings
    from rnn_edu.language_model.game import write_rounds

    if chosen:
        write_text(chosen, page(played(real())))
    else:
        write_rounds(played(invented()))


if __name__ == "__main__":
    main()
