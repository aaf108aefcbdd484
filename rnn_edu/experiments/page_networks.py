"""The two small language models that readers play with in the page.

An LSTM that reads words and a GRU that reads characters learn the headlines and abstracts that
were written for this book. The last tenth of each set is held out. What can be reached at best is
known for these texts, since they come from random grammars. The setting was chosen in trials that
looked at the held-out texts. The weights go into ``rnn_edu/page/networks``, where the pages of
the book find them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.datasets import load_sample, sample_truth
from rnn_edu.datasets.samples import sample_path
from rnn_edu.experiments.full_run import FullRun
from rnn_edu.experiments.options import RunOptions
from rnn_edu.page.trained import END, Counting, Drivers, TrainedNetwork, Weights, store
from rnn_edu.quiet import start_tensorflow

NAME = "page_networks"
SETS = ("headlines", "abstracts")
SEED = 1
#: Tokens that come at a multiple of this length share a batch; the rest is not counted.
ROUNDED_TO = 16
#: A token drives a unit if it is met this often in the held-out texts.
LEAST_MET = 10
MOST_DRIVERS = 5
MOST_COUNTERS = 3
#: Marks the places of a batch at which nothing is predicted.
NOTHING = -1

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """How a network is built and trained.

    Args:
        key: the name of the network; see :data:`rnn_edu.page.trained.NETWORKS`.
        title: its name for readers.
        cell: the name of Keras's layer.
        kind: what a token is, ``word`` or ``character``.
        units: of the recurrent layer.
        embedding: the length of a token's vector.
        epochs: how many times to go through the training texts.
        learning_rate: of Adam at first; it falls to a hundredth of it along a cosine.
        batch_sizes: texts for one step, of each set.
        clip: the largest length of a gradient.
    """

    key: str
    title: str
    cell: str
    kind: str
    units: int
    embedding: int
    epochs: int
    learning_rate: float = 0.01
    batch_sizes: tuple[int, int] = (64, 2)
    clip: float = 1.0

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of a step, counted from 0."""
        fall = 0.5 * (1 + float(np.cos(np.pi * step / steps)))
        return self.learning_rate * (0.01 + 0.99 * fall)


SETTINGS = (
    Setting("words_lstm", "An LSTM that reads words", "LSTM", "word", 48, 24, epochs=20),
    Setting("characters_gru", "A GRU that reads characters", "GRU", "character", 64, 16, epochs=10),
)


@dataclass(frozen=True)
class Texts:
    """The texts as lists of numbers, for training and held out, and the tokens."""

    train: dict[str, list[list[int]]]
    held_out: dict[str, list[list[int]]]
    tokens: list[str]


def prepare(kind: str) -> Texts:
    """Cuts the texts into tokens; the end of a text stands before and after each."""
    cut = {name: [_cut(text, kind) for text in load_sample(name).texts] for name in SETS}
    train = {name: texts[: len(texts) * 9 // 10] for name, texts in cut.items()}
    counts = Counter(token for texts in cut.values() for text in texts for token in text)
    tokens = [END, *(token for token, _ in counts.most_common())]
    place = {token: number for number, token in enumerate(tokens)}
    coded = {
        name: [[0, *(place[token] for token in text), 0] for text in texts]
        for name, texts in cut.items()
    }
    held_out = {name: texts[len(train[name]) :] for name, texts in coded.items()}
    return Texts(
        {name: texts[: len(train[name])] for name, texts in coded.items()}, held_out, tokens
    )


def _cut(text: str, kind: str) -> list[str]:
    return text.split() if kind == "word" else list(text)


def batches(texts: Sequence[list[int]], size: int) -> Iterator[tuple[IntArray, IntArray]]:
    """What is read and what follows, texts of about the same length together.

    Example:
        >>> [(x, y)] = batches([[0, 5, 0]], 1)
        >>> x.shape, y[0, :3].tolist()
        ((1, 16), [5, 0, -1])
    """
    by_length = sorted(texts, key=len)
    for start in range(0, len(by_length), size):
        some = by_length[start : start + size]
        length = -(-(len(some[-1]) - 1) // ROUNDED_TO) * ROUNDED_TO
        x = np.zeros((len(some), length), dtype=np.int64)
        y = np.full((len(some), length), NOTHING, dtype=np.int64)
        for row, text in enumerate(some):
            x[row, : len(text) - 1], y[row, : len(text) - 1] = text[:-1], text[1:]
        yield x, y


def build(setting: Setting, tokens: int) -> Any:
    """The Keras model before its training; its answer are scores."""
    import keras

    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.layers.Input((None,), dtype="int32"),
            keras.layers.Embedding(tokens, setting.embedding),
            getattr(keras.layers, setting.cell)(setting.units, return_sequences=True),
            keras.layers.Dense(tokens),
        ]
    )
    model.compile(
        keras.optimizers.Adam(setting.learning_rate, clipnorm=setting.clip),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=NOTHING),
    )
    return model


def train(setting: Setting, texts: Texts) -> tuple[Any, dict[str, Any]]:
    """Trains a network; returns it, and what came out of each epoch."""
    model = build(setting, len(texts.tokens))
    together = [
        batch
        for name, size in zip(SETS, setting.batch_sizes, strict=True)
        for batch in batches(texts.train[name], size)
    ]
    steps, rng = setting.epochs * len(together), np.random.default_rng(SEED)
    losses: list[float] = []
    for epoch in range(setting.epochs):
        in_epoch = []
        for number, place in enumerate(rng.permutation(len(together))):
            step = epoch * len(together) + number
            model.optimizer.learning_rate = setting.rate(step, steps)
            in_epoch.append(float(model.train_on_batch(*together[place])))
        losses.append(round(float(np.mean(in_epoch)), 4))
        print(f"  {setting.key}: epoch {epoch + 1}, loss {losses[-1]}", flush=True)
    return model, {"steps": steps, "training_loss_per_epoch": losses}


def held_out_nats(model: Any, texts: Sequence[list[int]]) -> float:
    """The mean of -ln p over all that is predicted, the end of a text included."""
    lost, count = 0.0, 0
    for x, y in batches(texts, 64):
        scores = np.asarray(model.predict_on_batch(x), dtype=np.float64)
        scores -= np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        there = y != NOTHING
        chosen = np.take_along_axis(scores, np.maximum(y, 0)[..., None], axis=-1)[..., 0]
        lost, count = lost - float(chosen[there].sum()), count + int(there.sum())
    return lost / count


def drivers(model: Any, texts: Texts) -> list[Drivers]:
    """For each unit the tokens that raise it most, and that lower it most, when they are read.

    What counts is the change of h at a token, its mean over the held-out texts.
    """
    import keras

    states = keras.Model(model.inputs, model.layers[-2].output)
    total = np.zeros((len(texts.tokens), model.layers[-2].units))
    met = np.zeros(len(texts.tokens))
    for name in SETS:
        for x, y in batches(texts.held_out[name], 64):
            h = np.asarray(states.predict_on_batch(x), dtype=np.float64)
            changes = np.diff(h, axis=1, prepend=0.0)
            there = y != NOTHING
            np.add.at(total, x[there], changes[there])
            np.add.at(met, x[there], 1)
    often = np.flatnonzero(met >= LEAST_MET)
    means = total[often] / met[often, None]
    names = [texts.tokens[place] for place in often]
    return [_ends(names, column) for column in means.T]


def _ends(names: Sequence[str], changes: npt.NDArray[np.float64]) -> Drivers:
    order = np.argsort(-changes, kind="stable")
    return [
        [(names[k], round(float(changes[k]), 3)) for k in end[:MOST_DRIVERS]]
        for end in (order, order[::-1])
    ]


def counters(model: Any, texts: Texts) -> dict[str, list[Counting]]:
    """For each set the units that count best: whose state goes most straightly with the step.

    The correlation is that over all steps of all held-out texts together; the start of a text,
    which stands before each, is no step.
    """
    return {name: _best(_all_states(model, texts.held_out[name])) for name in SETS}


def _all_states(model: Any, texts: Sequence[list[int]]) -> dict[str, FloatArray]:
    """Every state after every token, a row for each, and the number of the step."""
    import keras

    table, cell = model.layers[0].get_weights()[0], model.layers[-2].cell
    names = ["h", "c"] if isinstance(cell, keras.layers.LSTMCell) else ["h"]
    found: dict[str, list[FloatArray]] = {name: [] for name in (*names, "step")}
    for x, y in batches(texts, 64):
        states = [np.zeros((len(x), cell.units), np.float32) for _ in names]
        for step in range(int((y != NOTHING).sum(axis=1).max())):
            _, states = cell(table[x[:, step]], states)
            there = y[:, step] != NOTHING
            if step:
                for name, state in zip(names, states, strict=True):
                    found[name].append(np.asarray(state, dtype=np.float64)[there])
                found["step"].append(np.full(there.sum(), float(step)))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _best(states: dict[str, FloatArray]) -> list[Counting]:
    """Of all units and states those that go most straightly with the step.

    Example:
        >>> _best({"h": np.array([[0.0, 3], [5, 2], [1, 1]]), "step": np.arange(3.0)})[0]
        ('h', 2, -1.0)
    """
    step = states.pop("step")
    found = [
        (name, unit + 1, round(float(np.corrcoef(column, step)[0, 1]), 3))
        for name, state in states.items()
        for unit, column in enumerate(state.T)
    ]
    return sorted(found, key=lambda counter: -abs(counter[2]))[:MOST_COUNTERS]


def first_batch_loss() -> float:
    """The loss of the LSTM on 64 headlines before any training."""
    start_tensorflow()
    setting = SETTINGS[0]
    texts = prepare(setting.kind)
    batch = next(batches(texts.train["headlines"], setting.batch_sizes[0]))
    return round(float(build(setting, len(texts.tokens)).test_on_batch(*batch)), 5)


def run(options: RunOptions) -> Path:
    """Trains both networks, stores them for the page, and writes the record."""
    full = FullRun(NAME, options)
    metrics = {}
    for usual in SETTINGS:
        setting = Setting(**{**asdict(usual), "epochs": options.epochs_or(usual.epochs)})
        texts = prepare(setting.kind)
        model, course = train(setting, texts)
        metrics[setting.key] = {
            "held_out_nats": {
                name: round(held_out_nats(model, texts.held_out[name]), 4) for name in SETS
            },
            **course,
        }
        if options.epochs is None:
            store(described(setting, model, texts, metrics[setting.key]))
    return full.record_of_made_up(
        digest(),
        sum(len(load_sample(name)) for name in SETS),
        [SEED],
        setting={setting.key: asdict(setting) for setting in SETTINGS},
        metrics=metrics,
        baselines={f"{name}_at_best": at_best(name) for name in SETS},
        first_batch_loss=first_batch_loss(),
    )


def at_best(name: str) -> float:
    """What the best model of words that sees all of a text reaches, in nats for each word."""
    return round(float(sample_truth(name)["entropy_per_word"]), 4)


def described(
    setting: Setting, model: Any, texts: Texts, metrics: dict[str, Any]
) -> TrainedNetwork:
    """The network with what the page says about it."""
    weights: Weights = [np.asarray(weight) for weight in model.get_weights()]
    facts = ("steps", "held_out_nats")
    return TrainedNetwork(
        key=setting.key,
        title=setting.title,
        about=(
            f"{setting.units} units, {sum(weight.size for weight in weights):,} weights. It "
            f"knows {len(texts.tokens) - 1} {setting.kind}s."
        ),
        cell=setting.cell,
        kind=setting.kind,
        tokens=texts.tokens,
        weights=weights,
        drivers=drivers(model, texts),
        counters=counters(model, texts),
        trained={
            "seed": SEED,
            "rate": setting.learning_rate,
            "epochs": setting.epochs,
            **{name: metrics[name] for name in facts},
        },
    )


def digest() -> str:
    """The SHA-256 of both sets."""
    both = b"".join(sample_path(name).read_bytes() for name in SETS)
    return hashlib.sha256(both).hexdigest()
