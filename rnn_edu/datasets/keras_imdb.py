"""The whole film review set by Keras's own loader, where Keras has it in its cache already."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from rnn_edu.datasets.dataset import Dataset
from rnn_edu.datasets.registry import source
from rnn_edu.errors import DataError

FILE = "imdb.npz"
SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"


def keras_cache_file() -> Path:
    """Where Keras keeps the file once it has fetched it."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / FILE


def load_imdb_from_keras(num_words: int = 500) -> Dataset:
    """All 25,000 + 25,000 film reviews, by ``keras.datasets.imdb.load_data``.

    Nothing is fetched: the file must be in Keras's cache.

    Args:
        num_words: as for Keras; rarer words become 2.

    Raises:
        DataError: the file is not there or is not the one that Keras publishes.
    """
    import pooch

    path = keras_cache_file()
    if not path.is_file():
        raise DataError(
            f"Keras has no {path} yet; keras.datasets.imdb.load_data() fetches it. "
            "load('imdb') gives 6,000 of the reviews without it."
        )
    if pooch.file_hash(str(path)) != SHA256:
        raise DataError(f"{path} is not the file that Keras publishes; remove it.")
    import keras

    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=num_words)
    return Dataset(
        name="imdb",
        sequences=tuple(np.array(x, dtype=np.int64) for x in (*x_train, *x_test)),
        labels=np.array([*y_train, *y_test], dtype=np.int64),
        label_names=("negative", "positive"),
        train_count=len(x_train),
        what="All film reviews as Keras's numbers of their words",
        source=source("imdb").citation,
        licence=source("imdb").licence,
        is_real=True,
    )
