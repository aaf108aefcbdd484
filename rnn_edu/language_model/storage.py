"""A model in a folder.

The folder holds two files:

``model.json``
    ``format`` (``"rnn_edu language model"``), ``version`` (1), the arguments ``state_size``,
    ``dtype``, ``seed``, ``dropout`` and ``learning_rate``, ``finished_epochs``, the ``words`` in
    the order of their numbers, which of them are ``unknown`` and ``end``, whether number 0 is
    ``padding``, and ``weights``, the name of the other file with its ``sha256``.
``weights-NNNNNNNN.npz``
    ``W_a``, ``b_a``, ``W_y``, ``b_y`` as ``get_weights`` gives them, and what Adam remembers:
    ``adam_0`` (the number of updates), then ``adam_1`` to ``adam_10``.

The weights are written under a new name first. Then ``model.json`` is moved into place, in one
step of the file system: it names either the old weights or the new ones, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, RnnEduError
from rnn_edu.language_model.arguments import check_folder
from rnn_edu.text.vocabulary import Vocabulary
from rnn_edu.training.storage import load_arrays, save_arrays
from rnn_edu.whole_files import write_text

Array = npt.NDArray[Any]
PathName = str | os.PathLike[str]
FORMAT, VERSION = "rnn_edu language model", 1
FILE = "model.json"
ARGUMENTS = ("state_size", "dtype", "seed", "dropout", "learning_rate")
NAMES = ("W_a", "b_a", "W_y", "b_y")


class Stored(Protocol):
    """What is kept of a model, besides its :data:`ARGUMENTS`."""

    vocabulary: Vocabulary
    state_size: int
    dtype: str
    seed: int
    finished_epochs: int

    def get_weights(self) -> list[Array]:
        """Returns copies of W_a, b_a, W_y and b_y."""
        ...

    def set_weights(self, weights: Sequence[npt.ArrayLike]) -> None:
        """Takes weights in that order."""
        ...

    def get_optimizer_state(self) -> list[Array]:
        """Returns what Adam remembers."""
        ...

    def set_optimizer_state(self, state: Sequence[Array]) -> None:
        """Puts back what Adam remembered."""
        ...


def save(model: Stored, folder: PathName) -> Path:
    """Writes a model to a folder, whole or not at all.

    Raises:
        DataError: the folder cannot be written.
    """
    check_folder(folder)
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise DataError(f"{target} is a file; a model is saved to a folder.")
    arrays = dict(zip(NAMES, model.get_weights(), strict=True))
    arrays |= {f"adam_{i}": part for i, part in enumerate(model.get_optimizer_state())}
    digest = _digest(arrays)
    file = save_arrays(target / f"weights-{digest[:8]}.npz", arrays)
    vocabulary = model.vocabulary
    description = {
        "format": FORMAT,
        "version": VERSION,
        **{name: getattr(model, name) for name in ARGUMENTS},
        "finished_epochs": model.finished_epochs,
        "weights": file.name,
        "sha256": digest,
        "unknown": vocabulary.unknown,
        "end": vocabulary.end,
        "padding": vocabulary.padding,
        "words": list(vocabulary.words),
    }
    write_text(target / FILE, json.dumps(description, ensure_ascii=False, indent=1) + "\n")
    for old in target.glob("weights-*.npz"):
        if old.name != file.name:
            old.unlink(missing_ok=True)
    return target


def read(folder: PathName) -> tuple[dict[str, Any], dict[str, Array]]:
    """The description and the arrays of a saved model.

    Raises:
        DataError: the folder is no such model, is damaged, or is of another version.
    """
    check_folder(folder)
    path = Path(folder) / FILE
    if not path.is_file():
        raise DataError(
            f"{folder} is not a language model: it has no {FILE}. RNNLanguageModel.save writes one."
        )
    description = _description(path)
    arrays = load_arrays(path.parent / description["weights"])
    if _digest(arrays) != description["sha256"]:
        raise DataError(
            f"The weights in {folder} are not those that were saved: their sum of digits differs "
            f"from the one in {FILE}; save the model again."
        )
    return description, arrays


def vocabulary_of(description: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary of a saved model, its words in the same order.

    Raises:
        DataError: the word for unknown ones, or the end of a sentence, is none of the words.
    """
    vocabulary = Vocabulary(description["words"], padding=False, unknown=None, end=None)
    for name in ("unknown", "end"):
        if description[name] not in [None, *vocabulary.words]:
            raise DataError(f"{name!r} is {description[name]!r:.40}, which is none of the words.")
    vocabulary.unknown, vocabulary.end = description["unknown"], description["end"]
    vocabulary.padding = description["padding"]
    return vocabulary


def fill(
    model: Stored,
    description: Mapping[str, Any],
    arrays: Mapping[str, Array],
    folder: PathName,
) -> None:
    """Gives a model the arrays of a saved one.

    Raises:
        DataError: they do not fit.
    """
    try:
        model.set_weights([arrays[name] for name in NAMES])
        count = len(model.get_optimizer_state())
        model.set_optimizer_state([arrays[f"adam_{i}"] for i in range(count)])
    except (KeyError, ValueError, RnnEduError) as error:
        raise DataError(
            f"The weights in {folder} do not fit the model that {FILE} describes ({error})."
        ) from error
    model.finished_epochs = description["finished_epochs"]


def continue_from(model: Stored, folder: PathName) -> None:
    """Takes the place of a model that was saved while it was trained.

    Raises:
        DataError: it cannot be read, or has other words or another size.
    """
    description, arrays = read(folder)
    for name, mine in (
        ("state_size", model.state_size),
        ("dtype", model.dtype),
        ("seed", model.seed),
        ("words", list(model.vocabulary.words)),
    ):
        if description[name] != mine:
            raise DataError(
                f"The model in {folder} cannot be trained on: its {name} "
                f"{'differ' if name == 'words' else 'is ' + str(description[name])}"
                f"{' from this model' if name == 'words' else ', and here it is ' + str(mine)}. "
                "Choose another folder, or train without resume."
            )
    fill(model, description, arrays, folder)


def _description(path: Path) -> dict[str, Any]:
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        kind, version = description["format"], description["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} does not describe a language model; save it again.") from error
    if kind != FORMAT:
        raise DataError(f"{path} describes a {kind!r}, not a {FORMAT!r}.")
    if version != VERSION:
        raise DataError(
            f"{path} has the version {version} of the format; this program reads version "
            f"{VERSION}. Load it with the program that wrote it, or train the model again."
        )
    missing = {*ARGUMENTS, "weights", "sha256", "words", "unknown", "end", "padding"}
    missing = (missing | {"finished_epochs"}) - set(description)
    if missing:
        raise DataError(f"{path} lacks {', '.join(sorted(missing))}; save the model again.")
    for name, fits in (
        ("words", isinstance(description["words"], list)),
        ("weights", isinstance(description["weights"], str)),
    ):
        if not fits:
            raise DataError(
                f"{path} is damaged: its {name!r} is {description[name]!r:.40}; save the model "
                "again."
            )
    checked: dict[str, Any] = description
    return checked


def _digest(arrays: Mapping[str, Array]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
