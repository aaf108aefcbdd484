"""Writes the rounds of *Human or machine?*: ``python tools/write_game.py``, some minutes.

The LSTM is trained on nine tenths of the abstracts that were written for this book; the rounds
start with sentences from the last tenth.
"""

from __future__ import annotations

import numpy as np

from rnn_edu.datasets import load_sample
from rnn_edu.experiments.patents import Abstracts, Writer
from rnn_edu.experiments.patents_setting import Setting
from rnn_edu.language_model.game import make_rounds, rounds, write_rounds
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import Split, generate, split_words

SETTING = Setting(epochs=24, width=64, units=128, batch_size=16, sampled=0)
ROUNDS, SEED, TEMPERATURE = 6, 0, 0.6


def trained(abstracts: Abstracts, known: int) -> Writer:
    """The machine, trained on the first texts."""
    seen = abstracts.owner[abstracts.targets] < known
    split = Split(np.flatnonzero(seen), np.flatnonzero(~seen))
    writer = Writer(abstracts.vocabulary, SETTING, SEED)
    for number in range(SETTING.epochs):
        print(f"epoch {number + 1}: loss {writer.epoch(abstracts, split, number):.3f}", flush=True)
    print(f"accuracy on the others {writer.measure(abstracts, split.test[:2000])['accuracy']:.3f}")
    return writer


def main() -> None:
    """Trains, plays and writes."""
    start_tensorflow()
    texts = load_sample("abstracts").texts
    known = len(texts) * 9 // 10
    abstracts = Abstracts(texts, split=split_words)
    writer, random = trained(abstracts, known), np.random.default_rng(SEED)
    vocabulary = abstracts.vocabulary

    def machine(start: list[str], count: int) -> list[str]:
        numbers = vocabulary.encode(start).tolist()
        new = generate(writer.chances, numbers, count, random, temperature=TEMPERATURE)
        return [vocabulary.words[number] for number in new]

    written = [split_words(text)[:60] for text in texts[known : known + ROUNDS]]
    write_rounds(make_rounds(written, machine, SEED))
    print(*rounds(), sep="\n\n")


if __name__ == "__main__":
    main()
