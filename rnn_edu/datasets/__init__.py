"""The data of this book: real sets pinned by their hash, and small ones written for it."""

from __future__ import annotations

from rnn_edu.datasets.dataset import Dataset
from rnn_edu.datasets.fetch import fetch
from rnn_edu.datasets.glove import load_glove
from rnn_edu.datasets.keras_imdb import load_imdb_from_keras
from rnn_edu.datasets.loading import load, load_word_index
from rnn_edu.datasets.registry import SOURCES, Source, source
from rnn_edu.datasets.samples import load_sample, sample_truth
from rnn_edu.datasets.toys import countries_and_languages

__all__ = [
    "SOURCES",
    "Dataset",
    "Source",
    "countries_and_languages",
    "fetch",
    "load",
    "load_glove",
    "load_imdb_from_keras",
    "load_sample",
    "load_word_index",
    "sample_truth",
    "source",
]
