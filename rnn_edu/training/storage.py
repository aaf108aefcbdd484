"""Weights in a file: one ``.npz`` with an array for each name."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, ShapeError, UsageError
from rnn_edu.whole_files import replacing

Array = npt.NDArray[Any]
PathName = str | os.PathLike[str]


def save_arrays(path: PathName, arrays: Mapping[str, Array]) -> Path:
    """Writes the arrays to a ``.npz`` file, all of it or nothing.

    The file is written beside its target and moved into place. Folders are made as needed.

    Raises:
        UsageError: the name does not end with ``.npz``.
        DataError: the file cannot be written.
    """
    target = _npz(path)
    with replacing(target) as beside:
        target.parent.mkdir(parents=True, exist_ok=True)
        np.savez(beside, **dict(arrays))  # type: ignore[arg-type]
    return target


def load_arrays(path: PathName) -> dict[str, Array]:
    """Reads the arrays of a ``.npz`` file.

    Raises:
        DataError: there is no such file, or it is damaged.
    """
    source = _npz(path)
    if not source.is_file():
        raise DataError(f"There is no weights file {source}; save the weights first.")
    try:
        # Opened here, since NumPy leaves a damaged file open.
        with source.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise DataError(
            f"The weights file {source} is damaged and cannot be read ({error}); save it again."
        ) from error


def fill(path: PathName, weights: Mapping[str, Array]) -> None:
    """Puts the arrays of a file into weights of the same names and shapes, all of them or none.

    Raises:
        DataError: the file cannot be read, or its names are others.
        ShapeError: an array has another shape; the sentence says which.
    """
    stored = load_arrays(path)
    _check_names(path, list(weights), list(stored))
    differing = [
        f"{name} is {stored[name].shape} in the file and {weight.shape} in the model"
        for name, weight in weights.items()
        if stored[name].shape != weight.shape
    ]
    if differing:
        raise ShapeError(f"The weights in {path} have other shapes: {'; '.join(differing)}.")
    for name, weight in weights.items():
        weight[...] = stored[name]


def _check_names(path: PathName, wanted: list[str], found: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    surplus = [name for name in found if name not in wanted]
    complaints = []
    if missing:
        complaints.append(f"the file lacks {', '.join(missing)}")
    if surplus:
        complaints.append(f"the model has no {', '.join(surplus)}")
    if complaints:
        raise DataError(f"The weights in {path} are another model's: {' and '.join(complaints)}.")


def _npz(path: PathName) -> Path:
    target = Path(path)
    if target.suffix != ".npz":
        raise UsageError(f"A weights file's name ends with .npz, but this one is {str(path)!r}.")
    return target
