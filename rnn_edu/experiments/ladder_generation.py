"""The generator of Alice, rung by rung: one word, dropout, rate, short rows, unigrams.

Every rung changes one thing; the last two have the larger rate and the short rows together.

The last tenth of the story is held out, as in the other run on it. The last tenth of what is left
is kept for choosing: after which epoch to stop, and how much of the unigrams to mix in. What counts
words learns from the same words as the networks, without that tenth.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import Dataset
from rnn_edu.experiments.alice_book import HELD_OUT, Array32, Story
from rnn_edu.experiments.alice_simple_rnn import BATCH, RATE, TOGETHER, UNITS, load_real, story
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.ladders import SETS, climb, rounded
from rnn_edu.experiments.options import RunOptions
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import alphanumeric_words
from rnn_edu.text.ngrams import Bigrams, Unigrams, perplexity

NAME = "ladder_generation"
MOST_EPOCHS, PATIENCE = 15, 2
#: Shares of the unigrams that are tried on the words for choosing.
SHARES = tuple(k / 20 for k in range(13))
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rung:
    """A network of the ladder.

    Args:
        window: how many words it reads.
        dropout: share of the state that is dropped before the answer.
        rows: how many numbers each word has; 0 for a row as long as the state, which stands for
            the kernel of the document's model.
        rate: of the optimizer.
    """

    window: int
    dropout: float = 0.0
    rows: int = 0
    rate: float = RATE


RUNGS = {
    "ten words": Rung(10),
    "ten words, dropout": Rung(10, 0.5),
    "one word": Rung(1),
    "ten words, rate 0.003": Rung(10, rate=0.003),
    "one word, rate 0.003": Rung(1, rate=0.003),
    "ten words, short rows": Rung(10, rows=32),
    "one word, short rows": Rung(1, rows=32),
    "ten words, both": Rung(10, rows=32, rate=0.003),
    "one word, both": Rung(1, rows=32, rate=0.003),
}


class Tale:
    """The words of the story in three parts, and what models that count the first say of the rest.

    Args:
        book: with its last part held out.

    Attributes:
        counted_choosing, counted_held_out: the chances of what comes, by the models that count.
    """

    def __init__(self, book: Story) -> None:
        self.words = len(book.vocabulary)
        cut = round((1 - HELD_OUT) * book.cut)
        inner = Story(book.vocabulary, book.numbers[: book.cut], cut)
        self.train, self.choosing, self.held_out = inner.train, inner.held_out, book.held_out
        self._unigrams = Unigrams(book.numbers[:cut], self.words)
        self._bigrams = Bigrams(book.numbers[:cut], self.words)
        self.counted_choosing, self.counted_held_out = map(
            self._counted, (self.choosing, self.held_out)
        )

    def _counted(self, part: tuple[Array32, Array32]) -> dict[str, FloatArray]:
        x, y = part
        return {
            "unigrams": self._unigrams.probability(y),
            "bigrams": self._bigrams.probability(x[:, -1], y),
        }


def build(rung: Rung, words: int, seed: int) -> Any:
    """The look-up model for windows of this length, compiled as the document's."""
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((rung.window,), dtype="int32"),
            *reader(rung, words),
            keras.layers.Dropout(rung.dropout),
            keras.layers.Dense(words, activation="softmax"),
        ]
    )
    if rung.window == 1 and not rung.rows:  # nothing to carry on
        model.layers[0].recurrent_kernel.trainable = False
    model.compile(
        keras.optimizers.RMSprop(rung.rate),
        "sparse_categorical_crossentropy",
        steps_per_execution=TOGETHER,
        jit_compile=True,
    )
    return model


def reader(rung: Rung, words: int) -> list[Any]:
    """The layers from the numbers of the words to the last state."""
    import keras

    from rnn_edu.experiments.alice_models import LookUpRNN, SummedEmbedding

    if rung.rows:
        return [SummedEmbedding(words, rung.rows), keras.layers.SimpleRNN(UNITS)]
    return [LookUpRNN(words, UNITS)]


def trained(rung: Rung, tale: Tale, seed: int, epochs: int) -> tuple[int, FloatArray, FloatArray]:
    """The best epoch, and the chances of the words for choosing and of those held out."""
    import keras

    model = build(rung, tale.words, seed)
    x, y = tale.train
    history = model.fit(
        x[:, -rung.window :],
        y,
        validation_data=(tale.choosing[0][:, -rung.window :], tale.choosing[1]),
        batch_size=BATCH,
        epochs=epochs,
        callbacks=[keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)],
        verbose=0,
    ).history
    best = int(np.argmin(history["val_loss"])) + 1
    choosing, held_out = (chances(model, rung, *p) for p in (tale.choosing, tale.held_out))
    return best, choosing, held_out


def chances(model: Any, rung: Rung, x: Array32, y: Array32) -> FloatArray:
    """The chance that a network gives to each word that comes."""
    rows = model.predict(x[:, -rung.window :], batch_size=BATCH, verbose=0)
    found: FloatArray = rows[np.arange(len(y)), y].astype(float)
    return found


def best_share(network: FloatArray, unigrams: FloatArray) -> float:
    """The share of the unigrams with which these words surprise least.

    Example:
        >>> best_share(np.array([0.5, 1e-9]), np.array([0.1, 0.1]))
        0.6
    """
    mixed = [perplexity((1 - share) * network + share * unigrams) for share in SHARES]
    return SHARES[int(np.argmin(mixed))]


def compared(found: FloatArray, bigrams: FloatArray) -> dict[str, float]:
    """Perplexity, and the lead over the bigrams on the same words, in standard errors."""
    lead = np.log(np.maximum(found, 1e-38)) - np.log(bigrams)
    error = lead.std(ddof=1) / len(lead) ** 0.5
    return {"perplexity": perplexity(found), "lead": lead.mean() / error}


def measured(
    seed: int, tale: Tale, options: RunOptions, checkpoints: Checkpoints
) -> dict[str, dict[str, float]]:
    """Every network as trained, and with the share of the unigrams that was chosen for it."""
    found = {}
    for name, rung in RUNGS.items():
        facts = asdict(rung) | {"seed": seed}
        both = checkpoints.part(facts, partial(as_trained_and_mixed, rung, tale, seed, options))
        found[name], found[f"{name}, unigrams"] = both
    return found


def as_trained_and_mixed(
    rung: Rung, tale: Tale, seed: int, options: RunOptions
) -> tuple[dict[str, float], dict[str, float]]:
    """A network, and the same with a share of the unigrams, beside the bigrams."""
    held = tale.counted_held_out
    best, p, p_held = trained(rung, tale, seed, options.epochs_or(MOST_EPOCHS))
    share = best_share(p, tale.counted_choosing["unigrams"])
    mixed = (1 - share) * p_held + share * held["unigrams"]
    plain = compared(p_held, held["bigrams"])
    print(f"{rung}, seed {seed}: {plain['perplexity']:.1f} after {best} epochs", flush=True)
    return rounded(plain | {"epochs": best}), rounded(
        compared(mixed, held["bigrams"]) | {"share": share}
    )


def run(options: RunOptions) -> Path:
    """Climbs the ladder and writes the record."""
    full = FullRun(NAME, options)
    data = load_real()
    tale = Tale(story(data))
    return full.record(
        Dataset(data.name, tuple(alphanumeric_words(data.texts[0])), is_real=True),
        [seed for seeds in SETS.values() for seed in seeds],
        setting={
            "units": UNITS,
            "batch_size": BATCH,
            "optimizer": "rmsprop",
            "learning_rate": RATE,
            "epochs": options.epochs_or(MOST_EPOCHS),
            "patience": PATIENCE,
            "dropout": RUNGS["ten words, dropout"].dropout,
            "numbers_in_short_rows": RUNGS["ten words, short rows"].rows,
            "words_for_training": len(tale.train[1]),
            "words_for_choosing": len(tale.choosing[1]),
            "words_held_out": len(tale.held_out[1]),
        },
        metrics=climb(
            partial(measured, tale=tale, options=options, checkpoints=full.checkpoints),
            full.checkpoints,
        ),
        baselines=rounded({name: perplexity(p) for name, p in tale.counted_held_out.items()}),
        first_batch_loss=first_batch_loss(),
    )


def first_batch_loss() -> float:
    """The loss of the first windows before training, of the network with ten words."""
    start_tensorflow()
    tale = Tale(story(load_real()))
    model = build(RUNGS["ten words"], tale.words, SETS["first"][0])
    x, y = tale.train
    return round(float(model.evaluate(x[:BATCH], y[:BATCH], verbose=0)), 5)
