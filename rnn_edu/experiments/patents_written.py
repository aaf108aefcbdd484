"""The LSTM on patent abstracts writes, from beginnings that it has not read.

Each beginning is the first 50 words of an abstract of the test part. Beside what the model adds
stands what the abstract goes on with, how much of either is copied from the training part, and how
many of its rarer words the beginning has named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.patents import Abstracts, Writer
from rnn_edu.experiments.patents_lstm import APART, SEED, first_loss, read
from rnn_edu.experiments.patents_seeds import counted
from rnn_edu.experiments.patents_setting import LENGTH
from rnn_edu.text import Split, generate
from rnn_edu.text.copies import Copies

NAME = "patents_written"
#: Beginnings for the shares of copies; of the first ones the texts are kept.
STARTS, KEPT = 60, 6
WORDS, TEMPERATURES, COPIED = 25, (0.7, 1.0), 8
#: The words with larger numbers are rarer than the most frequent ones.
FREQUENT = 100


def run(options: RunOptions) -> Path:
    """Trains once, lets the model write, and writes the record; DataError without the abstracts."""
    full = FullRun(NAME, options)
    data, abstracts = read()
    apart, setting = abstracts.split_by_abstract(SEED), APART.asked(options)
    writer = Writer(abstracts.vocabulary, setting, SEED)
    facts = {**setting.facts(), "split": "abstracts", "seed": SEED}

    def epoch(number: int) -> dict[str, float]:
        return {"training_loss": writer.epoch(abstracts, apart, number)}

    full.checkpoints.train(facts, writer.model, setting.epochs, epoch)
    accuracy = round(writer.measure(abstracts, apart.test)["accuracy"], 4)
    return full.record(
        data,
        [SEED],
        setting=setting.facts() | {"starts": STARTS, "words": WORDS, "copied_words": COPIED},
        metrics={
            "accuracy": accuracy,
            "accuracy_per_seed": [accuracy],
            **written(writer, abstracts, apart),
        },
        baselines=counted(abstracts, apart)
        | {"named_by_another": named_by_another(abstracts, apart)},
        first_batch_loss=first_loss(abstracts, apart, APART, SEED),
    )


def written(writer: Writer, abstracts: Abstracts, split: Split) -> dict[str, Any]:
    """What the abstracts go on with and what the model adds, with figures for each.

    Args:
        writer: trained on the training part of ``split``.
        abstracts: the texts.
        split: of their windows, by abstract.
    """
    starts, true = starts_and_ends(abstracts, split)
    ends = {"true": true}
    for temperature in TEMPERATURES:
        ends[str(temperature)] = [
            added(writer, start, temperature, seed) for seed, start in enumerate(starts)
        ]
    rows = {"start": starts, **ends}
    return {
        "copied": copied(abstracts, split, ends),
        "named_before": {way: named_before(starts, found) for way, found in ends.items()},
        "samples": [
            {name: " ".join(abstracts.vocabulary.decode(found[k])) for name, found in rows.items()}
            for k in range(min(KEPT, len(starts)))
        ],
    }


def copied(
    abstracts: Abstracts, split: Split, ends: dict[str, list[list[int]]]
) -> dict[str, float]:
    """Share of the words that stand in runs which the training part has too."""
    training = ~np.isin(abstracts.owner, held_out(abstracts, split))
    copies = Copies(abstracts.words[training].tolist(), at_least=COPIED)
    return {way: _mean([copies.share(end) for end in found]) for way, found in ends.items()}


def named_before(starts: Sequence[Sequence[int]], ends: Sequence[Sequence[int]]) -> float:
    """Share of the rarer words of the ends that their beginnings have named.

    Example:
        >>> named_before([[7, 500]], [[7, 500, 600]])
        0.5
    """
    pairs = [
        (word, start)
        for start, end in zip(starts, ends, strict=True)
        for word in end
        if word > FREQUENT
    ]
    return _mean([word in start for word, start in pairs])


def named_by_another(abstracts: Abstracts, split: Split) -> float:
    """The same share where each beginning stands before the end of the next abstract."""
    starts, ends = starts_and_ends(abstracts, split)
    return named_before(starts, [*ends[1:], *ends[:1]])


def starts_and_ends(abstracts: Abstracts, split: Split) -> tuple[list[list[int]], list[list[int]]]:
    """The words of each beginning, and those that its abstract goes on with."""
    places = beginnings(abstracts, split)
    starts = [abstracts.words[place:][:LENGTH].tolist() for place in places]
    return starts, [abstracts.words[place + LENGTH :][:WORDS].tolist() for place in places]


def held_out(abstracts: Abstracts, split: Split) -> npt.NDArray[np.int64]:
    """The numbers of the texts in the test part."""
    return np.unique(abstracts.owner[abstracts.targets[split.test]])


def beginnings(abstracts: Abstracts, split: Split) -> list[int]:
    """Where abstracts of the test part begin that are long enough, in an order drawn by the seed.

    No text is taken twice, and of texts that repeat each other only one.
    """
    starts = np.flatnonzero(abstracts.place == 0)
    sizes = np.diff(np.append(starts, len(abstracts.words)))
    texts = [text for text in held_out(abstracts, split) if sizes[text] >= LENGTH + WORDS]
    first = {abstracts.texts[text]: text for text in reversed(texts)}
    drawn = np.random.default_rng(SEED).permutation(sorted(first.values()))[:STARTS]
    return [int(starts[text]) for text in drawn]


def added(writer: Writer, start: Sequence[int], temperature: float, seed: int) -> list[int]:
    """The words that the model adds to a beginning."""
    random = np.random.default_rng(seed)
    return generate(writer.chances, start, WORDS, random, temperature=temperature)


def first_batch_loss() -> float:
    """The loss of the first windows before training."""
    _, abstracts = read()
    return first_loss(abstracts, abstracts.split_by_abstract(SEED), APART, SEED)


def _mean(shares: Sequence[float]) -> float:
    return round(float(np.mean(shares)), 4)
