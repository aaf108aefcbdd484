"""The folder that a training writes to: new, its own, or refused before anything is trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from rnn_edu.errors import DataError, UsageError
from rnn_edu.whole_files import write_text

#: What a training keeps while it goes on; the folder is removed in the end.
UNFINISHED = "training"


def prepare_folder(
    folder: Path,
    ours: str,
    *,
    resume: bool = False,
    replace: bool = False,
) -> None:
    """Makes the folder, or refuses one that is in use.

    Args:
        folder: where the model is to be.
        ours: the file that a finished model of this kind has there.
        resume: go on with what is there.
        replace: throw away a model or a training of this kind that is there.

    Raises:
        DataError: the folder cannot be made or written to.
        UsageError: it holds something that would be lost.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; a model is written to a folder.")
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    mine = ours in there or UNFINISHED in there
    if there and not mine:
        raise UsageError(
            f"The folder {folder} holds other files, such as {there[0]}; give a new folder."
        )
    if mine and not (resume or replace):
        what = "a model" if ours in there else "a training"
        how = "" if ours in there else "--resume goes on with it, "
        raise UsageError(
            f"The folder {folder} holds {what} already; {how}--replace throws it away."
        )
    if mine and replace and not resume:
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
        (folder / ours).unlink(missing_ok=True)
    _check_writable(folder)


def _check_writable(folder: Path) -> None:
    """Found out before the hours of a training, not after them."""
    trial = folder / UNFINISHED / "trial.txt"
    write_text(trial, "")
    trial.unlink()


def write_json(path: Path, facts: Any) -> None:
    """Writes JSON whole or not at all.

    Raises:
        DataError: it cannot be written.
    """
    write_text(path, json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path, kind: str, version: int) -> dict[str, Any]:
    """Reads what :func:`write_json` wrote, if it is of this kind and version.

    Raises:
        DataError: it is not there, damaged, or something else.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        found = facts["format"], facts["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is missing or damaged; train the model again.") from error
    if found != (kind, version):
        raise DataError(
            f"{path} is of the kind {found[0]!r}, version {found[1]}, not {kind!r}, version "
            f"{version}; train the model again."
        )
    checked: dict[str, Any] = facts
    return checked


def finish(folder: Path) -> None:
    """Removes what was kept for going on."""
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
