"""Files written beside their place and moved there, so that none is ever half-written."""

from __future__ import annotations

import os
from pathlib import Path

from rnn_edu.errors import DataError


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whole or not at all.

    Raises:
        DataError: the folder cannot be written to, or the disk is full.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written ({error.strerror}).") from error
