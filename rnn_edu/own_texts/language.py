"""A language model of a reader's own text: trained, measured beside counts, kept in a folder.

The folder holds what :mod:`rnn_edu.language_model.storage` describes, so that
``RNNLanguageModel.load`` reads it, and ``texts.json``: how texts are cut, and the report. While the
training goes on there is a folder ``training`` in it, with the model after the last epoch, the
best so far, and the validation losses; every file is written whole or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_edu.errors import DataError, UsageError
from rnn_edu.language_model import storage
from rnn_edu.own_texts.corpus import Corpus, Sentence
from rnn_edu.own_texts.cutting import Cutting
from rnn_edu.own_texts.folders import (
    UNFINISHED,
    finish,
    prepare_folder,
    read_json,
    write_json,
)
from rnn_edu.own_texts.sizes import Plan
from rnn_edu.own_texts.spread import Figure, mean_of
from rnn_edu.text.kneser_ney import LARGEST, KneserNey
from rnn_edu.training.callbacks import Callback, Logs

if TYPE_CHECKING:
    from rnn_edu.language_model import RNNLanguageModel

FORMAT, VERSION = "rnn_edu own text", 1
FILE, PROGRESS = "texts.json", "progress.json"
ORDERS = (2, 3, 4)
#: Standard deviation of the weights from word to state before training.
SPREAD_OF_WORDS = 0.4
Say = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What was measured on the held-out part, in nats for each word, ends of sentences included.

    Attributes:
        network: of the network.
        counts: of the model that counts, after Kneser and Ney.
        order: how many words that one looks at, the predicted one included.
        gain: by how much the network's loss is lower, on the same sentences.
        words: of the held-out part, ends included.
        unknown: share of its words that the vocabulary does not have.
        new: of the network, on the sentences that do not stand in the training part, and how
            many these are; None where all are new, or fewer than two.
        losses: on the validation part after each epoch.
    """

    network: Figure
    counts: Figure
    order: int
    gain: Figure
    words: int
    unknown: float
    new: tuple[Figure, int] | None
    losses: tuple[float, ...]

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class _Keeper(Callback):
    """Sets the rate, keeps the best model, and ends the training."""

    def __init__(
        self, plan: Plan, folder: Path, facts: Mapping[str, Any], losses: list[float]
    ) -> None:
        self.plan, self.folder, self.facts, self.losses = plan, folder, facts, losses

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Slows down where the last epochs brought nothing."""
        model: Any = self.model
        model.learning_rate = self.plan.rate(self.losses)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keeps the model if it is the best so far."""
        model: Any = self.model
        self.losses.append(float((logs or {})["val_loss"]))
        if self.losses[-1] == min(self.losses):
            model.save(self.folder / "best")
        write_json(self.folder / PROGRESS, {**self.facts, "losses": self.losses})
        model.stop_training = self.plan.is_done(self.losses)


def train(
    corpus: Corpus,
    plan: Plan,
    cutting: Cutting,
    folder: Path,
    *,
    resume: bool = False,
    replace: bool = False,
    progress: bool = True,
) -> tuple[RNNLanguageModel, Report]:
    """Trains a model, measures it, and writes its folder.

    Args:
        corpus: what to learn from and to measure by.
        plan: size, rate and epochs.
        cutting: how the sentences became words; kept with the model.
        folder: where the model is to be.
        resume: go on after the last finished epoch of a training that was broken off.
        replace: throw away a model that is there.
        progress: print a line for each epoch.

    Raises:
        UsageError: the folder is in use, or what is there was trained otherwise.
        DataError: the folder cannot be written.
        NumberError: the loss is not finite.
    """
    model = first_model(corpus, plan)
    was_there = folder.exists()
    prepare_folder(folder, storage.FILE, resume=resume, replace=replace)
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "plan": plan.facts(),
        "cutting": asdict(cutting),
        "corpus": corpus.fingerprint(),
    }
    if resume and (folder / storage.FILE).is_file():
        finish(folder)
        raise UsageError(
            f"The model in {folder} is finished; --replace throws it away and trains another."
        )
    try:
        best = _trained(model, corpus, plan, folder / UNFINISHED, facts, progress)
    finally:
        if not (folder / UNFINISHED / storage.FILE).is_file():  # no epoch to go on after
            finish(folder)
            if not was_there:
                folder.rmdir()
    report = measured(best, corpus, _losses(folder / UNFINISHED, facts))
    write_json(folder / FILE, {**facts, "report": report.facts()})
    best.save(folder)
    finish(folder)
    return best, report


def load(folder: Path) -> tuple[RNNLanguageModel, Cutting]:
    """A trained model and how it cuts texts.

    Raises:
        DataError: the folder holds none, or its training is not finished.
    """
    from rnn_edu.language_model import RNNLanguageModel

    if not folder.is_dir():
        raise DataError(f"There is no folder {folder} with a language model.")
    if not (folder / storage.FILE).is_file() and (folder / UNFINISHED).is_dir():
        raise DataError(
            f"The training in {folder} is not finished; language-model train with --resume goes on "
            "with it."
        )
    model = RNNLanguageModel.load(folder)
    return model, _cutting_of(folder / FILE)


def _cutting_of(path: Path) -> Cutting:
    facts = read_json(path, FORMAT, VERSION).get("cutting")
    known = {"lower", "characters"}
    if (
        not isinstance(facts, dict)
        or set(facts) != known
        or set(map(type, facts.values())) != {bool}
    ):
        raise DataError(
            f"{path} is damaged: its 'cutting' is {facts!r:.60}, where 'lower' and 'characters' "
            "should be true or false; train the model again."
        )
    return Cutting(**facts)


def measured(model: RNNLanguageModel, corpus: Corpus, losses: list[float]) -> Report:
    """The network beside Kneser and Ney's counts, each word of the held-out part predicted once."""
    counts, order = counted(corpus)
    numbers = corpus.vocabulary.encode_all(corpus.held_out, end=True)
    lengths = np.array([len(sentence) for sentence in numbers])
    network = nats(model.log_chances(corpus.held_out), lengths)
    counting = nats(counts.log_chances(numbers), lengths)
    new = np.array(corpus.new_sentences())
    only_some = new.sum() >= 2 and not new.all()
    return Report(
        network=mean_of(network, lengths),
        counts=mean_of(counting, lengths),
        order=order,
        gain=mean_of(counting - network, lengths),
        words=int(lengths.sum()),
        unknown=corpus.vocabulary.unknown_share(corpus.held_out),
        new=(mean_of(network[new], lengths[new]), int(new.sum())) if only_some else None,
        losses=tuple(losses),
    )


def nats(logs: Any, lengths: Any) -> Any:
    """For each sentence the sum of -ln p over its words.

    Example:
        >>> nats(np.log([0.5, 0.5, 0.25]), np.array([1, 2])).round(4).tolist()
        [0.6931, 2.0794]
    """
    return -np.add.reduceat(logs, np.cumsum(lengths) - lengths)


def counted(corpus: Corpus) -> tuple[KneserNey, int]:
    """The model that counts, and its order: the one that the validation part likes best."""
    train, validation = (
        corpus.vocabulary.encode_all(part, end=True) for part in (corpus.train, corpus.validation)
    )
    words = len(corpus.vocabulary)
    orders = [order for order in ORDERS if (words + 1) ** order <= LARGEST]
    models = [KneserNey(train, words, order) for order in orders]
    best = int(np.argmin([model.perplexity(validation) for model in models]))
    return models[best], orders[best]


def scored(
    model: RNNLanguageModel, sentences: list[Sentence]
) -> tuple[Figure, list[tuple[float, int]]]:
    """The mean surprise of each word of some sentences, and for each sentence its sum and length.

    Returns:
        Nats for each word, with their margin; then pairs of nats and words, ends included.
    """
    lengths = np.array([len(sentence) + 1 for sentence in sentences])
    sums = nats(model.log_chances(sentences), lengths)
    return mean_of(sums, lengths), list(zip(sums.tolist(), lengths.tolist(), strict=True))


def first_model(corpus: Corpus, plan: Plan) -> RNNLanguageModel:
    """A model before its training.

    Raises:
        UsageError: a setting outside what is allowed.
    """
    from rnn_edu.language_model import RNNLanguageModel

    model = RNNLanguageModel(
        corpus.vocabulary,
        plan.state_size,
        seed=plan.seed,
        dropout=plan.dropout,
        learning_rate=plan.learning_rate,
    )
    model.set_weights(_knowing_frequencies(model, corpus))
    return model


def _trained(
    model: RNNLanguageModel,
    corpus: Corpus,
    plan: Plan,
    folder: Path,
    facts: Mapping[str, Any],
    progress: bool,
) -> RNNLanguageModel:
    """The best model of a training that is begun, or gone on with where one is there."""
    losses = _losses(folder, facts)
    if not plan.is_done(losses):
        model.fit(
            corpus.train,
            plan.batch_size,
            plan.epochs,
            corpus.validation,
            [_Keeper(plan, folder, facts, losses)],
            progress,
            by_length=True,
            folder=folder,
            resume=True,
        )
    return type(model).load(folder / "best")


def _knowing_frequencies(model: RNNLanguageModel, corpus: Corpus) -> list[Any]:
    """First weights that give each word its frequency, and tell words apart from the first step on.

    A small network else spends its first epochs on finding out how frequent each word is.
    """
    W_a, b_a, W_y, b_y = model.get_weights()
    numbers = np.concatenate(corpus.vocabulary.encode_all(corpus.train, end=True))
    logs = np.log(np.bincount(numbers, minlength=len(corpus.vocabulary)) + 1.0)
    words = W_a[model.state_size :]
    words *= SPREAD_OF_WORDS / words.std()
    return [W_a, b_a, W_y, b_y + logs - logs.mean()]


def _losses(folder: Path, facts: Mapping[str, Any]) -> list[float]:
    """The validation losses of the epochs that are finished.

    Raises:
        UsageError: the training that is there has other texts or settings.
    """
    if not (folder / storage.FILE).is_file():
        shutil.rmtree(folder / "best", ignore_errors=True)
        return []
    kept = read_json(folder / PROGRESS, FORMAT, VERSION)
    differing = [name for name in ("corpus", "plan", "cutting") if kept.get(name) != facts[name]]
    if differing:
        raise UsageError(
            f"The training in {folder.parent} was begun with another {differing[0]}; go on with "
            "the same file and settings, or begin anew with --replace."
        )
    finished = storage.read(folder)[0]["finished_epochs"]
    return [float(loss) for loss in kept["losses"][:finished]]
