"""What network a walkthrough is, read off its weights and its formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from rnn_edu.calculations.network import Network, Recurrent, Stack
from rnn_edu.errors import UsageError
from rnn_edu.walkthrough import Expression, Quantity, Walkthrough
from rnn_edu.walkthrough.expressions import Divide, Relu, Sigmoid, Softmax, Tanh

CELLS_BY_BLOCKS = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
ACTIVATIONS: dict[type[Expression], str] = {Tanh: "tanh", Relu: "relu", Sigmoid: "sigmoid"}
ANSWERS: dict[type[Expression], str] = {
    Sigmoid: "sigmoid",
    Softmax: "softmax",
    Divide: "softmax",
}
LOSSES = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}
_KERNEL_NAME = re.compile(r"W_xh?_(?P<suffix>.+)\Z")


@dataclass(frozen=True)
class Reader:
    """One cell that reads a sequence in one direction.

    Attributes:
        cell: ``"SimpleRNN"``, ``"LSTM"`` or ``"GRU"``.
        activation: its activation function.
        backwards: whether it begins at the last time step.
        suffix: what the names of its steps end in where there are several readers: the
            weights ``W_x_second``, ``W_h_second``, ``b_second`` go with ``h_second``.
        weights: kernel, recurrent kernel and, where there is one, bias.
    """

    cell: str
    activation: str
    backwards: bool
    suffix: str
    weights: tuple[Quantity, ...]

    @property
    def units(self) -> int:
        """Length of its hidden state."""
        return self.weights[1].shape[0]

    @property
    def use_bias(self) -> bool:
        """Whether it has a bias."""
        return len(self.weights) == 3

    @property
    def reset_after(self) -> bool:
        """For a GRU: whether the reset gate acts after the matrix product."""
        one_bias = self.use_bias and len(self.weights[2].shape) == 1
        return not (self.cell == "GRU" and one_bias)

    def named(self, name: str) -> str:
        """The name of one of its steps."""
        return f"{name}_{self.suffix}" if self.suffix else name


@dataclass(frozen=True)
class Reading:
    """A walkthrough in Keras's terms.

    Attributes:
        layers: for each recurrent layer its readers: one, or two for both directions.
        dense: the weights of the dense layer; empty where there is none.
        activation: the activation of the answer.
        every_step: whether there is an answer at every time step.
    """

    layers: tuple[tuple[Reader, ...], ...]
    dense: tuple[Quantity, ...]
    activation: str
    every_step: bool

    @property
    def readers(self) -> tuple[Reader, ...]:
        """All readers, in the order of their weights."""
        return tuple(chain.from_iterable(self.layers))

    @property
    def loss(self) -> str:
        """Keras's name of the loss that belongs to the answer; empty where none does."""
        return LOSSES.get(self.activation, "")

    def describe(self) -> Network | Stack:
        """The same as the plain description that a twin is built from."""
        first = self.readers[0]
        outputs = self.dense[0].shape[1] if self.dense else 0
        if len(self.readers) > 1:
            return Stack(
                layers=tuple(Recurrent(r[0].cell, r[0].units, len(r) == 2) for r in self.layers),
                features=first.weights[0].shape[0],
                outputs=outputs,
                output_activation=self.activation,
                loss=self.loss,
            )
        return Network(
            cell=first.cell,
            units=first.units,
            features=first.weights[0].shape[0],
            outputs=outputs,
            output_activation=self.activation,
            loss=self.loss,
            use_bias=first.use_bias,
            output_bias=len(self.dense) == 2,
            every_step=self.every_step,
            reset_after=first.reset_after,
            activation=first.activation,
        )


def read_network(walkthrough: Walkthrough) -> Reading:
    """The network that a walkthrough calculates.

    The number of blocks in a recurrent kernel tells the cell: 1 for SimpleRNN, 3 for GRU, 4
    for LSTM. What follows in the list of weights tells which biases there are. A state that
    starts from a constant after the last time step is read backwards; together with the
    reader before it, it is one layer for both directions.

    Raises:
        UsageError: the weights are not those of recurrent layers with a dense layer.
    """
    groups, dense = _split(walkthrough)
    single = len(groups) == 1
    readers = [_reader(walkthrough, group, single=single) for group in groups]
    answers = walkthrough.of_role("output")
    return Reading(
        layers=_layers(readers),
        dense=dense,
        activation=_function_outside(answers, ANSWERS, "linear"),
        every_step=any(q.t is not None for q in answers),
    )


def _split(walkthrough: Walkthrough) -> tuple[list[tuple[Quantity, ...]], tuple[Quantity, ...]]:
    """The weights of each reader, and those of the dense layer."""
    rest = list(walkthrough.weights)
    groups = []
    while len(rest) >= 2 and _is_recurrent(rest[0], rest[1]):
        width = rest[1].shape[1]
        biased = len(rest) > 2 and rest[2].shape in ((width,), (2, width))
        count = 3 if biased else 2
        groups.append(tuple(rest[:count]))
        rest = rest[count:]
    if not groups or not _is_dense(rest):
        found = ", ".join(q.describe() for q in walkthrough.weights) or "none"
        raise UsageError(
            f'"{walkthrough.title}" cannot be compared with Keras: its weights must be those of '
            "a SimpleRNN, LSTM or GRU, then those of a Dense layer, in the order of "
            f"get_weights(); they are {found}."
        )
    return groups, tuple(rest)


def _is_recurrent(kernel: Quantity, recurrent: Quantity) -> bool:
    if len(kernel.shape) != 2 or len(recurrent.shape) != 2:
        return False
    blocks, remainder = divmod(recurrent.shape[1], recurrent.shape[0])
    return kernel.shape[1] == recurrent.shape[1] and remainder == 0 and blocks in CELLS_BY_BLOCKS


def _is_dense(weights: Sequence[Quantity]) -> bool:
    """Nothing, a matrix, or a matrix and a bias."""
    if not weights:
        return True
    kernel, biases = weights[0].shape, [q.shape for q in weights[1:]]
    return len(kernel) == 2 and biases in ([], [kernel[1:]])


def _reader(walkthrough: Walkthrough, weights: tuple[Quantity, ...], *, single: bool) -> Reader:
    named = _KERNEL_NAME.match(weights[0].name)
    suffix = "" if single or named is None else named["suffix"]
    state = f"h_{suffix}" if suffix else "h"
    states = [q for q in walkthrough.of_role("state") if single or q.name == state]
    starts = [q.t for q in walkthrough.of_role("constant") if q.name == state]
    blocks = weights[1].shape[1] // weights[1].shape[0]
    return Reader(
        cell=CELLS_BY_BLOCKS[blocks],
        activation=_function_outside(states, ACTIVATIONS, "tanh"),
        backwards=any(t is not None and t == walkthrough.times[-1] for t in starts),
        suffix=suffix,
        weights=weights,
    )


def _function_outside(
    quantities: Sequence[Quantity], names: dict[type[Expression], str], otherwise: str
) -> str:
    """The function on the outside of a formula, by Keras's name."""
    for quantity in quantities:
        for kind, name in names.items():
            if isinstance(quantity.definition, kind):
                return name
    return otherwise


def _layers(readers: Sequence[Reader]) -> tuple[tuple[Reader, ...], ...]:
    """A reader that goes backwards belongs to the one before it."""
    layers: list[tuple[Reader, ...]] = []
    for reader in readers:
        if reader.backwards and layers:
            layers[-1] = (*layers[-1], reader)
        else:
            layers.append((reader,))
    return tuple(layers)
