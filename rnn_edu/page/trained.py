"""A trained language model as data: what the page's scripts read, and what Keras is given.

Format 1, a JSON object:

* ``format``: 1; ``key``, ``title`` and ``about``: names, and a sentence for readers.
* ``cell``: ``LSTM`` or ``GRU``, as Keras calculates it by default.
* ``kind``: ``word`` or ``character``, what a token is.
* ``tokens``: by their numbers. Number 0 is the end of a text; it is read before the first token.
* ``weights``: by name, in the order of Keras's ``get_weights()``, each with its ``shape`` and
  ``data``: float32, little-endian, in base64.
* ``drivers``: for each unit two lists, what raises and what lowers its h most when it is read:
  pairs of a token and the mean change.
* ``counters``: for each set of held-out texts the units whose states go most straightly along with
  the step, the best first: the state, the unit counted from 1, and the correlation.
* ``trained``: how, on what, and how well.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import NamingError
from rnn_edu.whole_files import write_text

FORMAT = 1
#: The folder of the stored networks.
FOLDER = Path(__file__).parent / "networks"
#: The networks that the book's pages can fetch.
NETWORKS = ("words_lstm", "characters_gru")
#: The weights in Keras's order: look-up, recurrent layer, answer.
WEIGHTS = ("W_e", "W_xh", "W_hh", "b_h", "W_hy", "b_y")
END = "\n"
PUNCTUATION = re.compile("[.,]")

Weights: TypeAlias = Sequence[npt.NDArray[np.float32]]
#: For a unit, what raises it and what lowers it.
Drivers: TypeAlias = list[list[tuple[str, float]]]
#: A state, a unit counted from 1, and how straightly it goes along with the step.
Counting: TypeAlias = tuple[str, int, float]


@dataclass(frozen=True)
class TrainedNetwork:
    """A language model of one recurrent layer between an embedding and a dense layer.

    Args:
        key: its name among :data:`NETWORKS`.
        title: its name for readers.
        about: a sentence on what it learned from.
        cell: ``LSTM`` or ``GRU``.
        kind: ``word`` or ``character``.
        tokens: the first is the end of a text.
        weights: as in :data:`WEIGHTS`.
        drivers: of each unit.
        counters: the units that count best, by the name of a set of texts.
        trained: how it was trained and how well it guesses.
    """

    key: str
    title: str
    about: str
    cell: str
    kind: str
    tokens: Sequence[str]
    weights: Weights
    drivers: Sequence[Drivers]
    counters: Mapping[str, Sequence[Counting]]
    trained: Mapping[str, Any]

    @property
    def units(self) -> int:
        """The length of the hidden state."""
        return int(self.weights[2].shape[0])

    def cut(self, text: str) -> list[str]:
        """The tokens of a text, in small letters; full stops and commas stand for themselves."""
        small = text.lower()
        return PUNCTUATION.sub(r" \g<0> ", small).split() if self.kind == "word" else list(small)

    def numbers(self, text: str) -> list[int]:
        """The numbers of what is read: the end of a text, then the text."""
        place = {token: number for number, token in enumerate(self.tokens)}
        return [0, *(place[token] for token in self.cut(text))]

    def to_json(self) -> str:
        """The format above, the same text for the same network."""
        weights = zip(WEIGHTS, self.weights, strict=True)
        facts = {
            "format": FORMAT,
            **{name: getattr(self, name) for name in ("key", "title", "about", "cell", "kind")},
            "tokens": list(self.tokens),
            "weights": {name: _encoded(array) for name, array in weights},
            "drivers": list(self.drivers),
            "counters": dict(self.counters),
            "trained": dict(self.trained),
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def stored(key: str) -> TrainedNetwork:
    """One of the stored networks.

    Raises:
        NamingError: there is no such network.

    Example:
        >>> stored("words_lstm").units
        48
    """
    facts = json.loads(stored_text(key))
    names = ("key", "title", "about", "cell", "kind", "tokens", "drivers", "counters", "trained")
    weights = [_decoded(facts["weights"][name]) for name in WEIGHTS]
    return TrainedNetwork(**{name: facts[name] for name in names}, weights=weights)


def stored_text(key: str) -> str:
    """The file of a stored network, as it is.

    Raises:
        NamingError: there is no such network.
    """
    if key not in NETWORKS:
        raise NamingError(f"There is no network {key!r}; the names are {', '.join(NETWORKS)}.")
    return (FOLDER / f"{key}.json").read_text(encoding="utf-8")


def store(network: TrainedNetwork, folder: Path = FOLDER) -> Path:
    """Writes the file of a network, whole or not at all."""
    path = folder / f"{network.key}.json"
    write_text(path, network.to_json() + "\n")
    return path


def _encoded(array: npt.NDArray[np.float32]) -> dict[str, Any]:
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return {"shape": list(array.shape), "data": base64.b64encode(data).decode()}


def _decoded(facts: Mapping[str, Any]) -> npt.NDArray[np.float32]:
    numbers = np.frombuffer(base64.b64decode(facts["data"]), dtype="<f4")
    return numbers.reshape(facts["shape"]).astype(np.float32)
