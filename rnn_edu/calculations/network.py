"""What a calculation calculates, said in Keras's terms but without Keras.

A judge builds the same network from this description and answers independently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rnn_edu.walkthrough import Walkthrough
from rnn_edu.walkthrough.replay import Loop


@dataclass(frozen=True)
class Network:
    """A recurrent layer and a dense layer on top of it.

    Attributes:
        cell: ``"SimpleRNN"``, ``"LSTM"`` or ``"GRU"``.
        units: length of the hidden state.
        features: length of one input x_t.
        outputs: length of the answer.
        output_activation: ``"softmax"`` or ``"sigmoid"``.
        loss: Keras's name of the loss.
        use_bias: whether the recurrent layer has a bias.
        output_bias: whether the dense layer has a bias.
        every_step: whether there is an answer at every time step, or only after the last.
        reset_after: for a GRU, whether the reset gate acts after the matrix product.
        activation: of a SimpleRNN.
        words: rows of the embedding layer that comes first, each ``features`` long; 0 for a
            network without one.
    """

    cell: str
    units: int
    features: int
    outputs: int
    output_activation: str
    loss: str
    use_bias: bool = True
    output_bias: bool = True
    every_step: bool = False
    reset_after: bool = True
    activation: str = "tanh"
    words: int = 0


@dataclass(frozen=True)
class Recurrent:
    """One recurrent layer of a stack.

    Attributes:
        cell: ``"SimpleRNN"``, ``"LSTM"`` or ``"GRU"``.
        units: length of its hidden state.
        bidirectional: whether a second one reads from the other end.
    """

    cell: str
    units: int
    bidirectional: bool = False


@dataclass(frozen=True)
class Stack:
    """Recurrent layers on top of each other, then a dense layer after the last step.

    Attributes:
        layers: from the input to the answer.
        features: length of one input x_t.
        outputs: length of the answer.
        output_activation: ``"softmax"`` or ``"sigmoid"``.
        loss: Keras's name of the loss.
    """

    layers: tuple[Recurrent, ...]
    features: int
    outputs: int
    output_activation: str
    loss: str


@dataclass(frozen=True)
class Calculation:
    """A worked example of the book: how to build it, and what network it is.

    Attributes:
        key: its name on the command line and of its workbook.
        title: its heading.
        chapter: the chapter that explains it.
        build: makes the walkthrough, with the gradients of its loss.
        network: the same in Keras's terms; None where Keras has no such network.
    """

    key: str
    title: str
    chapter: str
    build: Callable[[], Walkthrough]
    network: Network | Stack | None = None


@dataclass(frozen=True)
class Training:
    """A training run of the book: one epoch, repeated.

    Attributes:
        key: its name, and that of its workbook.
        title: its heading.
        chapter: the chapter that explains it.
        build: makes the epoch and what it hands on.
        epochs: how many.
        network: the same in Keras's terms.
    """

    key: str
    title: str
    chapter: str
    build: Callable[[], Loop]
    epochs: int
    network: Network
