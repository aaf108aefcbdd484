"""Files written beside their place and moved there, so that none is ever half-written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnn_edu.errors import DataError, RnnEduError


@contextmanager
def replacing(target: Path, error: type[RnnEduError] = DataError) -> Iterator[Path]:
    """A path beside the target, to be written to in the ``with`` block.

    At the end of the block the file takes the target's place. If anything fails, the file is
    removed and the target is what it was.

    Args:
        target: where the file belongs. Its name's ending is kept, since some libraries go by it.
        error: what to raise if the file cannot be written.

    Raises:
        RnnEduError: of the class ``error``; the sentence names the target and the reason.
    """
    beside = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        yield beside
        os.replace(beside, target)
    except OSError as failure:
        raise error(f"{target} cannot be written: {failure.strerror or failure}.") from failure
    finally:
        # Where even the folder is missing, or is a file, nothing was written either.
        with suppress(OSError):
            beside.unlink()


def write_bytes(target: Path, data: bytes, error: type[RnnEduError] = DataError) -> None:
    """Writes a file whole or not at all; its folder must be there.

    Raises:
        RnnEduError: of the class ``error``, if the file cannot be written.
    """
    with replacing(target, error) as beside:
        beside.write_bytes(data)


def write_text(target: Path, text: str) -> None:
    """Writes a UTF-8 file whole or not at all; its folder is made if need be.

    Raises:
        DataError: the folder cannot be made or written to, or the disk is full.
    """
    with replacing(target) as beside:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
