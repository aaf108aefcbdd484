"""The document's text generator on Alice: ten words, SimpleRNN(128), the next word.

Three things are measured. One epoch of the document's one-hot model and of the same model with a
look-up, on the whole file as the document takes it. Then full trainings on the story without the
licence, its last tenth held out: training loss, held-out perplexity and copied words after each
epoch. The number of epochs behind the main result is chosen on a part of the training words.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.datasets import Dataset, load
from rnn_edu.experiments.alice_book import COPY, HELD_OUT, WINDOW, Story, one_hot
from rnn_edu.experiments.checkpoints import Checkpoints
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.experiments.records import check_real
from rnn_edu.quiet import start_tensorflow
from rnn_edu.text import alphanumeric_words
from rnn_edu.text.cleaning import without_gutenberg_tail
from rnn_edu.text.copies import Copies
from rnn_edu.text.ngrams import Bigrams, Unigrams, perplexity
from rnn_edu.text.writing import write_rows

NAME = "alice_simple_rnn"
SEEDS = (0, 1, 2)
#: Other draws than those that are reported, for choosing the number of epochs.
CHOOSING_SEEDS = (100, 101, 102)
EPOCHS, MOST_TO_CHOOSE = 15, 12
#: These go on until they know the book by heart.
LONG_SEEDS, LONG_EPOCHS = (0, 1), 70
UNITS, BATCH, RATE = 128, 128, 0.001
TEXTS, WRITTEN = 20, 50
#: Batches that TensorFlow trains in one go; it changes the time, not the result.
TOGETHER = 16


def first_batch_loss() -> float:
    """The loss of the first windows before training; the record holds what it was."""
    start_tensorflow()
    book = story(load_real())
    x, y = book.train
    model = build(len(book.vocabulary), SEEDS[0])
    return round(float(model.evaluate(x[:BATCH], y[:BATCH], verbose=0)), 5)


def run(options: RunOptions) -> Path:
    """Runs it and writes the record."""
    full = FullRun(NAME, options)
    data = load_real()
    words, book = alphanumeric_words(data.texts[0]), story(data)
    compared = full.checkpoints.part({"what": "one epoch"}, lambda: compare_epochs(words))
    best = choose_epochs(book, full.checkpoints, min(options.epochs_or(EPOCHS), MOST_TO_CHOOSE))
    runs = [train(book, seed, options.epochs_or(EPOCHS), full.checkpoints) for seed in SEEDS]
    long_epochs = options.epochs_or(LONG_EPOCHS)
    by_heart = [train(book, seed, long_epochs, full.checkpoints) for seed in LONG_SEEDS]
    return full.record(
        # The file is one text; what the record counts are its words.
        Dataset(data.name, tuple(words), is_real=True),
        SEEDS,
        setting=setting(best, options.epochs_or(EPOCHS)),
        metrics={
            **summary(runs, best),
            "by_heart": {"seed": list(LONG_SEEDS), **the_end(by_heart)},
            "one_epoch": compared,
        },
        baselines=baselines(book),
        first_batch_loss=first_batch_loss(),
    )


def load_real() -> Dataset:
    """The real file; DataError without it."""
    data = load("alice")
    check_real(data)
    return data


def story(data: Dataset) -> Story:
    """The story without the licence behind it."""
    return Story.from_text(without_gutenberg_tail(data.texts[0]))


def build(words: int, seed: int) -> Any:
    """The look-up model, compiled as the document compiles its own."""
    import keras

    from rnn_edu.experiments.alice_models import look_up_model

    keras.utils.set_random_seed(seed)
    model = look_up_model(words)
    model.compile(
        keras.optimizers.RMSprop(RATE),
        "sparse_categorical_crossentropy",
        steps_per_execution=TOGETHER,
        jit_compile=True,
    )
    return model


def setting(best: int, epochs: int) -> dict[str, Any]:
    """The setting as it stands in the record."""
    return {
        "window": WINDOW,
        "units": UNITS,
        "batch_size": BATCH,
        "optimizer": "rmsprop",
        "learning_rate": RATE,
        "epochs": epochs,
        "epochs_chosen": best,
        "held_out_share": HELD_OUT,
        "copy": COPY,
    }


def compare_epochs(words: list[str]) -> dict[str, Any]:
    """One epoch of both models from the same weights, without shuffling, on the whole file."""
    import keras

    from rnn_edu.experiments.alice_models import look_up_model, one_hot_model

    book = Story.from_words(words, held_out=0)
    (x, y), size = book.train, len(book.vocabulary)
    keras.utils.set_random_seed(SEEDS[0])
    first, second = one_hot_model(size), look_up_model(size)
    second.set_weights(first.get_weights())
    wide = one_hot(x, size), one_hot(y, size)
    first.compile("rmsprop", "categorical_crossentropy")
    second.compile("rmsprop", "sparse_categorical_crossentropy")
    runs = {"one_hot": timed_epoch(first, *wide), "look_up": timed_epoch(second, x, y)}
    losses = [np.array(losses) for losses, _ in runs.values()]
    return {
        "windows": len(x),
        "words": size,
        "loss": {name: round(float(np.mean(losses)), 6) for name, (losses, _) in runs.items()},
        "largest_loss_difference": float(np.abs(losses[0] - losses[1]).max()),
        "cpu_seconds": {name: round(seconds, 2) for name, (_, seconds) in runs.items()},
        "cpu_seconds_compiled": {
            "one_hot": compiled_epoch(first, "categorical_crossentropy", *wide),
            "look_up": compiled_epoch(second, "sparse_categorical_crossentropy", x, y),
        },
        "bytes": {
            "one_hot": sum(array.nbytes for array in wide),
            "look_up": x.nbytes + y.nbytes,
        },
    }


def timed_epoch(model: Any, x: Any, y: Any) -> tuple[list[float], float]:
    """The loss of each step of an epoch, and the processor's seconds from the second step on."""
    losses = [float(model.train_on_batch(x[:BATCH], y[:BATCH]))]
    start = time.process_time()
    for place in range(BATCH, len(x), BATCH):
        rows = slice(place, place + BATCH)
        losses.append(float(model.train_on_batch(x[rows], y[rows])))
    return losses, time.process_time() - start


def compiled_epoch(model: Any, loss: str, x: Any, y: Any) -> float:
    """The processor's seconds of an epoch, compiled as in the full trainings; the second of two."""
    model.compile("rmsprop", loss, steps_per_execution=TOGETHER, jit_compile=True)
    for _ in range(2):
        start = time.process_time()
        model.fit(x, y, batch_size=BATCH, verbose=0)
        seconds = time.process_time() - start
    return round(seconds, 2)


def choose_epochs(book: Story, checkpoints: Checkpoints, most: int) -> int:
    """After how many epochs the last part of the training words is predicted best."""
    inner = Story(book.vocabulary, book.numbers[: book.cut], round((1 - HELD_OUT) * book.cut))
    curves = [train(inner, seed, most, checkpoints) for seed in CHOOSING_SEEDS]
    means = np.mean([[np.log(epoch["perplexity"]) for epoch in curve] for curve in curves], axis=0)
    return int(np.argmin(means)) + 1


def train(book: Story, seed: int, epochs: int, checkpoints: Checkpoints) -> list[dict[str, float]]:
    """Trains with one seed; the figures after each epoch."""
    (x, y), model = book.train, build(len(book.vocabulary), seed)
    facts = {"seed": seed, "cut": book.cut, "length": len(book.numbers)}
    copies = Copies(book.numbers[: book.cut].tolist(), COPY)

    def epoch(number: int) -> dict[str, float]:
        order = np.random.default_rng((seed, number)).permutation(len(x))
        history = model.fit(x[order], y[order], batch_size=BATCH, shuffle=False, verbose=0).history
        return {"loss": history["loss"][0], **judged(model, book), **written(model, book, copies)}

    # A resumed run may have gone on for longer than is asked for now.
    figures = checkpoints.train(facts, model, epochs, epoch)[:epochs]
    print(f"seed {seed}: loss {figures[-1]['loss']:.3f}, {figures[-1]['perplexity']:.0f}")
    return figures


def judged(model: Any, book: Story) -> dict[str, float]:
    """Perplexity and accuracy on the held-out words."""
    x, y = book.held_out
    chances = model.predict(x, batch_size=BATCH, verbose=0)
    right = chances[np.arange(len(y)), y]
    return {
        "perplexity": perplexity(right),
        "perplexity_of_words_met": perplexity(right[book.met_in_training(y)]),
        "accuracy": float(np.mean(chances.argmax(axis=1) == y)),
    }


def written(model: Any, book: Story, copies: Copies) -> dict[str, float]:
    """What the model writes when it always takes the likeliest word: copied and different words.

    The windows that it starts from are spread over the training part, as the document's, and
    over the held-out part.
    """
    figures = {}
    for name, (x, _) in (("train", book.train), ("held_out", book.held_out)):
        starts = x[np.linspace(0, len(x) - 1, TEXTS, dtype=int)]
        texts = write_rows(model.predict_on_batch, starts, WRITTEN).tolist()
        figures[f"copied_from_{name}"] = float(np.mean([copies.share(text) for text in texts]))
        different = [len(set(text)) / len(text) for text in texts]
        figures[f"different_from_{name}"] = float(np.mean(different))
    return figures


def summary(runs: Sequence[list[dict[str, float]]], best: int) -> dict[str, Any]:
    """The main figures after the chosen epoch, each after the last, and all curves."""
    facts: dict[str, Any] = {}
    for name in ("perplexity", "loss", "perplexity_of_words_met", "accuracy"):
        facts |= _mean_and_seeds(name, [curve[best - 1][name] for curve in runs])
    return {**facts, **the_end(runs)}


def the_end(runs: Sequence[list[dict[str, float]]]) -> dict[str, Any]:
    """Each figure after the last epoch, and all curves."""
    last: dict[str, Any] = {}
    for name in runs[0][0]:
        last |= _mean_and_seeds(name, [curve[-1][name] for curve in runs])
    curves = {name: [[epoch[name] for epoch in curve] for curve in runs] for name in runs[0][0]}
    return {"at_the_end": last, "curves": curves}


def _mean_and_seeds(name: str, values: list[float]) -> dict[str, Any]:
    rounded = [round(value, 4) for value in values]
    return {name: round(float(np.mean(rounded)), 4), f"{name}_per_seed": rounded}


def baselines(book: Story) -> dict[str, float]:
    """Held-out figures of the models that count, and how much of the held-out part is a copy."""
    (x, y), train, size = book.held_out, book.numbers[: book.cut], len(book.vocabulary)
    met = book.met_in_training(y)
    one = Unigrams(train, size).probability(y)
    two = Bigrams(train, size).probability(x[:, -1], y)
    most_common = np.bincount(train).argmax()
    facts = {
        "unigrams": perplexity(one),
        "bigrams": perplexity(two),
        "unigrams_words_met": perplexity(one[met]),
        "bigrams_words_met": perplexity(two[met]),
        "most_common_word_accuracy": float(np.mean(y == most_common)),
        "share_of_words_met": float(met.mean()),
        "copied_share_of_held_out": Copies(train.tolist(), COPY).share(y.tolist()),
    }
    return {name: round(value, 4) for name, value in facts.items()}
