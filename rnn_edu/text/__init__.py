"""Text made numbers, and numbers made text."""

from __future__ import annotations

from rnn_edu.text.padding import pad_sequences
from rnn_edu.text.sampling import adjust, generate, greedy, sample
from rnn_edu.text.splits import Split, split_by_group, split_texts
from rnn_edu.text.streams import check_continues, stateful_windows
from rnn_edu.text.tokenizers import (
    alphanumeric_words,
    characters,
    keras_words,
    split_words,
    text_vectorization_words,
)
from rnn_edu.text.vectors import WordVectors, coverage, embedding_matrix, nearest
from rnn_edu.text.vocabulary import Vocabulary
from rnn_edu.text.windows import prefixes, windows

__all__ = [
    "Split",
    "Vocabulary",
    "WordVectors",
    "adjust",
    "alphanumeric_words",
    "characters",
    "check_continues",
    "coverage",
    "embedding_matrix",
    "generate",
    "greedy",
    "keras_words",
    "nearest",
    "pad_sequences",
    "prefixes",
    "sample",
    "split_by_group",
    "split_texts",
    "split_words",
    "stateful_windows",
    "text_vectorization_words",
    "windows",
]
