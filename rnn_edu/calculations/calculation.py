"""A worked example of the book: how to build it, and which network it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rnn_edu.networks import Network
from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.replay import Loop


@dataclass(frozen=True)
class Calculation:
    """A worked example of the book: how to build it, and what network it is.

    Attributes:
        key: its name on the command line and of its workbook.
        title: its heading.
        chapter: the chapter that explains it.
        build: makes the walkthrough, with the gradients of its loss.
        network: the layers and the loss; None where no library has such a network.
    """

    key: str
    title: str
    chapter: str
    build: Callable[[], Walkthrough]
    network: Network | None = None


@dataclass(frozen=True)
class Training:
    """A training run of the book: one epoch, repeated.

    Attributes:
        key: its name, and that of its workbook.
        title: its heading.
        chapter: the chapter that explains it.
        build: makes the epoch and what it hands on.
        epochs: how many.
        network: the layers and the loss.
    """

    key: str
    title: str
    chapter: str
    build: Callable[[], Loop]
    epochs: int
    network: Network
