"""What Keras said of the worked examples, kept as data, with its version and the date.

Starting TensorFlow takes 600 MB and longer than all workbooks together. So what Keras said of the
book's own calculations lies beside this file, in ``answers/``, one file for each; it is written by
``tools/record_keras.py``, and a test asks Keras again. An answer is used only
for the very question that was asked, and only while it agrees with the calculation: in any other
case Keras itself is asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rnn_edu.calculations.calculation import Calculation, Training
from rnn_edu.compare.comparing import allowed_for, judge, row_of
from rnn_edu.compare.trained import trained_by_keras
from rnn_edu.networks import Network
from rnn_edu.walkthrough import Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Array
from rnn_edu.whole_files import write_text

ANSWERS = Path(__file__).parent / "answers"

Item: TypeAlias = Calculation | Training
#: By name and time; of a training its last weights, by the names of the first ones.
Answers: TypeAlias = Mapping[tuple[str, int | None], Array]


@dataclass(frozen=True)
class Record:
    """What Keras said of one item, and when.

    Attributes:
        question: the fingerprint of what it was asked.
        keras: version of Keras.
        tensorflow: version of TensorFlow.
        date: the day, as ``2026-11-27``.
        answers: its numbers.
    """

    question: str
    keras: str
    tensorflow: str
    date: str
    answers: Answers

    @property
    def source(self) -> str:
        """Who was asked, and when, for a reader of the workbook."""
        return (
            f"Keras {self.keras} with TensorFlow {self.tensorflow} was asked on {self.date}; its "
            "answers were kept, and not asked for again when this copy was written."
        )


def ask(item: Item) -> Answers:
    """Asks Keras, which is started for it.

    Raises:
        ComparisonError: Keras disagrees about a step; the first one is named.
        UsageError: Keras has no such network.
    """
    if isinstance(item, Calculation):
        return judge(item).values
    epoch = item.build().walkthrough
    weights = trained_by_keras(epoch, item.network, item.epochs)
    return {(q.name, None): array for q, array in zip(epoch.weights, weights, strict=True)}


def recorded(item: Item, folder: Path = ANSWERS) -> Record | None:
    """The kept answers; None where there are none, or where they are no longer of this item."""
    path = folder / f"{item.key}.json"
    if item.network is None or not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    walkthrough = _walkthrough(item)
    if data["question"] != fingerprint(item, walkthrough):
        return None
    answers = {
        (name, t): np.reshape(numbers, walkthrough[name, t].shape)
        for name, t, numbers in data.pop("answers")
    }
    holds = isinstance(item, Training) or _agree(answers, walkthrough, item.network)
    return Record(**data, answers=answers) if holds else None


def keep(item: Item, answers: Answers, folder: Path = ANSWERS) -> None:
    """Writes what Keras said just now; what was kept of the same question is replaced."""
    head = {
        "question": fingerprint(item, _walkthrough(item)),
        "keras": version("keras"),
        "tensorflow": version("tensorflow"),
        "date": datetime.now(UTC).date().isoformat(),
    }
    rows = [[name, t, np.ravel(array).tolist()] for (name, t), array in answers.items()]
    lines = [f"{json.dumps(key)}: {json.dumps(text)}" for key, text in head.items()]
    lines.append('"answers": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]")
    folder.mkdir(exist_ok=True)
    write_text(folder / f"{item.key}.json", "{\n" + ",\n".join(lines) + "\n}\n")


def fingerprint(item: Item, walkthrough: Walkthrough) -> str:
    """A short mark of all that Keras is told and asked for: another question has another one.

    Numbers count with 13 digits, so that a weight which another processor rounds otherwise in the
    last one is the same weight.
    """
    epochs = item.epochs if isinstance(item, Training) else 1
    lines = [repr(item.network), str(epochs), *map(_line, walkthrough.quantities)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _line(quantity: Quantity) -> str:
    """What a quantity is asked about, and its numbers where it is given."""
    of = [quantity.gradient_of, *(quantity.gradient_part or ())]
    titles = [one.title for one in of if one is not None]
    told = [quantity.title, quantity.role, quantity.shape, quantity.origin, *titles]
    given = quantity.value if quantity.definition is None else np.empty(0)
    return " ".join([*map(str, told), *(f"{value:.12e}" for value in np.ravel(given))])


def _walkthrough(item: Item) -> Walkthrough:
    built = item.build()
    return built if isinstance(built, Walkthrough) else built.walkthrough


def _agree(answers: Answers, walkthrough: Walkthrough, network: Network) -> bool:
    """Whether the calculation still gives these numbers; if not, Keras has to say who is wrong."""
    allowed = allowed_for(walkthrough, network, "float64")
    return all(row_of(walkthrough[key], answer, allowed).ok for key, answer in answers.items())
