"""The small sets that were written for this book."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from rnn_edu.datasets.dataset import Dataset, numbered
from rnn_edu.datasets.files import read_table, read_text
from rnn_edu.errors import NamingError
from rnn_edu.grammars.shipped import SAMPLE_FILES, shipped_files, truth

FOLDER = Path(__file__).resolve().parents[2] / "data"
LICENCE = "MIT, as the book"
SOURCE = "written for this book by a random grammar (rnn_edu.grammars)"
WHAT = {
    "headlines": "Headlines of a made-up newspaper",
    "abstracts": "Abstracts of inventions that nobody made",
    "reviews": "Short reviews whose label depends on the order of the words",
    "categories": "Made-up news in eight categories",
}


@cache
def sample_path(name: str) -> Path:
    """The file of a shipped sample; it is made anew in the cache where data/ is not there.

    A package that was installed without the book's folder has no data/, but has the grammars.

    Raises:
        NamingError: there is no such sample.
    """
    if name not in SAMPLE_FILES:
        raise NamingError(
            f"There is no shipped sample {name!r}; the names are {', '.join(SAMPLE_FILES)}."
        )
    shipped = FOLDER / SAMPLE_FILES[name]
    return shipped if shipped.is_file() else _made_anew(SAMPLE_FILES[name])


def load_sample(name: str) -> Dataset:
    """One of ``headlines``, ``abstracts``, ``reviews`` and ``categories``.

    Raises:
        NamingError: there is no such sample.
    """
    if name not in WHAT:
        raise NamingError(f"There is no sample {name!r} of texts; the names are {', '.join(WHAT)}.")
    path = sample_path(name)
    facts: dict[str, Any] = {"name": name, "what": WHAT[name], "source": SOURCE, "licence": LICENCE}
    if name == "reviews":
        columns, _ = read_table(path, ("label", "text"))
        labels, names = numbered(list(columns["label"]), ("negative", "positive"))
        return Dataset(texts=columns["text"], labels=labels, label_names=names, **facts)
    if name == "categories":
        columns, _ = read_table(path, ("category", "headline", "short_description"))
        labels, names = numbered(list(columns.pop("category")))
        texts = tuple(map(" ".join, zip(*columns.values(), strict=True)))
        return Dataset(texts=texts, labels=labels, label_names=names, columns=columns, **facts)
    return Dataset(texts=tuple(read_text(path).splitlines()), **facts)


def sample_truth(name: str) -> dict[str, Any]:
    """What is exactly true of a shipped sample, such as its entropy per word in nats.

    Raises:
        NamingError: there is no such sample.
    """
    path = FOLDER / "truth.json"
    facts = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else truth()
    if name not in facts:
        raise NamingError(f"Nothing is known of {name!r}; the names are {', '.join(facts)}.")
    found: dict[str, Any] = facts[name]
    return found


def _made_anew(file: str) -> Path:
    from rnn_edu.datasets.fetch import cache_folder
    from rnn_edu.whole_files import write_text

    path = cache_folder() / "samples" / file
    if not path.is_file():
        write_text(path, shipped_files()[file])
    return path
