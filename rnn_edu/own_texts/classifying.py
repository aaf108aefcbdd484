"""A classifier of a reader's own texts: the baseline first, then networks; the best is kept.

The folder holds ``model.keras``, written first, and ``classifier.json``: the words and labels by
their numbers, how texts are cut, the threshold, the report, and the SHA-256 of the Keras file. A
folder without ``classifier.json`` is none. While the training goes on there is a folder
``training`` in it, with the weights of every network that is finished; each file is written whole
or not at all, and the folder goes when the classifier is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, UsageError
from rnn_edu.own_texts.classifiers import (
    COUNTS,
    NETWORKS,
    Classifier,
    Encoder,
    Examples,
    count_of_words,
    encoder_for,
    epochs_for,
    network,
    untrained,
)
from rnn_edu.own_texts.cutting import Cutting, vocabulary_line
from rnn_edu.own_texts.folders import (
    UNFINISHED,
    finish,
    prepare_folder,
    read_json,
    write_json,
)
from rnn_edu.own_texts.judging import answers, best_threshold, by_label, gain, share_right
from rnn_edu.own_texts.labelled import Columns, Labelled
from rnn_edu.own_texts.spread import Figure
from rnn_edu.text.vocabulary import UNKNOWN, Vocabulary
from rnn_edu.whole_files import replacing

Array = npt.NDArray[Any]
Say = Callable[[str], None]
FORMAT, VERSION = "rnn_edu classifier", 1
FILE, KERAS_FILE, PROGRESS = "classifier.json", "model.keras", "progress.json"
MAJORITY = "most frequent label"


@dataclass(frozen=True)
class Way:
    """How classifiers are trained and compared.

    Args:
        seeds: each network is trained once with each of them.
        balanced: each label counts the same, in training and in the share of right answers.
        cutting: how texts become words.
        epochs: of a network, at most; None goes by the number of texts.
    """

    seeds: tuple[int, ...] = (1,)
    balanced: bool = False
    cutting: Cutting = field(default_factory=Cutting)
    epochs: int | None = None


@dataclass(frozen=True)
class Result:
    """One classifier, trained once.

    Attributes:
        kind: what it is.
        seed: None where nothing is drawn.
        threshold: chosen on the validation part.
        chosen_by: its share of right answers there.
        right: its share of right answers on the held-out part.
        gain: by how much that is more than the count of words has, on the same texts.
    """

    kind: str
    seed: int | None
    threshold: float
    chosen_by: float
    right: Figure
    gain: Figure


@dataclass(frozen=True)
class Trained:
    """The best classifier on the validation part, and what all of them came to.

    Attributes:
        classifier: the one that is kept.
        threshold: its border between two labels.
        names: of the labels.
        columns: of the table that it was trained on.
        results: the most frequent label, the count of words, and the networks.
        best: the place of the kept one among the results.
        details: of the kept one, for each label.
        facts: what was read.
    """

    classifier: Classifier
    threshold: float
    names: tuple[str, ...]
    columns: Columns
    results: tuple[Result, ...]
    best: int
    details: list[dict[str, Any]]
    facts: Mapping[str, Any]


def train(
    data: Labelled,
    columns: Columns,
    way: Way,
    folder: Path,
    say: Say,
    *,
    resume: bool = False,
    replace: bool = False,
) -> Trained:
    """Trains all classifiers, compares them and writes the best to its folder.

    Each network begins from its own seed, so a training that was broken off and gone on with ends
    where it would have ended.

    Args:
        data: the texts.
        columns: where they stood; kept for :func:`load`.
        way: how to train and compare.
        folder: where the classifier is to be.
        say: is told of what goes on, line by line.
        resume: go on after the last finished network of a training that was broken off.
        replace: throw away a classifier or a training that is there.

    Raises:
        UsageError: the folder is in use, or what is there was trained otherwise.
        DataError: the folder cannot be written, or the texts hold no word.
    """
    was_there = folder.exists()
    prepare_folder(folder, FILE, resume=resume, replace=replace)
    if resume and (folder / FILE).is_file():
        finish(folder)
        raise UsageError(
            f"The classifier in {folder} is finished; --replace throws it away and trains another."
        )
    kept = _Kept(folder / UNFINISHED, data, way)
    try:
        with graphs_unsaid():
            trained = _compared(data, columns, way, say, kept)
        save(trained, folder)
        finish(folder)
    finally:
        if not kept.any():
            finish(folder)
        if not was_there:
            with suppress(OSError):  # what was written stays
                folder.rmdir()
    return trained


class _Kept:
    """The networks of a training that are finished, as files in a folder.

    Args:
        folder: of the files.
        data: what is trained on.
        way: how it is trained.

    Raises:
        UsageError: what is there was begun with other texts or settings.
        DataError: it is damaged, or cannot be written.
    """

    def __init__(self, folder: Path, data: Labelled, way: Way) -> None:
        self.folder = folder
        facts = {
            "format": FORMAT,
            "version": VERSION,
            "texts": _fingerprint(data),
            "settings": json.loads(json.dumps(asdict(way))),
        }
        if (folder / PROGRESS).is_file():
            there = read_json(folder / PROGRESS, FORMAT, VERSION)
            for name in ("texts", "settings"):
                if there.get(name) != facts[name]:
                    raise UsageError(
                        f"The training in {folder.parent} was begun with other {name}; go on with "
                        "the same file and settings, or begin anew with --replace."
                    )
        else:
            write_json(folder / PROGRESS, facts)

    def any(self) -> bool:
        """Whether a network is finished."""
        return any(self.folder.glob("*.weights.h5"))

    def network(
        self, kind: str, seed: int, bare: Callable[[], Classifier], make: Callable[[], Classifier]
    ) -> Classifier:
        """The finished network of this kind and seed; else it is made, and kept.

        Args:
            kind: what it is.
            seed: that it begins from.
            bare: gives one that is not trained, for the weights in the file.
            make: trains one.
        """
        path = self.folder / f"{kind.replace(' ', '_')}_{seed}.weights.h5"
        if path.is_file():
            found = bare()
            try:
                found.model.load_weights(path)
            except (OSError, ValueError, KeyError) as error:
                raise DataError(f"{path} is damaged; begin anew with --replace.") from error
            return found
        made = make()
        with replacing(path) as beside:
            made.model.save_weights(beside)
        return made


def _fingerprint(data: Labelled) -> str:
    """SHA-256 over the texts, their labels and the parts."""
    parts = [part.tolist() for part in data.parts.all()]
    facts = [data.texts, data.labels.tolist(), data.names, parts]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@contextmanager
def graphs_unsaid() -> Iterator[None]:
    """Without TensorFlow's warnings that each new model needs a graph of its own."""
    import tensorflow as tf

    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


def _compared(data: Labelled, columns: Columns, way: Way, say: Say, kept: _Kept) -> Trained:
    encoder = encoder_for(way.cutting, [data.texts[i] for i in data.parts.train])
    unknown = encoder.unknown_share([data.texts[i] for i in data.parts.held_out])
    say(vocabulary_line(len(encoder.vocabulary.words) - 2, unknown))
    judge = _Judge(data, encoder.numbers(data.texts), way.balanced)
    found = [judge.constant()]
    classifiers: list[Classifier] = []
    say(line_of(found[0]))
    for classifier, seed in _candidates(encoder, judge.examples, way, say, kept):
        classifiers.append(classifier)
        found.append(judge.result(classifier, seed))
        say(line_of(found[-1]))
    best = max(range(1, len(found)), key=lambda i: found[i].chosen_by)
    chosen = classifiers[best - 1]
    return Trained(
        chosen,
        found[best].threshold,
        data.names,
        columns,
        tuple(found),
        best,
        by_label(judge.given(chosen, found[best].threshold), judge.labels, data.names),
        {"rows": [len(part) for part in data.parts.all()], "notes": list(data.notes)},
    )


def _candidates(
    encoder: Encoder, examples: Examples, way: Way, say: Say, kept: _Kept
) -> Iterator[tuple[Classifier, int | None]]:
    """The count of words first, then each network with each seed."""
    yield count_of_words(encoder, examples), None
    epochs = way.epochs or epochs_for(len(examples.train))
    for kind in NETWORKS:
        bare = partial(untrained, kind, encoder, examples.labels, len(examples.train))
        for seed in way.seeds:
            make = partial(network, kind, encoder, examples, seed, say, epochs)
            yield kept.network(kind, seed, bare, make), seed


def name_of(result: Result) -> str:
    """What was trained, and with which seed."""
    return result.kind if result.seed is None else f"{result.kind}, seed {result.seed}"


def line_of(result: Result) -> str:
    """A result as a line.

    Example:
        >>> line_of(Result("LSTM", 1, 0.5, 0.9, Figure(0.91, 0.02), Figure(-0.01, 0.015)))
        'LSTM, seed 1             right 0.910 ± 0.020   beside the bag -0.010 ± 0.015'
    """
    line = f"{name_of(result):25}right {result.right}"
    if result.kind in (MAJORITY, COUNTS):
        return line
    return f"{line}   beside the bag {result.gain.value:+.3f} ± {result.gain.margin:.3f}"


class _Judge:
    """Chooses the border on the validation part and measures on the held-out part."""

    def __init__(self, data: Labelled, numbers: list[Array], balanced: bool) -> None:
        train, validation, held_out = data.parts.all()
        self.examples = Examples(
            [numbers[i] for i in train],
            data.labels[train],
            [numbers[i] for i in validation],
            data.labels[validation],
            len(data.names),
            balanced,
        )
        self.held_out = [numbers[i] for i in held_out]
        self.labels = data.labels[held_out]
        self.balanced = balanced
        self._baseline: Array | None = None

    def given(self, classifier: Classifier, threshold: float) -> Array:
        """What a classifier answers on the held-out part."""
        return answers(classifier.chances(self.held_out), threshold)

    def constant(self) -> Result:
        """Of always answering the most frequent label."""
        common = np.bincount(self.examples.train_labels).argmax()
        given, chosen = (np.full(len(x), common) for x in (self.labels, self.examples.validation))
        return self._result(MAJORITY, None, 0.5, chosen, given)

    def result(self, classifier: Classifier, seed: int | None) -> Result:
        """Of a classifier; the first one that is asked for is the baseline of the others."""
        chances = classifier.chances(self.examples.validation)
        border = best_threshold(chances, self.examples.validation_labels, self.balanced)
        given = self.given(classifier, border)
        if self._baseline is None:
            self._baseline = given
        return self._result(classifier.kind, seed, border, answers(chances, border), given)

    def _result(
        self, kind: str, seed: int | None, border: float, chosen: Array, given: Array
    ) -> Result:
        baseline = given if self._baseline is None else self._baseline
        return Result(
            kind,
            seed,
            border,
            share_right(chosen, self.examples.validation_labels, self.balanced).value,
            share_right(given, self.labels, self.balanced),
            gain(given, baseline, self.labels, self.balanced),
        )


def save(trained: Trained, folder: Path) -> None:
    """Writes a classifier, whole or not at all.

    Raises:
        DataError: the folder cannot be written.
    """
    with replacing(folder / KERAS_FILE) as beside:
        trained.classifier.model.save(beside)
    encoder = trained.classifier.encoder
    write_json(
        folder / FILE,
        {
            "format": FORMAT,
            "version": VERSION,
            "kind": trained.classifier.kind,
            "sha256": _digest(folder / KERAS_FILE),
            "threshold": trained.threshold,
            "labels": list(trained.names),
            "columns": asdict(trained.columns),
            "cutting": asdict(encoder.cutting),
            "steps": encoder.steps,
            "results": [asdict(result) for result in trained.results],
            "details": trained.details,
            **trained.facts,
            "words": list(encoder.vocabulary.words[2:]),
        },
    )


@dataclass(frozen=True)
class Loaded:
    """A classifier that was saved.

    Attributes:
        classifier: answers with chances.
        threshold: its border between two labels.
        names: of the labels.
        columns: of the table that it was trained on.
    """

    classifier: Classifier
    threshold: float
    names: tuple[str, ...]
    columns: Columns

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """For each text the label and its chance; a text without a word has no label, and 0."""
        numbers = self.classifier.encoder.numbers(texts)
        worded = [i for i, some in enumerate(numbers) if len(some)]
        found = [("", 0.0)] * len(texts)
        if worded:
            chances = self.classifier.chances([numbers[i] for i in worded])
            for i, row, given in zip(
                worded, chances, answers(chances, self.threshold), strict=True
            ):
                found[i] = (self.names[given], float(row[given]))
        return found


def load(folder: Path) -> Loaded:
    """Reads a classifier.

    Raises:
        DataError: the folder holds none, or a damaged one.
    """
    if not (folder / FILE).is_file():
        raise DataError(f"{folder} holds no classifier: it has no {FILE}; classify train makes it.")
    facts = read_json(folder / FILE, FORMAT, VERSION)
    path = folder / KERAS_FILE
    if not path.is_file() or _digest(path) != facts.get("sha256"):
        raise DataError(f"{path} is missing or not the file that was saved; train again.")
    try:
        vocabulary = Vocabulary(facts["words"], padding=True, unknown=UNKNOWN, end=None)
        encoder = Encoder(Cutting(**facts["cutting"]), vocabulary, int(facts["steps"]))
        labels = tuple(facts["labels"])
        # Built by us, with numbers read into it: what else is in the file is never run.
        classifier = untrained(facts["kind"], encoder, len(labels), facts["rows"][0])
        classifier.model.load_weights(path)
        return Loaded(
            classifier,
            _share(facts["threshold"]),
            labels,
            Columns(**facts["columns"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise DataError(
            f"{folder / FILE} is damaged ({error}); train the classifier again."
        ) from error


def _share(threshold: Any) -> float:
    """A threshold that was read; ValueError if it is no share."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"the threshold is {threshold}")
    return float(threshold)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
