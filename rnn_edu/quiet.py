"""Starting TensorFlow without the messages that it prints about the machine.

TensorFlow's compiled part writes to file descriptor 2, past Python's ``sys.stderr``, before
any setting can reach it. The only way to keep these lines out of a chapter's stored output is
to point that descriptor elsewhere while TensorFlow starts. What was held back is shown after
all if the start fails.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator

SETTINGS = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Other orders of summation, so other last digits than without it.
    "TF_ENABLE_ONEDNN_OPTS": "0",
}
STANDARD_ERROR = 2
#: Keras uses them where they are there, and imports them when it starts.
KERAS_CAN_DO_WITHOUT = ("IPython", "matplotlib", "pandas", "PIL", "scipy", "sklearn")


@contextlib.contextmanager
def native_messages_held_back() -> Iterator[None]:
    """Holds back what native code writes to standard error; shows it if the block fails.

    Python's own ``sys.stderr`` is flushed before and after, and in a notebook does not pass
    through the descriptor at all, so warnings and tracebacks are not lost.
    """
    sys.stderr.flush()
    try:
        usual = os.dup(STANDARD_ERROR)
    except OSError:  # no such descriptor, as in a program without a console
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), STANDARD_ERROR)
        try:
            yield
        except Exception:
            _put_back(usual)
            held.seek(0)
            os.write(STANDARD_ERROR, held.read())
            raise
        except BaseException:  # Ctrl-C: nothing went wrong that these lines could explain
            _put_back(usual)
            raise
        _put_back(usual)


def _put_back(usual: int) -> None:
    sys.stderr.flush()
    os.dup2(usual, STANDARD_ERROR)
    os.close(usual)


@contextlib.contextmanager
def out_of_sight(packages: Iterable[str]) -> Iterator[None]:
    """Makes packages that nobody has imported yet look as if they were not installed."""
    hidden = [name for name in packages if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def start_tensorflow(*, arrays_only: bool = False) -> None:
    """Imports TensorFlow and Keras, and makes them look at the machine, without a word.

    Args:
        arrays_only: without what Keras draws and converts tables and pictures with, where it is
            installed: a third less time and memory, for a command that gives Keras arrays.
    """
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    with native_messages_held_back(), out_of_sight(KERAS_CAN_DO_WITHOUT if arrays_only else ()):
        import keras
        import tensorflow as tf

        tf.zeros(())
        keras.backend.backend()
