"""The object that `load` gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rnn_edu.errors import DataError, NamingError

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """A set of texts, with labels where there are any.

    Args:
        name: the name that it was asked for by.
        texts: the texts; empty if they come as numbers only.
        labels: for each text the number of its label, shape ``(texts,)``; None if there are none.
        label_names: what the labels mean, by their number.
        sequences: the numbers of the words of each text, for sets that come so.
        columns: what else is known of each text, such as its date.
        train_count: how many of the first texts are the training part, where the makers say so.
        what: one line on what is in it.
        source: who made it.
        licence: what its makers allow.
        is_real: False for a small set that was written for this book.
        notes: what a reader should know, such as a row that was dropped.

    Raises:
        DataError: texts, labels or columns differ in number, or a label has no name.
    """

    name: str
    texts: tuple[str, ...] = ()
    labels: IntArray | None = None
    label_names: tuple[str, ...] = ()
    sequences: tuple[IntArray, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    train_count: int | None = None
    what: str = ""
    source: str = ""
    licence: str = ""
    is_real: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not len(self):
            raise DataError(f"The data set {self.name!r} has no texts.")
        if self.labels is not None:
            self._check_labels(self.labels)
        for column, values in self.columns.items():
            if len(values) != len(self):
                raise DataError(
                    f"The column {column!r} of {self.name!r} has {len(values)} entries for "
                    f"{len(self)} texts."
                )

    def __len__(self) -> int:
        return len(self.texts) or len(self.sequences)

    def __repr__(self) -> str:
        kind = "real" if self.is_real else "written for this book"
        labels = f", {len(self.label_names)} labels" if self.label_names else ""
        return f"<Dataset {self.name}: {len(self):,} texts{labels}, {kind}>"

    def column(self, name: str) -> tuple[str, ...]:
        """One of the columns; NamingError if there is none of that name."""
        if name not in self.columns:
            there = ", ".join(self.columns) or "none"
            raise NamingError(f"{self.name!r} has no column {name!r}; it has {there}.")
        return self.columns[name]

    def _check_labels(self, labels: IntArray) -> None:
        if labels.shape != (len(self),):
            raise DataError(f"{self.name!r} has {len(labels)} labels for {len(self)} texts.")
        if labels.min() < 0 or labels.max() >= len(self.label_names):
            raise DataError(
                f"{self.name!r} uses the label numbers {labels.min()} to {labels.max()}, but only "
                f"{len(self.label_names)} labels have names."
            )


def numbered(
    labels: list[str], names: tuple[str, ...] | None = None
) -> tuple[IntArray, tuple[str, ...]]:
    """Labels given by name as numbers, and the names in their order.

    Args:
        labels: for each text the name of its label.
        names: the order wanted; None sorts the names.

    Raises:
        DataError: a label is not among the names.
    """
    order = tuple(sorted(set(labels))) if names is None else names
    number = {name: i for i, name in enumerate(order)}
    unknown = next((label for label in labels if label not in number), None)
    if unknown is not None:
        raise DataError(f"The label {unknown!r} is not one of {', '.join(order)}.")
    return np.array([number[label] for label in labels], dtype=np.int64), order
