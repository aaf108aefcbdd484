"""`load`: a data set by its name, the real one where it can be had, else the shipped sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rnn_edu.datasets.dataset import Dataset, numbered
from rnn_edu.datasets.fetch import UnreachableError, fetch
from rnn_edu.datasets.files import read_arrays, read_json_lines, read_table, read_text
from rnn_edu.datasets.registry import Source, source
from rnn_edu.datasets.samples import load_sample
from rnn_edu.errors import DataError, UsageError
from rnn_edu.grammars.shipped import SAMPLE_FILES
from rnn_edu.text.tokenizers import alphanumeric_words
from rnn_edu.text.vocabulary import Vocabulary

SENTIMENTS = ("negative", "positive")
IMDB_WORDS = 500
IMDB_START, IMDB_UNKNOWN, IMDB_OFFSET = 1, 2, 3
_told: set[str] = set()


def load(name: str) -> Dataset:
    """A data set by its name.

    If its file is not here and cannot be fetched now, one line says so, and the small set that
    stands in for it comes instead; ``is_real`` is False then.

    Args:
        name: ``alice``, ``airline_sentiment``, ``patents``, ``headlines``, ``headlines_sample``,
            ``imdb``, ``imdb_word_index``, ``news_category_v3`` or ``news_category_v2``.

    Raises:
        NamingError: there is no data set of this name.
        UsageError: word vectors were asked for; they come by ``load_glove``.
        DataError: the file is not the right one, or cannot be read or written.
    """
    wanted = source(name)
    if name not in _READERS:
        raise UsageError(f"{name!r} are word vectors; use load_glove().")
    try:
        path = fetch(name)
    except UnreachableError as reason:
        tell_once(wanted, reason)
        return _stand_in(name, wanted)
    facts = _READERS[name](path)
    facts |= {"what": wanted.what, "source": wanted.citation, "licence": wanted.licence}
    return Dataset(name=name, is_real=True, **facts)


def load_word_index() -> dict[str, int]:
    """Each word of the film reviews with its rank, 1 for the most frequent, as Keras has it.

    In the reviews themselves a word has its rank plus 3: 0 is padding, 1 the start of a review,
    and 2 a word that was left out.
    """
    return {word: rank for rank, word in enumerate(load("imdb_word_index").texts, start=1)}


def tell_once(wanted: Source, reason: UnreachableError) -> None:
    """Says in one line that the shipped sample is used; once for each set."""
    if wanted.name not in _told:
        _told.add(wanted.name)
        file = SAMPLE_FILES[wanted.sample]
        print(f"{reason} The small set data/{file} stands in for {wanted.name!r}.")


def _alice(path: Path) -> dict[str, Any]:
    return {"texts": (read_text(path),)}


def _airline(path: Path) -> dict[str, Any]:
    columns, notes = read_table(path, ("airline_sentiment", "text"))
    labels, _ = numbered(list(columns["airline_sentiment"]), ("0", "1"))
    return {
        "texts": columns["text"],
        "labels": labels,
        "label_names": SENTIMENTS,
        "notes": notes,
    }


def _patents(path: Path) -> dict[str, Any]:
    wanted = ("patent_abstract", "patent_date", "patent_number", "patent_title")
    columns, notes = read_table(path, wanted)
    return {"texts": columns.pop("patent_abstract"), "columns": columns, "notes": notes}


def _headlines(path: Path) -> dict[str, Any]:
    columns, notes = read_table(path, ("publish_date", "headline_text"))
    return {"texts": columns.pop("headline_text"), "columns": columns, "notes": notes}


def _imdb(path: Path) -> dict[str, Any]:
    x_train, y_train, x_test, y_test = read_arrays(path, 4)
    reviews = [*x_train, *x_test]
    return {
        "sequences": tuple(np.array(review, dtype=np.int64) for review in reviews),
        "labels": np.array([*y_train, *y_test], dtype=np.int64),
        "label_names": SENTIMENTS,
        "train_count": len(x_train),
    }


def _word_index(path: Path) -> dict[str, Any]:
    try:
        ranks: dict[str, int] = json.loads(read_text(path))
        words = sorted(ranks, key=ranks.__getitem__)
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{path.name} is not a JSON list of words and their ranks.") from error
    return {"texts": tuple(words)}


def _news_v3(path: Path) -> dict[str, Any]:
    wanted = ("headline", "short_description", "category", "date")
    columns, notes = read_json_lines(path, wanted)
    labels, names = numbered(list(columns.pop("category")))
    pairs = zip(columns["headline"], columns["short_description"], strict=True)
    return {
        "texts": tuple(map(" ".join, pairs)),
        "labels": labels,
        "label_names": names,
        "columns": columns,
        "notes": notes,
    }


def _news_v2(path: Path) -> dict[str, Any]:
    columns, notes = read_table(path, ("text", "category"), header=False, delimiter="\t")
    labels, names = numbered(list(columns["category"]))
    return {"texts": columns["text"], "labels": labels, "label_names": names, "notes": notes}


_READERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "alice": _alice,
    "airline_sentiment": _airline,
    "patents": _patents,
    "headlines": _headlines,
    "headlines_sample": _headlines,
    "imdb": _imdb,
    "imdb_word_index": _word_index,
    "news_category_v3": _news_v3,
    "news_category_v2": _news_v2,
}


def _stand_in(name: str, wanted: Source) -> Dataset:
    """The shipped sample in the form of the real set."""
    sample = replace(load_sample(wanted.sample), name=name)
    if name == "alice":
        return replace(sample, texts=("\n".join(sample.texts),))
    if name == "imdb":
        return _coded_as_imdb(sample)
    if name == "imdb_word_index":
        words = _sample_ranking(sample)
        return replace(sample, texts=words.words, labels=None, label_names=())
    return sample


def _coded_as_imdb(sample: Dataset) -> Dataset:
    ranking = _sample_ranking(sample)
    limit = IMDB_WORDS - IMDB_OFFSET
    sequences = []
    for text in sample.texts:
        numbers = ranking.encode(alphanumeric_words(text)) + 1
        known = np.where(numbers < limit, numbers + IMDB_OFFSET, IMDB_UNKNOWN)
        sequences.append(np.concatenate([[IMDB_START], known]))
    cut = len(sample) * 5 // 6
    return replace(sample, texts=(), sequences=tuple(sequences), train_count=cut)


def _sample_ranking(sample: Dataset) -> Vocabulary:
    words = map(alphanumeric_words, sample.texts)
    return Vocabulary.build(words, padding=False, unknown=None, end=None)
