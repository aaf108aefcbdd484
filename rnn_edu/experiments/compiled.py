"""A Keras network that is compiled once and trained from many seeds."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class CompiledOnce:
    """Keeps one compiled network of each kind: to compile one can take longer than to train it."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def like(self, kind: Hashable, fresh: Any) -> Any:
        """The network of this kind that is kept, put to where a fresh one stands.

        Args:
            kind: networks of one kind have the same layers and the same optimizer.
            fresh: compiled, but never called; it is kept if it is the first of its kind.
        """
        kept = self._kept.setdefault(kind, fresh)
        start_over(kept, fresh)
        return kept


def start_over(model: Any, fresh: Any) -> None:
    """Gives a network the weights, random numbers and optimizer's state of a fresh one.

    Raises:
        ValueError: the two have not the same number of variables.
    """
    for one in (model, fresh):
        one.optimizer.build(one.trainable_variables)
    pairs = zip(
        [*model.variables, *model.optimizer.variables],
        [*fresh.variables, *fresh.optimizer.variables],
        strict=True,
    )
    for mine, theirs in pairs:
        mine.assign(theirs)
